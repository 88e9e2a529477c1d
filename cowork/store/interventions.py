"""What was done to rounds beside deciding: interventions, closed votes of meetings, conditions of approvals, decisions taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cowork.domain.ids import ConditionId, DecisionId, InterventionId, MeetingId, OrganisationId, PersonId, ProposalId, RoundId
from cowork.domain.workflows import interventions
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.interventions import Intervention, InterventionKind
from cowork.domain.workflows.progress import Sitting
from cowork.store.records import Access, Person, Proposal
from cowork.store.review_records import ApprovalCondition, Round, SittingRecord, UndoneDecision
from cowork.store.review_records import Decision as DecisionRecord
from cowork.store.review_records import Intervention as InterventionRecord


@dataclass(frozen=True, slots=True)
class ConditionFull:
    """A condition of an approval. `standing` is open, reported (its owner says that it is met), closed or waived; `due` is a day."""

    id: ConditionId
    decision: DecisionId
    stage: str
    party: OrganisationId
    set_by: PersonId
    set_by_name: str
    text: str
    owner: PersonId
    owner_name: str
    due: date | None
    standing: str
    report: str = ""
    reported_at: datetime | None = None
    closed_by_name: str = ""
    closed_at: datetime | None = None
    closing_note: str = ""


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A condition that waits for a person: to be seen to, or (`reported`) to be closed."""

    id: ConditionId
    proposal: ProposalId
    title: str
    text: str
    due: date | None
    reported: bool


@dataclass(frozen=True, slots=True)
class Acts:
    """Everything of a proposal's rounds beside decisions. Interventions come with the number of their round, oldest first."""

    interventions: tuple[tuple[int, Intervention], ...] = ()
    sittings: tuple[Sitting, ...] = ()
    conditions: tuple[ConditionFull, ...] = ()

    def of_round(self, number: int) -> tuple[Intervention, ...]:
        return tuple(one for round_, one in self.interventions if round_ == number)

    def for_seats(self, workflow: Workflow, number: int, outlines: int) -> tuple[Intervention, ...]:
        """What says who sits where in a round: see `interventions.for_seats`. The first rounds, so many, were about an outline."""
        return interventions.for_seats(workflow, self.interventions, number, outlines if number > outlines else 0)


def acts(session: Session, proposal: ProposalId) -> Acts:
    """What was done to the rounds of a proposal."""
    return Acts(_interventions(session, proposal), _sittings(session, proposal), conditions(session, proposal))


def _interventions(session: Session, proposal: ProposalId) -> tuple[tuple[int, Intervention], ...]:
    i = InterventionRecord
    rows = session.execute(
        sa.select(i.kind, i.payload, i.by, Person.name, i.at, i.reason, Round.number)
        .join(Person, Person.id == i.by)
        .join(Round, Round.id == i.round)
        .where(i.proposal == proposal)
        .order_by(i.at, i.id)
    ).all()
    mentioned = {str(r.payload[key]) for r in rows for key in ("person", "behalf") if key in r.payload}
    names: dict[str, str] = {}
    if mentioned:
        names = {row.id: row.name for row in session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(mentioned)))}
    return tuple(
        (r.number, Intervention(InterventionKind(r.kind), r.payload, PersonId(r.by), r.name, r.at, r.reason, names)) for r in rows
    )


def _sittings(session: Session, proposal: ProposalId) -> tuple[Sitting, ...]:
    s = SittingRecord
    rows = session.execute(
        sa.select(s.stage, s.seat, s.party, Round.number, s.closed_at, s.present)
        .join(Round, Round.id == s.round)
        .where(s.proposal == proposal)
        .order_by(s.closed_at, s.id)
    )
    return tuple(
        Sitting(r.stage, r.seat, OrganisationId(r.party), r.number, r.closed_at, frozenset(map(PersonId, r.present))) for r in rows
    )


