"""The review page: the document with its comments and what changed, where the review stands, and the decision asked of the reader."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cowork.domain.ids import ThreadId
from cowork.domain.policy import Action
from cowork.domain.proposals import Standing
from cowork.domain.specifications.compare import FieldChange, SectionChange
from cowork.domain.specifications.form import Section
from cowork.domain.workflows.definition import StageKind
from cowork.domain.workflows.naming import to_name_in_words
from cowork.domain.workflows.progress import Progress, Verdict
from cowork.services.conditions import ConditionView
from cowork.services.context import Context
from cowork.services.reviews import ReviewPage
from cowork.store.comments import ThreadFull
from cowork.store.reviews import DecisionFull
from cowork.web import threads as thread_pages
from cowork.web.kept import KeptView, kept
from cowork.web.passages import Pin, in_order, pins
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.reviews.acting import Offer
from cowork.web.reviews.decisions import DONE, DecisionForm, Typed, decision_form, what_it_is
from cowork.web.specifications import reading
from cowork.web.specifications.changes import ShownChange, shown
from cowork.web.specifications.commenting import Asked, NewThread, new_thread
from cowork.web.specifications.marking import ShownMarkedRow, in_place
from cowork.web.specifications.navigator import Step, steps
from cowork.web.specifications.quoting import with_marks
from cowork.web.specifications.since import Preset, presets, title
from cowork.web.specifications.suggested import suggestions


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a section with the threads beside it, and the comments that the reader has not sent.

    `talked` are the keys of fields with open threads.
    """

    fields: tuple[reading.ReadField, ...]
    threads: tuple[thread_pages.ThreadView, ...]
    kept: tuple[KeptView, ...] = ()

    @property
    def talked(self) -> frozenset[str]:
        return frozenset(field.key for field in self.fields if any(not thread.resolved_at for thread in self.threads))


@dataclass(frozen=True, slots=True)
class DocumentSection:
    id: str
    key: str
    label: str
    passages: tuple[Passage, ...]
    unanswered: tuple[str, ...]
    changes: Mapping[str, ShownChange]
    lists: Mapping[str, tuple[ShownMarkedRow, ...]]
    gone: tuple[ShownChange, ...]
    new_thread: NewThread | None


@dataclass(frozen=True, slots=True)
class _Margin:
    """What stands beside the text: where threads stand in it, what they suggest, and what the reader typed."""

    found: ReviewPage
    pinned: Mapping[ThreadId, Pin]
    suggested: Mapping[ThreadId, thread_pages.SuggestionView]
    kept: tuple[KeptView, ...]
    asked: Asked | None


@dataclass(frozen=True, slots=True)
class Page:
    """The whole review page. `seen` is the version since which changes are marked, if any; `since` says it in words, `presets` lead to
    other ones. `changed` are the changed questions, each with the address of its place.
    """

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
    since: str
    presets: tuple[Preset, ...]
    changed: tuple[tuple[str, str], ...]
    problems: tuple[tuple[str, str], ...]
    may_withdraw: bool
    may_submit: bool
    note: str
    submitted_by: str
    undoable: tuple[Offer, ...]
    undo_title: str
    conditions: tuple[ConditionView, ...]
    whole_kept: tuple[KeptView, ...]
    pending: int
    acceptable: tuple[thread_pages.ThreadView, ...]
    naming: tuple[tuple[str, str], ...]


