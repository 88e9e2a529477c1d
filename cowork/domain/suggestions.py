"""Suggestions: wording that somebody proposes in place of what stands, and what taking it over does to the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cowork.domain.conditions import Value
from cowork.domain.errors import Invalid

MOST_CORRECTED = 200
"""A correction replaces at most so many characters by at most so many."""
MAX_REPLACEMENT = 20_000


class SuggestionKind(StrEnum):
    """What is to be replaced."""

    PASSAGE = "passage"  # words of an answer
    FIELD = "field"  # a whole answer
    ROW = "row"  # an entry of a list
    ADD = "add"  # a new entry
    REMOVE = "remove"  # an entry, by nothing


class SuggestionStanding(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`base` is what stood there when it was made, `value` what is proposed: texts for a passage, else JSON values (None: nothing).

    `as_writer` says that whoever made it agreed to count as a writer. `taken_into` is the version that brought it in.
    """

    kind: SuggestionKind
    base: Value
    value: Value
    as_writer: bool = False
    standing: SuggestionStanding = SuggestionStanding.OPEN
    settled_by_name: str = ""
    settled_at: datetime | None = None
    taken_into: int | None = None

    @property
    def open(self) -> bool:
        return self.standing is SuggestionStanding.OPEN

    @property
    def is_correction(self) -> bool:
        """Whether it is small: a few words for a few words. Whoever decides may correct without becoming a writer."""
        texts = (self.base, self.value)
        return self.kind is SuggestionKind.PASSAGE and all(isinstance(text, str) and len(text) <= MOST_CORRECTED for text in texts)


class Stale(ValueError):
    """The answer is no longer what the suggestion was made for."""


def counts_as_writer(suggestion: Suggestion, decides: bool) -> bool:
    """Whether whoever made a suggestion becomes a writer of the proposal when it is taken over, and so may not decide on it.

    `decides` says that the review asks them, or would. A correction leaves their vote alone: an author takes it over and answers for it.
    Otherwise an author could silence a reviewer by accepting a comma.
    """
    return not (decides and suggestion.is_correction)


def check_consent(suggestion: Suggestion, decides: bool, stages: str) -> None:
    """Refuse what would take away somebody's vote unless they said that they know. `stages` are those that ask them."""
    if decides and counts_as_writer(suggestion, decides) and not suggestion.as_writer:
        sentence = (
            f"You are asked to decide at {stages}. Whoever writes a proposal does not decide on it: confirm that you give up your vote if "
            f"this is accepted, suggest a correction of at most {MOST_CORRECTED} characters, or write a comment instead."
        )
        raise Invalid([("as_writer", sentence)])


def taken_over(answers: Mapping[str, Value], field: str, row: str | None, suggestion: Suggestion) -> Value:
    """The answer to a field after a suggestion for all of it, or for a row of it, is taken over. Raises Stale."""
    current = answers.get(field)
    if suggestion.kind is SuggestionKind.FIELD:
        if current != suggestion.base:
            raise Stale
        return suggestion.value
    found = current if isinstance(current, list) else []
    entries = [entry for entry in found if isinstance(entry, Mapping)]
    known = {str(entry.get("id")): entry for entry in entries}
    if suggestion.kind is SuggestionKind.ADD:
        if row in known or not isinstance(suggestion.value, Mapping):
            raise Stale
        return [*entries, {**suggestion.value, "id": row}]
    if row not in known or known[row] != suggestion.base:
        raise Stale
    if suggestion.kind is SuggestionKind.REMOVE:
        return [entry for entry in entries if entry.get("id") != row]
    new = {**suggestion.value, "id": row} if isinstance(suggestion.value, Mapping) else {"id": row}
    return [new if entry.get("id") == row else entry for entry in entries]


def with_cell(answers: Mapping[str, Value], field: str, row: str | None, column: str | None, text: str) -> Value:
    """The answer to a field with another text in it, or in one cell of it."""
    if row is None:
        return text
    found = answers.get(field)
    return [
        {**entry, column: text} if entry.get("id") == row else entry
        for entry in (found if isinstance(found, list) else [])
        if isinstance(entry, Mapping) and column is not None
    ]
