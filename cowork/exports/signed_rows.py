"""The alignment with its signatures, for documents: job tasks and outcomes, what covers each, and which employer signed it as it reads."""

from dataclasses import dataclass

from cowork.domain.specifications import signing
from cowork.domain.specifications.alignment import alignment
from cowork.domain.specifications.display import Item
from cowork.domain.specifications.signing import Signature, Signed, Statement
from cowork.exports.dossier import Dossier


@dataclass(frozen=True, slots=True)
class AlignedRow:
    """`cells` are the numbers of the rows that it is tied to; `signed` the signatures of both statements that hold."""

    number: int
    text: str
    cells: tuple[str, ...]
    signed: tuple[tuple[Signature, ...], ...]


@dataclass(frozen=True, slots=True)
class AlignedTable:
    title: str
    first: str
    columns: tuple[str, ...]
    rows: tuple[AlignedRow, ...]
    sentence: str


def tables(dossier: Dossier) -> tuple[AlignedTable, ...]:
    """The tables of job tasks and outcomes; none where there are no job tasks. Signatures of another wording are left out."""
    found, signed = alignment(dossier.content), signing.signed(dossier.content, dossier.signatures)
    if not found.tasks:
        return ()
    tasks = tuple(
        _row(
            place, line.task, (line.skills, line.outcomes, (*line.assessments, *line.via_outcomes), line.evidence), signed, signing.TASKS
        )
        for place, line in enumerate(found.tasks, 1)
    )
    outcomes = tuple(
        _row(place, line.outcome, (line.tasks, line.skills, line.modules, line.assessments), signed, signing.OUTCOMES)
        for place, line in enumerate(found.outcomes, 1)
    )
    sentence = "A signature is listed where the row, and what it is tied to, reads as it did when it was signed."
    of_tasks, of_outcomes = ("Skills", "Outcomes", "Assessed", "Evidence"), ("Tasks", "Skills", "Modules", "Assessed")
    shown = [AlignedTable("Job tasks and what covers them", "Job task", of_tasks, tasks, sentence)]
    if outcomes:
        shown.append(AlignedTable("Outcomes and how they are shown", "Outcome", of_outcomes, outcomes, sentence))
    return tuple(shown)


def _row(place: int, item: Item, linked: tuple[tuple[Item, ...], ...], signed: tuple[Signed, ...], path: str) -> AlignedRow:
    own = {one.reading.statement: one.valid for one in signed if (one.reading.path, one.reading.row) == (path, item.id)}
    cells = tuple(", ".join(other.short.rpartition(" ")[2] for other in others) for others in linked)
    return AlignedRow(place, item.text, cells, tuple(own.get(statement, ()) for statement in Statement))
