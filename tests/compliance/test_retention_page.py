"""The page Retention: who reads it, who changes it, what it says and asks."""

import re
from html import unescape
from typing import Any
from unittest.mock import patch

import pytest

from compliance.services.repolicy import apply_batch
from compliance.tasks import apply_policy
from orders.services import repolicy as judging
from tests.compliance.changing import apply, change, mixed, plan, versions
from tests.compliance.planting import plant
from tests.orders.incoming import incoming, receive
from tests.shops import Shop
from vault.clock import clock

PAGE = "exposure/retention/"
PREVIEW = f"{PAGE}amazon/preview/"
WANTED = {"days": "20", "margin_days": "2", "months": "18"}


def text_of(answer: Any) -> str:
    """Return what a person reads in the main part of a page."""
    page = answer.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    words = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", main, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(words)).strip()


def preview(shop: Shop, **figures: str) -> Any:
    """Open the preview as the owner."""
    client = shop.client("owner")
    return client.get(shop.url(PREVIEW), {**WANTED, **figures})


def confirmed(shop: Shop, *, seen: str, **entries: str) -> Any:
    """Confirm figures as the owner; nothing is sent to a worker."""
    client, body = shop.client("owner"), {**WANTED, "seen": seen, **entries}
    return client.post(shop.url(PREVIEW), body)


def test_an_empty_shop_reads_all_eight_rules(shop: Shop) -> None:
    said = text_of(shop.client("owner").get(shop.url(PAGE)))
    for words in (
        "No orders yet",
        "Amazon Certainty: high 30 days less 2 days margin 18 months The marketplace",
        "Shopify Certainty: high on notices and levels, medium on the 30 days to act",
        "Etsy Certainty: low 30 days less 2 days margin not set Unverified, not",
        "Other marketplace or own shop",
    ):
        assert words in said
    assert said.count("Unverified, not confirmed") == 7


def test_marketplaces_in_use_come_first_with_all_that_is_known(shop: Shop) -> None:
    receive(shop, incoming(channel="etsy"))
    said = text_of(shop.client("owner").get(shop.url(PAGE)))
    card = said[said.index("Etsy") : said.index("Other marketplaces")]
    assert card == (
        "Etsy Refused from day 28 Unverified, not confirmed Days kept 30 days Margin 2 "
        "days Counted from The last certain instant before delivery At the latest 60 "
        "days after the purchase, without an exact delivery Cancelled The next day "
        "Orders kept Not set: orders without their buyer stay Set by Nobody yet: no "
        "number of days was found in the marketplace's documents, so the portal takes "
        "30. Confirm them, or set fewer. Certainty of the rule low Confirm or change "
        "Etsy Sources none that gives a figure "
    )


@pytest.mark.parametrize(
    ("role", "reads", "changes"),
    [
        ("owner", 200, 200),
        ("manager", 200, 403),
        ("auditor", 200, 403),
        ("fulfilment", 403, 403),
        ("support", 403, 403),
    ],
)
def test_who_reads_and_who_changes(
    shop: Shop, role: str, reads: int, changes: int
) -> None:
    plant(shop, days_old=1)
    client = shop.client(role)
    answer = client.get(shop.url(PAGE))
    assert answer.status_code == reads
    assert ("Change" in text_of(answer)) is (changes == 200)
    assert client.get(shop.url(f"{PAGE}amazon/")).status_code == changes
    assert client.get(shop.url(PREVIEW), WANTED).status_code == changes
    if changes != 200:
        assert client.post(shop.url(PREVIEW), WANTED).status_code == 403


def test_the_page_asks_the_same_whatever_the_number_of_orders_and_versions(
    shop: Shop, django_assert_num_queries: Any
) -> None:
    plant(shop, days_old=1)
    client = shop.client("owner")
    client.get(shop.url(PAGE))
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(shop.url(PAGE))
    plant(shop, days_old=2, orders=20)
    for days in (25, 20):
        apply(shop, change(shop, days=days))
        apply(shop, change(shop, days=days, channel="etsy"))
    with django_assert_num_queries(PAGE_QUERIES + 1):  # the names of who set them
        client.get(shop.url(PAGE))


