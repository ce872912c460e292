"""While staff keep buyers from being shown, the exposure page says so on top."""

import pytest

from tests.shops import Shop
from vault.clock import clock
from vault.context import seller_scope, staff_actor
from vault.rows import new_id
from vault.stops import stop_opening

REASON = "Sign-ins from two places."
SAID = "Staff suspended the opening of buyer data on 22 Nov"


def page(shop: Shop, role: str) -> str:
    """Return the exposure page as a role sees it."""
    return shop.client(role).get(shop.url("exposure/")).content.decode()


@pytest.mark.parametrize(("role", "reads"), [("owner", True), ("auditor", False)])
def test_it_is_said_and_the_reason_is_the_owners(
    shop: Shop, role: str, reads: bool
) -> None:
    assert SAID not in page(shop, role)
    staff = staff_actor(new_id())
    with seller_scope(seller_id=shop.id, actor=staff):
        stop_opening(reason=REASON, ticket="T-1", now=clock.now())
    html = page(shop, role)
    above, _, _ = html.partition('class="note note-warn"')
    assert SAID in html.removeprefix(above)
    assert (f"{SAID}: {REASON}" in html) is reads
