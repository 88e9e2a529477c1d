"""Files attached to proposals, their versions and pictures."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cowork.domain.files import Attached, FileKind, Particulars, Place, attached
from cowork.domain.ids import Digest, FileId, LetterId, OrganisationId, PersonId, ProposalId
from cowork.store.file_records import Attachment, AttachmentPicture, AttachmentVersion, SupportLetter
from cowork.store.records import Organisation, Person, Proposal

REMOVED = "removed"
"""What the preview of a version says where its bytes are kept no more."""


@dataclass(frozen=True, slots=True)
class FileVersion:
    """One version of a file. `content` is the SHA-256 of its bytes, None while they are being made."""

    number: int
    content: Digest | None
    size: int
    name: str
    type: str
    person: PersonId
    person_name: str
    at: datetime
    preview: str = "none"
    pages: int = 0
    notes: str = ""

    @property
    def removed(self) -> bool:
        """Whether its bytes are kept no more."""
        return self.preview == REMOVED


@dataclass(frozen=True, slots=True)
class FileFull:
    """A file with its newest version. `letter` and `letter_digest` are those of the letter that it prints."""

    id: FileId
    proposal: ProposalId
    organisation: OrganisationId
    organisation_name: str
    particulars: Particulars
    version: FileVersion
    added_by_name: str
    added_at: datetime
    letter: LetterId | None = None
    letter_digest: Digest | None = None
    withdrawn_by_name: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_because: str = ""

    @property
    def lane(self) -> OrganisationId | None:
        return self.particulars.lane

    @property
    def withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def proof(self) -> Digest | None:
        """What its content is known by: of a letter what was signed, which is known before its document is made."""
        return self.letter_digest or self.version.content


@dataclass(frozen=True, slots=True)
class PictureLine:
    page: int
    content: Digest
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Expiring:
    """A file that expires, with whoever keeps it."""

    file: FileId
    proposal: ProposalId
    organisation: OrganisationId
    lane: OrganisationId | None
    expires: date


def add(session: Session, file: FileFull, person: PersonId) -> None:
    """Insert a file with its first version."""
    said = file.particulars
    session.execute(
        sa.insert(Attachment).values(
            id=file.id, proposal=file.proposal, organisation=file.organisation, version=1, letter=file.letter, added_by=person,
            added_at=file.added_at, **_columns(said),
        )
    )  # fmt: skip
    add_version(session, file.id, file.version)


def add_version(session: Session, file: FileId, version: FileVersion) -> None:
    """Insert a version and make it the newest."""
    session.execute(
        sa.insert(AttachmentVersion).values(
            attachment=file, number=version.number, content=version.content, size=version.size, name=version.name, type=version.type,
            person=version.person, at=version.at, preview=version.preview, pages=version.pages, notes=version.notes,
        )
    )  # fmt: skip
    session.execute(sa.update(Attachment).where(Attachment.id == file).values(version=version.number))


def change(session: Session, file: FileId, said: Particulars) -> None:
    session.execute(sa.update(Attachment).where(Attachment.id == file).values(**_columns(said)))


def withdraw(session: Session, file: FileId, person: PersonId, at: datetime, reason: str) -> None:
    values = {"withdrawn_by": person, "withdrawn_at": at, "withdrawn_because": reason}
    session.execute(sa.update(Attachment).where(Attachment.id == file).values(**values))


def _columns(said: Particulars) -> dict[str, object]:
    return {
        "lane": said.lane, "kind": said.kind.value, "title": said.title, "dated": said.dated, "expires": said.expires,
        "section": said.place.section, "field": said.place.field, "row": said.place.row,
    }  # fmt: skip


def _select() -> sa.Select[*tuple[Any, ...]]:
    a, v, adder, author, taker = Attachment, AttachmentVersion, aliased(Person), aliased(Person), aliased(Person)
    return (
        sa.select(*a.__table__.columns, Organisation.name.label("organisation_name"), adder.name.label("adder_name"))
        .add_columns(taker.name.label("taker_name"), SupportLetter.digest.label("letter_digest"))
        .add_columns(*_version_columns(author))
        .join(v, sa.and_(v.attachment == a.id, v.number == a.version))
        .join(Organisation, Organisation.id == a.organisation)
        .join(adder, adder.id == a.added_by)
        .join(author, author.id == v.person)
        .outerjoin(taker, taker.id == a.withdrawn_by)
        .outerjoin(SupportLetter, SupportLetter.id == a.letter)
    )


def _version_columns(author: Any) -> tuple[Any, ...]:
    v = AttachmentVersion
    return (
        v.number.label("v_number"), v.content.label("v_content"), v.size.label("v_size"), v.name.label("v_name"), v.type.label("v_type"),
        v.person.label("v_person"), v.at.label("v_at"), v.preview.label("v_preview"), v.pages.label("v_pages"), v.notes.label("v_notes"),
        author.name.label("v_person_name"),
    )  # fmt: skip


def of_proposal(session: Session, proposal: ProposalId, lanes: Collection[OrganisationId]) -> list[FileFull]:
    """The shared files of a proposal and those of these organisations' own lanes, newest first; withdrawn ones too."""
    visible = sa.or_(Attachment.lane.is_(None), Attachment.lane.in_(sorted(lanes)))
    rows = session.execute(_select().where(Attachment.proposal == proposal, visible).order_by(Attachment.added_at.desc(), Attachment.id))
    return [_full(row) for row in rows]