#: Session, person, membership, rights, menu; five of them are the page's own, one of
#: which asks for the oldest order of a marketplace in use.
PAGE_QUERIES = 22


# The preview


def test_the_preview_says_what_would_happen_and_changes_nothing(shop: Shop) -> None:
    mixed(shop)
    answer = preview(shop)
    said = text_of(answer)
    for words in (
        "Amazon: 20 days instead of 30 This is what would happen. Nothing has changed",
        (
            "4 orders leave the screens at once, their last key dies by 1 December "
            "1 of them has not shipped yet: ship it first, or nobody can any more. "
            "Their new day has begun, so these buyers are removed, not hidden. This "
            "cannot be undone: no import and no longer setting brings them back."
        ),
        (
            "7 orders leave sooner than before Sealed anew for the earlier day, and "
            "readable until then. 2 of them leave tonight, at 00:00 UTC. 1 has not "
            "shipped yet; its day moves on while a report says so."
        ),
        "From now on 18 days after the last certain instant before delivery",
        "Change it and remove 4 buyers",
    ):
        assert words in said
    assert versions(shop) == []


def test_one_order_is_one_order(shop: Shop) -> None:
    plant(shop, days_old=20)
    said = text_of(preview(shop))
    assert "1 order leaves the screens at once, its last key dies by 30 Nov" in said
    assert "Its new day has begun, so this buyer is removed, not hidden." in said
    assert "no longer setting brings it back." in said
    assert "Change it and remove 1 buyer " in f"{said} "


def test_months_alone_say_nothing_of_buyers(shop: Shop) -> None:
    """The order moves on when its day is near, whatever the months are."""
    apply(shop, change(shop, days=20))
    plant(shop, days_old=2)
    apply(shop, change(shop, days=30))
    assert plan(shop, days=30, months=12).foresight.later_when_near == 1
    said = text_of(preview(shop, days="30", months="12"))
    assert "Amazon: orders kept 12 months instead of 18" in said
    assert "No order that is stored changes its day No buyer is removed" in said
    assert "Orders are forgotten 12 months after their purchase" in said
    assert "may stay longer" not in said
    assert "From now on" not in said


def test_an_unverified_rule_is_confirmed(shop: Shop) -> None:
    client, url = shop.client("owner"), shop.url(f"{PAGE}etsy/")
    assert "No number of days was found in the documents of Etsy" in text_of(
        client.get(url)
    )
    figures = {"days": "30", "margin_days": "2", "months": ""}
    said = text_of(client.get(f"{url}preview/", figures))
    assert "Etsy: 30 days, confirmed by you" in said
    assert "No order that is stored changes its day" in said
    seen = plan(shop, days=30, channel="etsy").code
    client.post(f"{url}preview/", {**figures, "seen": seen})
    page = text_of(client.get(shop.url(PAGE)))
    assert (
        "Etsy Certainty: low 30 days less 2 days margin not set Unverified, set by you"
        in page
    )


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        (
            {"days": "31"},
            "Amazon allows 30 days; write 30 or fewer. Longer needs a law or a case",
        ),
        ({"days": "2"}, "Write 3 days or more: the margin is taken off them."),
        ({"days": "20.5"}, "Write a whole number."),
        ({"days": ""}, "Write a whole number."),
        ({"days": "9" * 40}, "Amazon allows 30 days; write 30 or fewer."),
        ({"days": "-1"}, "Write 3 days or more: the margin is taken off them."),
        ({"margin_days": "1"}, "Write 2 to 19: the margin is less than the days."),
        ({"margin_days": "20"}, "Write 2 to 19: the margin is less than the days."),
        ({"months": "19"}, "Write 3 to 18 months."),
        (
            {"days": "30"},
            "These figures are in force already. Change one of them, or go back.",
        ),
    ],
)
def test_wrong_figures_get_a_sentence_and_keep_their_entries(
    shop: Shop, figures: dict[str, str], sentence: str
) -> None:
    answer = preview(shop, **figures)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    for name, value in {**WANTED, **figures}.items():
        if value:
            assert f'name="{name}" value="{value}"' in answer.content.decode()
    assert versions(shop) == []


