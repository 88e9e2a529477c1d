"""Notices, mails, and how people want to be told. What is inserted carries a key that makes it happen once, however often it is tried."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cowork.domain.ids import MailId, NoticeId, PersonId, ProposalId
from cowork.domain.notifications import Channel, Kind
from cowork.store.base import Base
from cowork.store.notice_records import Feed, Mail, Notice, NoticeChoice, Watch
from cowork.store.records import Job, Person, Proposal


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as it is kept; `title` is the proposal's, empty where it is about none."""

    id: NoticeId
    key: str
    person: PersonId
    proposal: ProposalId | None
    title: str
    kind: Kind
    facts: Mapping[str, Any]
    channel: Channel
    created_at: datetime
    read_at: datetime | None = None
    mail: MailId | None = None


@dataclass(frozen=True, slots=True)
class MailLine:
    """`standing` is queued, sent, kept (there is no mail server), skipped (nobody may read it any more) or failed."""

    id: MailId
    message_id: str
    person: PersonId
    proposal: ProposalId | None
    kind: str
    subject: str
    standing: str
    queued_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A notice about a proposal with whom it went to, and the mail that carried it (standing empty: none)."""

    notice: NoticeLine
    name: str
    subject: str
    standing: str
    sent_at: datetime | None


def insert_new(session: Session, record: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert those rows that no unique key forbids; the others are there already."""
    if rows:
        dialect = session.get_bind().dialect.name
        insert = postgresql.insert(record) if dialect == "postgresql" else sqlite.insert(record)
        session.execute(insert.on_conflict_do_nothing(), list(rows))