def one(session: Session, proposal: ProposalId, file: FileId, lanes: Collection[OrganisationId]) -> FileFull | None:
    """One file *of this proposal* that these lanes may know of, or None."""
    visible = sa.or_(Attachment.lane.is_(None), Attachment.lane.in_(sorted(lanes)))
    row = session.execute(_select().where(Attachment.proposal == proposal, Attachment.id == file, visible)).one_or_none()
    return _full(row) if row is not None else None


def by_id(session: Session, file: FileId) -> FileFull | None:
    """One file whoever may know of it: for jobs."""
    row = session.execute(_select().where(Attachment.id == file)).one_or_none()
    return _full(row) if row is not None else None


def versions(session: Session, file: FileId) -> list[FileVersion]:
    """Every version of a file, newest first."""
    v, author = AttachmentVersion, aliased(Person)
    statement = sa.select(*_version_columns(author)).join(author, author.id == v.person).where(v.attachment == file)
    return [_version(row) for row in session.execute(statement.order_by(v.number.desc()))]


def attached_to(session: Session, proposal: ProposalId) -> tuple[Attached, ...]:
    """The shared files that were not withdrawn, as reviews see them."""
    rows = session.execute(_select().where(Attachment.proposal == proposal, Attachment.lane.is_(None), Attachment.withdrawn_at.is_(None)))
    return tuple(attached(file.particulars, file.version.number, str(file.proof)) for file in map(_full, rows))


def _full(row: Any) -> FileFull:
    place = Place(row.section, row.field, row.row)
    lane = OrganisationId(row.lane) if row.lane else None
    return FileFull(
        FileId(row.id),
        ProposalId(row.proposal),
        OrganisationId(row.organisation),
        row.organisation_name,
        Particulars(FileKind(row.kind), row.title, lane, row.dated, row.expires, place),
        _version(row),
        row.adder_name,
        row.added_at,
        LetterId(row.letter) if row.letter else None,
        Digest(row.letter_digest) if row.letter_digest else None,
        row.taker_name or "",
        row.withdrawn_at,
        row.withdrawn_because,
    )


def _version(row: Any) -> FileVersion:
    return FileVersion(
        row.v_number, Digest(row.v_content) if row.v_content else None, row.v_size, row.v_name, row.v_type, PersonId(row.v_person),
        row.v_person_name, row.v_at, row.v_preview, row.v_pages, row.v_notes,
    )  # fmt: skip


def fill(session: Session, file: FileId, number: int, content: Digest, size: int) -> None:
    """Give a version the bytes that were made for it."""
    _set(session, file, number, content=content, size=size, preview="queued")