def review_page(context: Context, found: ReviewPage, *, asked: Asked | None = None, typed: Typed | None = None) -> Page:
    """The page from what the use case gave. `asked` and `typed` are kept from a refused comment or decision."""
    case, draft = found.draft.case, found.draft
    version = draft.version.number
    changes = _changes(found)
    margin = _margin(context, found, asked)
    sections = tuple(_section(margin, section, read, changes.get(section.key)) for section, read in _read(margin))
    counts = thread_pages.open_by_section(found.threads)
    whole = [thread for thread in found.threads if thread.section is None]
    form = decision_form(context, found, typed)
    beside = [thread for section in sections for passage in section.passages for thread in passage.threads]
    running = case.state.standing is Standing.IN_REVIEW and found.review is not None
    return Page(
        frame=_frame(found, form),
        version=version,
        steps=steps(case.form, draft.completeness, lambda key: f"#section-{key}", counts=counts, changed=changes),
        sections=sections,
        whole=_views(margin, whole),
        whole_new=new_thread(draft, None, _address(found), asked),
        progress=found.review.progress if found.review else None,
        running=running,
        decision=form,
        why_not_decide="" if form or found.naming or not running else case.why_not(Action.DECIDE),
        seen=found.seen.number if found.seen else None,
        since=title(found.points) if found.seen else "",
        presets=presets(found.points, case.state.version, f"/proposals/{case.state.id}/review", "Without marks"),
        changed=_changed_list(sections, changes),
        problems=(*(form.errors if form else ()), *_comment_problems(asked)),
        may_withdraw=case.may(Action.WITHDRAW_PROPOSAL),
        may_submit=case.may(Action.SUBMIT_PROPOSAL),
        note=found.review.round.note if running and found.review else "",
        submitted_by=found.review.round.submitted_by_name if found.review else "",
        undoable=tuple(_undo_offer(found, made) for made in found.undoable),
        undo_title=f"Your {_own_words(found)}",
        conditions=found.conditions,
        whole_kept=tuple(one for one in margin.kept if not one.section),
        pending=len(found.pending),
        naming=_to_name(found),
        acceptable=tuple(thread for thread in beside if thread.suggestion is not None and thread.suggestion.accept_url),
    )


def _to_name(found: ReviewPage) -> tuple[tuple[str, str], ...]:
    """How many people the reader is asked to name, and for which stage."""
    asked = {(turn.stage, turn.seat, turn.party) for turn in found.naming}
    stages = found.review.progress.stages if found.review is not None else ()
    return tuple(
        (to_name_in_words(seat), stage.stage.title)
        for stage in stages
        for seat in stage.unnamed
        if (stage.stage.key, seat.seat.key, seat.bench.party) in asked
    )


def _address(found: ReviewPage) -> str:
    return f"/proposals/{found.draft.case.state.id}/review"


def _margin(context: Context, found: ReviewPage, asked: Asked | None) -> _Margin:
    case, content, threads = found.draft.case, found.draft.content, found.threads
    return _Margin(
        found,
        pins(case.form, content, threads),
        suggestions(found.draft, threads, found.deciders, context.differ),
        kept(case, found.pending, {thread.id: thread for thread in threads}),
        asked,
    )


def _own_words(found: ReviewPage) -> str:
    """What the reader can take back, in a word or two: "reply", "decisions", "decisions and replies"."""
    words = [what_it_is(found.review, made.decision.stage, made.decision.verdict) for made in found.undoable]
    several = [word if words.count(word) == 1 else {"reply": "replies"}.get(word, f"{word}s") for word in dict.fromkeys(words)]
    return " and ".join(several)


def _undo_offer(found: ReviewPage, made: DecisionFull) -> Offer:
    """A decision of the reader's own, in words, and where it is taken back."""
    stage = made.decision.stage
    stages = found.review.workflow.stages if found.review else ()
    titles = {one.key: one.title for one in stages}
    against = next((titles.get(one.against, "") for one in stages if one.key == stage and made.decision.verdict is Verdict.APPEAL), "")
    given = f"{DONE[made.decision.verdict]} of version {made.decision.version} at {titles.get(stage, stage)}"
    words = f"Your appeal against {against}" if against else f"Your {given}"
    return Offer(words, f"/proposals/{found.draft.case.state.id}/decisions/{made.id}/undo")


def _frame(found: ReviewPage, form: DecisionForm | None) -> ProposalFrame:
    """The frame; for whoever is asked to decide its sentence says so, and the page itself says what else is needed."""
    version = found.draft.version
    frame = proposal_frame(found.draft.case, "review", version=version.number, saved_at=version.at)
    if form is None:
        return frame
    behalf = f", for {form.on_behalf}" if form.on_behalf else ""
    consulted = found.review is not None and found.review.workflow.stage(form.stage).kind is StageKind.CONSULT
    asked = "comment" if consulted else "vote in secret" if form.secret else "decide"
    sentence = f"You are asked to {asked} at {form.stage_title}, as {form.office}{behalf}."
    if form.appeal:
        sentence = f"You can appeal against {form.appeal}, as {form.office}."
    due_at = next((turn.due_at for turn in found.turns if (turn.stage, turn.seat) == (form.stage, form.seat)), None)
    return replace(frame, sentence=sentence, due_at=due_at)


def _comment_problems(asked: Asked | None) -> list[tuple[str, str]]:
    if asked is None:
        return []
    control = f"reply-{asked.thread}" if asked.thread else f"new-{asked.section or 'proposal'}-body"
    return [(control, sentence) for sentence in asked.errors]


