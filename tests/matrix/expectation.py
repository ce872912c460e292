"""What each cell must answer, derived from what views declare and roles hold."""

from enum import StrEnum

from django.http import HttpResponse
from django.urls import reverse

from sellers.access import Access, Audience
from tests.matrix.actors import Actor, Standing
from tests.matrix.targets import Reach, Target
from tests.matrix.walk import Page

#: Answers of a page to somebody who may be there: done, elsewhere, or a sentence
#: that says why not (a conflict, gone, wrong entries, too often).
OPEN = {200, 201, 202, 204, 302, 303, 409, 410, 422, 429}

#: Addresses that answer for what is missing as for what is there, on purpose.
SILENT = {"session_end": "the session may have ended meanwhile, which is as well"}

#: Addresses for whoever is signed in, but for staff.
NOT_FOR_STAFF = {"sellers:new-shop": "staff of the operator work in no shop"}

#: Addresses that have nothing to open in a test, and what they answer then.
CLOSED_HERE = {
    "healthz-purge": 503,  # no sweep has run
    "sellers:leave-demo": 404,  # the demo is off
    "sellers:left-certificate": 404,  # no shop has left
}

LOGIN = "account_login"
STAFF_LOGIN = "staff_sign_in"


class Expected(StrEnum):
    """What a cell must answer."""

    SIGN_IN = "redirect to the sign-in page"
    LED = "redirect to what is missing"
    STAFF_SIGN_IN = "redirect to the staff's sign-in page"
    NOT_FOUND = "404"
    FORBIDDEN = "403"
    METHOD = "405"
    OPEN = "the page"
    ANSWERED = "no server error"


#: Addresses that whoever still has to do something is not led away from.
OPEN_TO_HALF = {
    "account_login",
    "account_logout",
    "account_signup",
    "healthz",
    "healthz-purge",
    "mfa_authenticate",
    "recovery_code",
    "sellers:invitation",
    "sellers:theme",
    "signed_out",
    "staff_sign_in",
}
#: Addresses where the missing thing is done.
AT = {
    "second_factor": {"second_factor"},
    "recovery_codes": {"recovery_codes", "recovery_codes_file"},
    "account_change_password": {"account_change_password"},
}

#: Where a stranger is sent from the pages that are for some people alone.
DOORS = {
    Audience.SIGNED_IN: Expected.SIGN_IN,
    Audience.MEMBERS: Expected.SIGN_IN,
    Audience.STAFF: Expected.STAFF_SIGN_IN,
}


def expected(page: Page, method: str, actor: Actor, target: Target) -> Expected:
    """Return what a cell must answer."""
    audience, access = page.audience, page.access
    if actor.led_to and page.name not in OPEN_TO_HALF | AT[actor.led_to]:
        return Expected.LED
    if actor.standing is Standing.STRANGER and audience in DOORS:
        return DOORS[audience]
    if audience is not None and not _is_in(audience, actor, target):
        return Expected.NOT_FOUND
    if audience is None or access is None:
        return Expected.ANSWERED
    if method not in allowed(access):
        return Expected.METHOD
    if not _may(access, actor) or _is_refused(page, actor):
        return Expected.FORBIDDEN
    if page.name in SILENT or _is_there(audience, target):
        return Expected.OPEN
    return Expected.NOT_FOUND


def allowed(access: Access) -> set[str]:
    """Return the methods of a page; HEAD wherever GET works (RFC 9110, 9.3.2)."""
    return {*access.methods, *(["HEAD"] if "GET" in access.methods else [])}


def fault_of(
    answer: HttpResponse, wanted: Expected, actor: Actor, page: Page, target: Target
) -> str:
    """Return what is wrong with an answer, or an empty text."""
    status, to = answer.status_code, answer.get("Location", "")
    door = f"{reverse(LOGIN)}?next={target.url}"
    staff_door = f"{reverse(STAFF_LOGIN)}?next={target.url}"
    at_a_door = to.partition("?")[0] in {reverse(LOGIN), reverse(STAFF_LOGIN)}
    shut_out = page.audience is not Audience.EVERYBODY and at_a_door
    right = {
        Expected.SIGN_IN: (status, to) == (302, door),
        Expected.LED: (status, to) == (302, reverse(actor.led_to or LOGIN)),
        Expected.STAFF_SIGN_IN: (status, to) == (302, staff_door),
        Expected.NOT_FOUND: status == 404,
        Expected.FORBIDDEN: status == 403,
        Expected.METHOD: status == 405,
        Expected.OPEN: status in OPEN | {CLOSED_HERE.get(page.name)} and not shut_out,
        Expected.ANSWERED: status < 500,
    }
    raised = getattr(answer, "exc_info", None)
    why = f" {raised[0].__name__}: {raised[1]}" if raised else ""
    return "" if right[wanted] else f"{status} {to}".strip() + why


def _may(access: Access, actor: Actor) -> bool:
    """Tell whether somebody who belongs there holds what the page asks for."""
    if access.staff_role is not None and access.staff_role != actor.staff_role:
        return False
    return access.right is None or access.right in actor.rights


def _is_refused(page: Page, actor: Actor) -> bool:
    """Tell whether a page for everybody who is signed in refuses staff."""
    return actor.standing is Standing.STAFF and page.name in NOT_FOR_STAFF


def _is_in(audience: Audience, actor: Actor, target: Target) -> bool:
    """Tell whether somebody belongs where a page is; others see that nothing is."""
    if audience is Audience.STAFF:
        return actor.standing is Standing.STAFF
    if audience is not Audience.MEMBERS:
        return True
    if target.reach is Reach.OTHER_SHOP:
        return actor.there_too
    return actor.standing is Standing.MEMBER and target.reach is not Reach.NO_SHOP


def _is_there(audience: Audience, target: Target) -> bool:
    """Tell whether a target exists for whom it is for: for staff every shop does."""
    if audience is Audience.STAFF:
        return target.reach in {Reach.OWN, Reach.FOREIGN}
    return target.reach is Reach.OWN
