"""What the alignment page shows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from cowork.domain.conditions import Value
from cowork.domain.ids import OrganisationId, PersonId
from cowork.domain.policy import Action
from cowork.domain.proposals import Phase, Standing
from cowork.domain.specifications import grids, signing
from cowork.domain.specifications.display import Item, naming
from cowork.domain.specifications.loads import outcome_shares
from cowork.domain.specifications.signing import Signature, Signed, Statement
from cowork.domain.specifications.values import rows
from cowork.services.alignment import View
from cowork.services.specifications import may_comment_on
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.specifications.navigator import control_id


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as the page names it: `url` is its place in the text, `comment_url` where one comments on it, empty for who may not."""

    id: str
    short: str
    text: str
    url: str
    comment_url: str


@dataclass(frozen=True, slots=True)
class StaleSignature:
    """A signature that a change overtook, with the lines that went and came since."""

    signature: Signature
    gone: tuple[tuple[str, str], ...]
    new: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SignCell:
    """A statement on a row: who signed it, who has to again, and what the actor can do. `value` is what signing it posts; `ticked` where it
    was ticked to be signed and could not be yet.
    """

    key: str
    value: str
    words: str
    valid: tuple[Signature, ...]
    stale: tuple[StaleSignature, ...]
    may_sign: bool
    may_take_back: bool
    ticked: bool


@dataclass(frozen=True, slots=True)
class TaskRow:
    item: Entry
    skills: tuple[Entry, ...]
    outcomes: tuple[Entry, ...]
    assessments: tuple[Entry, ...]
    through: tuple[Entry, ...]
    evidence: tuple[Entry, ...]
    cells: tuple[SignCell, ...]


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """`share` is how much of all marks goes to it, in words."""

    item: Entry
    skills: tuple[Entry, ...]
    modules: tuple[Entry, ...]
    assessments: tuple[Entry, ...]
    tasks: tuple[Entry, ...]
    share: str
    cells: tuple[SignCell, ...]


@dataclass(frozen=True, slots=True)
class GridView:
    """A grid with its address on the page; `ticked` are the links to show, saved or not yet. It stands open where somebody ticks."""

    key: str
    anchor: str
    title: str
    heading: str
    count: int
    down: tuple[Entry, ...]
    across: tuple[Entry, ...]
    linkable: bool
    ticked: frozenset[tuple[str, str]]
    open: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class AlignmentPage:
    frame: ProposalFrame
    base: int
    tasks: tuple[TaskRow, ...]
    outcomes: tuple[OutcomeRow, ...]
    findings: tuple[FindingLine, ...]
    grids: tuple[GridView, ...]
    summary: tuple[str, ...]
    own_stale: str
    signs_for: tuple[tuple[OrganisationId, str], ...]
    may_ask: bool
    why_not_sign: str
    errors: list[tuple[str, str]]


def anchor(relation: str) -> str:
    """The id of a grid on the page."""
    return "grid-" + relation.replace(".", "-").replace("_", "-")


class Entries:
    """The rows of a view's lists with their places: in the form for whoever writes the section now, else in the text under review."""

    def __init__(self, view: View) -> None:
        self._draft = view.draft
        self._rows = {
            path: {str(row["id"]): (place, row) for place, row in enumerate(rows(view.draft.content, path))} for path in _paths(view)
        }

    def of(self, path: str, item: Item) -> Entry:
        """A row of the list at ``section.field``."""
        case, (section, _, field) = self._draft.case, path.partition(".")
        root = f"/proposals/{case.state.id}"
        place, row = self._rows[path][item.id]
        writes = case.may(Action.EDIT_PROPOSAL) and section in self._draft.writable
        url = f"{root}/draft/{section}#a-{field}-{place}" if writes else f"{root}/review#row-{section}-{field}-{place + 1}"
        comment = ""
        if may_comment_on(case, case.form.section(section)):
            column = naming(row)
            words = {"comment": f"{path}.{item.id}.{column}", "quote": str(row[column])} if column else {"comment": path}
            comment = f"{root}/review?{urlencode(words)}#new-{section}"
        return Entry(item.id, item.short, item.text, url, comment)

    def all(self, path: str, items: Sequence[Item]) -> tuple[Entry, ...]:
        return tuple(self.of(path, item) for item in items)


def _paths(view: View) -> set[str]:
    tied = {path for one in view.grids for path in (one.relation.path, one.relation.column.refers or "")}
    return tied | {"skills.items", "modules.items", "assessments.items", "need.evidence", signing.TASKS, signing.OUTCOMES}


Ticked = Mapping[str, frozenset[tuple[str, str]]]


