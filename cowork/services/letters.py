"""Letters of support: drafting them within one party, signing them by name, and the document that is made of each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cowork.domain import files as file_rules
from cowork.domain import letters as rules
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.evidence_events import FileWithdrawn, LetterDiscarded, LetterSigned, LetterWritten
from cowork.domain.file_types import clean_name
from cowork.domain.files import FileKind, Particulars
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, FileId, JobId, LetterId, ProposalId
from cowork.domain.letters import Signature, SignedLetter
from cowork.domain.policy import Action
from cowork.domain.specifications.facts import Facts
from cowork.domain.specifications.form import readable
from cowork.exports import support_letter
from cowork.exports.support_letter import LetterPaper
from cowork.services.cases import Case, open_case, record
from cowork.services.context import Context
from cowork.services.files import queue_preview, settle
from cowork.store import files, identity, jobs, letters, proposals, specifications, unit
from cowork.store.files import FileFull, FileVersion
from cowork.store.letters import LetterFull

MOST_DRAFTS = 20
"""Letters of one party on one proposal that are not signed."""
OVERTAKEN = "Somebody saved or signed this letter since the page was shown. Load it again; copy first what you typed."


@dataclass(frozen=True, slots=True)
class LetterPage:
    """A letter for those who write it. `missing` are the places that wait for words, `position` what the actor is called there."""

    case: Case
    letter: LetterFull
    missing: tuple[str, ...]
    statement: str
    position: str


@dataclass(frozen=True, slots=True)
class CheckedLetter:
    """What anybody who holds a letter learns of it. `account` is the name of the account that signed it, `signer` what was typed."""

    organisation: str
    signer: str
    account: str
    position: str
    signed_at: datetime
    withdrawn_at: datetime | None
    demonstration: bool


def begin(context: Context, actor: Actor, proposal: ProposalId) -> LetterId:
    """Begin a letter for the actor's party, with a text that the specification fills in. Raises NotFound, Refused, Invalid."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.WRITE_LETTER, lock=True)
        party = next(party for party in case.state.facts.parties if party.organisation in case.lanes)
        if len(letters.drafts(session, proposal, {party.organisation})) >= MOST_DRAFTS:
            raise Invalid([("", "There are too many letters that nobody has signed. Sign or discard one first.")])
        partners = [other.name for other in case.state.facts.parties if other.organisation != party.organisation]
        version = specifications.version(session, proposal, case.state.version)
        content = readable(case.form, version.content, frozenset()) if version is not None else {}
        outcomes = [outcome.text for outcome in Facts.of(content).outcomes]
        said = rules.Particulars(case.state.title, party.name, partners, outcomes)
        key, now = LetterId(context.new_id()), context.now()
        title = f"Letter of support by {party.name}"[: file_rules.MAX_TITLE]
        body = rules.begun(party.side, said)[: rules.MAX_BODY]
        full = LetterFull(key, proposal, party.organisation, party.name, title, body, 1, actor.name, now)
        letters.add(session, full, actor.person)
        record(session, context, case.state, actor.person, [LetterWritten(key, party.organisation)])
        return key


def page(context: Context, actor: Actor, proposal: ProposalId, letter: LetterId) -> LetterPage:
    """A letter of the actor's own party. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        found = _own(session, case, letter)
        position = identity.position(session, actor.person, found.organisation)
    statement = rules.AUTHORITY.format(organisation=found.organisation_name)
    return LetterPage(case, found, rules.prompts(found.body), statement, position)


def save(context: Context, actor: Actor, proposal: ProposalId, letter: LetterId, seen: int, title: str, body: str) -> None:
    """Save a draft. Raises NotFound, Refused, Conflict, Invalid."""
    name, text = rules.checked(title, body)
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.KEEP_LETTER, lock=True)
        _draft(session, case, letter)
        if not letters.save(session, letter, seen, name, text, actor.person, context.now()):
            raise Conflict(OVERTAKEN)


def discard(context: Context, actor: Actor, proposal: ProposalId, letter: LetterId, seen: int) -> None:
    """Throw a draft away. Raises NotFound, Refused, Conflict."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.KEEP_LETTER, lock=True)
        found = _draft(session, case, letter)
        if found.saves != seen:
            raise Conflict(OVERTAKEN)
        letters.discard(session, letter)
        record(session, context, case.state, actor.person, [LetterDiscarded(letter, found.organisation)])


