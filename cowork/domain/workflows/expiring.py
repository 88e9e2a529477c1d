"""Approvals that run out: from when they count no more, and what that does to a stage that they had fulfilled."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.case import Case
from cowork.domain.workflows.definition import Stage
from cowork.domain.workflows.progress import APPROVALS, Decision, StageStanding

_MOMENT = timedelta(microseconds=1)


def runs_out_at(stage: Stage, calendar: Calendar, decision: Decision) -> datetime | None:
    """When an approval counts no more: at the end of the last of its calendar days. None for what does not run out."""
    if stage.valid_days is None or decision.verdict not in APPROVALS:
        return None
    return calendar.end_of(calendar.local_day(decision.at) + timedelta(days=stage.valid_days))


def ends_of(case: Case, stage: Stage) -> list[tuple[datetime, Decision]]:
    """The approvals given at a stage with the ends of their time that have come, the earliest first."""
    if stage.valid_days is None:
        return []
    own = (d for d in case.decisions if d.stage == stage.key)
    ends = [(end, d) for d in own if (end := runs_out_at(stage, case.calendars.of(d.party), d)) is not None and end <= case.now]
    return sorted(ends, key=lambda one: one[0])


def without_expired(
    case: Case, stage: Stage, opened_at: datetime | None, stands: Callable[[Case, datetime], StageStanding] | None = None
) -> tuple[Case, datetime | None]:
    """The case without the approvals of a stage that have run out, and when the stage opened: anew, where it was over by one of them.

    `stands` says how the stage stands in a case, opened then (None: it is not open). What ran out after the stage was refused, or
    passed by something else than approvals, counted until then and changes nothing.
    """
    for end, decision in ends_of(case, stage):
        if stands is None or opened_at is None or end <= opened_at:
            case = replace(case, expired=(*case.expired, decision))
            continue
        before = _as_of(case, end - _MOMENT)
        standing = stands(before, opened_at)
        if standing not in (StageStanding.OPEN, StageStanding.MET):
            break
        case = replace(case, expired=(*case.expired, decision))
        if standing is StageStanding.MET and stands(_as_of(case, end), opened_at) is not StageStanding.MET:
            case, opened_at = replace(case, cuts={**case.cuts, stage.key: max(end, case.cuts.get(stage.key, end))}), end
    return case, opened_at


def _as_of(case: Case, at: datetime) -> Case:
    return replace(case, now=at, decisions=tuple(d for d in case.decisions if d.at <= at))
