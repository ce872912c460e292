"""A wider margin is proposed where the machine was off for longer than the margin."""

import re
from datetime import timedelta
from html import unescape

from compliance.models import MachineGap
from tests.compliance.changing import change
from tests.compliance.planting import plant
from tests.compliance.test_retention_page import PAGE, text_of
from tests.shops import Shop
from vault.clock import clock


def off(*, days: int) -> None:
    """Note that the machine was off for so many days, until an hour ago."""
    ended = clock.now() - timedelta(hours=1)
    MachineGap.objects.create(began_at=ended - timedelta(days=days), ended_at=ended)


def test_a_machine_that_was_off_too_long_gets_four_days_proposed(shop: Shop) -> None:
    plant(shop, days_old=5)
    client = shop.client("owner")
    off(days=2)
    assert "See what 4 days margin would do" not in text_of(client.get(shop.url(PAGE)))
    off(days=3)
    page = client.get(shop.url(PAGE))
    assert (
        "Amazon: a margin of 4 days is proposed The portal was off for 3 d 0 h, until "
        "22 Nov, 16:14 UTC, longer than the margin of 2 days. A key that is due in "
        "such a gap may die late; with 4 days margin there is more room. See what 4 "
        "days margin would do"
    ) in text_of(page)
    (url,) = re.findall(r'href="([^"]+preview/\?[^"]+)"', page.content.decode())
    said = text_of(client.get(unescape(url)))
    assert "Amazon: 4 days margin instead of 2" in said
    assert "1 order leaves sooner than before" in said
    assert "See what" not in text_of(shop.client("auditor").get(shop.url(PAGE)))
    change(shop, days=30, margin=4)
    assert "The portal was off" not in text_of(client.get(shop.url(PAGE)))
