"""What is still needed, in words. Used by `evaluation`; every page and mail shows these sentences as they are."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from cowork.domain.ids import Side
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import DECIDING, Base, Chair, Rule, Seat, Stage, StageKind, ThresholdKind
from cowork.domain.workflows.progress import (
    APPROVALS,
    Calendars,
    Decision,
    Hold,
    Outcome,
    SeatProgress,
    StageProgress,
    StageStanding,
    Submission,
    Verdict,
)

NAMES_SHOWN = 4
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIDES = {Side.UNIVERSITY: "university", Side.EMPLOYER: "employer", None: "party"}


def needs_of(stages: Sequence[StageProgress], submission: Submission, calendars: Calendars) -> tuple[str, ...]:
    """One sentence for each thing still needed: open stages first, then what will block later ones, then objections and conditions."""
    return tuple(_needs(stages, submission, calendars))


def sentence_of(
    outcome: Outcome,
    needs: Sequence[str],
    ended_by: Decision | None,
    ending: StageProgress | None,
    held: Hold | None,
    calendar: Calendar,
) -> str:
    """Where the round stands, in one line."""
    if ended_by is not None:
        day = day_in_words(ended_by.at, calendar)
        if ended_by.verdict is Verdict.REJECT:
            return f"Rejected by {ended_by.person_name} on {day}."
        return f"{ended_by.person_name} asked for changes on {day}: revise the proposal and submit it again."
    if ending is not None:
        day = f" on {day_in_words(ending.met_at, calendar)}" if ending.met_at else ""
        votes = _votes(ending)
        if outcome is Outcome.REJECTED:
            return f"Rejected at {ending.stage.title}{day}{votes}."
        return f"Not approved at {ending.stage.title}{day}{votes}: revise the proposal and submit it again."
    if outcome is Outcome.APPROVED:
        return "Approved."
    if held is not None:
        return f"On hold since {day_in_words(held.since, calendar)} by {held.by_name}: {held.reason.rstrip('.')}."
    return "Still needed: " + " ".join(needs)


def day_in_words(at: datetime, calendar: Calendar) -> str:
    """The day as people write it, such as "Fri 27 Nov", in the organisation's zone."""
    day = calendar.local_day(at)
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def rule_in_words(rule: Rule) -> str:
    """A rule as people say it, such as "a majority of those present, quorum 6, the chair breaks ties"."""
    parts = [_threshold(rule)]
    if rule.quorum is not None:
        amount = {
            ThresholdKind.COUNT: str(rule.quorum.number),
            ThresholdKind.PERCENT: f"{rule.quorum.number} %",
            ThresholdKind.MAJORITY: "more than half",
            ThresholdKind.TWO_THIRDS: "two thirds",
            ThresholdKind.ALL: "everybody",
        }[rule.quorum.kind]
        parts.append(f"quorum {amount}")
    if rule.fails_at is not None:
        parts.append(f"fails on {rule.fails_at} {'dissent' if rule.fails_at == 1 else 'dissents'}")
    if rule.chair is not Chair.VOTES:
        parts.append("the chair breaks ties" if rule.chair is Chair.BREAKS_TIES else "the chair does not vote")
    if rule.objections_block:
        parts.append("no objection")
    if rule.closes_at_term:
        parts.append("closes when the term ends")
    return ", ".join(parts)


def _threshold(rule: Rule) -> str:
    of = {Base.MEMBERS: "all members", Base.PRESENT: "those present", Base.VOTES: "the votes given"}[rule.of]
    match rule.approvals.kind:
        case ThresholdKind.COUNT:
            return "one approval" if rule.approvals.number <= 1 else f"{rule.approvals.number} approvals"
        case ThresholdKind.PERCENT:
            return f"{rule.approvals.number} % of {of}"
        case ThresholdKind.MAJORITY:
            return f"a majority of {of}"
        case ThresholdKind.TWO_THIRDS:
            return f"two thirds of {of}"
        case ThresholdKind.ALL:
            return "everybody" if rule.of is Base.MEMBERS else f"all of {of}"


