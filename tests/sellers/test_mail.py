"""E-mails: both bodies, after the commit only, and nothing remote in any of them."""

import re
from pathlib import Path
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import transaction

from sellers.mail import send
from tests.laws.sources import ROOT

TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("email/*") if p.is_file())
#: What is included by others, or needs no second body.
ALONE = re.compile(r"(_subject\.txt|/base_\w+\.txt|/email/button\.html)$")
REMOTE = re.compile(r"<(img|link|script|iframe|object)\b|\bsrc\s*=|url\(|@import")
WRITTEN_LINK = re.compile(r"""href\s*=\s*["'](?!{{)""")


def faults_of(path: Path, text: str) -> list[str]:
    """Return what is wrong with one mail template."""
    found = []
    other = path.with_suffix({".txt": ".html", ".html": ".txt"}[path.suffix])
    if not ALONE.search(path.as_posix()) and not other.exists():
        found.append(f"no {other.name}")
    if REMOTE.search(text):
        found.append("remote content")
    if WRITTEN_LINK.search(text):
        found.append("a link that is no variable")
    return found


def test_every_mail_has_two_bodies_and_nothing_remote() -> None:
    assert len(TEMPLATES) > 5
    found = {
        path.relative_to(ROOT).as_posix(): faults
        for path in TEMPLATES
        if (faults := faults_of(path, path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<img alt="" width=1>', "remote content"),
        ('<p style="background:url(x)">', "remote content"),
        ('<a href="https://x.example">', "a link that is no variable"),
    ],
)
def test_a_planted_fault_is_found(text: str, fault: str) -> None:
    path = ROOT / "templates" / "email" / "frame.html"
    assert faults_of(path, text) == [fault]


def test_a_missing_body_is_found() -> None:
    path = ROOT / "templates" / "email" / "planted.html"
    assert faults_of(path, "") == ["no planted.txt"]


def post() -> None:
    """Send the bare frame."""
    send(to="a@shop.example", subject="Two\nlines", template="email/frame", context={})


def test_a_mail_leaves_after_the_commit(transactional_db: None) -> None:
    with transaction.atomic():
        post()
        assert mail.outbox == []
    assert len(mail.outbox) == 1
    sent = mail.outbox[0]
    assert isinstance(sent, mail.EmailMultiAlternatives)
    assert (sent.to, sent.subject) == (["a@shop.example"], "Two lines")
    assert [kind for _, kind in sent.alternatives] == ["text/html"]
    assert "never asks for your password" in str(sent.body)


def test_what_is_rolled_back_is_not_told(transactional_db: None) -> None:
    with transaction.atomic():
        post()
        transaction.set_rollback(True)
    assert mail.outbox == []


def test_a_dead_mail_server_breaks_nothing_and_keeps_the_address(
    transactional_db: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def dead(*args: object, **kwargs: object) -> None:
        raise SMTPServerDisconnected("a@shop.example")

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", dead)
    post()
    assert caplog.messages == ["mail: email/frame was not sent: SMTPServerDisconnected"]
