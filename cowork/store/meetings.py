"""Meetings with their agenda, attendance, votes and minutes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import Digest, ItemId, MeetingId, OfficeId, OrganisationId, PersonId, ProposalId, RoundId
from cowork.domain.meetings import OPEN, ItemKind, ItemOutcome, MeetingStanding, Vote
from cowork.domain.workflows.definition import DECIDING
from cowork.domain.workflows.progress import Deputy, Holder, OfficeRole, Verdict
from cowork.store.benches import sources
from cowork.store.meeting_records import Attendance, Meeting, MeetingItem, MeetingVote
from cowork.store.records import Office, Organisation, Person, Proposal
from cowork.store.review_records import Round, TurnRecord


@dataclass(frozen=True, slots=True)
class MeetingFull:
    """A meeting without its items. `saves` counts its changes; times are UTC, `zone` is the organisation's."""

    id: MeetingId
    organisation: OrganisationId
    organisation_name: str
    zone: str
    demonstration: bool
    office: OfficeId
    office_kind: str
    office_title: str
    title: str
    starts_at: datetime
    place: str
    standing: MeetingStanding
    minutes: str
    saves: int
    created_at: datetime
    closed_by_name: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemFull:
    """A point of an agenda. Those of a proposal say which turn of the office and which version they are about."""

    id: ItemId
    position: int
    kind: ItemKind
    title: str
    proposal: ProposalId | None
    round: RoundId | None
    stage: str
    seat: str
    version: int
    digest: Digest
    minutes: str
    decision: str
    outcome: ItemOutcome
    sections: tuple[str, ...]
    votes: tuple[Vote, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """What waits for an office and is on no open agenda of it. `put_off` says that an earlier meeting put it off; `workflow` is the
    one of the round that runs.
    """

    proposal: ProposalId
    title: str
    stage: str
    seat: str
    stage_title: str
    opened_at: datetime
    due_at: datetime | None
    workflow: Digest
    put_off: bool = False


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office whose meetings can be planned."""

    office: OfficeId
    title: str
    organisation: OrganisationId
    organisation_name: str
    kind: str
    zone: str


@dataclass(frozen=True, slots=True)
class HeardItem:
    """What a closed meeting said of a proposal."""

    meeting: MeetingId
    organisation: OrganisationId
    organisation_name: str
    office_title: str
    closed_at: datetime
    stage: str
    outcome: ItemOutcome
    decision: str
    minutes: str


def _meetings() -> sa.Select[*tuple[Any, ...]]:
    m = Meeting
    return (
        sa.select(*m.__table__.columns, Office.kind.label("office_kind"), Office.title.label("office_title"))
        .add_columns(Organisation.name.label("organisation_name"), Organisation.zone, Organisation.demonstration)
        .add_columns(Person.name.label("closed_by_name"))
        .join(Office, Office.id == m.office)
        .join(Organisation, Organisation.id == m.organisation)
        .outerjoin(Person, Person.id == m.closed_by)
    )


def _meeting(r: sa.Row[*tuple[Any, ...]]) -> MeetingFull:
    row = r._mapping
    return MeetingFull(
        MeetingId(row["id"]), OrganisationId(row["organisation"]), row["organisation_name"], row["zone"], row["demonstration"],
        OfficeId(row["office"]), row["office_kind"], row["office_title"], row["title"], row["starts_at"], row["place"],
        MeetingStanding(row["standing"]), row["minutes"], row["saves"], row["created_at"], row["closed_by_name"] or "", row["closed_at"],
    )  # fmt: skip


def meeting(session: Session, key: MeetingId, *, lock: bool = False) -> MeetingFull | None:
    """A meeting, or None. `lock` holds its row until the transaction ends; SQLite has one writer anyway."""
    if lock:
        session.execute(sa.select(Meeting.id).where(Meeting.id == key).with_for_update())
    row = session.execute(_meetings().where(Meeting.id == key)).one_or_none()
    return _meeting(row) if row else None


def titles(session: Session, organisation: OrganisationId, keys: Collection[str]) -> dict[str, str]:
    """What these meetings of an organisation are called."""
    rows = session.execute(sa.select(Meeting.id, Meeting.title).where(Meeting.organisation == organisation, Meeting.id.in_(sorted(keys))))
    return {r.id: r.title for r in rows}


def of_offices(session: Session, offices: Collection[OfficeId], organisations: Collection[OrganisationId], limit: int) -> list[MeetingFull]:
    """The meetings of these offices and of these organisations, the latest first."""
    mine = sa.or_(Meeting.office.in_(sorted(offices)), Meeting.organisation.in_(sorted(organisations)))
    rows = session.execute(_meetings().where(mine).order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(limit))
    return [_meeting(row) for row in rows]


def ahead(session: Session, offices: Collection[OfficeId], limit: int) -> list[MeetingFull]:
    """The open meetings of these offices, the nearest first."""
    mine = (Meeting.office.in_(sorted(offices)), Meeting.standing.in_([one.value for one in OPEN]))
    return [_meeting(row) for row in session.execute(_meetings().where(*mine).order_by(Meeting.starts_at, Meeting.id).limit(limit))]


def offices_of(session: Session, offices: Collection[OfficeId], organisations: Collection[OrganisationId]) -> list[OfficeRow]:
    """These offices and all of these organisations, by organisation and title."""
    mine = sa.or_(Office.id.in_(sorted(offices)), Office.organisation.in_(sorted(organisations)))
    rows = session.execute(
        sa.select(Office.id, Office.title, Office.kind, Office.organisation, Organisation.name, Organisation.zone)
        .join(Organisation, Organisation.id == Office.organisation)
        .where(mine)
        .order_by(Organisation.name, Office.title, Office.id)
    )
    return [OfficeRow(OfficeId(r.id), r.title, OrganisationId(r.organisation), r.name, r.kind, r.zone) for r in rows]


def holders(session: Session, organisation: OrganisationId, kind: str, office: OfficeId, now: datetime) -> tuple[Holder, ...]:
    """Who holds an office now, with the deputies of each, by name; somebody with several terms once, with the strongest role."""
    found = sources(session, {organisation}, {kind}, (), now)
    people: dict[PersonId, Holder] = {}
    for term in found.terms:
        if term.office != office or term.person is None or not term.active:
            continue
        deputies = tuple(
            Deputy(d.delegate, d.name) for d in found.deputies if d.delegator == term.person and d.office in (None, office)
        )
        holder = Holder(term.person, term.name, OfficeRole(term.role), term.since, term.until, deputies, office)
        if holder.sits_at(now) and (term.person not in people or holder.role is not OfficeRole.MEMBER):
            people[term.person] = holder
    return tuple(people.values())


def add(
    session: Session, key: MeetingId, office: OfficeRow, title: str, starts_at: datetime, place: str, by: PersonId, at: datetime
) -> None:
    values = {"id": key, "organisation": office.organisation, "office": office.office, "title": title, "starts_at": starts_at}
    session.execute(sa.insert(Meeting).values(**values, place=place, created_by=by, created_at=at))


def change(session: Session, key: MeetingId, saves: int, **columns: object) -> None:
    """Change a meeting whose row is locked; `saves` is the count before."""
    session.execute(sa.update(Meeting).where(Meeting.id == key).values(saves=saves + 1, **columns))


def items(session: Session, key: MeetingId) -> tuple[ItemFull, ...]:
    """The agenda in order, with the votes taken."""
    v, i = MeetingVote, MeetingItem
    votes: dict[str, list[Vote]] = {}
    for r in session.execute(
        sa.select(v.item, v.person, v.verdict, v.reason).join(i, i.id == v.item).where(i.meeting == key).order_by(v.item, v.person)
    ):
        votes.setdefault(r.item, []).append(Vote(PersonId(r.person), Verdict(r.verdict), r.reason))
    rows = session.execute(sa.select(*i.__table__.columns).where(i.meeting == key).order_by(i.position, i.id))
    return tuple(
        ItemFull(
            ItemId(r.id), r.position, ItemKind(r.kind), r.title, ProposalId(r.proposal) if r.proposal else None,
            RoundId(r.round) if r.round else None, r.stage or "", r.seat or "", r.version or 0, Digest(r.digest or ""), r.minutes,
            r.decision, ItemOutcome(r.outcome), tuple(r.sections), tuple(votes.get(r.id, ())),
        )
        for r in rows
    )  # fmt: skip


def add_item(session: Session, key: MeetingId, item: ItemFull) -> None:
    session.execute(
        sa.insert(MeetingItem).values(
            id=item.id, meeting=key, position=item.position, kind=item.kind.value, title=item.title, proposal=item.proposal,
            round=item.round, stage=item.stage or None, seat=item.seat or None, version=item.version or None,
            digest=item.digest or None, sections=list(item.sections),
        )
    )  # fmt: skip


def change_item(session: Session, item: ItemId, **columns: object) -> None:
    session.execute(sa.update(MeetingItem).where(MeetingItem.id == item).values(**columns))


def remove_item(session: Session, item: ItemId) -> None:
    session.execute(sa.delete(MeetingVote).where(MeetingVote.item == item))
    session.execute(sa.delete(MeetingItem).where(MeetingItem.id == item))


def put_in_order(session: Session, order: Sequence[ItemId]) -> None:
    for position, item in enumerate(order, start=1):
        session.execute(sa.update(MeetingItem).where(MeetingItem.id == item).values(position=position))


def put_votes(session: Session, item: ItemId, votes: Iterable[Vote]) -> None:
    """Keep these votes of an item instead of those before."""
    session.execute(sa.delete(MeetingVote).where(MeetingVote.item == item))
    rows = [{"item": item, "person": v.person, "verdict": v.verdict.value, "reason": v.reason} for v in votes]
    if rows:
        session.execute(sa.insert(MeetingVote), rows)


def attendance(session: Session, key: MeetingId) -> dict[PersonId, str]:
    """How each person's attendance was noted."""
    rows = session.execute(sa.select(Attendance.person, Attendance.standing).where(Attendance.meeting == key))
    return {PersonId(r.person): r.standing for r in rows}


def put_attendance(session: Session, key: MeetingId, noted: Mapping[PersonId, str]) -> None:
    """Keep this attendance instead of what was noted before."""
    session.execute(sa.delete(Attendance).where(Attendance.meeting == key))
    rows = [{"meeting": key, "person": person, "standing": standing} for person, standing in noted.items()]
    if rows:
        session.execute(sa.insert(Attendance), rows)


def candidates(session: Session, office: OfficeId) -> tuple[Candidate, ...]:
    """What waits for a vote of this office and is on no open agenda of it, due first."""
    t, i, m = TurnRecord, MeetingItem, Meeting
    taken = {
        (r.proposal, r.stage, r.seat)
        for r in session.execute(
            sa.select(i.proposal, i.stage, i.seat)
            .join(m, m.id == i.meeting)
            .where(m.office == office, m.standing.in_([one.value for one in OPEN]), i.proposal.is_not(None))
        )
    }
    rows = session.execute(
        sa.select(t.proposal, t.stage, t.seat, t.stage_title, Proposal.title, Round.workflow)
        .add_columns(sa.func.min(t.opened_at).label("opened_at"), sa.func.min(t.due_at).label("due_at"))
        .join(Proposal, Proposal.id == t.proposal)
        .join(Round, sa.and_(Round.proposal == t.proposal, Round.number == Proposal.round))
        .where(t.office == office, t.kind.in_([kind.value for kind in DECIDING]))
        .group_by(t.proposal, t.stage, t.seat, t.stage_title, Proposal.title, Round.workflow)
    ).all()
    put_off = _put_off(session, office)
    found = [
        Candidate(
            ProposalId(r.proposal), r.title, r.stage, r.seat, r.stage_title, r.opened_at, r.due_at, Digest(r.workflow),
            (r.proposal, r.stage, r.seat) in put_off,
        )
        for r in rows
        if (r.proposal, r.stage, r.seat) not in taken
    ]
    return tuple(sorted(found, key=lambda c: (c.due_at is None, c.due_at or c.opened_at, c.opened_at, c.title, c.proposal)))


def _put_off(session: Session, office: OfficeId) -> set[tuple[str, str, str]]:
    i, m = MeetingItem, Meeting
    rows = session.execute(
        sa.select(i.proposal, i.stage, i.seat)
        .join(m, m.id == i.meeting)
        .where(m.office == office, m.standing == MeetingStanding.CLOSED.value, i.outcome == ItemOutcome.TABLED.value)
    )
    return {(r.proposal or "", r.stage or "", r.seat or "") for r in rows}


def heard(session: Session, proposal: ProposalId) -> tuple[HeardItem, ...]:
    """What closed meetings said of a proposal, the latest first."""
    i, m = MeetingItem, Meeting
    rows = session.execute(
        sa.select(m.id, m.organisation, Organisation.name, Office.title, m.closed_at, i.stage, i.outcome, i.decision, i.minutes)
        .join(m, m.id == i.meeting)
        .join(Organisation, Organisation.id == m.organisation)
        .join(Office, Office.id == m.office)
        .where(i.proposal == proposal, m.standing == MeetingStanding.CLOSED.value)
        .order_by(m.closed_at.desc(), i.position)
    )
    return tuple(
        HeardItem(
            MeetingId(r.id), OrganisationId(r.organisation), r.name, r.title, r.closed_at, r.stage or "", ItemOutcome(r.outcome),
            r.decision, r.minutes,
        )
        for r in rows
        if r.closed_at is not None
    )  # fmt: skip


def names(session: Session, people: Iterable[PersonId]) -> dict[PersonId, str]:
    """The names of these people, in order of name."""
    rows = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(sorted(people))).order_by(Person.name, Person.id))
    return {PersonId(r.id): r.name for r in rows}
