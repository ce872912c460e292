"""Templates: no style or script inside, nothing unescaped, every word translatable."""

import ast
import re

import pytest

from tests.laws.sources import ROOT, Source, dotted, portal_sources, source_of

#: What a strict content security policy would block, and what escapes nothing.
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script inside": re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.IGNORECASE),
    "a handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a handler of htmx": re.compile(r"\s(hx-on|data-hx-on)[:\-=]", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
    "a safe filter": re.compile(r"\|\s*safe(seq)?\b"),
    "an open autoescape": re.compile(r"{%\s*autoescape\s+off"),
    "a debug tag": re.compile(r"{%\s*debug\b"),
    "a request for code": re.compile(r"\s(hx-vals|hx-headers)\s*=\s*.js:"),
}
#: Attributes whose value people read.
READ = re.compile(r"\s(title|alt|placeholder|aria-label)\s*=\s*\"([^\"]*)\"")
#: Signs and names that are the same in every language.
UNTRANSLATED = frozenset({"Seller Portal", "UTC", "SHA"})
#: Python that hands text to templates as markup. Named: none.
UNESCAPED = frozenset({"mark_safe", "SafeString", "SafeText", "SafeData"})


def faults_of(text: str, *, mail: bool = False) -> list[str]:
    """Return what is wrong in a template's text.

    In an e-mail a style attribute is the only style that every reader shows.
    """
    found = [word for word, pattern in FORBIDDEN.items() if pattern.search(text)]
    if mail and "a style attribute" in found:
        found.remove("a style attribute")
    return [*found, *(f"not translatable: {word}" for word in bare_words(text))]


def bare_words(text: str) -> list[str]:
    """Return words that people read and that stand outside of translation tags."""
    for pattern in (
        r"{#.*?#}",
        r"{%\s*comment.*?endcomment\s*%}",
        r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}",
        r"<!--.*?-->",
        r"<(script|style)\b.*?</\1>",
        # The name of a key, as it stands on the keyboard.
        r"<kbd>.*?</kbd>",
        # A class name that a page adds to its frame.
        r"{%\s*block width\s*%}.*?{%\s*endblock\s*%}",
    ):
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}", "\x00", text, flags=re.DOTALL)
    read = [value for _, value in READ.findall(text)]
    shown = re.split(r"<[^>]*>|\x00", text) + [
        part for value in read for part in value.split("\x00")
    ]
    words = [" ".join(re.sub(r"&#?\w+;", " ", part).split()) for part in shown]
    return [w for w in words if re.search(r"[A-Za-z]{2,}", w) and w not in UNTRANSLATED]


def unescaped(source: Source) -> list[str]:
    """Return the places where Python hands text over as markup."""
    called = {
        id(node.func) for node in source.nodes(ast.Call) if isinstance(node, ast.Call)
    }
    found = []
    for node in source.nodes(ast.Attribute, ast.Name):
        name = dotted(node).rsplit(".", 1)[-1]
        # A class may be named as the type of what format_html returns.
        if name == "mark_safe" or (name in UNESCAPED and id(node) in called):
            found.append(source.at(node))
    return found


def test_every_template_keeps_the_rules() -> None:
    paths = sorted(
        p
        for folder in (ROOT / "templates", *ROOT.glob("*/templates"))
        for p in folder.rglob("*")
        if p.suffix == ".html"
    )
    assert len(paths) > 10
    found = {
        p.relative_to(ROOT).as_posix(): faults
        for p in paths
        if (
            faults := faults_of(
                p.read_text(encoding="utf-8"), mail=p.parent.name == "email"
            )
        )
    }
    assert found == {}


def test_no_python_hands_over_markup_of_its_own() -> None:
    assert [where for source in portal_sources() for where in unescaped(source)] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<p style="color:red"></p>', "a style attribute"),
        ("<style>p {}</style>", "a style element"),
        ("<script>1</script>", "a script inside"),
        ('<a onclick="x()"></a>', "a handler"),
        ("<body\n  onload=x>", "a handler"),
        ('<p hx-on:click="x"></p>', "a handler of htmx"),
        ('<a href="javascript:x"></a>', "a script address"),
        ("{{ name|safe }}", "a safe filter"),
        ("{{ names|safeseq }}", "a safe filter"),
        ("{% autoescape off %}{% endautoescape %}", "an open autoescape"),
        ("<p>Hidden until shown</p>", "not translatable: Hidden until shown"),
        ('<button title="Show"></button>', "not translatable: Show"),
        ("<p>{{ n }} orders</p>", "not translatable: orders"),
    ],
)
def test_a_planted_fault_is_found(text: str, fault: str) -> None:
    assert faults_of(text) == [fault]


@pytest.mark.parametrize(
    "text",
    [
        '<script src="{% static "js/portal.js" %}" defer></script>',
        '<p class="style">{% translate "Hidden" %}</p>',
        "{% blocktranslate count n=n %}{{ n }} lot{% plural %}s{% endblocktranslate %}",
        '<p title="{% translate "Show" %}">{{ only }} &middot; 7</p>',
        '<button data-on="1" hx-post="{{ url }}">{{ label }}</button>',
    ],
)
def test_what_is_right_passes(text: str) -> None:
    assert faults_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "mark_safe(text)",
        "html.SafeString('x')",
        "@register.filter(f=mark_safe)\ndef g(): 1",
    ],
)
def test_planted_markup_in_python_is_found(text: str) -> None:
    assert len(unescaped(source_of(text))) == 1


def pages_inside(texts: dict[str, str]) -> list[str]:
    """Return the whole pages that another template takes for a part of itself."""
    included = set[str]()
    for text in texts.values():
        included |= set(re.findall(r'{%\s*include\s+"([^"]+)"', text))
    return sorted(
        name for name in included if re.match(r"{%\s*extends\b", texts.get(name, ""))
    )


def test_no_page_is_included_in_another() -> None:
    folder = ROOT / "templates"
    paths = [p for p in folder.rglob("*") if p.suffix in {".html", ".txt"}]
    texts = {str(p.relative_to(folder)): p.read_text() for p in paths}
    assert pages_inside(texts) == []
    assert pages_inside({**texts, "components/note.html": '{% extends "shell.html" %}'})