def page(
    view: View,
    person: PersonId,
    errors: Sequence[tuple[str, str]] = (),
    ticked: Ticked | None = None,
    opened: Collection[str] = (),
    signs: Collection[str] = (),
) -> AlignmentPage:
    """The alignment page. `ticked` are ticks that could not be saved, by grid; `opened` are the grids to show open. `signs` are the values
    of statements that were ticked to be signed: those that still read so stay ticked.
    """
    case, content = view.draft.case, view.draft.content
    found = {one.reading.key: one for one in view.signed}
    names = {party.organisation: party.name for party in case.state.facts.parties}
    open_ = case.state.standing not in (Standing.APPROVED, Standing.REJECTED)
    waits = any(not one.valid for one in view.signed)
    weights = {str(row["id"]): _number(row.get("weight")) for row in rows(content, "assessments.items")}
    shares, entries = outcome_shares(weights, view.matrix), Entries(view)
    return AlignmentPage(
        frame=proposal_frame(case, "alignment", version=view.draft.version.number, saved_at=view.draft.version.at),
        base=view.draft.version.number,
        tasks=tuple(
            TaskRow(
                entries.of(signing.TASKS, line.task), entries.all("skills.items", line.skills),
                entries.all(signing.OUTCOMES, line.outcomes), entries.all("assessments.items", line.assessments),
                entries.all("assessments.items", line.via_outcomes), entries.all("need.evidence", line.evidence),
                _cells(view, found, signing.TASKS, line.task.id, person, signs),
            )
            for line in view.matrix.tasks
        ),
        outcomes=tuple(
            OutcomeRow(
                entries.of(signing.OUTCOMES, line.outcome), entries.all("skills.items", line.skills),
                entries.all("modules.items", line.modules), entries.all("assessments.items", line.assessments),
                entries.all(signing.TASKS, line.tasks), _share(shares.get(line.outcome.id)),
                _cells(view, found, signing.OUTCOMES, line.outcome.id, person, signs),
            )
            for line in view.matrix.outcomes
        ),
        findings=tuple(FindingLine(one.sentence, _place(view, one.path)) for one in view.findings),
        grids=tuple(_grid(view, entries, one, ticked or {}, opened) for one in view.grids),
        summary=_summary(view),
        own_stale=_own_stale(view, person) if view.signs_for else "",
        signs_for=tuple((organisation, names.get(organisation, "")) for organisation in view.signs_for),
        may_ask=open_ and waits and bool(view.signed) and not view.signs_for and case.may(Action.COMMENT),
        why_not_sign=case.why_not(Action.SIGN_ROWS),
        errors=list(errors),
    )  # fmt: skip


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _share(share: float | None) -> str:
    return "" if share is None else f"about {share:.0f} % of the marks"


def _place(view: View, path: str) -> str:
    """Where something is mended: its control in the form of its section."""
    section = path.partition(".")[0]
    return f"/proposals/{view.draft.case.state.id}/draft/{section}#{control_id(path, view.draft.content)}"


def _cells(
    view: View, found: dict[str, Signed], path: str, row: str, person: PersonId, signs: Collection[str]
) -> tuple[SignCell, ...]:
    cells = []
    for statement in Statement:
        one = found.get(f"{path}/{row}/{statement.value}")
        if one is None:
            continue
        own = [signature for signature in one.valid if signature.person == person]
        # Whoever signed anew is no longer waited for.
        renewed = {(signature.person, signature.organisation) for signature in one.valid}
        stale = tuple(_stale(view, one, old) for old in one.stale if (old.person, old.organisation) not in renewed)
        value = f"{one.reading.key}@{one.reading.digest}"
        cells.append(
            SignCell(
                one.reading.key, value, signing.WORDS[statement], one.valid, stale,
                bool(view.signs_for) and not own, bool(view.signs_for) and bool(own), value in signs,
            )
        )  # fmt: skip
    return tuple(cells)


def _stale(view: View, one: Signed, old: Signature) -> StaleSignature:
    before = view.before.get((old.version, one.reading.key), ())
    gone = tuple(line for line in before if line not in one.reading.lines)
    return StaleSignature(old, gone, tuple(line for line in one.reading.lines if line not in before))


def _grid(view: View, entries: Entries, one: grids.Grid, ticked: Ticked, opened: Collection[str]) -> GridView:
    relation, case = one.relation, view.draft.case
    why_not = view.why_not[relation.key]
    # A relation that went to somebody else meanwhile is shown as it is.
    shown = one.links if why_not else ticked.get(relation.key, one.links)
    across = case.form.section((relation.column.refers or "").partition(".")[0])
    other = across.field((relation.column.refers or "").partition(".")[2]).label
    return GridView(
        key=relation.key,
        anchor=anchor(relation.key),
        title=f"{relation.field.label} and {other[:1].lower()}{other[1:]}",
        heading=relation.field.label,
        count=len(one.links),
        down=tuple(entries.of(relation.path, row) for row in one.down),
        across=tuple(entries.of(relation.column.refers or "", row) for row in one.across),
        linkable=not why_not,
        ticked=shown,
        open=shown != one.links or relation.key in opened,
        why_not=why_not,
    )


def _own_stale(view: View, person: PersonId) -> str:
    """What changed under the reader's own signatures, and what to do."""
    count = len(signing.stale_of(view.signed, person))
    if not count:
        return ""
    what = "A statement that you signed reads" if count == 1 else f"{count} statements that you signed read"
    counts = "counts" if count == 1 else "count"
    return f"{what} otherwise now and {counts} no more. Look below at what changed, and sign again what you still stand by."


def _summary(view: View) -> tuple[str, ...]:
    """How things stand, in sentences."""
    if view.draft.case.state.phase is Phase.OUTLINE:
        return ("The outline asks for no job tasks yet. What is tied to what is shown here when the whole form is open.",)
    tasks = view.matrix.tasks
    if not tasks:
        return ("No job task is named yet. Name what people do at work; everything else is tied to it.",)
    covered = sum(bool(line.skills and line.outcomes and (line.assessments or line.via_outcomes) and line.evidence) for line in tasks)
    said = [f"{covered} of {len(tasks)} job tasks are covered from skill and evidence to assessment."]
    signed = sum(bool(one.valid) for one in view.signed)
    said.append(f"{signed} of {len(view.signed)} statements are signed by an employer as they read now.")
    overtaken = sum(bool(one.stale) and not one.valid for one in view.signed)
    if overtaken:
        how = "was" if overtaken == 1 else "were"
        said.append(f"{overtaken} {how} signed and changed since: they wait to be signed again. Whoever signed is told.")
    return tuple(said)
