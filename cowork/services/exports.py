"""Exports: gathering the dossier of a version, and making, keeping and handing out its files."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from cowork.domain.audit import Link
from cowork.domain.errors import Conflict, NotFound, Unavailable
from cowork.domain.events import Exported
from cowork.domain.files import KIND_WORDS, to_rows
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, JobId, ProgrammeId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import Phase, Standing
from cowork.domain.specifications.digests import sha256
from cowork.domain.specifications.display import day
from cowork.domain.specifications.form import readable
from cowork.domain.workflows.definition import Stage
from cowork.domain.workflows.interventions import amended, overrides
from cowork.domain.workflows.progress import APPROVALS, DISSENTS, Verdict
from cowork.exports import pdf, specification_json
from cowork.exports.dossier import Approval, Ballot, Dossier, DossierFile, DossierParty, Passed
from cowork.services import codesign
from cowork.services.cases import Case, asked_in, open_case, phase_of, record
from cowork.services.context import Context
from cowork.services.reviewing import approved_key, pdf_payload
from cowork.store import audit, definitions, files, interventions, jobs, programmes, proposals, reviews, signatures, specifications, unit
from cowork.store.proposals import ProposalState
from cowork.store.reviews import DecisionFull, RoundFull
from cowork.store.specifications import VersionLine

FORMATS = {"pdf": "application/pdf", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to hand out: its name for the person, media type and bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PdfStanding:
    """Where the PDF of a version is in its making: none, queued, running, done or failed; `error` is a sentence."""

    standing: str
    error: str
    key: str


@dataclass(frozen=True, slots=True)
class ExportPage:
    """What can be exported of a proposal: the version chosen, all there are (newest first), where the chosen one's PDF is, and whether
    it is an outline.
    """

    case: Case
    version: VersionLine
    versions: tuple[VersionLine, ...]
    pdf: PdfStanding
    outline: bool


def page(context: Context, actor: Actor, proposal: ProposalId, number: int | None) -> ExportPage:
    """The exports of a version, of the newest when no number is given. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.EXPORT_PROPOSAL)
        versions = tuple(specifications.history(session, proposal, case.sides))
        wanted = case.state.version if number is None else number
        version = next((line for line in versions if line.number == wanted), None)
        if version is None:
            raise NotFound("version")
        pdf = pdf_standing(session, context, pdf_key(session, case.state, wanted))
        return ExportPage(case, version, versions, pdf, shown_phase(session, case.state, wanted) is Phase.OUTLINE)


def dossier(session: Session, context: Context, state: ProposalState, number: int, *, whole: bool = True) -> Dossier:
    """Everything an export may say about one version: the shared lane only, whoever asks. Not `whole`: without the co-design record."""
    version = specifications.version(session, state.id, number)
    if version is None:
        raise NotFound("version")
    form = definitions.form(session, version.form)
    approved = _approval(session, state, number)
    standing = _standing(state, number, approved)
    approval = _approval_event(session, state) if approved else None
    made = [] if standing is Standing.DRAFT else [d for d in reviews.decisions(session, state.id) if _belongs(d, number, approval)]
    stages = _stages(session, state, made)
    phase = shown_phase(session, state, number)
    asked = readable(asked_in(replace(state, phase=phase), form), version.content, frozenset())
    return Dossier(
        proposal_id=state.id,
        title=str(version.content.get("identity", {}).get("title") or state.title),
        standing=standing.value,
        form=form,
        content=readable(form, version.content, frozenset()),
        version=number,
        version_at=version.at,
        version_author=version.author_name,
        digest=version.digest,
        parties=tuple(DossierParty(p.name, p.side, p.lead, p.country) for p in state.facts.parties),
        demonstration=state.demonstration,
        approvals=tuple(_entry(d.as_seen(None), stages) for d in made),
        ballots=_ballots(made, stages) if approval else (),
        approved_at=approved.ended_at if approved else None,
        workflow_title=state.workflow_title,
        audit_head=approval.hash if approval else None,
        verify_url=f"{context.base_url}/programmes/verify?digest={version.digest}" if approved else None,
        zone=state.facts.lead().zone,
        signatures=signatures.standing(session, state.id),
        passed=() if standing is Standing.DRAFT else _passed(session, state, number),
        shares=codesign.record(session, context, state, form, number, asked) if whole else None,
        files=_files(session, state) if number == state.version else (),
        phase=phase,
    )