def _votes(progress: StageProgress) -> str:
    tallies = [seat.tally for seat in progress.seats if seat.refused_at is not None and seat.tally is not None]
    return f" ({tallies[0].approvals} for, {tallies[0].dissents} against)" if tallies else ""


def _needs(stages: Sequence[StageProgress], submission: Submission, calendars: Calendars) -> Iterator[str]:
    for progress in stages:
        if progress.standing is StageStanding.OPEN:
            yield from _open(progress, calendars)
    waiting = [progress for progress in stages if progress.standing is StageStanding.WAITING]
    for progress in waiting:
        yield from _absent_sides(progress)
        if progress.stage.kind in DECIDING:
            yield from (text for seat in progress.seats if not seat.met and (text := _blocker(progress.stage, seat)))
        if progress.unmet:
            yield f"{progress.stage.title} begins when {_listed(progress.unmet, 'and')}."
    later = [progress for progress in waiting if not progress.unmet]
    if later:
        yield f"After that: {_listed([progress.stage.title for progress in later], 'and')}."
    if not waiting and not any(progress.standing is StageStanding.OPEN for progress in stages):
        yield from _nobody_approved(stages)
    if submission.open_objections == 1:
        yield "1 open objection holds approval: it must be resolved or withdrawn."
    elif submission.open_objections > 1:
        yield f"{submission.open_objections} open objections hold approval: they must be resolved or withdrawn."
    for condition in submission.conditions:
        due = f", due {day_in_words(condition.due_at, calendars.lead)}" if condition.due_at else ""
        yield f"A condition is open: “{_shortened(condition.text)}” ({condition.owner}{due})."


def _nobody_approved(stages: Sequence[StageProgress]) -> Iterator[str]:
    approving = [s for s in stages if s.stage.kind in DECIDING or s.stage.kind is StageKind.NOTICE]
    if not any(s.standing in (StageStanding.MET, StageStanding.OVERRIDDEN) for s in approving):
        yield "No stage of this way of approval has approved the proposal, so nobody can: withdraw it and choose another one."


def _open(progress: StageProgress, calendars: Calendars) -> Iterator[str]:
    due = f" {day_in_words(progress.due_at, calendars.lead)}" if progress.due_at else ""
    match progress.stage.kind:
        case StageKind.CONSULT:
            people = [holder.name for seat in progress.seats for holder in seat.missing]
            whom = f" by {_shown(people, 'and')}" if people else ""
            yield f"{progress.stage.title}: comments{whom} are welcome until{due}."
        case StageKind.NOTICE:
            blocking = [decision.person_name for seat in progress.seats for decision in seat.blocking]
            if blocking:
                objects = "objects" if len(blocking) == 1 else "object"
                yield f"{progress.stage.title}: {_shown(blocking, 'and')} {objects}; that has to be taken back or overruled."
            else:
                yield f"{progress.stage.title}: agreed by silence unless somebody objects until{due}."
        case _:
            yield from _absent_sides(progress)
            for seat in progress.seats:
                if not seat.met and seat.refused_at is None:
                    yield _blocker(progress.stage, seat) or _approval(progress, seat, calendars)


def _absent_sides(progress: StageProgress) -> Iterator[str]:
    """A sentence for each seat that no party can fill."""
    if progress.stage.kind not in DECIDING:
        return iter(())
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
    members = seat.tally.members if seat.tally else 0
    chair = seat.seat.rule.chair is not Chair.VOTES
    if possible >= seat.needed or seat.tied or (chair and members):
        return _without_quorum(stage, seat, remedy)
    if seat.blocking or (seat.positions and possible + len(seat.positions) > seat.needed and members >= seat.needed):
        return None
    if possible == 0 and bench.conflicted and not members:
        return (
            f"Everybody who holds the office of {bench.office_title} at {bench.party_name} is an author of this proposal "
            f"and cannot approve it: {remedy} somebody else."
        )
    if seat.recused and not members:
        return (
            f"Everybody who holds the office of {bench.office_title} at {bench.party_name} has recused themselves from this proposal: "
            f"{remedy} somebody else."
        )
    if possible == 0 and not members:
        return f"Nobody holds the office of {bench.office_title} at {bench.party_name}: {remedy} somebody."
    people = "person can give one" if possible == 1 else "people can give one"
    return (
        f"{bench.party_name}: {stage.title} needs {seat.needed} approvals by {bench.office_title}, but only {possible} {people}: "
        f"{remedy} more people."
    )


