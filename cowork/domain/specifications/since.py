"""Since when somebody wants to see what changed: since their own review, since they last looked, or since the text was submitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

VISIT = timedelta(minutes=30)
"""Looks that follow each other within this time are one visit: what came in between them stays marked until the next visit."""


class Since(StrEnum):
    """In the order in which one is chosen for somebody who chose none."""

    REVIEW = "review"
    LOOK = "look"
    SUBMISSION = "submission"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Look:
    """The newest version that a person has had before them, and the one that they had at their visit before."""

    version: int
    before: int | None
    at: datetime


def looked(last: Look | None, version: int, now: datetime) -> Look | None:
    """The look to remember when somebody sees a version, or None where there is nothing new to remember."""
    if last is None:
        return Look(version, None, now)
    if version <= last.version:
        return None
    same_visit = now - last.at < VISIT
    return Look(version, last.before if same_visit else last.version, now)


def seen_before(last: Look | None, version: int, now: datetime) -> int | None:
    """The version that somebody who sees this one now had seen at their visit before."""
    if last is None:
        return None
    following = looked(last, version, now)
    return following.before if following is not None else last.before


def points(newest: int, review: int | None, look: int | None, submission: int | None) -> dict[Since, int]:
    """The versions to compare the newest with, as far as there are such."""
    found = {Since.REVIEW: review, Since.LOOK: look, Since.SUBMISSION: submission}
    return {since: version for since, version in found.items() if version is not None and 1 <= version <= newest}


def choose(wanted: str, known: Mapping[Since, int], newest: int) -> Since:
    """What is wanted, if there is such a version; for whoever wants nothing in particular their own review, or else their last look.

    Whoever asks for an unknown one gets none.
    """
    if wanted:
        return next((since for since in known if since.value == wanted), Since.NOTHING)
    usual = next((since for since in (Since.REVIEW, Since.LOOK) if since in known), Since.NOTHING)
    return usual if known.get(usual, newest) != newest else Since.NOTHING
