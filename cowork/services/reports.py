"""Where proposals are and how long stages take: always over what the actor may read, and nothing else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, ProposalId
from cowork.domain.policy import scope
from cowork.domain.proposals import ProposalKind, Standing
from cowork.domain.reports import Forecast, Measure, Summary, WorkingDays, forecast, measure, stage_days, summary
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.progress import Calendars, Outcome, Progress
from cowork.services.context import Context
from cowork.store import definitions, organisations, proposals, reports, unit
from cowork.store.proposals import ListFilter, ProposalLine
from cowork.store.reports import Asked, RunRow

MOST_RUNS = 5_000
MOST_PROPOSALS = 2_000
MOST_WAITING = 15


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What a report is narrowed to; days (both included) are those on which a stage opened, in the actor's zone."""

    workflow: str = ""
    organisation: OrganisationId | None = None
    kind: ProposalKind | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A run with how long it took."""

    row: RunRow
    took: Measure


@dataclass(frozen=True, slots=True)
class Report:
    """Figures by stage (of each workflow) and by party, the slowest first; `runs` are what they rest on, the latest first.

    `waiting` are the runs that have taken longest so far. `workflows` and `organisations` are what can be chosen: only what occurs in
    proposals that the actor may read. `cut` says that there are more than were counted.
    """

    stages: tuple[Summary, ...]
    parties: tuple[Summary, ...]
    waiting: tuple[Measured, ...]
    runs: tuple[Measured, ...]
    workflows: Mapping[str, str]
    organisations: Mapping[OrganisationId, str]
    cut: bool


@dataclass(frozen=True, slots=True)
class WhereLine:
    """A proposal in the list "where is it"; `asked` is None where nobody is asked now."""

    line: ProposalLine
    asked: Asked | None


def report(context: Context, actor: Actor, narrowed: ReportFilter) -> Report:
    """How long stages took, over the proposals that the actor may read."""
    zone, own, now = ZoneInfo(actor.zone), scope(actor), context.now()
    since = _midnight(narrowed.first, zone) if narrowed.first else None
    until = _midnight(narrowed.last + timedelta(days=1), zone) if narrowed.last and narrowed.last < date.max else None
    with unit.reading() as session:
        found = reports.rows(session, own, MOST_RUNS + 1, kind=narrowed.kind, since=since, until=until)
        rows = found[:MOST_RUNS]
        parties = {row.run.party: row.party_name for row in rows}
        holds = reports.holds(session, own) if rows else {}
        calendars = organisations.calendars(session, frozenset(parties))
        titles = {card.key: card.title for card in definitions.cards(session, "workflow")} if rows else {}
    counters = _counters(rows, calendars, now)
    measured = [
        Measured(row, measure(row.run, holds.get((row.proposal, row.round), ()), counters[row.run.party], now))
        for row in rows
        if narrowed.workflow in ("", row.workflow) and narrowed.organisation in (None, row.run.party)
    ]
    running = sorted((one for one in measured if one.took.running), key=lambda one: -one.took.days)
    return Report(
        _summaries(measured, lambda row: (f"{row.workflow}:{row.run.stage}", row.run.title)),
        _summaries(measured, lambda row: (str(row.run.party), row.party_name)),
        tuple(running[:MOST_WAITING]),
        tuple(measured),
        {key: titles.get(key, key) for key in sorted({row.workflow for row in rows}, key=lambda key: titles.get(key, key))},
        dict(sorted(parties.items(), key=lambda pair: pair[1])),
        len(found) > MOST_RUNS,
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _counters(rows: Sequence[RunRow], calendars: Mapping[OrganisationId, Calendar], now: datetime) -> dict[OrganisationId, WorkingDays]:
    """The working days of each party over the whole time that is looked at."""
    if not rows:
        return {}
    first = min(row.run.opened_at for row in rows)
    last = max([now, *(row.run.over_at for row in rows if row.run.over_at)])
    return {party: WorkingDays(calendar, first, last) for party, calendar in calendars.items()}


def _summaries(measured: Sequence[Measured], group: Callable[[RunRow], tuple[str, str]]) -> tuple[Summary, ...]:
    """The figures of each group, what usually takes longest first."""
    groups: dict[str, tuple[str, list[Measure]]] = {}
    for one in measured:
        key, title = group(one.row)
        groups.setdefault(key, (title, []))[1].append(one.took)
    found = [summary(key, title, measures) for key, (title, measures) in groups.items()]
    return tuple(sorted(found, key=lambda one: (-(one.median_working or 0), -one.running, one.title, one.key)))


def where(context: Context, actor: Actor, narrowed: ListFilter) -> tuple[WhereLine, ...]:
    """The proposals of a list with who is asked on each, at most MOST_PROPOSALS, the last changed first."""
    with unit.reading() as session:
        lines = proposals.page(session, scope(actor), replace(narrowed, after=None, before=None, limit=MOST_PROPOSALS))
        asked = reports.asked(session, [line.id for line in lines if line.standing is Standing.IN_REVIEW])
    return tuple(WhereLine(line, asked.get(line.id)) for line in lines)


def outlook(
    session: Session, context: Context, workflow: Workflow, proposal: ProposalId, progress: Progress, calendars: Calendars
) -> Forecast | None:
    """When a review may be over, by what its own parties took in at least three rounds before, else by the terms of its stages.

    What other organisations took never counts, so that nobody learns of their proposals. One statement.
    """
    if progress.outcome is not Outcome.IN_REVIEW or progress.held is not None:
        return None
    known = reports.past(session, workflow.key, calendars.by_party.keys())
    others = [(round_, run) for round_, run in known if round_[0] != proposal]
    return forecast(progress.stages, stage_days(others, calendars.of), calendars, context.now())
