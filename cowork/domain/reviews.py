"""Deciding: what a decision must be to be taken, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import Digest, PersonId
from cowork.domain.workflows.progress import Decision, Outcome, Progress, Turn, Verdict

MAX_REASON = 5_000


@dataclass(frozen=True, slots=True)
class DecideCommand:
    """A person's decision on what they saw: the version's number and digest come back from the page that showed it."""

    stage: str
    seat: str
    verdict: Verdict
    version: int
    digest: Digest
    reason: str = ""
    sections: tuple[str, ...] = ()


def check(command: DecideCommand, known_sections: frozenset[str], seen: tuple[int, Digest], threads_by_person: int) -> None:
    """Refuse a decision that is incomplete or about another version than the one in review (`seen`: its number and digest).

    Raises Conflict for a version that is no longer in review, Invalid for what is missing.
    """
    if (command.version, command.digest) != seen:
        raise Conflict(
            f"You looked at version {command.version}, but version {seen[0]} is in review now. Read what changed and decide on that one."
        )
    problems: list[tuple[str, str]] = []
    if len(command.reason) > MAX_REASON:
        problems.append(("reason", f"Shorten the reason to {MAX_REASON:,} characters; put details in comments."))
    if command.verdict is Verdict.REQUEST_CHANGES:
        if not command.reason.strip() and not threads_by_person:
            problems.append(("reason", "Say what has to change, so that the authors can act on it."))
        if not command.sections:
            problems.append(("sections", "Choose the sections that have to change."))
    if command.verdict is Verdict.REJECT and not command.reason.strip():
        problems.append(("reason", "Give the reason for rejecting: it is kept with the proposal."))
    if unknown := sorted(set(command.sections) - known_sections):
        problems.append(("sections", f"There is no section {', '.join(unknown)}. Choose from the list."))
    if problems:
        raise Invalid(problems)


def turn_of(progress: Progress, person: PersonId, stage: str, seat: str) -> Turn:
    """The open turn of this person, or Conflict with what stands in the way."""
    for turn in progress.turns:
        if (turn.person, turn.stage, turn.seat) == (person, stage, seat):
            return turn
    if progress.outcome is not Outcome.IN_REVIEW:
        raise Conflict("This review has ended, so there is nothing left to decide. Open the proposal to see how it went.")
    raise Conflict(f"Your decision is not needed here now. {progress.sentence}")


def decision(
    command: DecideCommand, turn: Turn, name: str, round_number: int, digests: Mapping[str, str], workflow: Digest, at: datetime
) -> Decision:
    """The decision as it is kept, bound to the version and to the digests of the sections that its stage reads."""
    return Decision(
        turn.stage, turn.seat, turn.party, turn.person, name, command.verdict, round_number, command.version, dict(digests), at, workflow
    )


def may_still_decide(turns: tuple[Turn, ...], person: PersonId) -> tuple[Turn, ...]:
    """The open turns of one person."""
    return tuple(turn for turn in turns if turn.person == person)

