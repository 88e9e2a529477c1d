"""Letters of support: their drafts, and what was signed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cowork.domain.ids import Digest, LetterId, OrganisationId, PersonId, ProposalId
from cowork.domain.letters import SignedLetter, as_bytes, digest, from_text
from cowork.store.file_records import Attachment, SupportLetter
from cowork.store.records import Organisation, Person


@dataclass(frozen=True, slots=True)
class LetterFull:
    """A letter of one party. `signer` and `position` are as they were typed when it was signed, `account` is the name
    of the account then.
    """

    id: LetterId
    proposal: ProposalId
    organisation: OrganisationId
    organisation_name: str
    title: str
    body: str
    saves: int
    saved_by_name: str
    saved_at: datetime
    signed_by: PersonId | None = None
    signed_at: datetime | None = None
    signer: str = ""
    position: str = ""
    digest: Digest | None = None
    account: str = ""

    @property
    def signed(self) -> bool:
        return self.digest is not None


def add(session: Session, letter: LetterFull, person: PersonId) -> None:
    """Insert a draft."""
    session.execute(
        sa.insert(SupportLetter).values(
            id=letter.id, proposal=letter.proposal, organisation=letter.organisation, title=letter.title, body=letter.body,
            written_by=person, saved_by=person, saved_at=letter.saved_at,
        )
    )  # fmt: skip


def save(session: Session, letter: LetterId, seen: int, title: str, body: str, person: PersonId, at: datetime) -> bool:
    """Save a draft that is as it was seen; False where somebody else saved or signed it meanwhile."""
    where = (SupportLetter.id == letter, SupportLetter.saves == seen, SupportLetter.digest.is_(None))
    values = {"title": title, "body": body, "saves": seen + 1, "saved_by": person, "saved_at": at}
    return bool(session.execute(sa.update(SupportLetter).where(*where).values(**values)).rowcount)  # type: ignore[attr-defined]


def sign(session: Session, seen: int, signed: SignedLetter, person: PersonId) -> bool:
    """Make a draft that is as it was seen the signed letter; False where somebody else was faster."""
    where = (SupportLetter.id == signed.letter, SupportLetter.saves == seen, SupportLetter.digest.is_(None))
    values = {
        "signed_by": person, "signed_at": signed.signed_at, "signer": signed.name, "position": signed.position,
        "document": as_bytes(signed).decode(), "digest": digest(signed),
    }  # fmt: skip
    return bool(session.execute(sa.update(SupportLetter).where(*where).values(**values)).rowcount)  # type: ignore[attr-defined]


def discard(session: Session, letter: LetterId) -> None:
    """Remove a draft."""
    session.execute(sa.delete(SupportLetter).where(SupportLetter.id == letter, SupportLetter.digest.is_(None)))


def _select() -> sa.Select[*tuple[Any, ...]]:
    saver = aliased(Person)
    return (
        sa.select(SupportLetter, Organisation.name, saver.name)
        .join(Organisation, Organisation.id == SupportLetter.organisation)
        .join(saver, saver.id == SupportLetter.saved_by)
    )


def drafts(session: Session, proposal: ProposalId, lanes: Collection[OrganisationId]) -> list[LetterFull]:
    """The letters of these organisations that are not signed yet, newest first."""
    where = (SupportLetter.proposal == proposal, SupportLetter.organisation.in_(sorted(lanes)), SupportLetter.digest.is_(None))
    return [_full(*row) for row in session.execute(_select().where(*where).order_by(SupportLetter.saved_at.desc()))]


def one(session: Session, proposal: ProposalId, letter: LetterId, lanes: Collection[OrganisationId]) -> LetterFull | None:
    """A letter *of this proposal* that one of these organisations writes, or None."""
    where = (SupportLetter.proposal == proposal, SupportLetter.id == letter, SupportLetter.organisation.in_(sorted(lanes)))
    row = session.execute(_select().where(*where)).one_or_none()
    return _full(*row) if row is not None else None


def by_id(session: Session, letter: LetterId) -> LetterFull | None:
    """A letter whoever may know of it: for jobs."""
    row = session.execute(_select().where(SupportLetter.id == letter)).one_or_none()
    return _full(*row) if row is not None else None


def signed(session: Session, letter: LetterId) -> SignedLetter | None:
    """A letter as it was signed, or None."""
    text = session.scalar(sa.select(SupportLetter.document).where(SupportLetter.id == letter))
    return from_text(text) if text else None


def with_digest(session: Session, wanted: Digest) -> tuple[LetterFull, datetime | None] | None:
    """The signed letter of this digest, and when it was withdrawn, if it was; one in a party's own lane is none."""
    statement = _select().add_columns(Attachment.withdrawn_at).join(Attachment, Attachment.letter == SupportLetter.id)
    row = session.execute(statement.where(SupportLetter.digest == wanted, Attachment.lane.is_(None)).limit(1)).one_or_none()
    return (_full(*row[:3]), row[3]) if row is not None else None


def _full(row: SupportLetter, organisation_name: str, saved_by_name: str) -> LetterFull:
    return LetterFull(
        LetterId(row.id), ProposalId(row.proposal), OrganisationId(row.organisation), organisation_name, row.title, row.body, row.saves,
        saved_by_name, row.saved_at, PersonId(row.signed_by) if row.signed_by else None, row.signed_at, row.signer, row.position,
        Digest(row.digest) if row.digest else None, from_text(row.document).account if row.document else "",
    )  # fmt: skip
