"""Short ways to write workflows, people and decisions in tests."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from cowork.domain.conditions import Condition, Content
from cowork.domain.ids import Digest, OfficeId, OrganisationId, PersonId, Side
from cowork.domain.workflows import definition
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import Dissent, Refusal, Rule, Seat, Stage, StageKind, Threshold, ThresholdKind, Workflow
from cowork.domain.workflows.evaluation import evaluate, read_digests
from cowork.domain.workflows.progress import Bench, Calendars, Decision, Holder, Progress, StageProgress, Submission, Verdict

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
NORTHFIELD, SOUTHGATE, IBM = OrganisationId("northfield"), OrganisationId("southgate"), OrganisationId("ibm")
NAMES = {NORTHFIELD: "Northfield University", SOUTHGATE: "Southgate College", IBM: "IBM"}
DIGESTS = {"need": "n1", "outcomes": "o1", "legal": "l1", "legal@university": "lu1", "legal@employer": "le1"}
THIS = Digest("d" * 64)
ANY, ALL = definition.ANY, definition.ALL
UTC_WEEK = Calendar()
CALENDARS = Calendars(UTC_WEEK)
LATER = MONDAY + timedelta(days=28)
"""When the evaluator is asked, unless a test says otherwise: after everything that happens in it."""


def at_least(count: int) -> Rule:
    return Rule(Threshold(ThresholdKind.COUNT, count))


def seat(key: str, rule: Rule = ANY, side: Side = Side.UNIVERSITY) -> Seat:
    return Seat(key, side, (key,), key.title(), rule)


def stage(
    key: str,
    *seats: Seat,
    after: tuple[str, ...] = (),
    when: Condition | None = None,
    reads: tuple[str, ...] | None = None,
    due_days: int | None = None,
    kind: StageKind = StageKind.DECIDE,
    refusal: Refusal = Refusal.ENDS,
    needed: int | None = None,
) -> Stage:
    """A stage with one seat of its own name unless others are given."""
    asked = seats or (seat(key, Rule(Threshold(ThresholdKind.ALL), dissent=Dissent.COUNTS) if kind in QUIET else ANY),)
    title = f"{key.title()}’s decision"
    return Stage(key, title, kind, asked, after, "", when, reads, due_days, needed=needed, refusal=refusal)


QUIET = frozenset({StageKind.CONSULT, StageKind.NOTICE, StageKind.INFORM})


def workflow(*stages: Stage) -> Workflow:
    return Workflow("test", 1, "Test", "For a test.", "Written for a test.", stages, THIS)


def people(*names: str) -> tuple[Holder, ...]:
    return tuple(Holder(PersonId(name.lower()), name) for name in names)


def bench(stage_key: str, *names: str, seat_key: str = "", party: OrganisationId = NORTHFIELD, conflicted: tuple[str, ...] = ()) -> Bench:
    """The bench of a stage's seat of the same name, held by these people."""
    key = seat_key or stage_key
    office = OfficeId(key) if names or conflicted else None
    return Bench(stage_key, key, party, NAMES[party], office, key.title(), people(*names), people(*conflicted))


def submission(
    round_number: int = 1,
    digests: Mapping[str, str] = DIGESTS,
    facts: Content | None = None,
    open_objections: int = 0,
    at: datetime = MONDAY,
) -> Submission:
    return Submission(round_number, round_number, at, facts or {}, digests, open_objections)


def decision(
    stage_key: str,
    name: str,
    hours: float = 1,
    verdict: Verdict = Verdict.APPROVE,
    *,
    seat_key: str = "",
    party: OrganisationId = NORTHFIELD,
    round_number: int = 1,
    digests: Mapping[str, str] = DIGESTS,
    of: Digest = THIS,
) -> Decision:
    """A decision taken so many hours after Monday morning."""
    return Decision(
        stage=stage_key,
        seat=seat_key or stage_key,
        party=party,
        person=PersonId(name.lower()),
        person_name=name,
        verdict=verdict,
        round=round_number,
        version=round_number,
        digests=digests,
        at=MONDAY + timedelta(hours=hours),
        workflow=of,
    )


def progress_of(
    flow: Workflow, benches: list[Bench], decisions: list[Decision] | None = None, given: Submission | None = None, now: datetime = LATER
) -> Progress:
    return evaluate(flow, given or submission(), decisions or [], benches, CALENDARS, now)


def at(progress: Progress, key: str) -> StageProgress:
    return next(entry for entry in progress.stages if entry.stage.key == key)


def approval_by(flow: Workflow, given: Submission, bench_of: Bench, person: Holder, moment: datetime) -> Decision:
    """The approval that a service would record: bound to what the stage reads now."""
    deciding = flow.stage(bench_of.stage)
    side = next(own.side for own in deciding.seats if own.key == bench_of.seat)
    return Decision(
        stage=bench_of.stage,
        seat=bench_of.seat,
        party=bench_of.party,
        person=person.person,
        person_name=person.name,
        verdict=Verdict.APPROVE,
        round=given.round,
        version=given.version,
        digests=read_digests(deciding, side, given.digests),
        at=moment,
        workflow=flow.digest,
    )