def _without_quorum(stage: Stage, seat: SeatProgress, remedy: str) -> str | None:
    tally = seat.tally
    if tally is None or not tally.quorum or tally.quorum <= tally.present + len(seat.missing):
        return None
    return (
        f"{seat.bench.party_name}: {stage.title} needs a quorum of {tally.quorum}, but {seat.bench.office_title} has too few members: "
        f"{remedy} more people."
    )


def _approval(progress: StageProgress, seat: SeatProgress, calendars: Calendars) -> str:
    """Who must approve, where and until when; and whose approval has lapsed, so that nobody wonders."""
    due = f", due {day_in_words(seat.due_at, calendars.of(seat.bench.party))}" if seat.due_at else ""
    title, party = progress.stage.title, seat.bench.party_name
    if seat.blocking:
        names = _shown([decision.person_name for decision in seat.blocking], "and")
        return f"{party}: {names} {'objects' if len(seat.blocking) == 1 else 'object'} at {title}; that has to be taken back or overruled."
    if seat.tied:
        chair = _shown([holder.name for holder in seat.missing], "or")
        return f"{party}: the votes of {seat.bench.office_title} are tied at {title}, so the chair ({chair}) decides{due}."
    gone, lapsed = [d.person_name for d in seat.lapsed if d.verdict in APPROVALS], ""
    if gone:
        lapsed = f" ({_shown(gone, 'and')} approved, but no longer {'holds' if len(gone) == 1 else 'hold'} the office.)"
    if _is_vote(seat.seat.rule):
        return f"{party}: {_vote(seat)} at {title}{due}.{lapsed}"
    return f"{party}: {_who(seat)} must approve at {title}{due}.{lapsed}"


def _is_vote(rule: Rule) -> bool:
    return rule.of is not Base.MEMBERS or rule.quorum is not None or rule.fails_at is not None or rule.chair is not Chair.VOTES


def _vote(seat: SeatProgress) -> str:
    """A vote that runs: its rule, how it stands, and who has not voted."""
    tally = seat.tally
    stands = f"{tally.approvals} for, {tally.dissents} against" if tally and (tally.approvals or tally.dissents) else "no votes yet"
    names = _shown([holder.name for holder in seat.missing], "and")
    left = f"; {names} can vote" if names else "; the result comes when the vote closes"
    return f"{seat.bench.office_title} votes ({rule_in_words(seat.seat.rule)}; {stands}{left})"


def _who(seat: SeatProgress) -> str:
    office, missing = seat.bench.office_title, seat.missing
    if len(missing) == 1:
        return f"{missing[0].name} ({office})"
    if seat.seat.rule.approvals.kind is ThresholdKind.ALL:
        return f"all of {office} ({_shown([h.name for h in missing], 'and')})"
    remaining = seat.needed - len(seat.counted)
    if remaining == len(missing):
        return f"all of {office} ({_shown([h.name for h in missing], 'and')})"
    wanted = "one" if remaining == 1 else str(remaining)
    return f"{wanted} {'more ' if seat.counted else ''}of {office} ({_shown([h.name for h in missing], 'or')})"


def _shown(names: Sequence[str], last: str) -> str:
    if len(names) > NAMES_SHOWN + 1:
        names = [*names[:NAMES_SHOWN], f"{len(names) - NAMES_SHOWN} others"]
    return _listed(names, last)


def _listed(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def _shortened(text: str, most: int = 80) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