def _files(session: Session, state: ProposalState) -> tuple[DossierFile, ...]:
    """The shared files that stand, the oldest first."""
    found = [file for file in reversed(files.of_proposal(session, state.id, ())) if not file.withdrawn]
    return tuple(
        DossierFile(
            file.particulars.title, KIND_WORDS[file.particulars.kind], file.organisation_name, _day(file.particulars.dated),
            _day(file.particulars.expires), str(file.proof or ""), file.letter is not None,
        )
        for file in found
    )  # fmt: skip


def _day(found: date | None) -> str:
    return day(found.isoformat()) if found else ""


def _passed(session: Session, state: ProposalState, number: int) -> tuple[Passed, ...]:
    """The stages that administrators passed in the round of this version."""
    newest = next(iter(reviews.rounds(session, state.id)), None)
    if newest is None or newest.version != number or not newest.touched:
        return ()
    own = interventions.acts(session, state.id).of_round(newest.number)
    workflow = amended(definitions.workflow(session, newest.workflow), own)
    titles = {stage.key: stage.title for stage in workflow.stages}
    return tuple(Passed(o.by_name, titles.get(o.stage, o.stage), o.at, o.reason) for o in reversed(overrides(own)))


def _approval(session: Session, state: ProposalState, number: int) -> RoundFull | None:
    if state.standing is not Standing.APPROVED:
        return None
    newest = reviews.rounds(session, state.id)[0]
    return newest if newest.version == number else None


def _standing(state: ProposalState, number: int, approved: RoundFull | None) -> Standing:
    """A version that is not the proposal's present one is a draft, however far another version has come."""
    if approved is not None:
        return Standing.APPROVED
    return state.standing if number == state.version and state.standing is not Standing.APPROVED else Standing.DRAFT


def _belongs(made: DecisionFull, number: int, approval: Link | None) -> bool:
    """For an approved version the approvals that counted, and all votes of secret ballots, as the record has them; otherwise what was
    decided on this very version.
    """
    if approval is None:
        return made.decision.version == number and made.decision.undone_at is None
    counted = approval.payload["decisions"]
    return isinstance(counted, list) and made.id in counted


def _stages(session: Session, state: ProposalState, made: list[DecisionFull]) -> dict[tuple[str, str], Stage]:
    """The stages by workflow and key, those that were added for this proposal included."""
    workflows = {d.decision.workflow: definitions.workflow(session, d.decision.workflow) for d in made}
    known = {(digest, stage.key) for digest, workflow in workflows.items() for stage in workflow.stages}
    if any((d.decision.workflow, d.decision.stage) not in known for d in made):
        added = [one for _, one in interventions.acts(session, state.id).interventions]
        workflows = {digest: amended(workflow, added) for digest, workflow in workflows.items()}
    return {(digest, stage.key): stage for digest, workflow in workflows.items() for stage in workflow.stages}


def _entry(made: DecisionFull, stages: Mapping[tuple[str, str], Stage]) -> Approval:
    d = made.decision
    stage = stages.get((d.workflow, d.stage))
    seat = next((seat for seat in stage.seats if seat.key == d.seat), None) if stage is not None else None
    against = stages.get((d.workflow, stage.against)) if stage is not None and d.verdict is Verdict.APPEAL else None
    named = "Named for this proposal" if seat is not None and seat.naming is not None else ""
    minuted = "as minuted by {}" if made.via == "meeting" else "through {}, their deputy"
    return Approval(
        d.person_name, made.office_title or named, made.party_name, stage.title if stage else d.stage,
        d.verdict, d.at, d.version, made.digest,
        minuted.format(d.by_name) if d.by_name else "",
        seat.in_whose_place(made.office_kind) if seat is not None else "",
        against.title if against is not None else "",
    )  # fmt: skip


