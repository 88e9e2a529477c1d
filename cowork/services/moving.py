"""Changing the text while it is in review, where a stage that is open allows it: first said what follows, then saved."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from cowork.domain.acts import RouteChanges, route_changes, sections_open
from cowork.domain.conditions import Content
from cowork.domain.errors import Conflict, Refused
from cowork.domain.events import RoundMoved
from cowork.domain.identity import Actor
from cowork.domain.ids import ProposalId
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


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What saving would do. `seen` says what it was worked out on, and comes back with the confirmation; `sections` are those that
    change (none: nothing would be saved); `after` is where the review would stand.
    """

    case: Case
    seen: str
    sections: tuple[str, ...]
    changes: RouteChanges
    after: Progress


@dataclass(frozen=True, slots=True)
class _Move:
    case: Case
    review: Review
    after: Review
    content: Content
    sections: tuple[str, ...]


def preview(context: Context, actor: Actor, proposal: ProposalId, command: SaveCommand) -> MovePreview | StaleSave:
    """What saving these answers would do to the running review. Nothing is written. Raises as `move` does."""
    with unit.reading() as session:
        found = _worked_out(session, context, open_case(session, actor, proposal, Action.EDIT_IN_REVIEW), command)
        if isinstance(found, StaleSave):
            return found
        changes = route_changes(found.review.progress, found.after.progress)
        return MovePreview(found.case, _seen(found.case), found.sections, changes, found.after.progress)


def move(context: Context, actor: Actor, proposal: ProposalId, command: SaveCommand, seen: str) -> Progress | StaleSave:
    """Save the answers as a new version, with which the review goes on.

    Raises Conflict when something has happened since the preview (`seen`) or no open stage leaves the section open, Refused for what
    is not the actor's to write, Invalid for answers that cannot be kept.
    """
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.EDIT_IN_REVIEW, lock=True)
        found = _worked_out(session, context, case, command)
        if isinstance(found, StaleSave):
            return found
        if seen != _seen(case):
            raise Conflict("Something has happened in this review since. Read what your change does now, then confirm it again.")
        if not found.sections:
            return found.review.progress
        return _save(session, context, found, command.note)


def _save(session: Session, context: Context, found: _Move, note: str) -> Progress:
    case, round_ = found.case, found.review.round
    before = dict(found.review.version.section_digests)
    words = " ".join(note.split())[:MAX_NOTE]
    cut = saving.cut(session, context, case.state, case.form, case.actor, found.content, before, words)
    reviews.move_round(session, round_.id, cut.number)
    version = versions.version(session, case.state.id, cut.number)
    if version is None:
        raise LookupError(f"version {cut.number} of proposal {case.state.id} was not kept")
    after = _review(session, context, case, found.review, version)
    opened = tuple(_skipped(found.review.progress) - _skipped(after.progress))
    closed = tuple(_skipped(after.progress) - _skipped(found.review.progress))
    event = RoundMoved(round_.id, cut.number, version.digest, tuple(sorted(opened)), tuple(sorted(closed)))
    reviewing.settle(session, context, case.state, after, case.actor.person, [cut.event, event], **cut.columns)
    return after.progress


def _skipped(progress: Progress) -> set[str]:
    return {stage.stage.key for stage in progress.stages if stage.standing is StageStanding.SKIPPED}


def _seen(case: Case) -> str:
    """What the proposal is at now: any event, and nothing else, changes it."""
    return str(case.state.event_head)


def _worked_out(session: Session, context: Context, case: Case, command: SaveCommand) -> _Move | StaleSave:
    review = reviewing.load(session, context, case.state)
    opened = sections_open(review.progress) if review is not None else frozenset()
    if review is None or command.section not in opened:
        raise Conflict("No stage that is open now lets its authors change this section. Withdraw the proposal to change it, or comment.")
    found = specifications.merged(session, case, command)
    if isinstance(found, StaleSave):
        own = opened & specifications.writable_sections(case)
        return replace(found, draft=replace(found.draft, writable=own))
    current, content = found
    sections = {key: str(value) for key, value in digests.section_digests(case.form, content).items()}
    changed = saving.changed_sections(dict(current.section_digests), sections)
    if locked := [case.form.section(key).label for key in changed if key not in opened]:
        raise Refused(f"This change would also change {', '.join(locked)}, which is locked while the proposal is in review.")
    version = replace(
        current, number=current.number + 1, at=context.now(), content=content, section_digests=sections,
        digest=digests.digest(case.form, content),
    )  # fmt: skip
    after = _review(session, context, case, review, version) if changed else review
    return _Move(case, review, after, content, changed)


def _review(session: Session, context: Context, case: Case, review: Review, version: VersionFull) -> Review:
    """The round as it stands with another version in review."""
    round_ = replace(review.round, version=version.number)
    return reviewing.review_of(session, context, case.state, round_, version, review.decisions)
