"""The changes between two versions as a marked-up PDF: made once by the worker for each side that reads them, and kept."""

import hashlib
from dataclasses import replace

from sqlalchemy.orm import Session

from cowork.domain.errors import Conflict, NotFound
from cowork.domain.events import Exported
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, JobId, ProposalId, Side
from cowork.domain.policy import Action
from cowork.domain.proposals import Phase
from cowork.domain.specifications.compare import compare
from cowork.domain.specifications.form import read_by, readable, together
from cowork.exports import changes
from cowork.exports.changes import ChangesPaper, VersionNamed
from cowork.services import exports, saving
from cowork.services.cases import Case, asked_in, open_case, phase_of, record
from cowork.services.context import Context
from cowork.services.exports import ExportFile, PdfStanding
from cowork.store import definitions, jobs, proposals, specifications, unit
from cowork.store.proposals import ProposalState
from cowork.store.specifications import VersionFull

READERS = {
    frozenset[Side](): "Everybody who takes part: it holds what all parties read",
    frozenset({Side.UNIVERSITY}): "Members of the universities: it holds answers that they alone read",
    frozenset({Side.EMPLOYER}): "Members of the employers: it holds answers that they alone read",
    frozenset({Side.UNIVERSITY, Side.EMPLOYER}): "Those who belong to both sides: it holds answers of either alone",
}


def key_of(session: Session, case: Case, old: int, new: int) -> str:
    """What the document depends on: two versions, which never change, whose eyes it is for, and whether both are outlines."""
    phase = ":outline" if phase_of(session, case.state, max(old, new)) is Phase.OUTLINE else ""
    return f"changes:{case.state.id}:{old}:{new}:{'+'.join(sorted(case.sides))}{phase}"


def standing(context: Context, case: Case, old: int, new: int) -> PdfStanding:
    """Where the document is in its making."""
    with unit.reading() as session:
        return exports.pdf_standing(session, context, key_of(session, case, old, new))


def request(context: Context, actor: Actor, proposal: ProposalId, old: int, new: int) -> PdfStanding:
    """Ask for the document: it is made once, by the worker, and kept. Raises NotFound."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.EXPORT_PROPOSAL, lock=True)
        if not (1 <= old <= case.state.version and 1 <= new <= case.state.version):
            raise NotFound("version")
        key = key_of(session, case, old, new)
        lost = exports.pdf_standing(session, context, key).standing == "none"
        payload = {"proposal": proposal, "old": old, "new": new, "sides": sorted(case.sides), "key": key}
        jobs.enqueue(session, JobId(context.new_id()), "changes-pdf", key, payload, context.now(), again=lost)
        return exports.pdf_standing(session, context, key)


def file(context: Context, actor: Actor, proposal: ProposalId, old: int, new: int) -> ExportFile:
    """The finished document for the actor's side. Raises NotFound, or Conflict while it is being made."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.EXPORT_PROPOSAL)
        if not (1 <= old <= case.state.version and 1 <= new <= case.state.version):
            raise NotFound("version")
        line = jobs.by_key(session, key_of(session, case, old, new))
    if line is None or line.standing != "done":
        raise Conflict("This document is not ready yet. Ask for it on the Changes page and wait until it says so.")
    name = exports.file_name(f"{case.state.title} changes v{old} to", new, "pdf")
    return exports.kept(context, line.result, name)


def run_job(context: Context, payload: dict[str, object]) -> str:
    """Make the document and keep it; the name under which it is kept. Raises NotFound, RenderFailed."""
    proposal, sides = ProposalId(str(payload["proposal"])), frozenset(Side(str(side)) for side in _list(payload["sides"]))
    old, new = int(str(payload["old"])), int(str(payload["new"]))
    with unit.reading() as session:
        state = proposals.state(session, proposal)
        if state is None:
            raise NotFound("proposal")
        paper = _paper(session, context, state, (old, new), sides)
    content = changes.render(paper, context.renderer)
    digest = exports.keep(context, content)
    with unit.writing() as session:
        state = proposals.state(session, proposal, lock=True)
        if state is not None:
            record(session, context, state, None, [Exported("marked-up pdf", new, _covered(state, content))])
    return digest


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _covered(state: ProposalState, content: bytes) -> Digest:
    """The digest for the record, which every party reads: with the proposal's secret, so that nobody can try out private answers."""
    return Digest(hashlib.sha256(state.salt.encode() + content).hexdigest())


def _paper(session: Session, context: Context, state: ProposalState, numbers: tuple[int, int], sides: frozenset[Side]) -> ChangesPaper:
    found = {version.number: version for version in specifications.versions(session, state.id, tuple(sorted(set(numbers))))}
    if not set(numbers) <= set(found):
        raise NotFound("version")
    old, new = (found[number] for number in numbers)
    was, now = (definitions.form(session, version.form) for version in (old, new))
    asked_then, asked_now = (replace(state, phase=phase_of(session, state, number)) for number in numbers)
    form = together(read_by(asked_in(asked_now, now), sides), read_by(asked_in(asked_then, was), sides))
    before, after = readable(was, old.content, sides), readable(now, new.content, sides)
    return ChangesPaper(
        title=saving.title_of(new.content) or state.title,
        proposal_id=state.id,
        parties=tuple(party.name for party in state.facts.parties),
        old=_named(old),
        new=_named(new),
        form=form,
        comparison=compare(form, before, after, context.differ),
        new_content=after,
        readers=READERS[sides],
        zone=state.facts.lead().zone,
        demonstration=state.demonstration,
    )


def _named(version: VersionFull) -> VersionNamed:
    return VersionNamed(version.number, version.at, version.author_name, version.digest)