def test_an_unknown_marketplace_is_not_there(shop: Shop) -> None:
    client = shop.client("owner")
    for tail in ("nowhere/", "nowhere/preview/"):
        assert client.get(shop.url(PAGE + tail), WANTED).status_code == 404


def test_a_preview_without_figures_asks_for_them(shop: Shop) -> None:
    client = shop.client("owner")
    asked, form = (client.get(shop.url(at)) for at in (PREVIEW, f"{PAGE}amazon/"))
    assert (asked.status_code, text_of(asked)) == (200, text_of(form))


# The confirmation


def test_confirmed_it_is_in_force_and_the_work_is_sent(
    shop: Shop, django_capture_on_commit_callbacks: Any
) -> None:
    mixed(shop)
    with (
        patch.object(apply_policy, "delay") as sent,
        django_capture_on_commit_callbacks(execute=True),
    ):
        answer = confirmed(shop, seen=plan(shop, days=20).code)
    assert answer.status_code == 302
    (made,) = versions(shop)
    assert (made.days, made.months, made.finished_at) == (20, None, None)
    sent.assert_called_once_with(seller_id=str(shop.id), change_id=str(made.id))


def test_figures_that_changed_meanwhile_are_shown_again(shop: Shop) -> None:
    seen = plan(shop, days=20).code
    plant(shop, days_old=20)
    answer = confirmed(shop, seen=seen)
    assert answer.status_code == 422
    said = text_of(answer)
    assert "Orders or the setting changed since this was shown." in said
    assert "1 order leaves the screens at once" in said
    assert versions(shop) == []


def test_many_removals_are_typed(shop: Shop) -> None:
    plant(shop, days_old=20, orders=51)
    assert "Type 51 to confirm that so many buyers are removed" in text_of(
        preview(shop)
    )
    seen = plan(shop, days=20).code
    for typed in ("", "50"):
        answer = confirmed(shop, seen=seen, typed=typed)
        assert answer.status_code == 422
        assert "Type 51 to confirm; nothing was changed." in text_of(answer)
    assert confirmed(shop, seen=seen, typed="51").status_code == 302


def test_the_page_tells_how_far_the_work_is_and_then_the_versions(shop: Shop) -> None:
    mixed(shop)
    made = change(shop, days=20)
    client = shop.client("owner")
    with patch.object(judging, "BATCH", 6):
        apply_batch(seller_id=shop.id, change_id=made, now=clock.now())
    page = client.get(shop.url(PAGE))
    assert "6 of 11 orders judged: 2 moved, 4 removed." in text_of(page)
    part = client.get(shop.url(PAGE), headers={"HX-Request": "true"})
    assert (part.status_code, b"<main" in part.content) == (200, False)
    apply(shop, made)
    over = client.get(shop.url(PAGE), headers={"HX-Request": "true"})
    assert over.status_code == 286
    said = text_of(client.get(shop.url(PAGE)))
    assert (
        "1 20 days, 2 days margin Owner Exampleton 22 Nov, 17:14 UTC "
        "11 judged, 7 moved, 4 removed"
    ) in said
    assert "Set by Owner Exampleton on 22 Nov, version 1" in said


def test_the_exposure_page_leads_here(shop: Shop) -> None:
    page = shop.client("auditor").get(shop.url("exposure/")).content.decode()
    assert f'href="{shop.url(PAGE)}"' in page
