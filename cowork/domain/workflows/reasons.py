"""Why a round stands where nobody would expect it: it was referred back, or an approval ran out."""

from collections.abc import Iterator, Sequence

from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.dates import date_in_words, day_in_words
from cowork.domain.workflows.definition import Stage
from cowork.domain.workflows.expiring import runs_out_at
from cowork.domain.workflows.progress import Calendars, Decision, StageProgress, StageStanding


def referred_in_words(stages: Sequence[StageProgress], calendar: Calendar) -> str:
    """Which stage referred it back last, while it has not come to that stage again."""
    waits = [s for s in stages if s.referred and s.standing is StageStanding.WAITING]
    last = max(waits, key=lambda s: s.referred[-1].at, default=None)
    if last is None:
        return ""
    titles = {s.stage.key: s.stage.title for s in stages}
    back = last.referred[-1]
    return f"{last.stage.title} referred it back to {titles.get(back.to, back.to)} on {day_in_words(back.at, calendar)}."


def ran_out(progress: StageProgress, calendars: Calendars) -> Iterator[str]:
    """Whose approval ran out, so that nobody wonders why they are asked again."""
    for seat in progress.seats:
        for d in seat.expired if not seat.met else ():
            yield f"{expiry_in_words(progress.stage, d, calendars.of(d.party))}."


def expiry_in_words(stage: Stage, d: Decision, calendar: Calendar) -> str:
    """That an approval has run out, such as "Ada’s approval of 3 Dec 2025 ran out on 3 Dec 2026"."""
    end = runs_out_at(stage, calendar, d) or d.at
    given, ended = (date_in_words(at, calendar) for at in (d.at, end))
    return f"{d.person_name}’s approval of {given} ran out on {ended}"
