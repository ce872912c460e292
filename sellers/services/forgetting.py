"""Forgetting sign-ins: sessions that are over, and records older than their use."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session

#: Records of sign-ins are kept for so long (DPP 2.6.1: logs for 12 months or more).
RECORDS_KEPT = timedelta(days=400)


def forget_old_sign_ins(*, now: datetime) -> int:
    """Delete sessions that ended and records past their use; return how many rows.

    ``now`` is in UTC. Records of failures that count towards a lock are younger.
    """
    gone, _each = Session.objects.filter(expire_date__lt=now).delete()
    live = Session.objects.values("session_key")
    ended, _each = UserSession.objects.exclude(session_key__in=live).delete()
    gone += int(ended)
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        old, _each = model.objects.filter(attempt_time__lt=now - RECORDS_KEPT).delete()
        gone += int(old)
    return gone
