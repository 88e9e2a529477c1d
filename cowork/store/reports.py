"""The runs of stages: written when a review moves, read for reports and forecasts, always within what somebody may read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cowork.domain.ids import OrganisationId, ProposalId
from cowork.domain.policy import Scope
from cowork.domain.proposals import ProposalKind
from cowork.domain.reports import Run
from cowork.domain.workflows.progress import Hold
from cowork.store.records import Access, Organisation, Person, Proposal
from cowork.store.review_records import Intervention, Round, StageRun, TurnRecord

MOST_PAST = 1_000
"""As many runs of the past are asked, the latest first."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run with what reports say of it."""

    run: Run
    proposal: ProposalId
    proposal_title: str
    kind: ProposalKind
    round: int
    workflow: str
    party_name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked for a decision on a proposal now, and since when."""

    names: tuple[str, ...]
    since: datetime


def write_runs(session: Session, proposal: ProposalId, round_number: int, workflow_key: str, found: Sequence[Run]) -> None:
    """Write the runs of a round: what has changed, and nothing where nothing has. A run that is none any more goes.

    Two statements; a third where a run goes.
    """
    r = StageRun
    here = (r.proposal == proposal, r.round == round_number)
    columns = (r.stage, r.party, r.title, r.workflow_key, r.opened_at, r.over_at, r.held_seconds)
    known = {(row.stage, row.party): tuple(row) for row in session.execute(sa.select(*columns).where(*here))}
    wanted = {
        (run.stage, run.party): (run.stage, run.party, run.title[:120], workflow_key, run.opened_at, run.over_at, run.held_seconds)
        for run in found
    }
    changed = [
        dict(zip([column.key for column in columns], row, strict=True)) | {"proposal": proposal, "round": round_number}
        for key, row in wanted.items()
        if known.get(key) != row
    ]
    if changed:
        session.execute(_upsert(session, changed))
    if gone := set(known) - set(wanted):
        session.execute(sa.delete(r).where(*here, sa.tuple_(r.stage, r.party).in_(sorted(gone))))


def _upsert(session: Session, rows: list[dict[str, Any]]) -> postgresql.Insert | sqlite.Insert:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement: postgresql.Insert | sqlite.Insert = insert(StageRun).values(rows)
    names = ("title", "workflow_key", "opened_at", "over_at", "held_seconds")
    new = {name: getattr(statement.excluded, name) for name in names}
    return statement.on_conflict_do_update(index_elements=["proposal", "round", "stage", "party"], set_=new)


def end_runs(session: Session, proposal: ProposalId, at: datetime) -> None:
    """End the runs of a proposal that was taken out of review."""
    session.execute(sa.update(StageRun).where(StageRun.proposal == proposal, StageRun.over_at.is_(None)).values(over_at=at))


def rows(
    session: Session,
    scope: Scope,
    limit: int,
    *,
    kind: ProposalKind | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[RunRow]:
    """The runs of the proposals in a scope that opened from `since` until before `until`, the latest first."""
    r = StageRun
    statement = (
        sa.select(*r.__table__.columns, Proposal.title.label("proposal_title"), Proposal.kind, Organisation.name)
        .join(Proposal, Proposal.id == r.proposal)
        .join(Organisation, Organisation.id == r.party)
        .where(r.proposal.in_(_readable(scope)))
        .order_by(r.opened_at.desc(), r.proposal, r.round, r.stage, r.party)
        .limit(limit)
    )
    if kind is not None:
        statement = statement.where(Proposal.kind == kind.value)
    if since is not None:
        statement = statement.where(r.opened_at >= since)
    if until is not None:
        statement = statement.where(r.opened_at < until)
    return [
        RunRow(_run(row), ProposalId(row.proposal), row.proposal_title, ProposalKind(row.kind), row.round, row.workflow_key, row.name)
        for row in session.execute(statement)
    ]


def _readable(scope: Scope) -> sa.Select[str]:
    return sa.select(Access.proposal).where(Access.principal.in_(scope.principals()))


def _run(row: sa.Row[*tuple[Any, ...]]) -> Run:
    return Run(row.stage, row.title, OrganisationId(row.party), row.opened_at, row.over_at, row.held_seconds)


def holds(session: Session, scope: Scope) -> dict[tuple[ProposalId, int], tuple[Hold, ...]]:
    """The times in which rounds of the proposals in a scope stood still, by proposal and number of the round. Names are left out."""
    i = Intervention
    statement = (
        sa.select(i.proposal, Round.number, i.kind, i.at)
        .join(Round, Round.id == i.round)
        .where(i.kind.in_(("hold", "resume")), i.proposal.in_(_readable(scope)))
        .order_by(i.at, i.id)
    )
    found: dict[tuple[ProposalId, int], list[Hold]] = {}
    for row in session.execute(statement):
        of_round = found.setdefault((ProposalId(row.proposal), row.number), [])
        runs_on = bool(of_round) and of_round[-1].until is None
        if row.kind == "hold" and not runs_on:
            of_round.append(Hold(row.at, None, "", ""))
        elif row.kind == "resume" and runs_on:
            of_round[-1] = Hold(of_round[-1].since, row.at, "", "")
    return {key: tuple(spans) for key, spans in found.items()}


def past(session: Session, workflow_key: str, parties: Collection[OrganisationId]) -> list[tuple[tuple[ProposalId, int], Run]]:
    """What these parties took for the stages of a workflow in rounds before, the latest first, each with its proposal and round."""
    r = StageRun
    rows_ = session.execute(
        sa.select(*r.__table__.columns)
        .where(r.workflow_key == workflow_key, r.party.in_(sorted(parties)), r.over_at.is_not(None))
        .order_by(r.opened_at.desc(), r.proposal, r.round, r.stage, r.party)
        .limit(MOST_PAST)
    )
    return [((ProposalId(row.proposal), row.round), _run(row)) for row in rows_]


def asked(session: Session, proposals: Collection[ProposalId]) -> dict[ProposalId, Asked]:
    """Who is asked on each of these proposals now, by name."""
    t = TurnRecord
    found: dict[ProposalId, Asked] = {}
    statement = sa.select(t.proposal, t.opened_at, Person.name).join(Person, Person.id == t.person).where(t.proposal.in_(proposals))
    for row in session.execute(statement.order_by(t.proposal, Person.name)):
        known = found.get(ProposalId(row.proposal), Asked((), row.opened_at))
        names = known.names if row.name in known.names else (*known.names, row.name)
        found[ProposalId(row.proposal)] = Asked(names, min(known.since, row.opened_at))
    return found