def set_preview(session: Session, file: FileId, number: int, standing: str, pictures: Iterable[PictureLine] = ()) -> None:
    """Note how the preview of a version stands, with its pictures where it is ready."""
    rows = [
        {"attachment": file, "number": number, "page": p.page, "content": p.content, "width": p.width, "height": p.height}
        for p in pictures
    ]
    where = (AttachmentPicture.attachment == file, AttachmentPicture.number == number)
    session.execute(sa.delete(AttachmentPicture).where(*where))
    if rows:
        session.execute(sa.insert(AttachmentPicture), rows)
    _set(session, file, number, preview=standing)


def _set(session: Session, file: FileId, number: int, **values: object) -> None:
    where = (AttachmentVersion.attachment == file, AttachmentVersion.number == number)
    session.execute(sa.update(AttachmentVersion).where(*where).values(**values))


def pictures(session: Session, file: FileId, number: int) -> list[PictureLine]:
    p = AttachmentPicture
    statement = sa.select(p.page, p.content, p.width, p.height).where(p.attachment == file, p.number == number).order_by(p.page)
    return [PictureLine(row.page, Digest(row.content), row.width, row.height) for row in session.execute(statement)]


def expiring(session: Session, after: date, before: date) -> list[Expiring]:
    """Files that expire between two days, both included, and were not withdrawn; those of rejected proposals are left out."""
    a = Attachment
    statement = (
        sa.select(a.id, a.proposal, a.organisation, a.lane, a.expires)
        .join(Proposal, Proposal.id == a.proposal)
        .where(a.expires >= after, a.expires <= before, a.withdrawn_at.is_(None), Proposal.standing != "rejected")
        .order_by(a.expires, a.id)
    )
    return [
        Expiring(
            FileId(r.id), ProposalId(r.proposal), OrganisationId(r.organisation), OrganisationId(r.lane) if r.lane else None, r.expires
        )
        for r in session.execute(statement)
        if r.expires is not None
    ]


def are_used(session: Session, contents: Collection[str]) -> frozenset[str]:
    """Which of these contents some file or picture still needs."""
    wanted = sorted(contents)
    version, picture = AttachmentVersion, AttachmentPicture
    found = set(session.scalars(sa.select(version.content).where(version.content.in_(wanted), version.preview != REMOVED)))
    found.update(session.scalars(sa.select(picture.content).where(picture.content.in_(wanted))))
    return frozenset(str(key) for key in found)


def all_used(session: Session) -> frozenset[Digest]:
    """Every content that some file or picture needs."""
    version, picture = AttachmentVersion, AttachmentPicture
    found = set(session.scalars(sa.select(version.content).where(version.content.is_not(None), version.preview != REMOVED)))
    found.update(session.scalars(sa.select(picture.content)))
    return frozenset(Digest(str(key)) for key in found)


def withdrawn_before(session: Session, moment: datetime, standings: Collection[str]) -> list[tuple[FileId, ProposalId]]:
    """Files withdrawn before a moment whose bytes are kept still, of proposals that stand so. Signed letters are none of them."""
    a, v = Attachment, AttachmentVersion
    statement = (
        sa.select(a.id, a.proposal)
        .join(Proposal, Proposal.id == a.proposal)
        .join(v, sa.and_(v.attachment == a.id, v.number == a.version))
        .where(a.withdrawn_at < moment, a.letter.is_(None), v.preview != REMOVED, Proposal.standing.in_(sorted(standings)))
        .order_by(a.withdrawn_at, a.id)
    )
    return [(FileId(row.id), ProposalId(row.proposal)) for row in session.execute(statement)]


def contents(session: Session, file: FileId) -> list[Digest]:
    """The contents of all versions of a file and of their pictures."""
    v, p = AttachmentVersion, AttachmentPicture
    found = session.scalars(sa.select(v.content).where(v.attachment == file, v.content.is_not(None)).distinct()).all()
    return [Digest(str(key)) for key in (*found, *session.scalars(sa.select(p.content).where(p.attachment == file).distinct()))]


def forget(session: Session, file: FileId) -> None:
    """Note that the bytes of a file are kept no more. Its versions stay with their digests."""
    session.execute(sa.delete(AttachmentPicture).where(AttachmentPicture.attachment == file))
    session.execute(sa.update(AttachmentVersion).where(AttachmentVersion.attachment == file).values(preview=REMOVED))
