"""Rounds, decisions and the turns that follow from them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cowork.domain.ids import DecisionId, Digest, OfficeId, OrganisationId, PersonId, ProposalId, RoundId
from cowork.domain.notifications import Asked, TurnChange, turn_change
from cowork.domain.specifications.since import Look
from cowork.domain.workflows import naming
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.progress import Decision, Turn, Verdict
from cowork.domain.workflows.secrecy import as_seen
from cowork.store import looks
from cowork.store.proposals import LINE, ProposalLine, line
from cowork.store.records import Office, Organisation, Person, Proposal, Version
from cowork.store.review_records import Decision as DecisionRecord
from cowork.store.review_records import Intervention as InterventionRecord
from cowork.store.review_records import Round, TurnRecord, UndoneDecision
from cowork.store.rights_records import LastLook


@dataclass(frozen=True, slots=True)
class RoundFull:
    """One submission's run through the workflow."""

    id: RoundId
    number: int
    version: int
    workflow: Digest
    note: str
    submitted_by: PersonId
    submitted_by_name: str
    submitted_at: datetime
    outcome: str
    ended_at: datetime | None
    touched: bool = False


BALLOT = "ballot"
"""How a vote in a secret ballot was given. The row says it, so that no later change of a workflow makes it known."""


@dataclass(frozen=True, slots=True)
class DecisionFull:
    """A decision with what the pages and the approval record say of it. `digest` is that of the version decided on.

    `ordinal` counts the person's earlier decisions here on the same version; `via` is page, meeting, mail or BALLOT; `undone_by` is the
    name of who took it back. `office_kind` is that of the office in which it was given, empty where none was.
    """

    id: DecisionId
    decision: Decision
    office_title: str
    party_name: str
    digest: Digest
    reason: str
    sections: tuple[str, ...]
    ordinal: int = 0
    via: str = "page"
    meeting: str | None = None
    undone_by: str = ""
    undone_because: str = ""
    office_kind: str = ""

    def as_seen(self, viewer: PersonId | None) -> "DecisionFull":
        """The same as somebody sees it; None is whoever reads a document."""
        return replace(self, decision=as_seen(self.decision, viewer))


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A decision that a person is asked for. `on_behalf` names the holder for whom they act as a deputy, `principal` is that person."""

    proposal: ProposalLine
    stage: str
    seat: str
    stage_title: str
    opened_at: datetime
    due_at: datetime | None
    kind: str = "decide"
    principal: str = ""
    on_behalf: str = ""


def add_round(session: Session, proposal: ProposalId, round_: RoundFull) -> None:
    session.execute(
        sa.insert(Round).values(
            id=round_.id,
            proposal=proposal,
            number=round_.number,
            version=round_.version,
            workflow=round_.workflow,
            note=round_.note,
            submitted_by=round_.submitted_by,
            submitted_at=round_.submitted_at,
            outcome=round_.outcome,
        )
    )


def end_round(session: Session, round_: RoundId, outcome: str, at: datetime) -> None:
    session.execute(sa.update(Round).where(Round.id == round_).values(outcome=outcome, ended_at=at))


@cache
def _rounds() -> sa.Select[*tuple[Any, ...]]:
    # Pages of proposals ask this and the decisions, so the statements are put together once.
    return (
        sa.select(*Round.__table__.columns, Person.name)
        .join(Person, Person.id == Round.submitted_by)
        .where(Round.proposal == sa.bindparam("proposal"))
        .order_by(Round.number.desc())
    )


def rounds(session: Session, proposal: ProposalId) -> list[RoundFull]:
    """The rounds of a proposal, newest first."""
    return [_round(row) for row in session.execute(_rounds(), {"proposal": proposal})]


def version_of_round(session: Session, proposal: ProposalId, number: int) -> int | None:
    """The version that a round decided on, or None where there is no such round."""
    return session.scalar(sa.select(Round.version).where(Round.proposal == proposal, Round.number == number))


@cache
def _rounds_with_look() -> sa.Select[*tuple[Any, ...]]:
    began = sa.select(sa.func.max(Version.number)).where(Version.proposal == Round.proposal, Version.at <= Round.submitted_at)
    person = sa.and_(LastLook.proposal == Round.proposal, LastLook.person == sa.bindparam("person"))
    look = (LastLook.version.label("looked"), LastLook.before, LastLook.at.label("look_at"))
    return _rounds().add_columns(began.scalar_subquery().label("began"), *look).outerjoin(LastLook, person)


def rounds_and_look(session: Session, proposal: ProposalId, person: PersonId) -> tuple[list[RoundFull], Look | None, int | None]:
    """The rounds of a proposal, newest first, a person's last look at it, and the version that the newest round began with."""
    rows = session.execute(_rounds_with_look(), {"proposal": proposal, "person": person}).all()
    if not rows:
        return [], looks.last(session, proposal, person), None
    first = rows[0]
    look = Look(first.looked, first.before, first.look_at) if first.looked is not None else None
    return [_round(row) for row in rows], look, first.began


