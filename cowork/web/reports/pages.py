"""What the report shows: its filters, its figures in words, its charts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from cowork.domain.ids import OrganisationId
from cowork.domain.proposals import STANDING_WORDS, ProposalKind
from cowork.domain.reports import Summary
from cowork.services.reports import Measured, Report, ReportFilter, WhereLine
from cowork.web.proposals.pages import KIND_WORDS

EARLIEST, LATEST = date(1970, 1, 2), date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart, in percent of its width; `slow` is where nine of ten were over, None where nothing is known."""

    title: str
    length: float
    slow: float | None
    words: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The report as a page. `query` are the filters as they stand in an address."""

    report: Report
    narrowed: bool
    workflows: tuple[Choice, ...]
    organisations: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    first: str
    last: str
    query: str
    stage_bars: tuple[Bar, ...]
    party_bars: tuple[Bar, ...]
    stage_workflows: Mapping[str, str]


def narrowed_by(args: Mapping[str, str]) -> ReportFilter:
    """The filter that an address names; what is unknown or impossible narrows nothing."""
    kind = args.get("kind", "")
    return ReportFilter(
        workflow=args.get("workflow", "")[:60],
        organisation=OrganisationId(args["organisation"][:32]) if args.get("organisation") else None,
        kind=ProposalKind(kind) if kind in set(ProposalKind) else None,
        first=_day(args.get("from", "")),
        last=_day(args.get("to", "")),
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def report_page(narrowed: ReportFilter, report: Report) -> ReportPage:
    """The page from what the use case gave."""
    kept = {
        "workflow": narrowed.workflow, "organisation": narrowed.organisation or "", "kind": narrowed.kind or "",
        "from": narrowed.first.isoformat() if narrowed.first else "", "to": narrowed.last.isoformat() if narrowed.last else "",
    }  # fmt: skip
    query = urlencode({name: value for name, value in kept.items() if value})
    return ReportPage(
        report=report,
        narrowed=bool(query),
        workflows=tuple(Choice(key, title, key == narrowed.workflow) for key, title in report.workflows.items()),
        organisations=tuple(Choice(key, name, key == narrowed.organisation) for key, name in report.organisations.items()),
        kinds=tuple(Choice(kind.value, words, kind is narrowed.kind) for kind, words in KIND_WORDS.items()),
        first=kept["from"],
        last=kept["to"],
        query=f"?{query}" if query else "",
        stage_bars=bars(report.stages),
        party_bars=bars(report.parties),
        stage_workflows={one.key: report.workflows.get(one.key.partition(":")[0], "") for one in report.stages},
    )


def bars(summaries: tuple[Summary, ...], most: int = 12) -> tuple[Bar, ...]:
    """The chart of the groups of which something is over, the slowest first."""
    known = [one for one in summaries if one.median_working is not None][:most]
    longest = max([1.0, *(float(one.slow_working or 0) for one in known), *(float(one.median_working or 0) for one in known)])
    return tuple(
        Bar(
            one.title,
            round(100 * float(one.median_working or 0) / longest, 1),
            round(100 * one.slow_working / longest, 1) if one.slow_working is not None else None,
            days_words(one.median_working),
        )
        for one in known
    )


def days_words(days: float | None) -> str:
    """A number of days as people read it: "3", "2.5"; empty where it is not known."""
    if days is None:
        return ""
    return f"{float(days):.1f}".removesuffix(".0")


RUN_HEAD = (
    "Proposal", "Kind", "Workflow", "Stage", "Round", "Party", "Opened", "Over", "Days", "Working days", "So far",
)  # fmt: skip


def run_cells(one: Measured, workflows: Mapping[str, str], zone: ZoneInfo) -> tuple[object, ...]:
    """A run as a line of the file."""
    row, run = one.row, one.row.run
    return (
        row.proposal_title, KIND_WORDS[row.kind], workflows.get(row.workflow, row.workflow), run.title, row.round, row.party_name,
        _local(run.opened_at, zone), _local(run.over_at, zone), round(one.took.days, 2), one.took.working_days,
        "yes" if one.took.running else "",
    )  # fmt: skip


WHERE_HEAD = (
    "Proposal", "Parties", "Standing", "Stages", "In whose court", "Who is asked", "Since", "Due", "What is still needed", "Changed",
)  # fmt: skip


def where_cells(one: WhereLine, zone: ZoneInfo) -> tuple[object, ...]:
    """A proposal as a line of the file."""
    line, asked = one.line, one.asked
    return (
        line.title, line.parties, STANDING_WORDS[line.standing], line.stages, line.court, ", ".join(asked.names) if asked else "",
        _local(asked.since if asked else None, zone), _local(line.due_at, zone), line.sentence, _local(line.updated_at, zone),
    )  # fmt: skip


def _local(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""
