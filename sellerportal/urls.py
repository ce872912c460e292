"""All addresses of the portal."""

from allauth.account import views as account
from django.urls import include, path, re_path

from sellerportal.health import liveness

urlpatterns = [
    path("", include("sellers.urls")),
    path("healthz", liveness, name="healthz"),
    path("account/sign-in/", account.login, name="account_login"),
    path("account/sign-out/", account.logout, name="account_logout"),
    path("account/sign-up/", account.signup, name="account_signup"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/password/", account.password_reset, name="account_reset_password"),
    path(
        "account/password/sent/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^account/password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/changed/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("s/<slug:seller>/orders/", include("orders.urls")),
    path("s/<slug:seller>/exposure/", include("compliance.urls")),
]