def conditions(session: Session, proposal: ProposalId) -> tuple[ConditionFull, ...]:
    """Every condition that an approval of this proposal was given under, in the order they were set."""
    c, d = ApprovalCondition, DecisionRecord
    setter, owner, closer = aliased(Person), aliased(Person), aliased(Person)
    rows = session.execute(
        sa.select(*c.__table__.columns, d.stage, d.party, d.person.label("set_by"), setter.name.label("set_by_name"))
        .add_columns(owner.name.label("owner_name"), closer.name.label("closed_by_name"))
        .join(d, d.id == c.decision)
        .join(setter, setter.id == d.person)
        .join(owner, owner.id == c.owner)
        .outerjoin(closer, closer.id == c.closed_by)
        .where(c.proposal == proposal)
        .order_by(d.at, c.id)
    )
    return tuple(
        ConditionFull(
            ConditionId(r.id), DecisionId(r.decision), r.stage, OrganisationId(r.party), PersonId(r.set_by), r.set_by_name, r.text,
            PersonId(r.owner), r.owner_name, r.due, r.standing, r.report, r.reported_at, r.closed_by_name or "", r.closed_at,
            r.closing_note,
        )
        for r in rows
    )  # fmt: skip


def conditions_for(session: Session, person: PersonId, principals: Sequence[str], limit: int) -> tuple[ConditionLine, ...]:
    """What a person has to see to, and what others reported to them as done; only of proposals that they may read (`principals`)."""
    c, d = ApprovalCondition, DecisionRecord
    own = sa.and_(c.owner == person, c.standing == "open")
    to_close = sa.and_(d.person == person, c.standing == "reported")
    readable = sa.exists().where(Access.proposal == c.proposal, Access.principal.in_(principals))
    undone = sa.exists().where(UndoneDecision.decision == c.decision)
    rows = session.execute(
        sa.select(c.id, c.proposal, c.text, c.due, c.standing, Proposal.title)
        .join(d, d.id == c.decision)
        .join(Proposal, Proposal.id == c.proposal)
        .where(sa.or_(own, to_close), Proposal.standing == "in-review", readable, ~undone)
        .order_by(c.due.is_(None), c.due, c.id)
        .limit(limit)
    )
    return tuple(ConditionLine(ConditionId(r.id), ProposalId(r.proposal), r.title, r.text, r.due, r.standing == "reported") for r in rows)


def add_intervention(
    session: Session,
    key: InterventionId,
    proposal: ProposalId,
    round_: RoundId,
    kind: InterventionKind,
    payload: Mapping[str, Any],
    by: PersonId,
    at: datetime,
    reason: str,
) -> None:
    values = {"id": key, "proposal": proposal, "round": round_, "kind": kind.value, "payload": dict(payload)}
    session.execute(sa.insert(InterventionRecord).values(**values, by=by, at=at, reason=reason))
    touch(session, round_)


def add_sitting(session: Session, key: str, proposal: ProposalId, round_: RoundId, meeting: MeetingId, sitting: Sitting) -> None:
    values = {"id": key, "proposal": proposal, "round": round_, "stage": sitting.stage, "seat": sitting.seat, "party": sitting.party}
    present = sorted(sitting.present)
    session.execute(sa.insert(SittingRecord).values(**values, meeting=meeting, closed_at=sitting.closed_at, present=present))
    touch(session, round_)


def add_condition(
    session: Session,
    key: ConditionId,
    proposal: ProposalId,
    round_: RoundId,
    decision: DecisionId,
    text: str,
    owner: PersonId,
    due: date | None,
) -> None:
    values = {"id": key, "proposal": proposal, "decision": decision, "text": text, "owner": owner, "due": due}
    session.execute(sa.insert(ApprovalCondition).values(**values))
    touch(session, round_)


def change_condition(session: Session, key: ConditionId, seen: str, **columns: object) -> bool:
    """Change a condition that still stands as it was seen; whether it did."""
    where = (ApprovalCondition.id == key, ApprovalCondition.standing == seen)
    result = session.execute(sa.update(ApprovalCondition).where(*where).values(**columns))
    return bool(result.rowcount)  # type: ignore[attr-defined]  # a cursor result has it


def undo(session: Session, decision: DecisionId, by: PersonId, at: datetime, reason: str) -> None:
    session.execute(sa.insert(UndoneDecision).values(decision=decision, by=by, at=at, reason=reason))


def touch(session: Session, round_: RoundId) -> None:
    """Note that the round has more to read than decisions."""
    session.execute(sa.update(Round).where(Round.id == round_, Round.touched.is_(False)).values(touched=True))
