"""Who may do what, as a page of the documentation: written from the declarations.

To write it anew, after ``django.setup()``: ``PLACE.write_text(permissions())``.
"""

import re
from collections.abc import Iterator

from sellers.access import Access
from sellers.roles import ROLES, Right
from tests.laws.sources import ROOT
from tests.matrix.walk import Page, pages

PLACE = ROOT / "docs" / "permissions.md"
_HEAD = """# Who may open which address

Written from what each view declares (`sellers/access.py`) and what each role holds
(`sellers/roles.py`) by `tests/matrix/table.py`; a test fails where this page is old.
The tests in `tests/matrix` ask every address with every method for everybody, and
expect what stands here.

Whoever is no member of a shop gets the same 404 for it as for a shop that does not
exist. A member without the right gets 403. An order, a person or a file of another shop
gets the same 404 as one that does not exist.

"if given" means: for those in the role to whom the owner gave the right to be shown
buyer data.
"""
_PATTERN = re.compile(r"\(\?P<(\w+)>[^)]*\)")
_BLANK = re.compile(r"<(?:\w+:)?(\w+)>")


def permissions() -> str:
    """Return the page."""
    shop: list[Page] = []
    other: list[Page] = []
    for page in sorted(pages(), key=lambda page: page.route):
        (shop if page.in_shop else other).append(page)
    parts = [_HEAD, "\n## In a shop\n\n", *_shop_table(shop)]
    return "".join([*parts, "\n## Outside the shops\n\n", *_other_table(other)])


def _shop_table(found: list[Page]) -> Iterator[str]:
    names = [str(role.name) for role in ROLES.values()]
    yield _row("Address", "Methods", "Right", *names)
    yield _row(*["---"] * (3 + len(names)))
    for page in found:
        access = page.access
        if access is not None and access.right is not None:
            marks = [_mark(code, access.right) for code in ROLES]
            yield _row(_address(page), _methods(access), access.right.value, *marks)


def _other_table(found: list[Page]) -> Iterator[str]:
    yield _row("Address", "Methods", "Whom it is for")
    yield _row("---", "---", "---")
    for page in found:
        access = page.access
        yield _row(_address(page), _methods(access) if access else "", _whom(page))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _address(page: Page) -> str:
    """Return the route with its blanks as words, without converters and patterns."""
    plain = _BLANK.sub(r"<\1>", _PATTERN.sub(r"<\1>", page.route))
    return f"`/{plain.replace('^', '').replace('$', '')}`"


def _methods(access: Access) -> str:
    return ", ".join(access.methods)


def _mark(code: str, right: Right) -> str:
    if right is Right.OPEN_BUYER_DATA:
        return "if given" if ROLES[code].may_open_buyer_data else ""
    return "yes" if right in ROLES[code].rights else ""


def _whom(page: Page) -> str:
    if page.audience is None:
        return "decided by django-allauth"
    if page.access is not None and page.access.staff_role is not None:
        return f"{page.audience.value}: {page.access.staff_role.label.lower()}"
    return page.audience.value
