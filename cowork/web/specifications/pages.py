"""What the draft pages show: the overview of the sections, and one section as a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cowork.domain.conditions import Content, Value
from cowork.domain.ids import ThreadId
from cowork.domain.policy import Action
from cowork.domain.proposals import Phase
from cowork.domain.specifications import alignment, display, frameworks, wording, workload
from cowork.domain.specifications.form import Field, FieldType, Owner, Section, may_read
from cowork.services.specifications import Draft, may_suggest, why_not_write, writable_columns, writable_fields
from cowork.store.comments import ThreadFull
from cowork.web import sides
from cowork.web import threads as thread_pages
from cowork.web.kept import KeptView
from cowork.web.passages import Pin, in_order, pins
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.specifications import reading, together
from cowork.web.specifications.answers import PLACE
from cowork.web.specifications.asking import depends_on, in_words, on_the_page
from cowork.web.specifications.commenting import NewThread, new_thread
from cowork.web.specifications.forms import HeldForm
from cowork.web.specifications.navigator import Step, control_id, steps
from cowork.web.specifications.quoting import quoted_words, with_marks

SMALL = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.DATE, FieldType.CHOICE, FieldType.URL, FieldType.EMAIL})
SHORT_TEXT = 150


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is not there yet, with the control that mends it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class OverviewLine:
    step: Step
    owner: str
    writable: bool
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class FrameworkLine:
    name: str
    passes: int
    later: int
    fails: int
    not_claimed: int
    passed: bool
    anchor: str


@dataclass(frozen=True, slots=True)
class Overview:
    frame: ProposalFrame
    lines: tuple[OverviewLine, ...]
    done: int
    percent: int
    frameworks: tuple[FrameworkLine, ...]
    gaps: tuple[str, ...]
    may_edit: bool
    why_not_edit: str
    may_submit: bool
    author: str
    digest: str
    next_url: str
    newer_questions: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a row: its control, or what is shown where the other side writes it."""

    field: Field
    control: Any
    shown: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row of a repeating group. `groups` are columns that stand side by side."""

    index: int
    title: str
    id_control: Any
    place_control: Any
    groups: tuple[tuple[Column, ...], ...]
    hints: tuple[str, ...]
    focus: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question: with a `control` to answer it, or with `shown` (a ReadField) where somebody else writes it. `threads` are the ids of
    the open ones about it, in order. `suggest_url` is where other wording is suggested for that, empty where the reader may not.
    """

    field: Field
    control: Any
    shown: reading.ReadField | None
    owner: str
    lane: str
    only_if: str
    rows: tuple[EntryRow, ...]
    threads: tuple[str, ...]
    suggest_url: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty row of a repeating group, for the script that adds rows."""

    field: Field
    id: str
    row: EntryRow


@dataclass(frozen=True, slots=True)
class Side:
    """What is shown beside a section: hints worked out from the saved answers."""

    missing: tuple[Missing, ...]
    workload: workload.Workload | None
    alignment: alignment.Alignment | None
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionPage:
    frame: ProposalFrame
    section: Section
    owner: str
    steps: list[Step]
    questions: tuple[Question, ...]
    not_asked: tuple[str, ...]
    side: Side
    writable: bool
    why_not: str
    base: int
    note: str
    errors: list[tuple[str, str]]
    previous: Step | None
    next: Step | None
    threads: list[thread_pages.ThreadView]
    new_thread: NewThread | None
    unsaved: bool
    unsent: tuple[KeptView, ...]
    together: str
    blanks: tuple[Blank, ...]


def own_fields(draft: Draft, section: Section) -> tuple[Field, ...]:
    """The fields of a section that the actor writes and that its page holds."""
    writable = writable_fields(draft.case, section) if section.key in draft.writable else frozenset()
    return tuple(field for field in section.fields if field.key in writable and on_the_page(section, field, draft.content))


def own_columns(draft: Draft, fields: Sequence[Field]) -> dict[str, frozenset[str]]:
    """For each repeating group the columns that the actor writes."""
    return {field.key: writable_columns(draft.case, field) for field in fields if field.type is FieldType.ROWS}


def overview(draft: Draft, threads: Sequence[ThreadFull], newer_questions: int = 0) -> Overview:
    """The overview of a draft; `newer_questions` counts what the newest questions of its parties would change."""
    case, content = draft.case, draft.content
    base = f"/proposals/{case.state.id}/draft"
    found = steps(case.form, draft.completeness, lambda key: f"{base}/{key}", counts=thread_pages.open_by_section(threads))
    lines = tuple(
        OverviewLine(step, sides.WRITES[case.form.section(step.key).owner], step.key in draft.writable, missing_of(draft, step.key))
        for step in found
    )
    undone = next((line.step.url for line in lines if line.writable and line.step.percent < 100), "")
    return Overview(
        frame=proposal_frame(case, "draft", version=draft.version.number, saved_at=draft.version.at),
        lines=lines,
        done=sum(line.step.percent >= 100 for line in lines),
        percent=draft.completeness.percent,
        frameworks=framework_lines(draft),
        gaps=alignment.alignment(content).gaps if case.state.phase is Phase.FULL else (),
        may_edit=case.may(Action.EDIT_PROPOSAL),
        why_not_edit=_why_locked(draft),
        may_submit=case.may(Action.SUBMIT_PROPOSAL),
        author=draft.version.author_name,
        digest=draft.version.digest,
        next_url=undone,
        newer_questions=newer_questions,
    )


def _why_locked(draft: Draft) -> str:
    """Why the text is locked, and which sections a stage of the review leaves open."""
    labels = [section.label for section in draft.case.form.sections if section.key in draft.writable]
    refused = draft.case.why_not(Action.EDIT_PROPOSAL)
    if not refused or not labels:
        return refused
    return f"The text is locked while it is in review, except for what the stage that is open lets you change: {', '.join(labels)}."


def missing_of(draft: Draft, key: str) -> tuple[Missing, ...]:
    """What a section lacks, each with a link to its control."""
    standing = draft.completeness.section(key)
    base = f"/proposals/{draft.case.state.id}/draft/{key}"
    found = standing.missing if standing else ()
    return tuple(Missing(problem.message, f"{base}#{control_id(problem.path, draft.content)}") for problem in found)


def framework_lines(draft: Draft) -> tuple[FrameworkLine, ...]:
    """Every framework with its counts. An outline is measured against none: most of what they ask comes later."""
    if draft.case.state.phase is Phase.OUTLINE:
        return ()
    standing = frameworks.Standing
    return tuple(
        FrameworkLine(
            report.name, report.count(standing.PASSES), report.count(standing.LATER), report.count(standing.FAILS),
            report.count(standing.NOT_CLAIMED), report.passed, f"framework-{report.id.lower()}",
        )
        for report in frameworks.check(draft.case.form, draft.content)
    )  # fmt: skip


def section_page(
    draft: Draft,
    section: Section,
    form: HeldForm | None,
    threads: Sequence[ThreadFull],
    suggested: Mapping[ThreadId, thread_pages.SuggestionView],
    *,
    errors: Sequence[tuple[str, str]] = (),
    note: str = "",
    base: int | None = None,
    focus: tuple[str, int] | None = None,
    unsaved: bool = False,
    listed: Content | None = None,
    unsent: Sequence[KeptView] = (),
) -> SectionPage:
    """The page of a section. `form` holds what the actor may write (None: nothing); `focus` is the row to look at next;
    `suggested` is what the threads suggest. `listed` names the entries of other sections for new rows, by default those of the draft;
    `unsent` are comments that the reader has not sent.
    """
    case = draft.case
    root = f"/proposals/{case.state.id}/draft"
    found = steps(
        case.form, draft.completeness, lambda key: f"{root}/{key}", current=section.key, counts=thread_pages.open_by_section(threads)
    )
    place = next((number for number, step in enumerate(found) if step.current), None)
    here = thread_pages.of_section(threads, section)
    pinned = pins(case.form, draft.content, here)
    written = together.plan(draft, section, form, unsaved or bool(errors), quoted_words(here, pinned))
    return SectionPage(
        frame=proposal_frame(case, "draft", version=draft.version.number, saved_at=draft.version.at),
        section=section,
        owner=sides.WRITES[section.owner],
        steps=found,
        questions=_questions(draft, section, form, here, pinned, focus),
        not_asked=_not_asked(draft, section),
        side=_side(draft, section),
        writable=form is not None,
        why_not=_why_not(draft, section) if form is None else "",
        base=draft.version.number if base is None else base,
        note=note,
        errors=list(errors),
        previous=found[place - 1] if place else None,
        next=found[place + 1] if place is not None and place + 1 < len(found) else None,
        threads=_threads(draft, here, pinned, suggested, form),
        new_thread=new_thread(draft, section, f"{root}/{section.key}"),
        unsaved=unsaved,
        unsent=tuple(unsent),
        together=written,
        blanks=_blanks(draft, section, form, draft.content if listed is None else listed) if form is not None and written else (),
    )


def _threads(
    draft: Draft, threads: Sequence[ThreadFull], pinned: Mapping[ThreadId, Pin], suggested: Mapping[ThreadId, thread_pages.SuggestionView],
    form: HeldForm | None,
) -> list[thread_pages.ThreadView]:  # fmt: skip
    """The threads beside the section. Words that the reader only reads are marked on its page, others on that of the review."""
    review, ordered = f"/proposals/{draft.case.state.id}/review", in_order(threads, pinned)
    found = thread_pages.views(draft.case, ordered, draft.version.number, pinned, suggested, text=review)
    here = {thread.id for thread in ordered if form is None or (thread.field or "") not in form}
    return [replace(view, mark_url=view.mark_url.removeprefix(review)) if view.id in here else view for view in found]


def _blanks(draft: Draft, section: Section, form: HeldForm, listed: Content) -> tuple[Blank, ...]:
    groups = [field for field in section.fields if field.type is FieldType.ROWS and field.key in form]
    blank = together.blank_form(listed, groups, own_columns(draft, groups))
    return tuple(Blank(group, blank[group.key].id, _rows(draft, section, group, blank, None)[1]) for group in groups)


def _why_not(draft: Draft, section: Section) -> str:
    refused = draft.case.why_not(Action.EDIT_PROPOSAL)
    if refused and may_suggest(draft.case, section):
        return f"{refused} You can suggest a change meanwhile: its authors accept it when the text is open again, or reject it."
    return refused or why_not_write(draft.case, section)


def _not_asked(draft: Draft, section: Section) -> tuple[str, ...]:
    """Questions that other sections make unnecessary, in words."""
    return tuple(
        f"“{field.label}” is asked when {in_words(draft.case.form, field.when)}."
        for field in section.fields
        if field.when is not None and may_read(draft.case.sides, field.lane) and not on_the_page(section, field, draft.content)
    )


def _questions(
    draft: Draft, section: Section, form: HeldForm | None, threads: Sequence[ThreadFull], pinned: Mapping[ThreadId, Pin],
    focus: tuple[str, int] | None,
) -> tuple[Question, ...]:  # fmt: skip
    shown = reading.read(draft.case.questions, draft.content, draft.case.sides)
    read = {f.key: f for s in shown if s.key == section.key for f in with_marks(s, threads, pinned).fields}
    ordered = [thread for thread in in_order(threads, pinned) if not thread.resolved]
    suggest = f"/proposals/{draft.case.state.id}/suggest?at={section.key}" if may_suggest(draft.case, section) else ""
    result = []
    for field in section.fields:
        own = form is not None and field.key in form
        if not own and field.key not in read:
            continue
        result.append(
            Question(
                field=field,
                control=form[field.key] if form is not None and own else None,
                shown=None if own else read[field.key],
                owner=_written_by(field) if form is not None else "",
                lane=reading.LANE_WORDS.get(field.lane, ""),
                only_if=_only_if(draft, section, field),
                rows=_rows(draft, section, field, form, focus) if own else (),
                threads=tuple(thread.id for thread in ordered if thread.field == field.key),
                suggest_url=f"{suggest}.{field.key}" if suggest and not own else "",
            )
        )
    return tuple(result)


def _only_if(draft: Draft, section: Section, field: Field) -> str:
    if field.when is None or not depends_on(section, field):
        return ""
    return f"Answer this when {in_words(draft.case.form, field.when)}."


def _rows(draft: Draft, section: Section, field: Field, form: HeldForm | None, focus: tuple[str, int] | None) -> tuple[EntryRow, ...]:
    if form is None or field.type is not FieldType.ROWS:
        return ()
    entries: Any = form[field.key]
    saved = draft.content.get(section.key, {}).get(field.key)
    before = {row.get("id"): row for row in saved if isinstance(row, Mapping)} if isinstance(saved, list) else {}
    result = []
    for index, entry in enumerate(entries.entries):
        row = entry.form
        columns = [_column(draft, column, row, before.get(row["id"].data, {})) for column in field.columns]
        hints = _hints(f"{section.key}.{field.key}", row)
        seen = focus == (field.key, index)
        result.append(EntryRow(index, f"Entry {index + 1}", row["id"], row[PLACE], grouped(columns), hints, seen))
    return tuple(result)


def _written_by(field: Field) -> str:
    """The one side that writes a question; empty where both do."""
    return sides.NAMES[field.owner] if field.owner is not Owner.BOTH else ""


def _column(draft: Draft, column: Field, row: HeldForm, saved: Mapping[str, Value]) -> Column:
    if column.key in row:
        return Column(column, row[column.key])
    return Column(column, None, display.shown(column, saved.get(column.key), draft.content), _written_by(column))


def grouped(columns: Sequence[Column]) -> tuple[tuple[Column, ...], ...]:
    """Columns of the same small kind that follow each other stand side by side."""
    groups: list[list[Column]] = []
    for column in columns:
        if groups and _width(column.field) == _width(groups[-1][-1].field) != "wide":
            groups[-1].append(column)
        else:
            groups.append([column])
    return tuple(tuple(group) for group in groups)


def _width(field: Field) -> str:
    """How much room a column takes in its row: "small", "links" (a short list of boxes) or "wide"."""
    if field.type is FieldType.LINKS:
        return "links"
    return "small" if field.type in SMALL or (field.type is FieldType.TEXT and (field.max_length or 1000) <= SHORT_TEXT) else "wide"


def _hints(path: str, row: HeldForm) -> tuple[str, ...]:
    """Hints on the wording of a learning outcome, from what is typed."""
    if path != "outcomes.items" or "text" not in row:
        return ()
    bloom = row["bloom"].data if "bloom" in row else None
    return wording.hints(row["text"].data or "", bloom or None)


def _side(draft: Draft, section: Section) -> Side:
    content = draft.content
    matrix = alignment.alignment(content) if section.key in ("alignment", "outcomes", "assessments", "skills") else None
    hours = workload.workload(content) if section.key in ("workload", "modules") else None
    gaps = _gaps_for(section.key, matrix.gaps) if matrix and draft.case.state.phase is Phase.FULL else ()
    return Side(missing_of(draft, section.key), hours, matrix if section.key in ("alignment", "assessments") else None, gaps)


def _gaps_for(key: str, gaps: Sequence[str]) -> tuple[str, ...]:
    """The gaps that a section can mend."""
    starts = {"outcomes": "LO ", "assessments": "A ", "skills": "S "}
    mending = {"assessments": "assessment to it.", "skills": "skill to it."}
    if key == "alignment":
        return tuple(gaps)
    return tuple(gap for gap in gaps if gap.startswith(starts[key]) or gap.endswith(mending.get(key, "\0")))
