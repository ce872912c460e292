"""Telling owners of notices by e-mail: once, and the red ones again each day."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from compliance.alarm_words import told_of
from compliance.alarms import RED, RISK
from compliance.models import Notice, NoticeKind
from compliance.services.noticing import first_at_notices
from sellers.mail import hand_over
from sellers.models import Person, Seller
from sellers.queries import people_names
from sellers.queries.owners import owners_of
from vault.context import SYSTEM, seller_scope
from vault.kinds import Kind
from vault.ledger import append

#: A red notice that stands is mailed again after so long.
AGAIN = timedelta(days=1)
#: A mail server that failed is tried again after so long.
RETRY = timedelta(minutes=5)


def mail_notices(*, seller: Seller, address: str, now: datetime) -> int:
    """Mail a shop's owners what they were not told yet; return how many were reached.

    ``address`` is the page where notices stand. One mail an owner, whatever number
    of notices. A mail server that fails ends nothing: who was not reached is tried
    again. Whoever comes second while one is at it does nothing.
    """
    with seller_scope(seller_id=seller.id, actor=SYSTEM):
        if not first_at_notices(seller_id=seller.id):
            return 0
        due = [n for n in _standing(seller.id) if _is_due(notice=n, now=now)]
        owners = owners_of(seller_id=seller.id, now=now) if due else []
        reached = _mail(
            seller=seller, owners=owners, notices=due, address=address, now=now
        )
        _note(notices=due, owners=owners, reached=reached, now=now)
    return len(reached)


def _standing(seller_id: UUID) -> list[Notice]:
    rows = Notice.objects.filter(seller_id=seller_id, closed_at=None)
    return sorted(rows, key=lambda n: (RISK.index(NoticeKind(n.kind)), n.about))


def _is_due(*, notice: Notice, now: datetime) -> bool:
    """Tell whether somebody must be told of it now."""
    if notice.tried_at is not None and now - notice.tried_at < RETRY:
        return False
    return bool(_is_news(notice=notice, now=now) or notice.missed)


def _is_news(*, notice: Notice, now: datetime) -> bool:
    """Tell whether every owner must be told, for the first time or again."""
    if notice.mailed_at is None:
        return True
    return NoticeKind(notice.kind) in RED and now - notice.mailed_at >= AGAIN


def _is_for(owner: Person, *, notice: Notice, now: datetime) -> bool:
    """Tell whether one owner must be told: of news, and of what missed them."""
    return _is_news(notice=notice, now=now) or str(owner.id) in notice.missed


def _mail(
    *,
    seller: Seller,
    owners: Iterable[Person],
    notices: list[Notice],
    address: str,
    now: datetime,
) -> set[UUID]:
    """Mail each owner what is for them; return whom the mail server took it for."""
    named = {str(n.facts["person"]) for n in notices if n.facts.get("person")}
    names = {
        str(person_id): name
        for person_id, name in people_names(ids={UUID(i) for i in named}).items()
    }
    reached = set[UUID]()
    for owner in owners:
        told = [
            told_of(notice=notice, names=names)
            for notice in notices
            if _is_for(owner, notice=notice, now=now)
        ]
        if not told:
            continue
        subject = _("%(shop)s: %(what)s") % {"shop": seller.name, "what": told[0].title}
        context = {"told": told, "shop_name": seller.name, "url": address}
        if not hand_over(
            to=owner.email,
            subject=subject,
            template="compliance/email/notices",
            context=context,
        ):
            # It failed for one, so it would for the next: nobody waits for it twice.
            break
        reached.add(owner.id)
    return reached


def _note(
    *,
    notices: Iterable[Notice],
    owners: Collection[Person],
    reached: set[UUID],
    now: datetime,
) -> None:
    """Write down of each notice whom it reached, and who is to be tried again."""
    wanted = [str(owner.id) for owner in owners if owner.id not in reached]
    for notice in notices:
        told = [
            owner
            for owner in owners
            if owner.id in reached and _is_for(owner, notice=notice, now=now)
        ]
        news = _is_news(notice=notice, now=now)
        notice.tried_at = now
        if news and reached:
            notice.mailed_at, notice.missed = now, wanted
        elif not news:
            notice.missed = [i for i in notice.missed if i in wanted]
        notice.save(update_fields=["tried_at", "mailed_at", "missed"])
        if told:
            append(
                kind=Kind.NOTICE_SENT_EMAIL,
                now=now,
                subject_id=notice.id,
                facts={
                    "notice": notice.kind,
                    "about": notice.about,
                    "owners": len(told),
                },
            )