def known_keys(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Those of these keys that notices have been made for."""
    return frozenset(session.scalars(sa.select(Notice.key).where(Notice.key.in_(keys))))


def add_notices(session: Session, lines: Sequence[NoticeLine]) -> None:
    rows = [
        {
            "id": line.id, "key": line.key, "person": line.person, "proposal": line.proposal, "kind": line.kind.value,
            "facts": dict(line.facts), "channel": line.channel.value, "created_at": line.created_at, "mail": line.mail,
        }
        for line in lines
    ]  # fmt: skip
    insert_new(session, Notice, rows)


def add_mails(session: Session, lines: Sequence[MailLine], now: datetime) -> None:
    """Queue mails, each with the job that sends it."""
    mails = [
        {
            "id": line.id, "message_id": line.message_id, "person": line.person, "proposal": line.proposal, "kind": line.kind,
            "queued_at": line.queued_at,
        }
        for line in lines
    ]  # fmt: skip
    jobs = [{"id": line.id, "kind": "mail", "key": f"mail:{line.id}", "payload": {"mail": line.id}, "run_at": now} for line in lines]
    insert_new(session, Mail, mails)
    insert_new(session, Job, jobs)


def _lines(session: Session, statement: sa.Select[*tuple[Any, ...]]) -> list[NoticeLine]:
    return [_line(row) for row in session.execute(statement)]


def _line(row: sa.Row[*tuple[Any, ...]]) -> NoticeLine:
    proposal = ProposalId(row.proposal) if row.proposal else None
    carried = MailId(row.mail) if row.mail else None
    return NoticeLine(
        NoticeId(row.id), row.key, PersonId(row.person), proposal, row.title or "", Kind(row.kind), row.facts, Channel(row.channel),
        row.created_at, row.read_at, carried,
    )  # fmt: skip


def _notices() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*Notice.__table__.columns, Proposal.title).outerjoin(Proposal, Proposal.id == Notice.proposal)


def page(
    session: Session, person: PersonId, read: bool, after: tuple[datetime, str] | None, limit: int
) -> list[NoticeLine]:
    """A person's notices, read or not, newest first, older than `after`."""
    statement = _notices().where(Notice.person == person, Notice.read_at.is_not(None) if read else Notice.read_at.is_(None))
    if after is not None:
        edge = sa.tuple_(sa.literal(after[0], Notice.created_at.type), sa.literal(after[1]))
        statement = statement.where(sa.tuple_(Notice.created_at, Notice.id) < edge)
    return _lines(session, statement.order_by(Notice.created_at.desc(), Notice.id.desc()).limit(limit))


def of_kind(session: Session, proposals: Collection[ProposalId], kind: Kind) -> list[NoticeLine]:
    """The notices of this kind about these proposals."""
    return _lines(session, _notices().where(Notice.proposal.in_(proposals), Notice.kind == kind.value))


def mark_read(session: Session, person: PersonId, now: datetime, *where: sa.ColumnElement[bool]) -> None:
    session.execute(sa.update(Notice).where(Notice.person == person, Notice.read_at.is_(None), *where).values(read_at=now))


def mark_one_read(session: Session, person: PersonId, notice: NoticeId, now: datetime) -> None:
    """Mark a person's own notice as read; one of somebody else's is left alone."""
    mark_read(session, person, now, Notice.id == notice)


def mark_asking_read(session: Session, people: Collection[PersonId], proposal: ProposalId, now: datetime, kinds: Collection[Kind]) -> None:
    """What asked these people for something on this proposal is past."""
    of_kinds = Notice.kind.in_([kind.value for kind in kinds])
    where = (Notice.person.in_(people), Notice.proposal == proposal, Notice.read_at.is_(None), of_kinds)
    session.execute(sa.update(Notice).where(*where).values(read_at=now))


def with_unread(session: Session, proposal: ProposalId, kind: Kind) -> frozenset[PersonId]:
    """Who has an unread notice of this kind about this proposal."""
    where = (Notice.proposal == proposal, Notice.kind == kind.value, Notice.read_at.is_(None))
    return frozenset(PersonId(key) for key in session.scalars(sa.select(Notice.person).where(*where).distinct()))


def have_unread(session: Session, people: Collection[PersonId], proposal: ProposalId, kind: Kind) -> frozenset[PersonId]:
    """Who of these people has an unread notice of this kind about this proposal that no mail has carried yet."""
    where = (Notice.person.in_(people), Notice.proposal == proposal, Notice.kind == kind.value, Notice.read_at.is_(None))
    return frozenset(PersonId(key) for key in session.scalars(sa.select(Notice.person).where(*where, Notice.mail.is_(None))))


def were_told(session: Session, proposal: ProposalId, kind: Kind) -> frozenset[PersonId]:
    """Who ever had a notice of this kind about this proposal."""
    where = (Notice.proposal == proposal, Notice.kind == kind.value)
    return frozenset(PersonId(key) for key in session.scalars(sa.select(Notice.person).where(*where).distinct()))


def told_in_round(session: Session, proposal: ProposalId, kind: Kind, before: int) -> dict[PersonId, int]:
    """Who had a notice of this kind about this proposal in a round before this one, each with the last such round."""
    found: dict[PersonId, int] = {}
    where = (Notice.proposal == proposal, Notice.kind == kind.value)
    for person, facts in session.execute(sa.select(Notice.person, Notice.facts).where(*where)):
        number = facts.get("round")
        if isinstance(number, int) and number < before:
            found[PersonId(person)] = max(number, found.get(PersonId(person), 0))
    return found


def told(session: Session, proposal: ProposalId, after: tuple[datetime, str] | None, limit: int) -> list[ToldLine]:
    """What people were told about a proposal, newest first."""
    statement = (
        _notices()
        .add_columns(Person.name, Mail.subject, Mail.standing, Mail.sent_at)
        .join(Person, Person.id == Notice.person)
        .outerjoin(Mail, Mail.id == Notice.mail)
        .where(Notice.proposal == proposal)
    )
    if after is not None:
        edge = sa.tuple_(sa.literal(after[0], Notice.created_at.type), sa.literal(after[1]))
        statement = statement.where(sa.tuple_(Notice.created_at, Notice.id) < edge)
    rows = session.execute(statement.order_by(Notice.created_at.desc(), Notice.id.desc()).limit(limit))
    return [ToldLine(_line(row), row.name, row.subject or "", row.standing or "", row.sent_at) for row in rows]


def choices(session: Session, people: Collection[PersonId]) -> dict[PersonId, dict[Kind, Channel]]:
    """What people have chosen, by person and kind; kinds that no longer exist are left out."""
    found: dict[PersonId, dict[Kind, Channel]] = {}
    for row in session.execute(sa.select(*NoticeChoice.__table__.columns).where(NoticeChoice.person.in_(people))):
        if row.kind in set(Kind):
            found.setdefault(PersonId(row.person), {})[Kind(row.kind)] = Channel(row.channel)
    return found


def choose(session: Session, person: PersonId, chosen: Mapping[Kind, Channel]) -> None:
    """Keep a person's choices in place of those before."""
    session.execute(sa.delete(NoticeChoice).where(NoticeChoice.person == person))
    rows = [{"person": person, "kind": kind.value, "channel": channel.value} for kind, channel in chosen.items()]
    if rows:
        session.execute(sa.insert(NoticeChoice), rows)


def watching(session: Session, proposal: ProposalId) -> dict[PersonId, bool]:
    """Who said that they follow a proposal, or do not."""
    rows = session.execute(sa.select(Watch.person, Watch.watching).where(Watch.proposal == proposal))
    return {PersonId(row.person): row.watching for row in rows}


def watch(session: Session, proposal: ProposalId, person: PersonId, follows: bool) -> None:
    session.execute(sa.delete(Watch).where(Watch.proposal == proposal, Watch.person == person))
    session.execute(sa.insert(Watch).values(proposal=proposal, person=person, watching=follows))


def mail(session: Session, key: MailId) -> MailLine | None:
    row = session.execute(sa.select(*Mail.__table__.columns).where(Mail.id == key)).one_or_none()
    if row is None:
        return None
    proposal = ProposalId(row.proposal) if row.proposal else None
    return MailLine(
        MailId(row.id), row.message_id, PersonId(row.person), proposal, row.kind, row.subject, row.standing, row.queued_at, row.sent_at
    )


def carried_by(session: Session, key: MailId) -> list[NoticeLine]:
    """The notices of a mail, oldest first."""
    return _lines(session, _notices().where(Notice.mail == key).order_by(Notice.created_at, Notice.id))


def close_mail(session: Session, key: MailId, standing: str, now: datetime, subject: str = "", body: str = "") -> None:
    """Note what became of a mail, and what was written."""
    values = {"standing": standing, "sent_at": now if standing == "sent" else None, "subject": subject, "body": body}
    session.execute(sa.update(Mail).where(Mail.id == key).values(**values))


def waiting_for_digest(session: Session, channel: Channel) -> list[tuple[PersonId, str, datetime]]:
    """Who has notices that wait for this digest: the person, their zone and when the oldest was made."""
    oldest = sa.func.min(Notice.created_at, type_=Notice.created_at.type).label("oldest")
    where = (Notice.mail.is_(None), Notice.channel == channel.value, Notice.read_at.is_(None))
    statement = sa.select(Notice.person, Person.zone, oldest).join(Person, Person.id == Notice.person).where(*where)
    return [(PersonId(r.person), r.zone, r.oldest) for r in session.execute(statement.group_by(Notice.person, Person.zone))]


def put_into(session: Session, carrier: MailId, person: PersonId, channel: Channel, before: datetime) -> None:
    """Let a digest carry what waits for it: unread notices made before a moment."""
    where = (Notice.person == person, Notice.channel == channel.value, Notice.mail.is_(None), Notice.read_at.is_(None))
    session.execute(sa.update(Notice).where(*where, Notice.created_at < before).values(mail=carrier))


def set_feed(session: Session, person: PersonId, digest: str | None, now: datetime) -> None:
    """Give a person's calendar a secret address in place of an earlier one, or (None) none."""
    session.execute(sa.delete(Feed).where(Feed.person == person))
    if digest is not None:
        session.execute(sa.insert(Feed).values(token=digest, person=person, created_at=now))


def feed_since(session: Session, person: PersonId) -> datetime | None:
    """Since when a person's calendar has a secret address, or None."""
    return session.scalar(sa.select(Feed.created_at).where(Feed.person == person))


def fed(session: Session, digest: str) -> PersonId | None:
    """Whose calendar this is."""
    found = session.scalar(sa.select(Feed.person).where(Feed.token == digest))
    return PersonId(found) if found else None


def mark_read_until(session: Session, person: PersonId, now: datetime, until: datetime) -> None:
    """Mark a person's notices as read that were made up to a moment."""
    mark_read(session, person, now, Notice.created_at <= until)
