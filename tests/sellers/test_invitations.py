"""Invitations: asking, asking again, withdrawing, joining, and links that are dead."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client

from sellers.models import Invitation, Membership, Person
from sellers.roles import AUDITOR, SUPPORT, Terms
from sellers.services.invitations import (
    EndHasCome,
    InvitationGone,
    InvitedAlready,
    StaffAddress,
    WorksHereAlready,
)
from sellers.services.joining import (
    accept_invitation,
    join_as_new,
    open_invitation,
)
from tests import bed
from tests.sellers.team import (
    LINK,
    Capture,
    ask,
    invitation_of,
    is_dead,
    recorded,
    resend,
    terms,
    withdraw,
)
from tests.shops import PASSWORD, Shop, at
from vault.clock import clock
from vault.rows import new_id

ACCEPT = "/invitations/accept/"
NEW = "new@shop.example"
JOIN = {"name": "Newa Exampleton", "password": PASSWORD}


def test_the_form_invites_mails_and_shows_the_link_once(
    shop: Shop, django_capture_on_commit_callbacks: Capture
) -> None:
    client = shop.client("owner")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        answer = client.post(
            shop.url("people/invite/"),
            {
                "email": "New@Shop.example",
                "role": "auditor",
                "ends_on": "2026-12-31",
            },
        )
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    link = LINK.search(answer.content.decode())
    assert link is not None
    (sent,) = mail.outbox
    assert sent.subject == "Invitation to Harbor & Pine"
    assert sent.to == [NEW]
    assert isinstance(sent, mail.EmailMultiAlternatives)
    html = str(sent.alternatives[0][0])
    assert link[1] in str(sent.body)
    assert link[1] in html
    assert "Owner Exampleton" in str(sent.body)
    with shop.scope():
        kept = invitation_of(NEW)
        assert recorded("member:invited:email")[-1] == {"role": "auditor"}
    assert kept.invited_by == shop.people["owner"]
    assert kept.expires_at == clock.now() + timedelta(days=3)
    listed = client.get(shop.url("people/")).content.decode()
    assert NEW in listed
    assert link[1] not in listed
    guest = Client()
    guest.get(link[1])
    assert guest.post(ACCEPT, JOIN).status_code == 302
    with shop.scope():
        joined = Membership.objects.get(person__email=NEW)
    assert (joined.role, joined.ends_on) == ("auditor", date(2026, 12, 31))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"email": "nonsense"}, "valid email"),
        ({"email": ""}, "required"),
        ({"role": ""}, "Choose a role."),
        ({"role": "king"}, "king"),
        ({"role": "auditor", "opens_buyer_data": "on"}, "never shown a buyer"),
        ({"ends_on": "2026-11-22"}, "This day has begun."),
        ({"ends_on": "tomorrow"}, "2026-12-31"),
    ],
)
def test_a_wrong_entry_is_said_and_the_rest_is_kept(
    shop: Shop, changed: dict[str, str], sentence: str
) -> None:
    entered = {"email": "kept@shop.example", "role": "support", **changed}
    answer = shop.client("owner").post(shop.url("people/invite/"), entered)
    assert answer.status_code == 422
    words = answer.content.decode()
    assert sentence in words
    if "email" not in changed:
        assert "kept@shop.example" in words
    if "role" not in changed:
        assert re.search(r'value="support"[^>]* checked', words)
    with shop.scope():
        assert not Invitation.objects.filter(email="kept@shop.example").exists()


def test_who_is_here_or_asked_already_is_not_asked_again(
    shop: Shop, inside: object
) -> None:
    with pytest.raises(WorksHereAlready):
        ask(shop, shop.people["support"].email.upper(), terms(SUPPORT))
    ask(shop, NEW, terms(SUPPORT))
    with pytest.raises(InvitedAlready):
        ask(shop, NEW, terms(AUDITOR))
    withdraw(shop, NEW)
    ask(shop, NEW, terms(AUDITOR))


def test_people_of_the_operator_are_invited_into_no_shop(
    transactional_db: None, shop: Shop, operator: Person
) -> None:
    email = operator.email
    _appoint(operator)
    with shop.scope(), pytest.raises(StaffAddress):
        ask(shop, email, terms(SUPPORT))
    form = {"email": email, "role": "support"}
    answer = shop.client("owner").post(shop.url("people/invite/"), form)
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "This address cannot be invited. Nothing was sent." in words
    assert "operator" not in words.replace(email, "")


def test_an_address_with_an_account_elsewhere_looks_like_any_other(
    shop: Shop, other_shop: Shop
) -> None:
    client = shop.client("owner")
    known = other_shop.people["support"].email
    answers = []
    for email in (known, "nobody@shop.example"):
        answer = client.post(
            shop.url("people/invite/"), {"email": email, "role": "support"}
        )
        words = LINK.sub("", answer.content.decode()).replace(email, "X")
        answers.append((answer.status_code, _without_token(words)))
    assert answers[0] == answers[1]


def test_sent_again_the_old_link_is_dead_and_the_new_one_lives(shop: Shop) -> None:
    with shop.scope():
        old = ask(shop, NEW, terms(SUPPORT))
    with at("2026-11-26T00:00Z"):
        assert is_dead(old)
        with shop.scope():
            new = resend(shop, NEW)
            assert len(recorded("member:invited:email")) == 3
        assert not is_dead(new)
        assert is_dead(old)


def test_sent_again_it_never_outlives_the_access_that_it_gives(
    shop: Shop, inside: object
) -> None:
    wanted = Terms(AUDITOR, opens_buyer_data=False, ends_on=date(2026, 11, 24))
    ask(shop, NEW, wanted)
    assert invitation_of(NEW).expires_at.date() == date(2026, 11, 24)
    with at("2026-11-24T00:00Z"), pytest.raises(EndHasCome):
        resend(shop, NEW)


def test_withdrawn_it_opens_nothing(shop: Shop) -> None:
    with shop.scope():
        token = ask(shop, NEW, terms(SUPPORT))
    kept = open_invitation(token=token, now=clock.now())
    with shop.scope():
        withdraw(shop, NEW)
        withdraw(shop, NEW)
        assert recorded("member:withdrew:invitation") == [{"role": "support"}]
    assert is_dead(token)
    with pytest.raises(InvitationGone):
        accept_invitation(invitation=kept, person=shop.people["owner"], now=clock.now())


def test_once_used_it_is_neither_withdrawn_nor_sent_again(shop: Shop) -> None:
    with shop.scope():
        token = ask(shop, NEW, terms(SUPPORT))
    join_as_new(
        invitation=open_invitation(token=token, now=clock.now()),
        name="Newa",
        password=PASSWORD,
        now=clock.now(),
    )
    with shop.scope():
        with pytest.raises(InvitationGone):
            withdraw(shop, NEW)
        with pytest.raises(InvitationGone):
            resend(shop, NEW)
    client, url = shop.client("owner"), shop.url("people/invitations/")
    with shop.scope():
        used = invitation_of(NEW).id
    for act in ("withdraw", "again"):
        answer = client.post(f"{url}{used}/{act}/", follow=True)
        assert "This invitation was used meanwhile" in answer.content.decode()


def test_staff_by_now_do_not_join(
    transactional_db: None, shop: Shop, operator: Person
) -> None:
    with shop.scope():
        token = ask(shop, NEW, terms(SUPPORT))
    kept = open_invitation(token=token, now=clock.now())
    _appoint(operator)
    with pytest.raises(InvitationGone):
        accept_invitation(invitation=kept, person=operator, now=clock.now())
    assert not is_dead(token)


@pytest.mark.parametrize("act", ["withdraw", "again"])
def test_an_invitation_of_another_shop_is_not_found(
    shop: Shop, other_shop: Shop, act: str
) -> None:
    with other_shop.scope():
        ask(other_shop, NEW, terms(SUPPORT))
        theirs = invitation_of(NEW).id
    url = shop.url(f"people/invitations/{theirs}/{act}/")
    assert shop.client("owner").post(url).status_code == 404
    with other_shop.scope():
        assert invitation_of(NEW).withdrawn_at is None


@pytest.fixture
def operator(transactional_db: None) -> Person:
    """Return somebody who will be staff of the operator, committed."""
    return Person.objects.create(
        email="stella@operator.example", name="Stella", made_at=clock.now()
    )


def _appoint(person: Person) -> None:
    """Make the person staff as the owner of the tables: the portal's role may not."""
    with bed.owner_connection() as owner:
        owner.execute(
            "INSERT INTO sellers_staffmember (id, person_id, role, since) "
            "VALUES (%s, %s, 'support', %s)",
            [new_id(), person.id, clock.now()],
        )


def _without_token(words: str) -> str:
    return re.sub(r'/invitations/[^"]+|(?<=csrfmiddlewaretoken" value=")\w+', "", words)
