"""People in the staff's lists, with the three things that staff may do for one."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import action, register
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sellerportal.staff.acts import (
    OwnAccount,
    remove_second_factor,
    set_account_open,
)
from sellerportal.staff.connection import as_portal
from sellerportal.staff.listed import ReadOnlyAdmin
from sellerportal.staff.site import site
from sellers.access import StaffRequest
from sellers.models import Membership, Person, StaffRole
from sellers.services.sessions import end_others
from vault.clock import clock

Act = Callable[[Person], bool]


@register(Person, site=site)
class PersonAdmin(ReadOnlyAdmin):
    """People who sign in. Their passwords and factors are not readable to staff."""

    words = (gettext_lazy("People"), gettext_lazy("Person"))
    columns = ("name", "email", "is_active", "last_login", "made_at")
    shown = (*columns, "password_changed_at")
    loaded = shown
    search_fields = ("name", "email")
    list_filter = ("is_active",)
    ordering = ("name",)
    actions = ("close_accounts", "reopen_accounts", "reset_second_factors")

    def has_security_permission(self, request: StaffRequest) -> bool:
        """Answer for the actions: they are for staff with the role Security."""
        return request.staff.role == StaffRole.SECURITY

    def shops_of(self, rows: Iterable[Any]) -> set[UUID]:
        """Return the shops in which people work."""
        ids = [row.id for row in rows]
        found = Membership.objects.filter(person_id__in=ids)
        return set(found.values_list("seller_id", flat=True))

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Person], *args: Any, **more: Any
    ) -> HttpResponse | None:
        """Do an act for one person; a slip of the hand must not reach them all."""
        chosen = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
        across = request.POST.get("select_across", "0") not in {"", "0"}
        if across or len(chosen) > 1:
            one = _("One person at a time: choose one. Nothing was changed.")
            messages.error(request, one)
            return HttpResponseRedirect(request.get_full_path())
        if not all(_is_id(text) for text in chosen):
            gone = _("That person is not in the list. Nothing was changed.")
            messages.error(request, gone)
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset, *args, **more)

    @action(description=gettext_lazy("Close the account"), permissions=["security"])
    def close_accounts(self, request: StaffRequest, rows: QuerySet[Person]) -> None:
        """Close accounts: whoever is signed in is out with the next request."""
        self._each(
            request, rows, _("account closed"), self._opening(request, is_open=False)
        )

    @action(description=gettext_lazy("Reopen the account"), permissions=["security"])
    def reopen_accounts(self, request: StaffRequest, rows: QuerySet[Person]) -> None:
        """Reopen accounts that were closed."""
        self._each(
            request, rows, _("account reopened"), self._opening(request, is_open=True)
        )

    @action(
        description=gettext_lazy("Reset the second factor"), permissions=["security"]
    )
    def reset_second_factors(
        self, request: StaffRequest, rows: QuerySet[Person]
    ) -> None:
        """Remove second factors and end the sessions; people set them up anew."""

        def reset(person: Person) -> bool:
            done = remove_second_factor(
                person=person, by=request.staff, now=clock.now()
            )
            if done:
                with as_portal():
                    end_others(person_id=person.id, keep="")
            return done

        self._each(request, rows, _("second factor reset"), reset)

    def _opening(self, request: StaffRequest, *, is_open: bool) -> Act:
        def change(person: Person) -> bool:
            return set_account_open(
                person=person, is_open=is_open, by=request.staff, now=clock.now()
            )

        return change

    def _each(
        self, request: StaffRequest, rows: QuerySet[Person], words: str, act: Act
    ) -> None:
        """Do something for each person; say for whom, and write down what changed."""
        for person in rows:
            name = {"name": person.name}
            try:
                changed = act(person)
            except OwnAccount:
                own = _("Nobody changes their own account; ask somebody else of staff.")
                messages.error(request, own)
                continue
            if changed:
                self._log(request, person, words)
                messages.success(request, f"{person.name}: {words}.")
            else:
                messages.info(request, _("%(name)s: nothing to change.") % name)

    def _log(self, request: StaffRequest, person: Person, words: str) -> None:
        LogEntry.objects.create(
            action_time=clock.now(),
            user_id=request.user.id,
            content_type_id=ContentType.objects.get_for_model(Person).pk,
            object_id=str(person.pk),
            object_repr=person.name,
            action_flag=CHANGE,
            change_message=words,
        )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
