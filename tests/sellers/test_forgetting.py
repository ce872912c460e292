"""Old sessions and old records of sign-ins go; what is in use or evidence stays."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from axes.models import AccessLog
from django.contrib.sessions.models import Session

from sellers.tasks import forget_sign_ins
from tests.shops import Shop, at


def sessions() -> set[str]:
    """Return the keys of all sessions."""
    return set(Session.objects.values_list("session_key", flat=True))


def test_a_session_that_is_over_goes_and_a_live_one_stays(
    shop: Shop, now: datetime
) -> None:
    old = shop.client("owner").session.session_key
    new = shop.client("manager").session.session_key
    Session.objects.filter(session_key=old).update(expire_date=now - timedelta(1))
    Session.objects.filter(session_key=new).update(expire_date=now + timedelta(1))
    forget_sign_ins()
    assert sessions() == {new}
    assert {row.session_key for row in UserSession.objects.all()} <= {new}


def test_records_of_sign_ins_are_kept_for_400_days(shop: Shop, now: datetime) -> None:
    for days in (399, 401):
        row = AccessLog.objects.create(username=f"{days}@shop.example")
        AccessLog.objects.filter(id=row.pk).update(
            attempt_time=now - timedelta(days=days)
        )
    forget_sign_ins()
    assert [row.username for row in AccessLog.objects.all()] == ["399@shop.example"]
    with at("2026-11-24T17:14:00Z"):
        forget_sign_ins()
    assert list(AccessLog.objects.all()) == []
