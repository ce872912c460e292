"""What a request of the matrix sends: nothing, a filled form, foreign ids in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.matrix.arguments import OBJECTS
from tests.matrix.forms import OTHERWISE, Form, harvest
from tests.matrix.targets import Reach, Target, targets
from tests.matrix.walk import Page, pages
from tests.matrix.world import World

Body = dict[str, Any]
#: Forms that no page shows in the matrix's shops, with their entries; where there are
#: none, the button is the whole form.
BY_HAND: Mapping[str, Mapping[str, str]] = {
    "account_reset_password_from_key": {"password1": OTHERWISE, "password2": OTHERWISE},
    "compliance:retention-preview": {
        "days": "20",
        "margin_days": "2",
        "months": "",
        "seen": "0",
    },
    "compliance:hold-release": {},
    "compliance:hold-renew": {"until": "2027-01-31"},
    "compliance:renewal-approve": {"code": "123456", "until": "2027-05-01"},
    "compliance:renewal-drop": {},
    "compliance:rule-end": {},
    "compliance:rule-review": {},
    "compliance:notice-close": {},
    "marketplaces:import-delete": {},
    "marketplaces:import-rejected": {},
    "marketplaces:import-start": {},
    "marketplaces:import-stop": {},
    "mfa_authenticate": {"code": "123456"},
    "orders:cancelled-many": {"everything": "1", "view": "unshipped"},
    "orders:order-delivered": {"day": "2026-11-22", "time": "10:00"},
    "orders:order-lost": {"day": "2026-11-22", "time": "10:00"},
    "orders:order-show": {"purpose": "deliver", "reference": "1Z999"},
    "people:remind": {},
    "recovery_code": {"code": "12345678"},
    "recovery_codes": {},
    "sellers:invitation-accept": {"name": OTHERWISE, "password": OTHERWISE},
    "sellers:leave-demo": {"word": "leave"},
    "session_end": {},
    "sessions_end": {},
    "staff:suspend": {"reason": "A planted reason, long enough"},
}
_FILE = b"order-id\torder-item-id\n"


@dataclass(frozen=True, slots=True)
class Bodies:
    """The forms of all pages, and what to plant in them."""

    forms: Mapping[str, Form]
    planted: Mapping[str, str]

    def of(self, page: Page, method: str, target: Target) -> dict[str, Body]:
        """Return the bodies to send to a target, by their names."""
        bodies: dict[str, Body] = {"": {}}
        access = page.access
        if method != "POST" or (access is not None and "POST" not in access.methods):
            return bodies
        form = self.forms.get(page.name)
        if form is not None:
            bodies["filled"] = filled(form)
        elif BY_HAND.get(page.name):
            bodies["filled"] = dict(BY_HAND[page.name])
        if target.reach is Reach.OWN:
            bodies["planted"] = {**bodies.get("filled", {}), **self.planted}
        return bodies


def bodies_for(world: World, *clients: Client) -> Bodies:
    """Read the forms of every page that the clients are shown."""
    urls = [
        targets(page, world)[0].url
        for page in pages()
        if page.access is None or "GET" in page.access.methods
    ]
    forms: dict[str, Form] = {}
    for client in clients:
        client.raise_request_exception = False
        forms = {**harvest(client, urls), **forms}
    return Bodies(forms=forms, planted=_planted(world))


def filled(form: Form) -> Body:
    """Return a form's entries, with a file where it takes one."""
    files = {name: SimpleUploadedFile("report.txt", _FILE) for name in form.files}
    return {**form.fields, **files}


def _planted(world: World) -> dict[str, str]:
    """Return the other shop and its objects under every name that a form may have."""
    other = world.other.seller
    named = {name: make(world).foreign for (name, _), make in OBJECTS.items()}
    named |= {f"{name}_id": value for name, value in named.items()}
    return {"seller": str(other.id), "seller_id": str(other.id), **named}
