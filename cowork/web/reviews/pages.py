"""The review page: the document with its comments and what changed, where the review stands, and the decision asked of the reader."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cowork.domain.conditions import holds
from cowork.domain.policy import Action
from cowork.domain.proposals import Standing
from cowork.domain.specifications.compare import compare
from cowork.domain.specifications.form import Field, Section, may_read
from cowork.domain.workflows.progress import Progress
from cowork.services.conditions import ConditionView
from cowork.services.context import Context
from cowork.services.reviews import ReviewPage
from cowork.store.comments import ThreadFull
from cowork.store.reviews import DecisionFull
from cowork.web import threads as thread_pages
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.reviews.acting import Offer
from cowork.web.reviews.decisions import DONE, DecisionForm, Typed, decision_form
from cowork.web.specifications import reading
from cowork.web.specifications.changes import ShownChange, shown
from cowork.web.specifications.navigator import Step, steps


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a section with the threads beside it. `changes` mark fields that differ since the reader's last decision, by key."""

    fields: tuple[reading.ReadField, ...]
    threads: tuple[thread_pages.ThreadView, ...]


@dataclass(frozen=True, slots=True)
class NewThread:
    """The form for a new comment on a section: what it can be about, and what was typed when it was refused."""

    id: str
    about: str
    section: str
    subjects: tuple[tuple[str, str], ...]
    chosen: str
    lanes: tuple[thread_pages.Lane, ...]
    body: str
    objection: bool
    errors: tuple[str, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class DocumentSection:
    id: str
    key: str
    label: str
    passages: tuple[Passage, ...]
    unanswered: tuple[str, ...]
    changes: Mapping[str, ShownChange]
    gone: tuple[ShownChange, ...]
    new_thread: NewThread | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a new comment was to be about and say, when the page is shown for it: from a link, or after it was refused.

    `thread` is the thread that was replied to, empty for a new one.
    """

    thread: str = ""
    section: str = ""
    field: str = ""
    lane: str = ""
    body: str = ""
    objection: bool = False
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The whole review page. `seen` is the version of the reader's last decision, when the text has changed since."""

    frame: ProposalFrame
    version: int
    steps: list[Step]
    sections: tuple[DocumentSection, ...]
    whole: tuple[thread_pages.ThreadView, ...]
    whole_new: NewThread | None
    progress: Progress | None
    running: bool
    decision: DecisionForm | None
    why_not_decide: str
    seen: int | None
    changed: int
    problems: tuple[tuple[str, str], ...]
    may_withdraw: bool
    may_submit: bool
    note: str
    submitted_by: str
    undoable: tuple[Offer, ...]
    conditions: tuple[ConditionView, ...]


def review_page(context: Context, found: ReviewPage, *, asked: Asked | None = None, typed: Typed | None = None) -> Page:
    """The page from what the use case gave. `asked` and `typed` are kept from a refused comment or decision."""
    case, draft = found.draft.case, found.draft
    version = draft.version.number
    changes = _changes(context, found)
    sections = tuple(_section(found, section, read, changes.get(section.key, {}), asked) for section, read in _read(found))
    counts = thread_pages.open_by_section(found.threads)
    whole = [thread for thread in found.threads if thread.section is None]
    form = decision_form(context, found, typed)
    running = case.state.standing is Standing.IN_REVIEW and found.review is not None
    return Page(
        frame=_frame(found, form),
        version=version,
        steps=steps(case.form, draft.completeness, lambda key: f"#section-{key}", counts=counts, changed=changes),
        sections=sections,
        whole=_views(found, whole, asked),
        whole_new=_new_thread(found, None, asked),
        progress=found.review.progress if found.review else None,
        running=running,
        decision=form,
        why_not_decide="" if form or not running else case.why_not(Action.DECIDE),
        seen=found.seen.number if found.seen else None,
        changed=sum(len(fields) for fields in changes.values()),
        problems=(*(form.errors if form else ()), *_comment_problems(asked)),
        may_withdraw=case.may(Action.WITHDRAW_PROPOSAL),
        may_submit=case.may(Action.SUBMIT_PROPOSAL),
        note=found.review.round.note if running and found.review else "",
        submitted_by=found.review.round.submitted_by_name if found.review else "",
        undoable=tuple(_undo_offer(found, made) for made in found.undoable),
        conditions=found.conditions,
    )


def _undo_offer(found: ReviewPage, made: DecisionFull) -> Offer:
    """A decision of the reader's own, in words, and where it is taken back."""
    stage = made.decision.stage
    titles = {one.key: one.title for one in found.review.workflow.stages} if found.review else {}
    words = f"Your {DONE[made.decision.verdict]} of version {made.decision.version} at {titles.get(stage, stage)}"
    return Offer(words, f"/proposals/{found.draft.case.state.id}/decisions/{made.id}/undo")


def _frame(found: ReviewPage, form: DecisionForm | None) -> ProposalFrame:
    """The frame; for whoever is asked to decide its sentence says so, and the page itself says what else is needed."""
    version = found.draft.version
    frame = proposal_frame(found.draft.case, "review", version=version.number, saved_at=version.at)
    if form is None:
        return frame
    behalf = f", for {form.on_behalf}" if form.on_behalf else ""
    sentence = f"You are asked to decide at {form.stage_title}, as {form.office}{behalf}."
    due_at = next((turn.due_at for turn in found.turns if (turn.stage, turn.seat) == (form.stage, form.seat)), None)
    return replace(frame, sentence=sentence, due_at=due_at)


def _comment_problems(asked: Asked | None) -> list[tuple[str, str]]:
    if asked is None:
        return []
    control = f"reply-{asked.thread}" if asked.thread else f"new-{asked.section or 'proposal'}-body"
    return [(control, sentence) for sentence in asked.errors]


def _views(found: ReviewPage, threads: Iterable[ThreadFull], asked: Asked | None) -> tuple[thread_pages.ThreadView, ...]:
    """The threads for the page; the one whose reply was refused holds what was typed."""
    views = thread_pages.views(found.draft.case, threads, found.draft.version.number)
    if asked is None or not asked.thread:
        return tuple(views)
    error = " ".join(asked.errors)
    return tuple(replace(view, reply_body=asked.body, reply_error=error) if view.id == asked.thread else view for view in views)


def _read(found: ReviewPage) -> Iterator[tuple[Section, reading.ReadSection]]:
    form = found.draft.case.form
    for read in reading.read(form, found.draft.content, found.draft.case.sides):
        yield form.section(read.key), read


def _changes(context: Context, found: ReviewPage) -> dict[str, dict[str, ShownChange]]:
    """What differs from the version of the reader's last decision: by section and field."""
    if found.seen is None:
        return {}
    case = found.draft.case
    comparison = compare(case.form, case.readable(found.seen.content), found.draft.content, context.differ)
    return {
        section.section.key: {change.field.key: shown(change) for change in section.fields} for section in comparison.sections
    }


def _section(
    found: ReviewPage, section: Section, read: reading.ReadSection, changes: Mapping[str, ShownChange], asked: Asked | None
) -> DocumentSection:
    here = thread_pages.of_section(found.threads, section)
    talked_about = {thread.field for thread in here}
    kept = [field for field in read.fields if field.answered or field.key in talked_about or field.key in changes]
    visible = {field.key for field in read.fields}
    return DocumentSection(
        id=read.id,
        key=section.key,
        label=section.label,
        passages=_passages(found, kept, here, visible, asked),
        unanswered=tuple(field.label for field in read.fields if field not in kept),
        changes=changes,
        gone=tuple(change for key, change in changes.items() if key not in visible),
        new_thread=_new_thread(found, section, asked),
    )


def _passages(
    found: ReviewPage,
    fields: Sequence[reading.ReadField],
    threads: Sequence[ThreadFull],
    visible: set[str],
    asked: Asked | None,
) -> tuple[Passage, ...]:
    """A passage for each field with threads, and one for each run of fields between them; threads on the section stand first."""
    on_section = [thread for thread in threads if thread.field is None or thread.field not in visible]
    passages: list[Passage] = []
    run: list[reading.ReadField] = []
    for field in fields:
        own = [thread for thread in threads if thread.field == field.key]
        if own:
            passages += [Passage(tuple(run), ())] if run else []
            passages.append(Passage((field,), _views(found, own, asked)))
            run = []
        else:
            run.append(field)
    passages += [Passage(tuple(run), ())] if run else []
    if on_section:
        first = _views(found, on_section, asked)
        passages.insert(0, Passage((), first))
        if len(passages) > 1 and not passages[1].threads:
            passages[:2] = [Passage(passages[1].fields, first)]
    return tuple(passages)


def _new_thread(found: ReviewPage, section: Section | None, asked: Asked | None) -> NewThread | None:
    """The form for a comment on a section, or on the whole proposal."""
    case = found.draft.case
    if not case.may(Action.COMMENT):
        return None
    key = section.key if section else ""
    mine = asked if asked is not None and asked.section == key and not asked.thread else None
    fields = _open_fields(found, section) if section else ()
    chosen = next((field for field in fields if mine and field.key == mine.field), None)
    lanes = thread_pages.lanes(case, chosen)
    if mine and mine.lane:
        lanes = tuple(sorted(lanes, key=lambda lane: lane[0] != mine.lane))
    return NewThread(
        id=f"new-{key or 'proposal'}",
        about=section.label if section else "the whole proposal",
        section=key,
        subjects=tuple((field.key, field.label) for field in fields),
        chosen=chosen.key if chosen else "",
        lanes=lanes,
        body=mine.body if mine else "",
        objection=mine.objection if mine else False,
        errors=mine.errors if mine else (),
        open=mine is not None,
    )


def _open_fields(found: ReviewPage, section: Section) -> tuple[Field, ...]:
    sides, content = found.draft.case.sides, found.draft.content
    return tuple(
        field for field in section.fields if may_read(sides, field.lane) and (field.when is None or holds(field.when, content))
    )