def sign(context: Context, actor: Actor, proposal: ProposalId, letter: LetterId, seen: int, given: Signature) -> FileId:
    """Sign a draft as it was shown (`seen`): it becomes a shared file that never changes. Raises NotFound, Refused, Conflict, Invalid."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.KEEP_LETTER, lock=True)
        found = _draft(session, case, letter)
        now = context.now().replace(microsecond=0)
        signature = rules.check_signature(given, found.body, now.date(), actor.name)
        version = specifications.version(session, proposal, case.state.version)
        if version is None:
            raise LookupError(f"version {case.state.version} of proposal {proposal} is gone")
        signed = SignedLetter(
            letter, found.organisation_name, case.state.title, found.title, found.body, signature.name, signature.position, actor.name, now,
            signature.expires, version.number, version.digest,
        )  # fmt: skip
        if not letters.sign(session, seen, signed, actor.person):
            raise Conflict(OVERTAKEN)
        file = _attach(session, context, actor, case, found, signed)
        settle(session, context, case, [LetterSigned(letter, file, found.organisation, rules.digest(signed))])
        return file


def _attach(session: Session, context: Context, actor: Actor, case: Case, found: LetterFull, signed: SignedLetter) -> FileId:
    """The letter as a file; its bytes are made by the worker."""
    file = FileId(context.new_id())
    said = Particulars(FileKind.LETTER, found.title, None, signed.signed_at.date(), signed.expires)
    version = FileVersion(1, None, 0, clean_name(f"{found.title}.pdf", "pdf"), "pdf", actor.person, actor.name, signed.signed_at)
    full = FileFull(file, case.state.id, found.organisation, found.organisation_name, said, version, actor.name, signed.signed_at, found.id)
    files.add(session, full, actor.person)
    jobs.enqueue(session, JobId(context.new_id()), "letter-pdf", f"letter-pdf:{found.id}", {"file": file}, context.now())
    return file


def withdraw(context: Context, actor: Actor, proposal: ProposalId, letter: LetterId, reason: str) -> FileId:
    """Withdraw a signed letter; it stays on record. Whoever signed it may, and administrators of its party.

    Raises NotFound, Refused, Conflict, Invalid.
    """
    text = file_rules.check_reason(reason)
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.KEEP_LETTER, lock=True)
        found = _own(session, case, letter)
        file = next((one for one in files.of_proposal(session, proposal, ()) if one.letter == letter), None)
        if file is None or file.withdrawn:
            raise Conflict("Only a signed letter that still stands is withdrawn.")
        if not withdraws(case, found):
            raise Refused("Only whoever signed this letter, and administrators of its organisation, withdraw it. Ask one of them.")
        files.withdraw(session, file.id, actor.person, context.now(), text)
        settle(session, context, case, [FileWithdrawn(file.id, None)])
        return file.id


def withdraws(case: Case, letter: LetterFull) -> bool:
    """Whether the actor may withdraw this letter."""
    own = letter.organisation in case.lanes
    return own and case.may(Action.KEEP_LETTER) and (letter.signed_by == case.actor.person or case.actor.admin_of(letter.organisation))


def _own(session: Session, case: Case, letter: LetterId) -> LetterFull:
    found = letters.one(session, case.state.id, letter, case.lanes)
    if found is None:
        raise NotFound("letter")
    return found


def _draft(session: Session, case: Case, letter: LetterId) -> LetterFull:
    found = _own(session, case, letter)
    if found.signed:
        raise Conflict("This letter is signed, so it never changes. Withdraw it and write another one.")
    return found


def run_letter_job(context: Context, payload: dict[str, Any]) -> str:
    """Make the document of a signed letter. Raises RenderFailed, so that it is tried again."""
    file = FileId(str(payload["file"]))
    with unit.reading() as session:
        full = files.by_id(session, file)
        letter = letters.by_id(session, full.letter) if full is not None and full.letter else None
        state = proposals.state(session, full.proposal) if full is not None else None
        signed = letters.signed(session, letter.id) if letter is not None else None
        if letter is None or state is None or signed is None:
            return ""
    zone = next((party.zone for party in state.facts.parties if party.organisation == letter.organisation), "UTC")
    verify_url = f"{context.base_url}/programmes/verify?digest={letter.digest}"
    content = support_letter.render(LetterPaper(signed, zone, verify_url, state.demonstration), context.renderer)
    digest = context.blobs.put(content)
    with unit.writing() as session:
        files.fill(session, file, 1, digest, len(content))
        queue_preview(session, context, file, 1)
    return digest


def verify(context: Context, digest: Digest) -> CheckedLetter | None:
    """The signed letter of this digest, whoever asks: the digest is printed on it, and nobody else can know it."""
    with unit.reading() as session:
        found = letters.with_digest(session, digest)
        if found is None:
            return None
        letter, withdrawn_at = found
        state = proposals.state(session, letter.proposal)
    if letter.signed_at is None:
        return None
    demonstration = state is not None and state.demonstration
    return CheckedLetter(
        letter.organisation_name, letter.signer, letter.account, letter.position, letter.signed_at, withdrawn_at, demonstration
    )
