"""The colours of both themes are far enough apart to be read (WCAG 2.2: text 4.5 to 1, edges of controls and graphics 3 to 1)."""

import re

import pytest

from tests.laws.tree import ROOT

TOKENS = (ROOT / "static" / "src" / "tokens.css").read_text(encoding="utf-8")
PAIRS = re.findall(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)", TOKENS)
COLOURS = {scheme: {name: pair[n] for name, *pair in PAIRS} for n, scheme in enumerate(("light", "dark"))}
AVATARS = re.findall(r"--avatar-\d:\s*(#[0-9a-f]{6})", TOKENS)

PAPER = ("page", "surface", "sunken")
TONES = ("info", "success", "warning", "danger", "private", "neutral", "mark", "insert", "delete", "accent")
TEXT = (
    [(ink, paper) for ink in ("ink", "ink-soft", "accent-ink", "danger-ink", "private-ink") for paper in PAPER]
    + [(f"{tone}-ink", f"{tone}-soft") for tone in TONES]
    + [("on-accent", "accent"), ("on-accent", "accent-hover"), ("ink", "accent-soft"), ("ink-soft", "accent-soft"), ("ink", "mark-soft")]
)
EDGES = [
    (edge, paper)
    for edge in ("line-strong", "accent", "focus", "danger-line", "warning-line", "private-line")
    for paper in ("page", "surface")
]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2)."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT)
def test_text_can_be_read(scheme: str, ink: str, paper: str) -> None:
    assert contrast(COLOURS[scheme][ink], COLOURS[scheme][paper]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "paper"), EDGES)
def test_edges_and_marks_can_be_seen(scheme: str, edge: str, paper: str) -> None:
    assert contrast(COLOURS[scheme][edge], COLOURS[scheme][paper]) >= 3


def test_initials_can_be_read_on_every_avatar() -> None:
    assert AVATARS
    assert min(contrast("#ffffff", colour) for colour in AVATARS) >= 4.5


def test_components_take_their_colours_from_tokens_only() -> None:
    own = {
        f"{path.name}: {found}"
        for path in (ROOT / "static" / "src").glob("*.css")
        if path.name not in {"tokens.css", "print.css"}
        for found in re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s])", path.read_text(encoding="utf-8"))
    }
    assert own <= {"components.css: #ffffff"}, "only the initials on an avatar are white in both themes"