def _round(r: sa.Row[*tuple[Any, ...]]) -> RoundFull:
    return RoundFull(
        RoundId(r.id),
        r.number,
        r.version,
        Digest(r.workflow),
        r.note,
        PersonId(r.submitted_by),
        r.name,
        r.submitted_at,
        r.outcome,
        r.ended_at,
        r.touched,
    )


def add_decision(
    session: Session, key: DecisionId, proposal: ProposalId, round_: RoundId, full: DecisionFull, office: OfficeId | None
) -> None:
    made = full.decision
    session.execute(
        sa.insert(DecisionRecord).values(
            id=key,
            proposal=proposal,
            round=round_,
            stage=made.stage,
            seat=made.seat,
            party=made.party,
            office=office,
            person=made.person,
            verdict=made.verdict.value,
            version=made.version,
            digest=full.digest,
            section_digests=dict(made.digests),
            reason=full.reason,
            sections=list(full.sections),
            at=made.at,
            by=made.by,
            back_to=made.back_to,
            ordinal=full.ordinal,
            via=full.via,
            meeting=full.meeting,
        )
    )


@cache
def _decisions() -> sa.Select[*tuple[Any, ...]]:
    d, giver, undoer = DecisionRecord, aliased(Person), aliased(Person)
    return (
        sa.select(*d.__table__.columns, Person.name.label("person_name"), Organisation.name.label("party_name"))
        .add_columns(Office.title, Office.kind, Round.number, Round.workflow, giver.name.label("by_name"))
        .add_columns(UndoneDecision.at.label("undone_at"))
        .add_columns(UndoneDecision.reason.label("undone_because"), undoer.name.label("undone_by"))
        .join(Round, Round.id == d.round)
        .outerjoin(giver, giver.id == d.by)
        .outerjoin(UndoneDecision, UndoneDecision.decision == d.id)
        .outerjoin(undoer, undoer.id == UndoneDecision.by)
        .join(Person, Person.id == d.person)
        .join(Organisation, Organisation.id == d.party)
        .outerjoin(Office, Office.id == d.office)
        .where(d.proposal == sa.bindparam("proposal"))
        .order_by(d.at, d.id)
    )


def decisions(session: Session, proposal: ProposalId) -> list[DecisionFull]:
    """Every decision ever made on a proposal, in the order they were made."""
    rows = session.execute(_decisions(), {"proposal": proposal})
    return [
        DecisionFull(
            DecisionId(r.id),
            Decision(
                r.stage,
                r.seat,
                OrganisationId(r.party),
                PersonId(r.person),
                r.person_name,
                Verdict(r.verdict),
                r.number,
                r.version,
                r.section_digests,
                r.at,
                Digest(r.workflow),
                DecisionId(r.id),
                PersonId(r.by) if r.by else None,
                r.by_name or "",
                r.back_to,
                r.undone_at,
                r.via == BALLOT,
            ),
            r.title or "",
            r.party_name,
            Digest(r.digest),
            r.reason,
            tuple(r.sections),
            r.ordinal,
            r.via,
            r.meeting,
            r.undone_by or "",
            r.undone_because or "",
            r.kind or "",
        )
        for r in rows
    ]


