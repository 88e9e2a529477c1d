"""What is still needed, in words. Used by `evaluation`; every page and mail shows these sentences as they are."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from cowork.domain.ids import Side
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import RuleKind, Seat, Stage
from cowork.domain.workflows.progress import (
    Decision,
    Holder,
    Outcome,
    SeatProgress,
    StageProgress,
    StageStanding,
    Verdict,
)

NAMES_SHOWN = 4
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIDES = {Side.UNIVERSITY: "university", Side.EMPLOYER: "employer"}


def needs_of(stages: Sequence[StageProgress], open_objections: int, calendar: Calendar) -> tuple[str, ...]:
    """One sentence for each thing still needed: open stages first, then what will block later ones, then objections."""
    return tuple(_needs(stages, open_objections, calendar))


def sentence_of(outcome: Outcome, needs: Sequence[str], ended_by: Decision | None, calendar: Calendar) -> str:
    """Where the round stands, in one line."""
    if ended_by is not None:
        day = day_in_words(ended_by.at, calendar)
        if ended_by.verdict is Verdict.REJECT:
            return f"Rejected by {ended_by.person_name} on {day}."
        return f"{ended_by.person_name} asked for changes on {day}: revise the proposal and submit it again."
    if outcome is Outcome.APPROVED:
        return "Approved."
    return "Still needed: " + " ".join(needs)


def day_in_words(at: datetime, calendar: Calendar) -> str:
    """The day as people write it, such as "Fri 27 Nov", in the organisation's zone."""
    day = calendar.local_day(at)
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def _needs(stages: Sequence[StageProgress], open_objections: int, calendar: Calendar) -> Iterator[str]:
    for progress in stages:
        if progress.standing is StageStanding.OPEN:
            yield from _absent_sides(progress)
            for seat in progress.seats:
                if not seat.met:
                    yield _blocker(progress.stage, seat) or _approval(progress, seat, calendar)
    waiting = [progress for progress in stages if progress.standing is StageStanding.WAITING]
    for progress in waiting:
        yield from _absent_sides(progress)
        yield from (text for seat in progress.seats if not seat.met and (text := _blocker(progress.stage, seat)))
    if waiting:
        titles = _listed([progress.stage.title for progress in waiting], "and")
        yield f"After that: {titles}."
    if open_objections == 1:
        yield "1 open objection holds approval: it must be resolved or withdrawn."
    elif open_objections > 1:
        yield f"{open_objections} open objections hold approval: they must be resolved or withdrawn."


def _absent_sides(progress: StageProgress) -> Iterator[str]:
    """A sentence for each seat that no party can fill."""
    held = {seat.seat.key for seat in progress.seats}
    return (_absent_side(progress.stage, seat) for seat in progress.stage.seats if seat.key not in held)


def _absent_side(stage: Stage, seat: Seat) -> str:
    side = _SIDES[seat.side]
    article = "an" if side[0] == "e" else "a"
    return f"No {side} takes part that could approve as {seat.title} at {stage.title}: invite {article} {side} to this proposal."


def _blocker(stage: Stage, seat: SeatProgress) -> str | None:
    """Why this bench can never fulfil its rule as it is filled now; None where it can."""
    bench = seat.bench
    remedy = f"ask an organisation administrator of {bench.party_name} to name"
    possible = len(seat.counted) + len(seat.missing)
    if possible >= seat.needed:
        return None
    if possible == 0 and bench.conflicted:
        return (
            f"Everybody who holds the office of {bench.office_title} at {bench.party_name} is an author of this proposal "
            f"and cannot approve it: {remedy} somebody else."
        )
    if possible == 0:
        return f"Nobody holds the office of {bench.office_title} at {bench.party_name}: {remedy} somebody."
    people = "person can give one" if possible == 1 else "people can give one"
    return (
        f"{bench.party_name}: {stage.title} needs {seat.needed} approvals by {bench.office_title}, but only {possible} {people}: "
        f"{remedy} more people."
    )


def _approval(progress: StageProgress, seat: SeatProgress, calendar: Calendar) -> str:
    """Who must approve, where and until when."""
    due = f", due {day_in_words(progress.due_at, calendar)}" if progress.due_at else ""
    return f"{seat.bench.party_name}: {_who(seat)} must approve at {progress.stage.title}{due}."


def _who(seat: SeatProgress) -> str:
    office, missing = seat.bench.office_title, seat.missing
    if len(missing) == 1:
        return f"{missing[0].name} ({office})"
    if seat.seat.rule.kind is RuleKind.ALL:
        return f"all of {office} ({_names(missing, 'and')})"
    remaining = seat.needed - len(seat.counted)
    if remaining == len(missing):
        return f"all of {office} ({_names(missing, 'and')})"
    wanted = "one" if remaining == 1 else str(remaining)
    return f"{wanted} {'more ' if seat.counted else ''}of {office} ({_names(missing, 'or')})"


def _names(holders: Sequence[Holder], last: str) -> str:
    names = [holder.name for holder in holders]
    if len(names) > NAMES_SHOWN + 1:
        names = [*names[:NAMES_SHOWN], f"{len(names) - NAMES_SHOWN} others"]
    return _listed(names, last)


def _listed(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
