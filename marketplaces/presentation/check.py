"""What a checked file holds and would change, for the page before an import."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplaces.models import ImportRun
from marketplaces.presentation.words import kind_words, utc_words
from orders.models.order import BuyerState


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with its name."""

    label: str
    value: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what will change."""

    icon: str
    head: str
    says: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class FirstRow:
    """One row of the file as it will be stored, its buyer hidden."""

    number: int
    order: str
    ordered: str
    item: str
    sku: str
    qty: str
    total: Decimal | None
    currency: str
    region: str
    buyer: str
    what: str
    tag: str
    tag_icon: str
    rejected: bool


_WHAT: dict[str, tuple[Promise, str, str]] = {
    "shipped": (gettext_lazy("Now shipped"), "line", "truck"),
    "cancelled": (gettext_lazy("Now cancelled"), "line", "x"),
    "otherwise": (gettext_lazy("Changed"), "line", "return"),
    "same": (gettext_lazy("No change"), "", "check"),
    "purged": (gettext_lazy("Stays purged"), "", "check"),
    "too old": (gettext_lazy("Too old to keep"), "", "clock"),
    "rejected": (gettext_lazy("Rejected"), "bad", "alert"),
}
#: New orders by what becomes of their buyer, in the order in which they are told.
_NEW: tuple[tuple[BuyerState, Promise], ...] = (
    (BuyerState.SEALED, gettext_lazy("%(n)s with a buyer")),
    (BuyerState.AMAZON_FULFILS, gettext_lazy("%(n)s shipped by Amazon: without")),
    (BuyerState.DAY_PASSED, gettext_lazy("%(n)s whose day has passed: without")),
    (BuyerState.CANCELLED, gettext_lazy("%(n)s cancelled: without")),
    (BuyerState.WITHHELD, gettext_lazy("%(n)s with no buyer in the file")),
)
_CHANGED: tuple[tuple[str, Promise], ...] = (
    ("changed shipped", gettext_lazy("%(n)s now shipped")),
    ("changed cancelled", gettext_lazy("%(n)s now cancelled")),
    ("changed otherwise", gettext_lazy("%(n)s with other details")),
)


def facts_of(run: ImportRun) -> list[Fact]:
    """Return the figures of a checked file in one row."""
    plan = run.plan
    return [
        Fact(_("Rows read"), f"{run.rows:,}"),
        Fact(_("Good"), f"{run.rows - run.rejected:,}"),
        Fact(_("Rejected"), f"{run.rejected:,}", bad=run.rejected > 0),
        Fact(_("Orders in the good rows"), _number(plan, "orders")),
        Fact(_("New"), _number(plan, "created")),
        Fact(_("Changed"), _number(plan, "updated")),
        Fact(_("No change"), _number(plan, "unchanged")),
    ]


def changes_of(run: ImportRun) -> list[Change]:
    """Return what the import would do, in up to four lines."""
    plan, rejected = run.plan, run.rejected
    created, updated = plan.get("created", 0), plan.get("updated", 0)
    same, purged = plan.get("unchanged", 0), plan.get("same purged", 0)
    new = ngettext("%(n)s new order", "%(n)s new orders", created)
    changed = ngettext("%(n)s order changes", "%(n)s orders change", updated)
    stays = ngettext("%(n)s stays as it is", "%(n)s stay as they are", same)
    left_out = ngettext("%(n)s row is left out", "%(n)s rows are left out", rejected)
    purged_words = ngettext(
        "%(n)s of them was purged and stays without a buyer",
        "%(n)s of them were purged and stay without a buyer",
        purged,
    )
    too_old = plan.get("same too old", 0)
    too_old_words = ngettext(
        "%(n)s of them is older than you keep orders, or was forgotten before, and is "
        "not stored",
        "%(n)s of them are older than you keep orders, or were forgotten before, and "
        "are not stored",
        too_old,
    )
    same_words = [
        words % {"n": f"{number:,}"}
        for number, words in ((purged, purged_words), (too_old, too_old_words))
        if number
    ]
    back = _("You get them back as a file with the reasons")
    none = _("Every row can be read")
    return [
        Change("plus", new % {"n": f"{created:,}"}, _parts(plan, _new_parts())),
        Change("truck", changed % {"n": f"{updated:,}"}, _changed(plan)),
        Change(
            "check",
            stays % {"n": f"{same:,}"},
            "; ".join(same_words),
        ),
        Change(
            "alert" if rejected else "check",
            left_out % {"n": f"{rejected:,}"},
            back if rejected else none,
            bad=rejected > 0,
        ),
    ]


def file_facts(run: ImportRun) -> list[Fact]:
    """Return kind, characters and columns of a checked file."""
    plan = run.plan
    unknown = ", ".join(plan.get("unknown", []))
    used = _("%(used)d of %(all)d") % {
        "used": plan.get("columns_used", 0),
        "all": plan.get("columns", 0),
    }
    return [
        Fact(_("Kind"), kind_words(run.kind)),
        Fact(_("Characters"), _ENCODINGS.get(run.encoding, run.encoding)),
        Fact(_("Columns used"), used),
        *([Fact(_("Not known, kept out"), unknown, bad=True)] if unknown else []),
    ]


_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "cp932": "Shift-JIS",
}


def first_rows(run: ImportRun) -> list[FirstRow]:
    """Return the first rows of the file."""
    return [_row(row) for row in run.first_rows]


def _row(row: Mapping[str, Any]) -> FirstRow:
    word, tag, icon = _tag(row)
    rejected = row["what"] == "rejected"
    total = row.get("total")
    return FirstRow(
        number=row["row"],
        order=row["order"],
        ordered="" if rejected else utc_words(datetime.fromisoformat(row["ordered"])),
        item=row.get("item", ""),
        sku=row.get("sku", ""),
        qty=str(row.get("qty", "")),
        total=Decimal(total) if total else None,
        currency=row.get("currency", ""),
        region=row.get("region", ""),
        buyer=row.get("buyer", ""),
        what=word,
        tag=tag,
        tag_icon=icon,
        rejected=rejected,
    )


def _tag(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the words of what happens to a row, its tag's kind and its icon."""
    if row["what"] != "new":
        word, tag, icon = _WHAT[row["what"]]
        return str(word), tag, icon
    if row["line"] > 1:
        return _("New, line %(n)d") % {"n": row["line"]}, "accent", "plus"
    without = row["buyer"] != "hidden"
    return (_("New, no buyer") if without else _("New")), "accent", "plus"


def _new_parts() -> list[tuple[str, Promise]]:
    return [(f"new {state.value}", words) for state, words in _NEW]


def _changed(plan: Mapping[str, Any]) -> str:
    said = _parts(plan, list(_CHANGED))
    follows = _("their day follows")
    return f"{said}; {follows}" if plan.get("changed shipped") else said


def _parts(plan: Mapping[str, Any], parts: list[tuple[str, Promise]]) -> str:
    """Return the counts that are not nought, told one after the other."""
    told = [
        str(words) % {"n": f"{plan[name]:,}"} for name, words in parts if plan.get(name)
    ]
    return ", ".join(told)


def _number(plan: Mapping[str, Any], name: str) -> str:
    return f"{plan.get(name, 0):,}"
