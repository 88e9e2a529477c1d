"""What changed between two versions: any two, or since somebody's own review, since they last looked, since the text was submitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.errors import Conflict, NotFound
from cowork.domain.identity import Actor
from cowork.domain.ids import PersonId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import Phase
from cowork.domain.specifications.compare import Comparison, compare
from cowork.domain.specifications.form import read_by, together
from cowork.domain.specifications.since import Look, Since, choose, looked, points, seen_before
from cowork.services.cases import Case, as_cut, open_case
from cowork.services.context import Context
from cowork.store import looks, reviews, specifications, unit
from cowork.store.proposals import ProposalState
from cowork.store.reviews import DecisionFull
from cowork.store.specifications import VersionFull, VersionLine


@dataclass(frozen=True, slots=True)
class Points:
    """The versions with which somebody can compare the newest (`known`), and which of them is `chosen`. `look` is their last look."""

    known: Mapping[Since, int]
    chosen: Since
    look: Look | None

    @property
    def version(self) -> int | None:
        """The version of what is chosen."""
        return self.known.get(self.chosen)


NO_POINTS = Points({}, Since.NOTHING, None)


@dataclass(frozen=True, slots=True)
class Changes:
    """Two versions compared, as far as the actor may read them. `outlines` are the versions of a whole proposal that were outlines."""

    case: Case
    old: VersionFull
    new: VersionFull
    comparison: Comparison
    versions: tuple[VersionLine, ...]
    points: Points
    outlines: frozenset[int]


def page(
    context: Context, actor: Actor, proposal: ProposalId, old: int | None = None, new: int | None = None, since: str = ""
) -> Changes:
    """Two versions compared: by default the newest with the one before, or with that of a point in time (`since`).

    Raises NotFound for a number that does not exist.
    """
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        lines = specifications.history(session, proposal, case.sides)
        rounds, last, submission = reviews.rounds_and_look(session, proposal, actor.person)
        decisions = reviews.decisions(session, proposal) if rounds else []
        found = points_of(context, case, decisions, last, submission, since or Since.NOTHING.value)
        newer = case.state.version if new is None else new
        older = found.version or max(newer - 1, 1) if old is None else old
        versions = {v.number: v for v in specifications.versions(session, proposal, tuple(sorted({older, newer})))}
        if older not in versions or newer not in versions:
            raise NotFound("version")
        comparison = compared(session, context, case, versions[older], versions[newer])
        outlines = outlines_among(session, case.state, lines)
    return Changes(case, versions[older], versions[newer], comparison, tuple(lines), found, outlines)


def outlines_among(session: Session, state: ProposalState, lines: Sequence[VersionLine]) -> frozenset[int]:
    """The versions that were outlines, of a proposal that is one no more."""
    if state.phase is Phase.OUTLINE or not state.intake_rounds:
        return frozenset()
    accepted = reviews.version_of_round(session, state.id, state.intake_rounds) or 0
    return frozenset(line.number for line in lines if line.number <= accepted)


def compared(session: Session, context: Context, case: Case, old: VersionFull, new: VersionFull) -> Comparison:
    """Two versions compared as the case's actor reads them, with the questions of both; of an outline, those that it asks."""
    was, now = (as_cut(session, case, version.number, version.form) for version in (old, new))
    newer, older = (read_by(one.questions, case.sides) for one in (now, was))
    return compare(together(newer, older), was.readable(old.content), now.readable(new.content), context.differ)


def points_of(
    context: Context, case: Case, decisions: Sequence[DecisionFull], last: Look | None, submission: int | None, since: str
) -> Points:
    """With what the actor can compare the newest version, and what of it they get."""
    newest = case.state.version
    known = points(newest, reviewed_version(decisions, case.actor.person), seen_before(last, newest, context.now()), submission)
    return Points(known, choose(since, known, newest), last)


def reviewed_version(decisions: Sequence[DecisionFull], person: PersonId) -> int | None:
    """The version of a person's last decision or verdict in any round, whoever recorded it for them."""
    own = [made.decision.version for made in decisions if made.decision.person == person]
    return own[-1] if own else None


def look(context: Context, actor: Actor, proposal: ProposalId, version: int, last: Look | None) -> None:
    """Remember that somebody has this version before them. Two pages opened at once remember one."""
    found = looked(last, version, context.now())
    if found is None:
        return
    try:
        with unit.writing() as session:
            looks.remember(session, proposal, actor.person, found)
    except Conflict:
        return
