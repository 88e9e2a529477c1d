"""Proposals: their facts, participants, lists and projections."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.audit import EMPTY
from cowork.domain.files import Attached, from_rows
from cowork.domain.ids import Digest, OfficeId, OrganisationId, PersonId, ProgrammeId, ProposalId, Side
from cowork.domain.policy import Scope, readers_of
from cowork.domain.proposals import ParticipantFacts, PartyFacts, Phase, ProposalFacts, ProposalKind, Right, Role, SectionRule, Standing
from cowork.store import search
from cowork.store.comment_records import PendingComment
from cowork.store.records import Access, Organisation, Participant, Party, Person, Proposal, SeatedPerson, Seating, Version, VersionWriter
from cowork.store.review_records import TurnRecord
from cowork.store.rights_records import SectionRuleRecord


@dataclass(frozen=True, slots=True)
class ProposalState:
    """A proposal as its row says it stands, with the facts that the policy asks for. Times are UTC.

    `unsent` says that somebody keeps comments that they have not sent: whether it is the reader is asked only then.
    """

    id: ProposalId
    programme: ProgrammeId
    kind: ProposalKind
    standing: Standing
    title: str
    form: Digest
    workflow: Digest
    workflow_title: str
    created_by: PersonId
    created_at: datetime
    updated_at: datetime
    demonstration: bool
    salt: str
    version: int
    percent: int
    round: int
    sentence: str
    stages: str
    due_at: datetime | None
    open_threads: int
    open_objections: int
    event_count: int
    event_head: Digest
    facts: ProposalFacts
    look_at: datetime | None = None
    court: str = ""
    phase: Phase = Phase.FULL
    full_workflow: Digest | None = None
    intake_rounds: int = 0
    attached: tuple[Attached, ...] = ()
    unsent: bool = False


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal in a list. `court` names the parties that have to act, `asked_since` is when the first of them was asked."""

    id: ProposalId
    title: str
    kind: ProposalKind
    standing: Standing
    parties: str
    stages: str
    sentence: str
    due_at: datetime | None
    percent: int
    version: int
    open_threads: int
    open_objections: int
    updated_at: datetime
    demonstration: bool
    court: str = ""
    asked_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list is narrowed to. `query` is free text; `court` is an organisation of which somebody is asked now.

    `after` is the keyset (updated_at, id) of the last line seen, from which older ones follow; `before` that of the first one seen, up to
    which newer ones are wanted. At most one of them is given.
    """

    standing: Standing | None = None
    organisation: OrganisationId | None = None
    query: str = ""
    author: PersonId | None = None
    after: tuple[datetime, ProposalId] | None = None
    limit: int = 20
    before: tuple[datetime, ProposalId] | None = None
    court: OrganisationId | None = None


def add(session: Session, state: ProposalState, party_names: str) -> None:
    """Insert a proposal with its parties and participants. `state.facts` says who they are."""
    session.execute(
        sa.insert(Proposal).values(
            id=state.id,
            programme=state.programme,
            kind=state.kind.value,
            standing=state.standing.value,
            title=state.title,
            form=state.form,
            workflow=state.workflow,
            workflow_title=state.workflow_title,
            created_by=state.created_by,
            created_at=state.created_at,
            updated_at=state.updated_at,
            demonstration=state.demonstration,
            salt=state.salt,
            version=0,
            party_names=party_names,
            sentence=state.sentence,
            event_head=EMPTY,
            phase=state.phase.value,
            full_workflow=state.full_workflow,
        )
    )
    session.execute(
        sa.insert(Party),
        [{"proposal": state.id, "organisation": p.organisation, "lead": p.lead} for p in state.facts.parties],
    )
    for participant in state.facts.participants:
        put_participant(session, state.id, participant)
    rebuild_access(session, state.facts, state.updated_at)


def state(session: Session, proposal: ProposalId, *, lock: bool = False) -> ProposalState | None:
    """The proposal as it stands, or None. `lock` holds its row until the transaction ends; SQLite has one writer anyway.

    The lock lets others refer to the row meanwhile, as new rows of other tables do: no two writers wait for each other in a circle.
    """
    row = session.execute(_state(lock), {"proposal": proposal}).one_or_none()
    if row is None:
        return None
    return ProposalState(
        proposal,
        ProgrammeId(row.programme),
        ProposalKind(row.kind),
        Standing(row.standing),
        row.title,
        Digest(row.form),
        Digest(row.workflow),
        row.workflow_title,
        PersonId(row.created_by),
        row.created_at,
        row.updated_at,
        row.demonstration,
        row.salt,
        row.version,
        row.percent,
        row.round,
        row.sentence,
        row.stages,
        row.due_at,
        row.open_threads,
        row.open_objections,
        row.event_count,
        Digest(row.event_head),
        facts(session, proposal, Standing(row.standing)),
        row.look_at,
        row.court,
        Phase(row.phase),
        Digest(row.full_workflow) if row.full_workflow else None,
        row.intake_rounds,
        from_rows(row.attached),
        bool(row.unsent),
    )


def facts(session: Session, proposal: ProposalId, standing: Standing) -> ProposalFacts:
    """Who takes part in a proposal, in one query."""
    rows = session.execute(_facts(), {"proposal": proposal}).all()
    return ProposalFacts(
        proposal,
        standing,
        tuple(
            sorted(
                (
                    PartyFacts(OrganisationId(r.organisation), r.name, Side(r.word), bool(r.flag), r.extra, r.zone, r.slug)
                    for r in rows
                    if r.kind == 0
                ),
                key=lambda party: (not party.lead, party.name, party.organisation),
            )
        ),
        tuple(
            sorted(
                (
                    ParticipantFacts(PersonId(r.extra), r.name, OrganisationId(r.organisation), Role(r.word))
                    for r in rows
                    if r.kind == 1
                ),
                key=lambda participant: (participant.name, participant.person),
            )
        ),
        frozenset(OfficeId(r.extra) for r in rows if r.kind == 2),
        frozenset(PersonId(r.extra) for r in rows if r.kind == 3),
        frozenset((PersonId(r.extra), OrganisationId(r.organisation)) for r in rows if r.kind == 4),
        tuple(sorted((_rule(r) for r in rows if r.kind == 5), key=lambda rule: (rule.section, rule.organisation, rule.person or ""))),
    )


def _rule(row: sa.Row[*tuple[Any, ...]]) -> SectionRule:
    person = PersonId(row.extra) if row.extra else None
    return SectionRule(row.name, OrganisationId(row.organisation), person, Right(row.word), bool(row.flag))


@cache
def _state(lock: bool) -> sa.Select[*tuple[Any, ...]]:
    unsent = sa.exists().where(PendingComment.proposal == Proposal.id).label("unsent")
    statement = sa.select(*Proposal.__table__.columns, unsent).where(Proposal.id == sa.bindparam("proposal"))
    return statement.with_for_update(key_share=True) if lock else statement


@cache
def _facts() -> sa.CompoundSelect[Any]:
    # Every page of a proposal asks this, so the statement is put together once.
    nothing, proposal = sa.literal(""), sa.bindparam("proposal", type_=sa.String())
    parties = (
        sa.select(sa.literal(0).label("kind"), Party.organisation.label("organisation"), Organisation.name.label("name"))
        .add_columns(Organisation.side.label("word"), Organisation.country.label("extra"))
        .add_columns(Party.lead.label("flag"), Organisation.zone.label("zone"), Organisation.slug.label("slug"))
        .join(Organisation, Organisation.id == Party.organisation)
        .where(Party.proposal == proposal)
    )
    people = (
        sa.select(sa.literal(1), Participant.organisation, Person.name, Participant.role, Participant.person, sa.false(), nothing)
        .add_columns(nothing)
        .join(Person, Person.id == Participant.person)
        .where(Participant.proposal == proposal)
    )
    seats = sa.select(sa.literal(2), nothing, nothing, nothing, Seating.office, sa.false(), nothing, nothing)
    named = sa.select(sa.literal(4), SeatedPerson.organisation, nothing, nothing, SeatedPerson.person, sa.false(), nothing, nothing)
    wrote = sa.select(sa.literal(3), nothing, nothing, nothing, Version.author, sa.false(), nothing, nothing).distinct()
    along = sa.select(sa.literal(3), nothing, nothing, nothing, VersionWriter.person, sa.false(), nothing, nothing).distinct()
    said = (
        sa.select(sa.literal(5), SectionRuleRecord.organisation, SectionRuleRecord.section, SectionRuleRecord.right)
        .add_columns(sa.func.coalesce(SectionRuleRecord.person, nothing), SectionRuleRecord.granted, nothing, nothing)
        .where(SectionRuleRecord.proposal == proposal)
    )
    return sa.union_all(
        parties,
        people,
        seats.where(Seating.proposal == proposal),
        wrote.where(Version.proposal == proposal),
        along.where(VersionWriter.proposal == proposal),
        named.where(SeatedPerson.proposal == proposal),
        said,
    )


def put_participant(session: Session, proposal: ProposalId, participant: ParticipantFacts) -> None:
    """Add a participant, or change the role of one."""
    remove_participant(session, proposal, participant.person, participant.organisation)
    session.execute(
        sa.insert(Participant).values(
            proposal=proposal, person=participant.person, organisation=participant.organisation, role=participant.role.value
        )
    )


def remove_participant(session: Session, proposal: ProposalId, person: PersonId, organisation: OrganisationId) -> None:
    where = (Participant.proposal == proposal, Participant.person == person, Participant.organisation == organisation)
    session.execute(sa.delete(Participant).where(*where))


def seat_offices(session: Session, proposal: ProposalId, offices: frozenset[OfficeId]) -> None:
    """Note that these offices are asked by the proposal's review."""
    if offices:
        session.execute(sa.insert(Seating), [{"proposal": proposal, "office": office} for office in sorted(offices)])


