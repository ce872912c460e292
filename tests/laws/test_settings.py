"""Every setting that is read from the environment is documented, and no other."""

import ast
import re

import pytest

from tests.laws.sources import ROOT, Source, dotted, portal_sources, source_of

DOCUMENT = ROOT / "docs" / "settings.md"
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|", re.MULTILINE)

#: Set by the system, by make or by Django: read, but nobody's to choose here.
FOREIGN = {
    "DJANGO_SETTINGS_MODULE": "set by the portal for Django",
    "MAKELEVEL": "set by make; decides how an address to stop the portal is worded",
    "PATH": "set by the system; where setpriv is looked for",
}


def settings_read(source: Source) -> dict[str, ast.expr | None]:
    """Return the names that a file reads from the environment, with their defaults."""
    found: dict[str, ast.expr | None] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and node.args:
            name = dotted(node.func)
            environs = re.fullmatch(r"env\.\w+", name) and name != "env.read_env"
            if environs or name in {"os.environ.get", "os.getenv", "environ.get"}:
                default = node.args[1] if len(node.args) > 1 else None
                _note(found, node.args[0], default)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            if dotted(node.value) in {"os.environ", "environ"}:
                _note(found, node.slice, None)
        elif isinstance(node, ast.Compare) and dotted(node.comparators[0]) in {
            "os.environ",
            "environ",
        }:
            _note(found, node.left, None)
    return found


def documented() -> dict[str, str]:
    """Return the documented settings with their default, as written."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return {name: default for name, default, _ in ROW.findall(text)}


def all_read() -> dict[str, ast.expr | None]:
    """Return every name that is read anywhere in the portal or by its scripts."""
    found: dict[str, ast.expr | None] = {}
    for source in portal_sources():
        for name, default in settings_read(source).items():
            found[name] = found.get(name) or default
    for script in (ROOT / "sellerportal" / "local").glob("*.sh"):
        for name in re.findall(r"\$\{([A-Z_]+)", script.read_text(encoding="utf-8")):
            found.setdefault(name, None)
    return found


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    assert set(documented()) == set(all_read()) - set(FOREIGN)


def test_the_exceptions_are_still_read() -> None:
    assert set(FOREIGN) - {"DJANGO_SETTINGS_MODULE"} <= set(all_read())


def test_the_documented_defaults_are_those_of_the_code() -> None:
    said = documented()
    wrong = {}
    for name, default in all_read().items():
        if isinstance(default, ast.Constant) and name in said:
            word = {"False": "false", "True": "true"}.get(
                str(default.value), str(default.value)
            )
            # An empty default is told by what happens then.
            if word and said[name] not in {word, f"`{word}`"}:
                wrong[name] = f"documented {said[name]}, in the code {word}"
    assert wrong == {}


def test_every_documented_setting_says_what_it_does() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [name for name, _, words in ROW.findall(text) if len(words) < 15] == []


@pytest.mark.parametrize(
    "text",
    [
        "env.bool('PLANTED', False)",
        "os.environ.get('PLANTED')",
        "os.environ['PLANTED']",
        "os.getenv('PLANTED', '')",
        "seen = 'PLANTED' in os.environ",
    ],
)
def test_a_planted_setting_is_found(text: str) -> None:
    assert set(settings_read(source_of(text))) == {"PLANTED"}


@pytest.mark.parametrize(
    "text", ["os.environ['PLANTED'] = '1'", "os.environ.setdefault('PLANTED', '1')"]
)
def test_what_is_written_is_not_read(text: str) -> None:
    assert settings_read(source_of(text)) == {}


def _note(
    found: dict[str, ast.expr | None], name: ast.expr, default: ast.expr | None
) -> None:
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        found[name.value] = default