def decision_count(session: Session, proposal: ProposalId) -> int:
    """How many decisions, and other acts that its approval record tells of, there have ever been on a proposal."""
    d, acts, undone = DecisionRecord, InterventionRecord, UndoneDecision
    counts = [
        sa.select(sa.func.count()).select_from(d).where(d.proposal == proposal),
        sa.select(sa.func.count()).select_from(acts).where(acts.proposal == proposal),
        sa.select(sa.func.count()).select_from(undone).join(d, d.id == undone.decision).where(d.proposal == proposal),
    ]
    return int(session.scalar(sa.select(sum((count.scalar_subquery() for count in counts[1:]), counts[0].scalar_subquery()))) or 0)


def replace_turns(session: Session, proposal: ProposalId, turns: Iterable[Turn], workflow: Workflow) -> TurnChange:
    """Write who is asked now; what was written before goes. Who is asked anew, and who no longer."""
    listed = list(turns)
    t = TurnRecord
    gone = session.execute(sa.delete(t).where(t.proposal == proposal).returning(t.person, t.stage, t.seat, t.party, t.principal)).all()
    rows = [
        {
            "proposal": proposal,
            "stage": turn.stage,
            "seat": turn.seat,
            "party": turn.party,
            "person": turn.person,
            "principal": turn.principal,
            "office": turn.office,
            "stage_title": workflow.stage(turn.stage).title,
            "kind": naming.KIND if turn.names else workflow.stage(turn.stage).kind.value,
            "opened_at": turn.opened_at,
            "due_at": turn.due_at,
        }
        for turn in listed
    ]
    if rows:
        session.execute(sa.insert(TurnRecord), rows)
    asked = [Asked(turn.person, turn.stage, turn.seat, turn.party, turn.principal) for turn in listed]
    return turn_change([Asked(*row) for row in gone], asked)


def turns(session: Session, proposal: ProposalId) -> frozenset[Turn]:
    """Who is asked now and until when, as the projection has it."""
    t = TurnRecord
    columns = (t.stage, t.seat, t.party, t.office, t.person, t.principal, t.opened_at, t.due_at, t.kind)
    return frozenset(
        Turn(
            r.stage, r.seat, OrganisationId(r.party), OfficeId(r.office) if r.office else None, PersonId(r.person), PersonId(r.principal),
            r.opened_at, r.due_at, r.kind == naming.KIND,
        )
        for r in session.execute(sa.select(*columns).where(t.proposal == proposal))
    )  # fmt: skip


def move_round(session: Session, round_: RoundId, version: int) -> None:
    """Let a running round go on with a newer version."""
    session.execute(sa.update(Round).where(Round.id == round_).values(version=version))


def migrate_round(session: Session, round_: RoundId, workflow: Digest) -> None:
    """Let a running round go on under another workflow."""
    session.execute(sa.update(Round).where(Round.id == round_).values(workflow=workflow))


def reopen_round(session: Session, round_: RoundId) -> None:
    """Let a round that had ended run on."""
    session.execute(sa.update(Round).where(Round.id == round_).values(outcome="in-review", ended_at=None))


def waiting_for(session: Session, person: PersonId, limit: int) -> list[WaitingLine]:
    """What waits for a person's decision: overdue and due first, then the oldest."""
    t = TurnRecord
    mine = sa.select(t).where(t.person == person)
    first = mine.order_by(t.due_at.is_(None), t.due_at, t.opened_at, t.proposal, t.stage).limit(limit).subquery()
    turn = first.c
    rows = session.execute(
        sa.select(turn.stage, turn.seat, turn.stage_title, turn.kind.label("turn_kind"), turn.opened_at, turn.principal)
        .add_columns(turn.due_at.label("turn_due_at"), Person.name.label("on_behalf"), *LINE)
        .join(Proposal, Proposal.id == turn.proposal)
        .outerjoin(Person, sa.and_(Person.id == turn.principal, turn.principal != turn.person))
        .order_by(turn.due_at.is_(None), turn.due_at, turn.opened_at, turn.proposal, turn.stage)
    )
    return [
        WaitingLine(
            line(row), row.stage, row.seat, row.stage_title, row.opened_at, row.turn_due_at, row.turn_kind, row.principal,
            row.on_behalf or "",
        )
        for row in rows
    ]  # fmt: skip
