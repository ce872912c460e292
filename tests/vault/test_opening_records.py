"""The record of an opening: written first, or nothing is opened."""

from dataclasses import replace

import pytest

from tests.shops import Shop
from tests.vault.planted import (
    NAME,
    NOW,
    SECRETS,
    buyer_in,
    opened,
    openings,
    purpose_for,
)
from vault import opening
from vault.context import Scope, person_actor, seller_scope
from vault.kinds import Purpose
from vault.opening import open_fields
from vault.refusals import Tampered


def test_a_record_is_written_first(
    shop: Shop, inside: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = buyer_in(shop)
    seen: list[list[str]] = []

    def explode(**_kwargs: object) -> str:
        seen.extend([entry.facts["fields"]] for entry in openings())
        message = "no value"
        raise Tampered(message)

    monkeypatch.setattr(opening, "unseal", explode)
    with pytest.raises(Tampered):
        opened(row, "name", "phone")
    assert seen == [["name phone"]]
    assert len(openings()) == 1


def test_without_a_record_nothing_is_opened(
    shop: Shop, inside: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = buyer_in(shop)

    def full(**_kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(opening, "append", full)
    monkeypatch.setattr(
        opening, "unseal", lambda **_: pytest.fail("opened without a record")
    )
    with pytest.raises(ZeroDivisionError):
        opened(row)


def test_the_record_says_who_what_and_why_and_no_value(shop: Shop) -> None:
    person = shop.people["fulfilment"]
    with shop.scope():
        row = buyer_in(shop)
    with seller_scope(seller_id=shop.id, actor=person_actor(person.id)):
        open_fields(
            row=row,
            fields=["name", "phone", "company"],
            opening=replace(
                purpose_for(row, reference="case 42"), purpose=Purpose.MARKETPLACE
            ),
        )
        (entry,) = openings()
    assert entry.kind == "pii:opened:requested-by-marketplace"
    assert entry.facts == {"fields": "name phone", "reference": "case 42"}
    assert (entry.actor_kind, entry.actor_id) == ("person", person.id)
    assert (entry.subject_id, entry.at, entry.seller_id) == (row.order_id, NOW, shop.id)
    shown = str({f.name: getattr(entry, f.name) for f in entry._meta.fields})
    assert not any(secret in shown for secret in SECRETS)


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_has_its_kind(
    shop: Shop, inside: Scope, purpose: Purpose
) -> None:
    row = buyer_in(shop)
    stated = replace(purpose_for(row), purpose=purpose)
    assert open_fields(row=row, fields=["name"], opening=stated) == {"name": NAME}
    assert openings()[0].kind == f"pii:opened:{purpose.value}"
