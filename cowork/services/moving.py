"""Changing the text while it is in review, where a stage that is open allows it: first said what follows, then saved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from cowork.domain.acts import RouteChanges, route_changes, sections_open
from cowork.domain.conditions import Content
from cowork.domain.errors import Conflict, Refused
from cowork.domain.events import Event, RoundMoved
from cowork.domain.identity import Actor
from cowork.domain.ids import PersonId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.specifications import digests
from cowork.domain.workflows.progress import Progress, StageStanding
from cowork.services import reviewing, saving, specifications
from cowork.services.cases import Case, open_case
from cowork.services.context import Context
from cowork.services.cutting import MAX_NOTE
from cowork.services.reviewing import Review
from cowork.services.specifications import SaveCommand, StaleSave
from cowork.store import reviews, unit
from cowork.store import specifications as versions
from cowork.store.specifications import VersionFull

OVERTAKEN = "Something has happened in this review since. Read what your change does now, then confirm it again."
LOCKED = "No stage that is open now lets its authors change this section. Withdraw the proposal to change it, or comment."


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What saving would do. `seen` says what it was worked out on, and comes back with the confirmation; `sections` are those that
    change (none: nothing would be saved); `after` is where the review would stand. `overtaken`: it was confirmed, but for what stands no
    more.
    """

    case: Case
    seen: str
    sections: tuple[str, ...]
    changes: RouteChanges
    after: Progress
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A change to a text in review, worked out: the round as it stands and as it would, and the sections that differ."""

    case: Case
    review: Review
    after: Review
    content: Content
    sections: tuple[str, ...]


def preview(context: Context, actor: Actor, proposal: ProposalId, command: SaveCommand) -> MovePreview | StaleSave:
    """What saving these answers would do to the running review. Nothing is written. Raises as `move` does."""
    with unit.reading() as session:
        found = _edited(session, context, open_case(session, actor, proposal, Action.EDIT_IN_REVIEW), command)
        return found if isinstance(found, StaleSave) else preview_of(found)


def preview_of(found: Move) -> MovePreview:
    """What a change that was worked out would do."""
    changes = route_changes(found.review.progress, found.after.progress)
    return MovePreview(found.case, seen(found.case), found.sections, changes, found.after.progress)


def move(context: Context, actor: Actor, proposal: ProposalId, command: SaveCommand, known: str) -> Progress | StaleSave:
    """Save the answers as a new version, with which the review goes on.

    Raises Conflict when something has happened since the preview (`known`) or no open stage leaves the section open, Refused for what
    is not the actor's to write, Invalid for answers that cannot be kept.
    """
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.EDIT_IN_REVIEW, lock=True)
        found = _edited(session, context, case, command)
        if isinstance(found, StaleSave):
            return found
        if known != seen(case):
            raise Conflict(OVERTAKEN)
        if not found.sections:
            return found.review.progress
        return save(session, context, found, command.note)


def save(
    session: Session, context: Context, found: Move, note: str, writers: frozenset[PersonId] = frozenset(), more: Sequence[Event] = (),
    **columns: object,
) -> Progress:  # fmt: skip
    """Save what was worked out, with whose words it brings in beside the actor's, further events and their projections."""
    case, round_ = found.case, found.review.round
    before = dict(found.review.version.section_digests)
    words = " ".join(note.split())[:MAX_NOTE]
    cut = saving.cut(session, context, case.state, case.form, case.actor, found.content, before, words, writers)
    reviews.move_round(session, round_.id, cut.number)
    version = versions.version(session, case.state.id, cut.number)
    if version is None:
        raise LookupError(f"version {cut.number} of proposal {case.state.id} was not kept")
    after = _review(session, context, case, found.review, version)
    began = tuple(_skipped(found.review.progress) - _skipped(after.progress))
    ceased = tuple(_skipped(after.progress) - _skipped(found.review.progress))
    event = RoundMoved(round_.id, cut.number, version.digest, tuple(sorted(began)), tuple(sorted(ceased)))
    reviewing.settle(session, context, case.state, after, case.actor.person, [cut.event, *more, event], **{**cut.columns, **columns})
    return after.progress


def _skipped(progress: Progress) -> set[str]:
    return {stage.stage.key for stage in progress.stages if stage.standing is StageStanding.SKIPPED}


def seen(case: Case) -> str:
    """What the proposal is at now: any event, and nothing else, changes it."""
    return str(case.state.event_head)


def opened(session: Session, context: Context, case: Case) -> tuple[Review, frozenset[str]]:
    """The running review, and the sections that its open stages let authors change. Raises Conflict where none is running."""
    review = reviewing.load(session, context, case.state)
    if review is None:
        raise Conflict(LOCKED)
    return review, sections_open(review.progress)


def _edited(session: Session, context: Context, case: Case, command: SaveCommand) -> Move | StaleSave:
    review, free = opened(session, context, case)
    if command.section not in free:
        raise Conflict(LOCKED)
    found = specifications.merged(session, case, command)
    if isinstance(found, StaleSave):
        own = free & specifications.writable_sections(case)
        return replace(found, draft=replace(found.draft, writable=own))
    return worked_out(session, context, case, review, *found)


def worked_out(session: Session, context: Context, case: Case, review: Review, current: VersionFull, content: Content) -> Move:
    """What other answers would do to the running review. Raises Refused where they change a section that is locked."""
    sections = {key: str(value) for key, value in digests.section_digests(case.form, content).items()}
    changed = saving.changed_sections(dict(current.section_digests), sections)
    free = sections_open(review.progress)
    if locked := [case.form.section(key).label for key in changed if key not in free]:
        raise Refused(f"This change would also change {', '.join(locked)}, which is locked while the proposal is in review.")
    version = replace(
        current, number=current.number + 1, at=context.now(), content=content, section_digests=sections,
        digest=digests.digest(case.form, content),
    )  # fmt: skip
    after = _review(session, context, case, review, version) if changed else review
    return Move(case, review, after, content, changed)


def _review(session: Session, context: Context, case: Case, review: Review, version: VersionFull) -> Review:
    """The round as it stands with another version in review."""
    round_ = replace(review.round, version=version.number)
    return reviewing.review_of(session, context, case.state, round_, version, review.decisions, acts=review.acts)
