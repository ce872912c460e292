"""The colours of the style sheets reach the contrast of WCAG 2.2, light and dark."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[2] / "static" / "css"
#: WCAG 2.2, 1.4.3 (text) and 1.4.11 (graphics and the borders of controls).
TEXT, GRAPHICS = 4.5, 3.0
THEMES = ("light", "dark")
GROUNDS = ("canvas", "surface", "surface-2", "surface-3")
TONES = ("ok", "warn", "bad", "hold", "accent")

_TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_INK = re.compile(r"(?:^|[;\s])color: var\(--([\w-]+)\)")
_GROUND = re.compile(r"(?:^|[;\s])background: var\(--([\w-]+)\)")

TEXT_PAIRS = [
    *product(("ink", "ink-2", "ink-3"), GROUNDS),
    *product(TONES, ("surface", "surface-2", "canvas")),
    *((tone, f"{tone}-soft") for tone in TONES),
    *product(("ink", "ink-2"), (f"{tone}-soft" for tone in TONES)),
    ("ink-3", "warn-soft"),
    ("ink-3", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]
GRAPHIC_PAIRS = [
    *product(("control-line", "focus"), ("surface", "surface-2", "canvas")),
    *product((f"{tone}-mid" for tone in TONES), ("surface",)),
    ("accent", "surface-3"),
]


def _tokens() -> dict[str, dict[str, str]]:
    """Read each colour token as its value per theme."""
    text = (STYLES / "tokens.css").read_text(encoding="utf-8")
    found = _TOKEN.findall(text)
    return {name: {"light": light, "dark": dark} for name, light, dark in found}


def _luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, by the formula of WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _rule_pairs() -> Iterator[tuple[str, str, str]]:
    """Give selector, ink and ground of each rule that sets both from tokens."""
    for sheet in sorted(STYLES.glob("*.css")):
        for selector, body in _RULE.findall(sheet.read_text(encoding="utf-8")):
            ink, ground = _INK.search(body), _GROUND.search(body)
            if ink and ground:
                yield f"{sheet.name}: {selector.strip()}", ink[1], ground[1]


def test_formula_gives_the_known_values() -> None:
    assert round(_contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(_contrast("#ffffff", "#777777"), 2) == 4.48
    assert _contrast("#777777", "#ffffff") < TEXT


def test_tokens_are_read() -> None:
    tokens = _tokens()
    assert tokens["ink"] == {"light": "#141a1f", "dark": "#e9eef1"}
    used = {name for pair in (*TEXT_PAIRS, *GRAPHIC_PAIRS) for name in pair}
    assert used - tokens.keys() == set()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_can_be_read(ink: str, ground: str, theme: str) -> None:
    tokens = _tokens()
    assert _contrast(tokens[ink][theme], tokens[ground][theme]) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("mark", "ground"), GRAPHIC_PAIRS)
def test_marks_and_borders_can_be_seen(mark: str, ground: str, theme: str) -> None:
    tokens = _tokens()
    assert _contrast(tokens[mark][theme], tokens[ground][theme]) >= GRAPHICS


@pytest.mark.parametrize("theme", THEMES)
def test_each_rule_that_sets_ink_and_ground_can_be_read(theme: str) -> None:
    tokens, pairs = _tokens(), list(_rule_pairs())
    weak = [
        (where, ink, ground)
        for where, ink, ground in pairs
        if _contrast(tokens[ink][theme], tokens[ground][theme]) < TEXT
    ]
    assert weak == []
    assert ("on-accent", "accent") in {(ink, ground) for _, ink, ground in pairs}
