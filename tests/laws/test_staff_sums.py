"""Staff pages add nothing up across shops: Amazon forbids it (AUP, aggregation)."""

import ast

import pytest

from tests.laws.sources import ROOT

#: What a shop's business is counted in; a sum of it over shops would be market data.
BUSINESS = frozenset(
    {
        "readable",
        "past_limit",
        "leaving",
        "holds",
        "orders",
        "lines",
        "rows",
        "rejected",
        "purged",
        "kept",
    }
)
ADDING = frozenset({"sum", "fsum", "Sum", "Avg", "reduce", "mean", "max", "min", "Max"})


def sums_in(text: str) -> list[str]:
    """Return calls that add up, or compare, a business figure."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in ADDING:
            continue
        inside = [each for argument in node.args for each in ast.walk(argument)]
        words = {each.attr for each in inside if isinstance(each, ast.Attribute)}
        words |= {
            each.value
            for each in inside
            if isinstance(each, ast.Constant) and isinstance(each.value, str)
        }
        found += [f"{name} of {word}" for word in sorted(words & BUSINESS)]
    return found


def test_no_staff_page_adds_up_what_belongs_to_shops() -> None:
    files = sorted((ROOT / "sellerportal" / "staff").rglob("*.py"))
    assert len(files) > 10
    assert {
        f.name: sums_in(f.read_text()) for f in files if sums_in(f.read_text())
    } == {}


def test_no_template_of_staff_has_a_foot_with_totals() -> None:
    folder = ROOT / "templates" / "staff"
    texts = [file.read_text() for file in folder.rglob("*.html")]
    assert [text for text in texts if "<tfoot" in text or "total" in text.lower()] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sum(row.readable for row in rows)", ["sum of readable"]),
        ("x.aggregate(n=1, m=2) or Sum('orders')", ["Sum of orders"]),
        ("sum(facts.past_limit for facts in shops)", ["sum of past_limit"]),
        ("max(row.leaving for row in rows)", ["max of leaving"]),
    ],
)
def test_a_planted_sum_is_found(text: str, found: list[str]) -> None:
    assert sums_in(text) == found


def test_counting_shops_is_no_sum() -> None:
    assert sums_in("sum(view in views_of(facts) for facts in shops)") == []