def _views(margin: _Margin, threads: Iterable[ThreadFull]) -> tuple[thread_pages.ThreadView, ...]:
    """The threads for the page; the one whose reply was refused holds what was typed."""
    found, asked, ordered = margin.found, margin.asked, in_order(threads, margin.pinned)
    views = thread_pages.views(found.draft.case, ordered, found.draft.version.number, margin.pinned, margin.suggested)
    if asked is None or not asked.thread:
        return tuple(views)
    error = " ".join(asked.errors)
    return tuple(replace(view, reply_body=asked.body, reply_error=error) if view.id == asked.thread else view for view in views)


def _read(margin: _Margin) -> Iterator[tuple[Section, reading.ReadSection]]:
    found = margin.found
    form = found.draft.case.questions
    for read in reading.read(form, found.draft.content, found.draft.case.sides):
        here = [thread for thread in in_order(found.threads, margin.pinned) if thread.section == read.key]
        yield form.section(read.key), with_marks(read, here, margin.pinned)


def _changes(found: ReviewPage) -> dict[str, SectionChange]:
    """What differs from the version that is compared with, by section."""
    return {change.section.key: change for change in found.comparison.sections} if found.comparison is not None else {}


def _changed_list(sections: Sequence[DocumentSection], changes: Mapping[str, SectionChange]) -> tuple[tuple[str, str], ...]:
    """The changed questions with where they stand on the page: those that are not asked any more at the end of their section."""
    asked = {f"{one.key}.{field.key}" for one in sections for passage in one.passages for field in passage.fields}
    return tuple(
        (f"{found.section.label}: {change.field.label}", _place(key, change, asked, {one.key for one in sections}))
        for key, found in changes.items()
        for change in found.fields
    )


def _place(section: str, change: FieldChange, asked: Collection[str], shown_sections: Collection[str]) -> str:
    if change.path in asked:
        return f"#field-{section}-{change.field.key}"
    return f"#section-{section}" if section in shown_sections else "#section-proposal"


def _section(margin: _Margin, section: Section, read: reading.ReadSection, changed: SectionChange | None) -> DocumentSection:
    fields = changed.fields if changed is not None else ()
    changes = {change.field.key: shown(change) for change in fields}
    here = thread_pages.of_section(margin.found.threads, section)
    talked_about = {thread.field for thread in here} | {one.field for one in margin.kept if one.section == section.key}
    kept_fields = [field for field in read.fields if field.answered or field.key in talked_about or field.key in changes]
    visible = {field.key for field in read.fields}
    return DocumentSection(
        id=read.id,
        key=section.key,
        label=section.label,
        passages=_passages(margin, section.key, kept_fields, here, visible),
        unanswered=tuple(field.label for field in read.fields if field not in kept_fields),
        changes=changes,
        lists={change.field.key: in_place(change, margin.found.draft.content) for change in fields if change.rows},
        gone=tuple(change for key, change in changes.items() if key not in visible),
        new_thread=new_thread(margin.found.draft, section, _address(margin.found), margin.asked),
    )


def _passages(
    margin: _Margin, section: str, fields: Sequence[reading.ReadField], threads: Sequence[ThreadFull], visible: set[str]
) -> tuple[Passage, ...]:
    """A passage for each field with threads, and one for each run of fields between them; threads on the section stand first."""
    on_section = [thread for thread in threads if thread.field is None or thread.field not in visible]
    unsent = [one for one in margin.kept if one.section == section]
    unsent_here = tuple(one for one in unsent if one.field not in visible)
    passages: list[Passage] = []
    run: list[reading.ReadField] = []
    for field in fields:
        own = [thread for thread in threads if thread.field == field.key]
        mine = tuple(one for one in unsent if one.field == field.key)
        if own or mine:
            passages += [Passage(tuple(run), ())] if run else []
            passages.append(Passage((field,), _views(margin, own), mine))
            run = []
        else:
            run.append(field)
    passages += [Passage(tuple(run), ())] if run else []
    if on_section or unsent_here:
        first = _views(margin, on_section)
        passages.insert(0, Passage((), first, unsent_here))
        if len(passages) > 1 and not passages[1].threads and not passages[1].kept:
            passages[:2] = [Passage(passages[1].fields, first, unsent_here)]
    return tuple(passages)