def seat_people(session: Session, proposal: ProposalId, people: Collection[tuple[PersonId, OrganisationId]]) -> None:
    """Note that these people are asked by name, each for an organisation."""
    rows = [{"proposal": proposal, "person": person, "organisation": organisation} for person, organisation in sorted(people)]
    if rows:
        session.execute(sa.insert(SeatedPerson), rows)


def rebuild_access(session: Session, subject: ProposalFacts, updated_at: datetime) -> None:
    """Write who may read this proposal: the same rule as the policy's, as rows, with its place in lists."""
    session.execute(sa.delete(Access).where(Access.proposal == subject.proposal))
    let_read(session, subject, readers_of(subject), updated_at)


def let_read(session: Session, subject: ProposalFacts, keys: Collection[str], updated_at: datetime) -> None:
    """Write that these keys, which could not until now, may read this proposal."""
    place = {"proposal": subject.proposal, "standing": subject.standing.value, "updated_at": updated_at}
    if keys:
        session.execute(sa.insert(Access), [{"principal": principal, **place} for principal in sorted(keys)])


def access_keys(session: Session, proposal: ProposalId) -> frozenset[str]:
    """Who may read this proposal, as the projection has it."""
    return frozenset(session.scalars(sa.select(Access.principal).where(Access.proposal == proposal)))


