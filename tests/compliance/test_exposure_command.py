"""``manage.py exposure``: the figures of each shop, as a table and as JSON."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.compliance.planting import plant
from tests.shops import Shop

NOTHING = {
    "readable": 0,
    "past_limit": 0,
    "due_7_days": 0,
    "on_hold": 0,
    "purged_30_days": 0,
    "lost": 0,
}


def run(*arguments: str) -> str:
    """Run the command and return what it prints."""
    out = StringIO()
    call_command("exposure", *arguments, stdout=out)
    return out.getvalue()


def rows(*arguments: str) -> Any:
    """Run the command and read its JSON."""
    return json.loads(run(*arguments, "--json"))


def test_json_is_a_list_with_one_object_a_shop(shop: Shop, other_shop: Shop) -> None:
    plant(shop, days_old=1, orders=3)
    plant(shop, days_old=25, orders=2)
    assert rows() == [
        {**NOTHING, "seller": other_shop.seller.slug},
        {**NOTHING, "seller": shop.seller.slug, "readable": 5, "due_7_days": 2},
    ]


def test_json_of_one_shop_is_a_list_too(shop: Shop, other_shop: Shop) -> None:
    plant(other_shop, days_old=1)
    assert rows(shop.seller.slug) == [{**NOTHING, "seller": shop.seller.slug}]


@pytest.mark.django_db
def test_no_shop_is_an_empty_list() -> None:
    assert rows() == []


def test_the_table_is_aligned(shop: Shop, other_shop: Shop) -> None:
    plant(shop, days_old=1, orders=1_234)
    lines = run().splitlines()
    assert [line.split() for line in lines] == [
        ["seller", *NOTHING],
        [other_shop.seller.slug, "0", "0", "0", "0", "0", "0"],
        [shop.seller.slug, "1234", "0", "0", "0", "0", "0"],
    ]
    assert len({len(line) for line in lines}) == 1


def test_an_unknown_shop_is_one_sentence(shop: Shop) -> None:
    with pytest.raises(CommandError) as refused:
        run("nobody-here")
    assert str(refused.value) == (
        "There is no shop 'nobody-here'; manage.py exposure without a name lists all."
    )
