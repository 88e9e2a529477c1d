"""The frame around every page: the main navigation."""

from dataclasses import dataclass

from cowork.domain.identity import Actor


@dataclass(frozen=True, slots=True)
class NavigationItem:
    label: str
    url: str
    current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several pages about the same thing. `count` is shown when it is not 0."""

    label: str
    url: str
    current: bool
    count: int = 0


PLACES = (
    ("My work", "/"), ("Proposals", "/proposals"), ("Meetings", "/meetings"), ("Programmes", "/programmes"), ("Reports", "/reports"),
    ("Organisation", "/organisations"),
)  # fmt: skip
"""Each place with the address under which everything that belongs to it lies."""


def navigation(path: str, actor: Actor | None, waiting: int) -> list[NavigationItem]:
    """The main navigation for this page; visitors see only what is open to everybody."""
    places = PLACES if actor else tuple(place for place in PLACES if place[1] == "/programmes")
    return [
        NavigationItem(label, url, path == url if url == "/" else path.startswith(url), waiting if url == "/" else 0)
        for label, url in places
    ]