def is_misplaced(session: Session, proposal: ProposalId) -> bool:
    """Whether lists hold this proposal at another place than its row says."""
    differs = sa.or_(Access.standing != Proposal.standing, Access.updated_at != Proposal.updated_at)
    found = sa.select(Access.proposal).join(Proposal, Proposal.id == Access.proposal).where(Access.proposal == proposal, differs)
    return session.scalars(found.limit(1)).first() is not None


def update(session: Session, proposal: ProposalId, seen_event: int, **columns: object) -> bool:
    """Write projections and counters of a proposal's row, unless it has moved on since `seen_event` was its last event.

    Its place in lists follows.
    """
    where = (Proposal.id == proposal, Proposal.event_count == seen_event)
    result = session.execute(sa.update(Proposal).where(*where).values(**columns))
    place = {name: columns[name] for name in ("standing", "updated_at") if name in columns}
    moved = bool(result.rowcount)  # type: ignore[attr-defined]  # a cursor result has it
    if moved and place:
        session.execute(sa.update(Access).where(Access.proposal == proposal).values(**place))
    return moved


def everything(session: Session) -> list[ProposalId]:
    """Every proposal's id, for whole-instance checks."""
    return [ProposalId(key) for key in session.scalars(sa.select(Proposal.id).order_by(Proposal.id))]


def count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Proposal)) or 0


def page(session: Session, scope: Scope | None, narrowed: ListFilter) -> list[ProposalLine]:
    """A page of the proposals in a scope (None: all, for the command line), newest first, by keyset."""
    principals = scope.principals() if scope is not None else ()
    if scope is not None and not principals:
        return []
    keys = _keys(session, principals, narrowed).subquery()
    statement = sa.select(*LINE).where(Proposal.id.in_(sa.select(keys.c.proposal)))
    lines = [line(row) for row in session.execute(_ordered(statement, narrowed, Proposal.updated_at, Proposal.id))]
    return lines[::-1] if narrowed.before is not None else lines


def _keys(session: Session, principals: tuple[str, ...], narrowed: ListFilter) -> sa.Select[str] | sa.CompoundSelect[str]:
    """The proposals of a page: the first ones of each principal's own, which an index gives in order; a search looks at all it finds."""
    if not principals:
        every = _first(narrowed, Proposal.id, Proposal.standing, Proposal.updated_at)
        return every.where(Proposal.id.in_(search.matching(session, narrowed.query))) if narrowed.query.strip() else every
    if narrowed.query.strip():
        found = Access.proposal.in_(search.matching(session, narrowed.query))
        return _readable(narrowed).where(found, Access.principal.in_(principals)).group_by(Access.proposal, Access.updated_at)
    parts = [_readable(narrowed).where(Access.principal == principal).subquery() for principal in principals]
    return sa.union_all(*(sa.select(part.c.proposal) for part in parts))


