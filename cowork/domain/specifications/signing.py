"""Rows of the alignment that employers sign, one by one: that a job task or outcome is in demand, and that it is assessed as on the job.

A signature is bound to what the statement rests on as it read: a change of the row, or of a row that it is tied to, makes the signature
stale, and nothing else does. The statement on demand rests on the row with its skills and evidence; that on assessment on the row with
its outcomes and assessments.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cowork.domain.conditions import Content, Value
from cowork.domain.ids import Digest, OrganisationId, PersonId
from cowork.domain.specifications.digests import sha256
from cowork.domain.specifications.values import rows


class Statement(StrEnum):
    """What is signed of a row."""

    IN_DEMAND = "in-demand"
    AS_ON_THE_JOB = "as-on-the-job"


WORDS: Mapping[Statement, str] = {Statement.IN_DEMAND: "In demand", Statement.AS_ON_THE_JOB: "Assessed as on the job"}
TASKS, OUTCOMES = "alignment.tasks", "outcomes.items"
SIGNED = (TASKS, OUTCOMES)
"""The lists whose rows are signed."""

Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed what, for which organisation, on which version. `digest` is that of the reading that was signed."""

    path: str
    row: str
    statement: Statement
    person: PersonId
    name: str
    organisation: OrganisationId
    party: str
    version: int
    digest: Digest
    at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """What a statement on a row rests on, as lines of (what it is, its text)."""

    path: str
    row: str
    statement: Statement
    lines: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """The row and statement in one word, as events and forms name them."""
        return f"{self.path}/{self.row}/{self.statement.value}"

    @property
    def digest(self) -> Digest:
        return sha256({"signed": self.key, "lines": [list(line) for line in self.lines]})


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement on a row with the signatures that hold, and those that were overtaken by a change."""

    reading: Reading
    valid: tuple[Signature, ...]
    stale: tuple[Signature, ...]


def readings(content: Content) -> tuple[Reading, ...]:
    """What there is to sign: both statements on every row, in the order of the rows."""
    return tuple(_reading(content, path, row, statement) for path in SIGNED for row in rows(content, path) for statement in Statement)


def reading(content: Content, path: str, row: str, statement: Statement) -> Reading | None:
    """What a statement on one row rests on; None when there is no such row."""
    found = next((one for one in rows(content, path) if str(one["id"]) == row), None)
    return _reading(content, path, found, statement) if found is not None and path in SIGNED else None


def _reading(content: Content, path: str, row: Row, statement: Statement) -> Reading:
    lines = _task(content, row, statement) if path == TASKS else _outcome(content, row, statement)
    return Reading(path, str(row["id"]), statement, tuple(lines))


def _task(content: Content, row: Row, statement: Statement) -> list[tuple[str, str]]:
    lines = [("Job task", _text(row, "task"))]
    if statement is Statement.IN_DEMAND:
        lines += _named(content, "skills.items", _ids(row, "skills"), "Skill", ("label", "code"))
        return lines + _named(content, "need.evidence", _ids(row, "evidence"), "Evidence", ("title", "source", "date"))
    outcomes = _ids(row, "outcomes")
    through = [str(one["id"]) for one in rows(content, "assessments.items") if set(outcomes) & set(_ids(one, "outcomes"))]
    lines += _named(content, "outcomes.items", outcomes, "Outcome", ("text",))
    return lines + _assessments(content, [*_ids(row, "assessments"), *through])


def _outcome(content: Content, row: Row, statement: Statement) -> list[tuple[str, str]]:
    lines, own = [("Outcome", _text(row, "text"))], str(row["id"])
    if statement is Statement.IN_DEMAND:
        skills = [str(one["id"]) for one in rows(content, "skills.items") if own in _ids(one, "outcomes")]
        tasks = [str(one["id"]) for one in rows(content, TASKS) if own in _ids(one, "outcomes")]
        lines += _named(content, "skills.items", skills, "Skill", ("label", "code"))
        return lines + _named(content, TASKS, tasks, "Job task", ("task",))
    return lines + _assessments(content, [str(one["id"]) for one in rows(content, "assessments.items") if own in _ids(one, "outcomes")])


def _assessments(content: Content, ids: Sequence[str]) -> list[tuple[str, str]]:
    return _named(content, "assessments.items", ids, "Assessment", ("title", "type", "weight", "threshold", "criteria", "evidence"))


def _named(content: Content, path: str, ids: Iterable[str], label: str, columns: Sequence[str]) -> list[tuple[str, str]]:
    """The linked rows by their ids, so that no re-ordering changes a reading."""
    wanted = set(ids)
    found = sorted((row for row in rows(content, path) if str(row["id"]) in wanted), key=lambda row: str(row["id"]))
    return [(label, "; ".join(text for text in (_said(row, column) for column in columns) if text)) for row in found]


_SAID = {"weight": "weight {} %", "threshold": "pass mark {} %", "criteria": "criteria: {}", "evidence": "leaves: {}"}


def _said(row: Row, column: str) -> str:
    """An answer of a linked row, with what it is where that does not show."""
    text = _text(row, column)
    return _SAID.get(column, "{}").format(text) if text else ""


def _text(row: Row, column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value)


def _ids(row: Row, column: str) -> list[str]:
    value = row.get(column)
    return [str(entry) for entry in value] if isinstance(value, list) else []


def signed(content: Content, signatures: Sequence[Signature]) -> tuple[Signed, ...]:
    """Every statement with its signatures, in the order of the rows. Signatures of rows that are gone are left out."""
    result = []
    for found in readings(content):
        own = [one for one in signatures if (one.path, one.row, one.statement) == (found.path, found.row, found.statement)]
        digest = found.digest if own else None
        valid = tuple(one for one in own if one.digest == digest)
        result.append(Signed(found, valid, tuple(one for one in own if one.digest != digest)))
    return tuple(result)


def all_signed(content: Content, path: str, signatures: Sequence[Signature]) -> bool:
    """Whether every row of a list has both signatures as it reads now; False where there is no row."""
    found = [one for one in signed(content, signatures) if one.reading.path == path]
    return bool(found) and all(one.valid for one in found)


def overtaken(before: Content, after: Content, signatures: Sequence[Signature]) -> tuple[Signature, ...]:
    """The signatures that held before and hold no longer: what they rest on reads otherwise, or their row went."""
    held = [one for found in signed(before, signatures) for one in found.valid]
    holds = {_of(one) for found in signed(after, signatures) for one in found.valid}
    return tuple(one for one in held if _of(one) not in holds)


def stale_of(found: Iterable[Signed], person: PersonId) -> tuple[Signature, ...]:
    """The stale signatures of a person that they have not given anew for the same organisation."""
    result: list[Signature] = []
    for one in found:
        renewed = {given.organisation for given in one.valid if given.person == person}
        result += [given for given in one.stale if given.person == person and given.organisation not in renewed]
    return tuple(result)


def _of(one: Signature) -> tuple[str, ...]:
    return one.path, one.row, one.statement.value, one.person, one.organisation, one.digest
