"""What the draft pages show: the overview of the sections, and one section as a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cowork.domain.conditions import Value
from cowork.domain.errors import NotFound
from cowork.domain.policy import Action
from cowork.domain.specifications import alignment, display, frameworks, wording, workload
from cowork.domain.specifications.form import Field, FieldType, Owner, Section, may_read
from cowork.services.specifications import Draft, writable_columns, writable_fields
from cowork.store.comments import ThreadFull
from cowork.web import threads as thread_pages
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.specifications import reading
from cowork.web.specifications.answers import PLACE
from cowork.web.specifications.asking import depends_on, in_words, on_the_page
from cowork.web.specifications.forms import HeldForm
from cowork.web.specifications.navigator import OWNER_WORDS, Step, control_id, steps

SMALL = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.DATE, FieldType.CHOICE, FieldType.URL, FieldType.EMAIL})
SHORT_TEXT = 150
SIDE_WORDS = {Owner.UNIVERSITY: "the university", Owner.EMPLOYER: "the employer"}


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
    """One question: with a `control` to answer it, or with `shown` (a ReadField) where somebody else writes it."""

    field: Field
    control: Any
    shown: reading.ReadField | None
    owner: str
    lane: str
    only_if: str
    rows: tuple[EntryRow, ...]
    threads: int


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
    lanes: tuple[thread_pages.Lane, ...]
    may_comment: bool
    unsaved: bool


def section_of(draft: Draft, key: str) -> Section:
    """The section of that key. Raises NotFound."""
    try:
        return draft.case.form.section(key)
    except KeyError:
        raise NotFound("section") from None


def own_fields(draft: Draft, section: Section) -> tuple[Field, ...]:
    """The fields of a section that the actor writes and that its page holds."""
    writable = writable_fields(draft.case, section) if section.key in draft.writable else frozenset()
    return tuple(field for field in section.fields if field.key in writable and on_the_page(section, field, draft.content))


def own_columns(draft: Draft, fields: Sequence[Field]) -> dict[str, frozenset[str]]:
    """For each repeating group the columns that the actor writes."""
    return {field.key: writable_columns(draft.case, field) for field in fields if field.type is FieldType.ROWS}


def overview(draft: Draft, threads: Sequence[ThreadFull]) -> Overview:
    """The overview of a draft."""
    case, content = draft.case, draft.content
    base = f"/proposals/{case.state.id}/draft"
    found = steps(case.form, draft.completeness, lambda key: f"{base}/{key}", counts=thread_pages.open_by_section(threads))
    lines = tuple(
        OverviewLine(step, OWNER_WORDS[case.form.section(step.key).owner], step.key in draft.writable, missing_of(draft, step.key))
        for step in found
    )
    undone = next((line.step.url for line in lines if line.writable and line.step.percent < 100), "")
    return Overview(
        frame=proposal_frame(case, "draft", version=draft.version.number, saved_at=draft.version.at),
        lines=lines,
        done=sum(line.step.percent >= 100 for line in lines),
        percent=draft.completeness.percent,
        frameworks=framework_lines(draft),
        gaps=alignment.alignment(content).gaps,
        may_edit=case.may(Action.EDIT_PROPOSAL),
        why_not_edit=_why_locked(draft),
        may_submit=case.may(Action.SUBMIT_PROPOSAL),
        author=draft.version.author_name,
        digest=draft.version.digest,
        next_url=undone,
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
    """Every framework with its counts."""
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
    *,
    errors: Sequence[tuple[str, str]] = (),
    note: str = "",
    base: int | None = None,
    focus: tuple[str, int] | None = None,
    unsaved: bool = False,
) -> SectionPage:
    """The page of a section. `form` holds what the actor may write (None: nothing); `focus` is the row to look at next."""
    case = draft.case
    root = f"/proposals/{case.state.id}/draft"
    found = steps(
        case.form, draft.completeness, lambda key: f"{root}/{key}", current=section.key, counts=thread_pages.open_by_section(threads)
    )
    place = next((number for number, step in enumerate(found) if step.current), None)
    here = thread_pages.of_section(threads, section)
    return SectionPage(
        frame=proposal_frame(case, "draft", version=draft.version.number, saved_at=draft.version.at),
        section=section,
        owner=OWNER_WORDS[section.owner],
        steps=found,
        questions=_questions(draft, section, form, here, focus),
        not_asked=_not_asked(draft, section),
        side=_side(draft, section),
        writable=form is not None,
        why_not=_why_not(draft, section) if form is None else "",
        base=draft.version.number if base is None else base,
        note=note,
        errors=list(errors),
        previous=found[place - 1] if place else None,
        next=found[place + 1] if place is not None and place + 1 < len(found) else None,
        threads=thread_pages.views(case, here, draft.version.number),
        lanes=thread_pages.lanes(case),
        may_comment=case.may(Action.COMMENT),
        unsaved=unsaved,
    )


def _why_not(draft: Draft, section: Section) -> str:
    refused = draft.case.why_not(Action.EDIT_PROPOSAL)
    return refused or f"{OWNER_WORDS[section.owner]}. Comment on it to suggest a change."


def _not_asked(draft: Draft, section: Section) -> tuple[str, ...]:
    """Questions that other sections make unnecessary, in words."""
    return tuple(
        f"“{field.label}” is asked when {in_words(draft.case.form, field.when)}."
        for field in section.fields
        if field.when is not None and may_read(draft.case.sides, field.lane) and not on_the_page(section, field, draft.content)
    )


def _questions(
    draft: Draft, section: Section, form: HeldForm | None, threads: Sequence[ThreadFull], focus: tuple[str, int] | None
) -> tuple[Question, ...]:
    read = {f.key: f for s in reading.read(draft.case.form, draft.content, draft.case.sides) if s.key == section.key for f in s.fields}
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
                owner=SIDE_WORDS.get(field.owner, "") if form is not None else "",
                lane=reading.LANE_WORDS.get(field.lane, ""),
                only_if=_only_if(draft, section, field),
                rows=_rows(draft, section, field, form, focus) if own else (),
                threads=sum(thread.field == field.key and not thread.resolved for thread in threads),
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
        result.append(EntryRow(index, f"Entry {index + 1}", row["id"], row[PLACE], _grouped(columns), hints, seen))
    return tuple(result)


def _column(draft: Draft, column: Field, row: HeldForm, saved: Mapping[str, Value]) -> Column:
    if column.key in row:
        return Column(column, row[column.key])
    return Column(column, None, display.shown(column, saved.get(column.key), draft.content), SIDE_WORDS.get(column.owner, ""))


def _grouped(columns: Sequence[Column]) -> tuple[tuple[Column, ...], ...]:
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
    gaps = _gaps_for(section.key, matrix.gaps) if matrix else ()
    return Side(missing_of(draft, section.key), hours, matrix if section.key in ("alignment", "assessments") else None, gaps)


def _gaps_for(key: str, gaps: Sequence[str]) -> tuple[str, ...]:
    """The gaps that a section can mend."""
    starts = {"outcomes": "LO ", "assessments": "A ", "skills": "S "}
    mending = {"assessments": "assessment to it.", "skills": "skill to it."}
    if key == "alignment":
        return tuple(gaps)
    return tuple(gap for gap in gaps if gap.startswith(starts[key]) or gap.endswith(mending.get(key, "\0")))