def _readable(narrowed: ListFilter) -> sa.Select[str]:
    return _first(narrowed, Access.proposal, Access.standing, Access.updated_at)


def _first(
    narrowed: ListFilter, proposal: sa.SQLColumnExpression[str], standing: sa.SQLColumnExpression[str], at: sa.SQLColumnExpression[datetime]
) -> sa.Select[str]:
    """The proposals that a filter lets through, in the order of the list and as many as it shows."""
    statement: sa.Select[str] = sa.select(proposal.label("proposal"))
    if narrowed.standing is not None:
        statement = statement.where(standing == narrowed.standing.value)
    if narrowed.organisation is not None:
        statement = statement.where(sa.exists().where(Party.proposal == proposal, Party.organisation == narrowed.organisation))
    if narrowed.court is not None:
        statement = statement.where(sa.exists().where(TurnRecord.proposal == proposal, TurnRecord.party == narrowed.court))
    if narrowed.author is not None:
        written = (Participant.proposal == proposal, Participant.person == narrowed.author, Participant.role == Role.AUTHOR.value)
        statement = statement.where(sa.exists().where(*written))
    place = sa.tuple_(at, proposal)
    if narrowed.before is not None:
        statement = statement.where(place > _edge(narrowed.before))
    if narrowed.after is not None:
        statement = statement.where(place < _edge(narrowed.after))
    return _ordered(statement, narrowed, at, proposal)


_Statement = TypeVar("_Statement", bound=sa.Select[*tuple[Any, ...]])


def _ordered(
    statement: _Statement, narrowed: ListFilter, at: sa.SQLColumnExpression[datetime], proposal: sa.SQLColumnExpression[str]
) -> _Statement:
    order = (at, proposal) if narrowed.before is not None else (at.desc(), proposal.desc())
    return statement.order_by(*order).limit(narrowed.limit)


def _edge(keyset: tuple[datetime, ProposalId]) -> sa.Tuple:
    return sa.tuple_(sa.literal(keyset[0], Proposal.updated_at.type), sa.literal(keyset[1]))


LINE = (
    Proposal.id, Proposal.title, Proposal.kind, Proposal.standing, Proposal.party_names, Proposal.stages, Proposal.sentence,
    Proposal.due_at, Proposal.percent, Proposal.version, Proposal.open_threads, Proposal.open_objections, Proposal.updated_at,
    Proposal.demonstration, Proposal.court,
    sa.select(sa.func.min(TurnRecord.opened_at)).where(TurnRecord.proposal == Proposal.id).correlate(Proposal).scalar_subquery()
    .label("asked_since"),
)  # fmt: skip
"""The columns that a line of a list is made of."""


def line(row: sa.Row[*tuple[Any, ...]]) -> ProposalLine:
    """A line from a row that holds the columns of LINE."""
    return ProposalLine(
        ProposalId(row.id),
        row.title,
        ProposalKind(row.kind),
        Standing(row.standing),
        row.party_names,
        row.stages,
        row.sentence,
        row.due_at,
        row.percent,
        row.version,
        row.open_threads,
        row.open_objections,
        row.updated_at,
        row.demonstration,
        row.court,
        row.asked_since,
    )


def in_review(session: Session, organisation: OrganisationId | None = None) -> list[ProposalId]:
    """The proposals whose review runs, of every organisation or of one."""
    statement = sa.select(Proposal.id).where(Proposal.standing == Standing.IN_REVIEW.value).order_by(Proposal.id)
    if organisation is not None:
        statement = statement.where(Proposal.id.in_(sa.select(Party.proposal).where(Party.organisation == organisation)))
    return [ProposalId(key) for key in session.scalars(statement)]


def zones_in_review(session: Session) -> list[tuple[ProposalId, str]]:
    """The proposals whose review runs, with the time zone of each of their parties."""
    own = sa.select(Proposal.id, Organisation.zone).join(Party, Party.proposal == Proposal.id)
    rows = own.join(Organisation, Organisation.id == Party.organisation).where(Proposal.standing == Standing.IN_REVIEW.value)
    return [(ProposalId(key), zone) for key, zone in session.execute(rows.order_by(Proposal.id))]
