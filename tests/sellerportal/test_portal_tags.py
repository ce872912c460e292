"""Icons, money, days and times as the pages write them."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Engine, engines

from sellerportal.templatetags import portal as tags
from vault.clock import Clock

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
SUNDAY = datetime(2026, 11, 22, 17, 14, tzinfo=UTC)
LOS_ANGELES = "America/Los_Angeles"
_ICON_NAMED = re.compile(r"""(?:\{% icon |icon=)"([\w-]+)\"""")


def _page(*, zone: str = LOS_ANGELES) -> Context:
    """Make the context of a page of a shop, on Sunday 22 November, 09:14 there."""
    shop = SimpleNamespace(zone_name=zone)
    return Context({"portal": SimpleNamespace(now=SUNDAY, shop=shop)})


def _words(element: str) -> str:
    """Take the text of one ``time`` element."""
    found = re.fullmatch(r'<time datetime="[^"]+">([^<]+)</time>', element)
    assert found is not None
    return found[1]


def _sprite() -> str:
    """Read the sprite."""
    return (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")


def _symbols() -> list[str]:
    """List the names in the sprite, in its order."""
    return re.findall(r'<symbol id="([\w-]+)"', _sprite())


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("64", "USD", "$64.00"),
        ("118", "CAD", "CA$118.00"),
        ("1940", "MXN", "MX$1,940.00"),
        ("12", "EUR", "€12.00"),
        ("9.5", "GBP", "£9.50"),
        ("1200", "JPY", "¥1,200"),
        ("12", "CHF", "CHF 12.00"),
        ("-3.005", "USD", "-$3.01"),
        ("0", "USD", "$0.00"),
        ("-0.001", "USD", "$0.00"),
    ],
)
def test_money_is_written_in_its_own_currency(
    amount: str, currency: str, words: str
) -> None:
    assert tags.money(Decimal(amount), currency) == words


def test_nothing_is_written_for_nothing() -> None:
    page = _page()
    assert tags.money(None, "USD") == ""
    assert tags.when(page, None) == ""
    assert tags.day(page, None) == ""
    assert tags.purge_day(page, None) == ""


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 11, 22, 16, 41, tzinfo=UTC), "Today 08:41"),
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), "Today 17:00"),
        # Sunday in UTC, still Saturday evening in the shop's zone.
        (datetime(2026, 11, 22, 3, 4, tzinfo=UTC), "Sat 19:04"),
        (datetime(2026, 11, 16, 20, 0, tzinfo=UTC), "Mon 12:00"),
        (datetime(2026, 11, 15, 20, 0, tzinfo=UTC), "Sun 15 Nov"),
        (datetime(2026, 11, 23, 20, 0, tzinfo=UTC), "Mon 23 Nov"),
        (datetime(2025, 11, 19, 20, 0, tzinfo=UTC), "Wed 19 Nov 2025"),
        (datetime(2027, 1, 1, 20, 0, tzinfo=UTC), "Fri 1 Jan 2027"),
    ],
)
def test_when_is_told_in_the_zone_of_the_shop(instant: datetime, words: str) -> None:
    assert _words(tags.when(_page(), instant)) == words


def test_the_same_instant_is_another_day_elsewhere() -> None:
    instant = datetime(2026, 11, 22, 3, 4, tzinfo=UTC)
    assert _words(tags.when(_page(zone="UTC"), instant)) == "Today 03:04"


def test_when_carries_the_exact_instant() -> None:
    element = tags.when(_page(), datetime(2026, 11, 22, 16, 41, tzinfo=UTC))
    assert 'datetime="2026-11-22T08:41:00-08:00"' in element


def test_without_a_page_context_the_portal_clock_and_utc_are_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moved = Clock(mode="test", setting="2027-03-01T10:00+00:00")
    monkeypatch.setattr(tags, "clock", moved)
    instant = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    assert _words(tags.when(Context({}), instant)) == "Today 09:00"
    assert _words(tags.day(Context({}), date(2026, 12, 20))) == "20 Dec 2026"


def test_days_leave_out_the_present_year_only() -> None:
    page = _page()
    assert _words(tags.day(page, date(2026, 12, 20))) == "20 Dec"
    assert _words(tags.day(page, date(2027, 1, 2))) == "2 Jan 2027"


def test_a_purge_day_begins_at_midnight_utc_in_any_zone() -> None:
    element = tags.purge_day(_page(), date(2026, 12, 20))
    assert element == ('<time datetime="2026-12-20T00:00Z">20 Dec, 00:00 UTC</time>')


def test_a_context_of_dictionaries_is_read_as_well() -> None:
    text = "{% when instant %}|{{ amount|money:'CAD' }}"
    page = {
        "portal": {"now": SUNDAY, "shop": {"zone_name": LOS_ANGELES}},
        "instant": datetime(2026, 11, 22, 16, 41, tzinfo=UTC),
        "amount": Decimal(118),
    }
    written = engines["django"].from_string(text).render(page)
    assert re.sub(r"<[^>]+>", "", written) == "Today 08:41|CA$118.00"


def test_icon_points_into_the_sprite_and_escapes() -> None:
    assert tags.icon("truck") == (
        '<svg class="i" aria-hidden="true"><use href="/static/icons.svg#truck"/></svg>'
    )
    assert 'class="i i-lg"' in tags.icon("truck", "i-lg")
    assert '"><b>' not in tags.icon('"><b>')


def test_each_icon_named_in_a_template_is_in_the_sprite() -> None:
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in _ICON_NAMED.findall(path.read_text(encoding="utf-8"))
    }
    assert {"eye", "alert", "search"} <= named
    assert named - set(_symbols()) == set()


def test_the_sprite_holds_shapes_only_and_each_name_once() -> None:
    names = _symbols()
    assert len(names) == len(set(names))
    assert set(re.findall(r"<(\w+)", _sprite())) == {"svg", "symbol", "path"}


@pytest.mark.parametrize(
    "name",
    sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*")),
)
def test_each_template_compiles(name: str) -> None:
    assert Engine.get_default().get_template(name).name == name
