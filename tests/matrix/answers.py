"""Asking once, undoing it where it may change something, and comparing answers."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from http.cookies import Morsel, SimpleCookie
from typing import Any

from django.core.cache import cache
from django.db import connections, transaction
from django.http import HttpResponse
from django.test import Client

Body = dict[str, Any]

#: A token of the cross-site protection is new in each answer.
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
_TOKEN_COOKIE = "csrftoken"
_MESSAGES_COOKIE = "messages"
#: The connections that pages use; the owner's is for migrations and commands.
ALIASES = ("default", "staff")


def ask(client: Client, method: str, url: str, body: Body) -> HttpResponse:
    """Send one request."""
    if method == "POST":
        return client.post(url, body)  # type: ignore[return-value]  # wraps one
    return client.generic(method, url)  # type: ignore[return-value]  # wraps one


@contextmanager
def same_cookies(client: Client) -> Iterator[None]:
    """Give a client its cookies back after the block."""
    kept = SimpleCookie(client.cookies.output(header="", sep=";"))
    yield
    client.cookies = kept


@contextmanager
def undone() -> Iterator[None]:
    """Take back what was written within, in every database that pages use."""
    with ExitStack() as stack:
        for alias in ALIASES:
            block = transaction.atomic(using=alias)
            # As in Django's own test case: a durable block inside is no mistake.
            block._from_testcase = True  # type: ignore[attr-defined]
            stack.enter_context(block)
        yield
        for alias in ALIASES:
            transaction.set_rollback(True, using=alias)
    cache.clear()


def has_written(*, using: str) -> bool:
    """Tell whether a connection's transaction wrote: only then it has a number."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        return bool(cursor.fetchone()[0])


def content_of(answer: HttpResponse) -> bytes:
    """Return the body, also of an answer that is streamed."""
    if answer.streaming:
        return b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return answer.content


def _plain(name: str, value: str) -> str:
    """Return a cookie's value without token and, for messages, second and seal."""
    if name == _TOKEN_COOKIE:
        return ""
    return value.rsplit(":", 2)[0] if name == _MESSAGES_COOKIE else value


def _limits(morsel: Morsel[str]) -> dict[str, str]:
    """Return what a cookie is limited to; ``max-age`` says when it ends, too."""
    return {name: str(value) for name, value in morsel.items() if name != "expires"}


@dataclass(frozen=True, slots=True)
class Print:
    """All that a visitor can tell answers apart by."""

    status: int
    location: str
    headers: dict[str, str]
    cookies: dict[str, Any]
    content: bytes

    def differs_in(self, other: "Print") -> list[str]:
        """Return the names of the parts that are not the same."""
        names = [part.name for part in fields(self)]
        return [name for name in names if getattr(self, name) != getattr(other, name)]


def fingerprint(answer: HttpResponse, *, url: str) -> Print:
    """Return what an answer looks like.

    Left out: tokens, the second in which a cookie was made and ends, and in a redirect
    the address that was asked for.
    """
    return Print(
        status=answer.status_code,
        location=answer.get("Location", "").replace(url, "<asked>"),
        headers={name: text for name, text in answer.items() if name != "Location"},
        cookies={
            name: (_plain(name, morsel.value), _limits(morsel))
            for name, morsel in answer.cookies.items()
        },
        content=_TOKEN.sub(b"", content_of(answer)),
    )
