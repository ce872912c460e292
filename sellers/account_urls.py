"""Addresses of signing in; allauth knows some of them by these names."""

from allauth.account import views as account
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from sellers.views import reset, second_factor, sign_in, your_sign_in


class LettersAndDigits(StringConverter):
    """Letters and digits: a person's id in the address of a reset link."""

    regex = "[0-9A-Za-z]+"


register_converter(LettersAndDigits, "base36")

urlpatterns = [
    path("", your_sign_in.your_sign_in, name="your_sign_in"),
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-in/code/", sign_in.code, name="mfa_authenticate"),
    path("sign-in/recovery-code/", sign_in.recovery_code, name="recovery_code"),
    path("sign-out/", account.logout, name="account_logout"),
    path("signed-out/", sign_in.signed_out, name="signed_out"),
    path("sign-up/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("second-factor/", second_factor.second_factor, name="second_factor"),
    path("second-factor/codes/", second_factor.recovery_codes, name="recovery_codes"),
    path(
        "second-factor/codes/file/",
        second_factor.recovery_codes_file,
        name="recovery_codes_file",
    ),
    path(
        "second-factor/codes/new/",
        second_factor.recovery_codes_new,
        name="recovery_codes_new",
    ),
    path("sessions/end/", your_sign_in.end_other_sessions, name="sessions_end"),
    path("sessions/<int:number>/end/", your_sign_in.end_session, name="session_end"),
    path("password/", reset.ask, name="account_reset_password"),
    path(
        "password/sent/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "password/change/", your_sign_in.change_password, name="account_change_password"
    ),
    path(
        "password/<base36:uidb36>-<str:key>/",
        reset.choose,
        name="account_reset_password_from_key",
    ),
    path(
        "password/changed/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
