"""Forms as a page shows them, filled in plausibly, so that writes are really tried."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

#: What goes into an empty field, by its type or its name.
PLAUSIBLE = {
    "email": "matrix@shop.example",
    "number": "1",
    "date": "2026-12-01",
    "password": "Plausible 7 is long enough!",
    "slug": "matrix-shop",
    "time_zone": "UTC",
}
OTHERWISE = "Matrix 7"
PRESSED = {"submit", "button", "image"}
CHOSEN = {"radio", "checkbox"}


@dataclass(slots=True)
class Form:
    """One form: where it goes and what it sends."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = facts.get("method", "get").lower()
            self._form = Form(facts.get("action", ""), method)
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag in {"input", "textarea", "button"}:
            _fill(self._form, tag, facts)
        elif tag == "select":
            self._select = facts.get("name", "")
        elif tag == "option" and self._select:
            value = facts.get("value", "")
            if value and ("selected" in facts or self._select not in self._form.fields):
                self._form.fields[self._select] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""


def _fill(form: Form, tag: str, facts: dict[str, str]) -> None:
    name, kind = facts.get("name", ""), facts.get("type", tag)
    if not name or name == "csrfmiddlewaretoken":
        return
    if kind == "file":
        form.files.add(name)
    elif kind in CHOSEN or kind in PRESSED:
        if "checked" in facts or name not in form.fields:
            form.fields[name] = facts.get("value", "on")
    else:
        plausible = PLAUSIBLE.get(name, PLAUSIBLE.get(kind, OTHERWISE))
        form.fields[name] = facts.get("value", "") or plausible


def forms_of(html: str) -> list[Form]:
    """Return the forms of a page that change something."""
    reader = _Reader()
    reader.feed(html)
    return [form for form in reader.forms if form.method == "post"]


def harvest(client: Client, urls: Iterable[str]) -> dict[str, Form]:
    """Return the first form found for each address, by the address's name."""
    found: dict[str, Form] = {}
    for url in urls:
        answer = client.get(url)
        if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
            continue
        for form in forms_of(answer.content.decode()):
            try:
                name = resolve(urlsplit(urljoin(url, form.action)).path).view_name
            except Resolver404:
                continue
            found.setdefault(name, form)
    return found