def _ballots(made: Sequence[DecisionFull], stages: Mapping[tuple[str, str], Stage]) -> tuple[Ballot, ...]:
    """How many voted how in each secret ballot of an approved proposal, which are all over. `made` are the decisions on record for it."""
    counts: dict[tuple[str, str], Counter[Verdict]] = {}
    for full in made:
        d = full.decision
        if d.secret:
            stage = stages.get((d.workflow, d.stage))
            place = (stage.title if stage else d.stage, _whose(full, stage))
            counts.setdefault(place, Counter())[d.verdict] += 1
    return tuple(
        Ballot(stage, party, sum(said[v] for v in APPROVALS), sum(said[v] for v in DISSENTS), said[Verdict.ABSTAIN])
        for (stage, party), said in counts.items()
    )


def _whose(made: DecisionFull, stage: Stage | None) -> str:
    """In whose count a vote is: of a party, of one of several seats of it, or (empty) of several parties as one body."""
    seat = next((one for one in stage.seats if one.key == made.decision.seat), None) if stage else None
    party = "" if seat is not None and seat.joint else made.party_name
    several = stage is not None and len(stage.seats) > 1 and not stage.votes_once
    return ", ".join(part for part in (seat.title if seat is not None and several else "", party) if part)


def _approval_event(session: Session, state: ProposalState) -> Link | None:
    """The event that approved the proposal. Its hash is the head to print: the newest event changes with every export, this one never."""
    approvals = [link for link in audit.links(session, state.id) if link.kind == "proposal-approved"]
    return approvals[-1] if approvals else None


def shown_phase(session: Session, state: ProposalState, number: int) -> Phase:
    """The phase of which a document tells: the newest version is what the proposal is now, older ones are what they were."""
    return state.phase if number == state.version else phase_of(session, state, number)


def pdf_key(session: Session, state: ProposalState, number: int) -> str:
    """What a PDF depends on besides its version's text: where the version stands, and how much has been decided so far."""
    if state.standing is Standing.APPROVED and number == state.version:
        return approved_key(state.id, number)
    # Rows are signed and files attached in drafts too, and both stand in the document.
    signed = signatures.count(session, state.id)
    attached = sha256(to_rows(state.attached))[:16] if state.attached and number == state.version else ""
    phase = ":outline" if shown_phase(session, state, number) is Phase.OUTLINE else ""
    more = (f":s{signed}" if signed else "") + (f":{attached}" if attached else "") + phase
    if number != state.version or state.standing is Standing.DRAFT:
        return f"pdf:{state.id}:{number}:draft{more}"
    return f"pdf:{state.id}:{number}:{state.standing.value}:{reviews.decision_count(session, state.id)}{more}"


def request_pdf(context: Context, actor: Actor, proposal: ProposalId, number: int) -> PdfStanding:
    """Ask for the PDF of a version: it is made once, by the worker, and kept. Raises NotFound."""
    with unit.writing() as session:
        # Its row is locked, so that two who ask at the same moment queue one job.
        case = open_case(session, actor, proposal, Action.EXPORT_PROPOSAL, lock=True)
        if not 1 <= number <= case.state.version:
            raise NotFound("version")
        key = pdf_key(session, case.state, number)
        lost = pdf_standing(session, context, key).standing == "none"
        payload = pdf_payload(proposal, number, key)
        jobs.enqueue(session, JobId(context.new_id()), "export-pdf", key, payload, context.now(), again=lost)
        return pdf_standing(session, context, key)


def pdf_standing(session: Session, context: Context, key: str) -> PdfStanding:
    """Where a document is in its making. One that was made and is gone from the disk has to be made again."""
    line = jobs.by_key(session, key)
    if line is None or (line.standing == "done" and not _path(context, line.result).exists()):
        return PdfStanding("none", "", key)
    return PdfStanding(line.standing, line.error, key)


