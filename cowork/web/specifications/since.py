"""The points in time since which changes can be shown, as links with words."""

from dataclasses import dataclass

from cowork.domain.specifications.since import Since
from cowork.services.changes import Points

WORDS: dict[Since, str] = {
    Since.REVIEW: "Since my last review", Since.LOOK: "Since I last looked", Since.SUBMISSION: "Since it was submitted",
}  # fmt: skip
TITLES: dict[Since, str] = {
    Since.REVIEW: "Changed since your decision on version {version}",
    Since.LOOK: "Changed since you last looked, at version {version}",
    Since.SUBMISSION: "Changed since version {version} was submitted",
}


@dataclass(frozen=True, slots=True)
class Preset:
    """A link. `same` says that there is nothing to see: the newest version is the one that was seen then."""

    words: str
    version: int | None
    url: str
    chosen: bool
    same: bool


def presets(found: Points, newest: int, base: str, clean: str = "") -> tuple[Preset, ...]:
    """The links for what there is, and with `clean` one that shows the text without marks. `base` is the page's address."""
    links = [
        Preset(words, found.known[since], f"{base}?since={since.value}", found.chosen is since, found.known[since] == newest)
        for since, words in WORDS.items()
        if since in found.known
    ]
    if clean and links:
        links.append(Preset(clean, None, f"{base}?since={Since.NOTHING.value}", found.chosen is Since.NOTHING, False))
    return tuple(links)


def title(found: Points) -> str:
    """What the marks show, in words; empty where there are none."""
    return TITLES[found.chosen].format(version=found.version) if found.chosen in TITLES else ""