def pdf_file(context: Context, actor: Actor, proposal: ProposalId, number: int) -> ExportFile:
    """The finished PDF of a version. Raises NotFound, or Conflict while it is still being made."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.EXPORT_PROPOSAL)
        line = jobs.by_key(session, pdf_key(session, case.state, number))
        title = case.state.title
    if line is None or line.standing != "done":
        raise Conflict("This document is not ready yet. Ask for it on the Export page and wait until it says so.")
    return kept(context, line.result, file_name(title, number, "pdf"))


def kept(context: Context, result: str, name: str) -> ExportFile:
    """A file that was made. Raises Unavailable where it is gone from the disk."""
    path = _path(context, result)
    try:
        return ExportFile(name, FORMATS["pdf"], path.read_bytes())
    except FileNotFoundError:
        raise Unavailable("The file is gone from this server. Ask an operator to restore it, or ask for the document again.") from None


def json_file(context: Context, actor: Actor, proposal: ProposalId, number: int) -> ExportFile:
    """A version's shared specification as its canonical JSON document. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.EXPORT_PROPOSAL)
        content = specification_json.render(dossier(session, context, case.state, number, whole=False))
        return ExportFile(file_name(case.state.title, number, "json"), FORMATS["json"], content)


def make_pdf(context: Context, proposal: ProposalId, number: int) -> bytes:
    """Render the PDF of a version now, and note that it was made. Raises NotFound, RenderFailed."""
    content = _rendered(context, proposal, number, None)
    _note(context, proposal, number, content)
    return content


def _rendered(context: Context, proposal: ProposalId, number: int, key: str | None) -> bytes:
    """The PDF as things stand; with a key, only while it still stands for what was asked for."""
    with unit.reading() as session:
        state = proposals.state(session, proposal)
        if state is None:
            raise NotFound("proposal")
        if key is not None and pdf_key(session, state, number) != key:
            raise Conflict("The proposal moved on before this document was made. Ask for it again.")
        gathered = dossier(session, context, state, number)
    return pdf.render(gathered, context.renderer)


def _note(context: Context, proposal: ProposalId, number: int, content: bytes) -> None:
    with unit.writing() as session:
        state = proposals.state(session, proposal, lock=True)
        if state is not None:
            record(session, context, state, None, [Exported("pdf", number, digest_of(content))])


def run_pdf_job(context: Context, payload: dict[str, str | int]) -> str:
    """Make a PDF and keep it by the SHA-256 of its bytes; the name under which it is kept.

    The proposal is read anew: Conflict says that it is no longer what the job was queued for. Raises RenderFailed.
    """
    proposal, number = ProposalId(str(payload["proposal"])), int(payload["version"])
    content = _rendered(context, proposal, number, str(payload["key"]))
    digest = keep(context, content)
    _note(context, proposal, number, content)
    return digest


def keep(context: Context, content: bytes) -> Digest:
    """Keep a file by the SHA-256 of its bytes, whole or not at all; the name under which it is kept."""
    digest = digest_of(content)
    path = _path(context, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{context.new_id()}.part")
    try:
        half.write_bytes(content)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    return digest


def _path(context: Context, digest: str) -> Path:
    return context.files / digest[:2] / f"{digest}.pdf"


def digest_of(content: bytes) -> Digest:
    """The SHA-256 of a file."""
    return Digest(hashlib.sha256(content).hexdigest())


def file_name(title: str, number: int, ending: str) -> str:
    """A plain file name from a title: letters, digits and hyphens."""
    words = "".join(character if character.isalnum() else " " for character in title).split()
    return f"{'-'.join(words)[:80] or 'specification'}-v{number}.{ending}"


def public_pdf(context: Context, programme: ProgrammeId) -> ExportFile:
    """The official PDF of a programme that its owner has made public. Raises NotFound or Conflict."""
    with unit.reading() as session:
        found = programmes.approved(session, programme)
        if found is None or not found.public:
            raise NotFound("programme")
        line = jobs.by_key(session, approved_key(found.proposal, found.version))
    if line is None or line.standing != "done":
        raise Conflict("The official document is being made. Try again in a minute.")
    return kept(context, line.result, file_name(found.title, found.version, "pdf"))
