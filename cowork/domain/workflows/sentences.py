"""What is still needed, in words. Used by `evaluation`; every page and mail shows these sentences as they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cowork.domain.ids import Side
from cowork.domain.workflows import appeals, naming, objections, weights
from cowork.domain.workflows.benches import seats_asked
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.dates import day_in_words
from cowork.domain.workflows.definition import (
    DECIDING,
    Base,
    Chair,
    Lapse,
    RefusedAs,
    Rule,
    Seat,
    Stage,
    StageKind,
    ThresholdKind,
    Weighing,
)
from cowork.domain.workflows.progress import (
    APPROVALS,
    OVER,
    Bench,
    Calendars,
    Decision,
    Hold,
    Outcome,
    SeatProgress,
    StageProgress,
    StageStanding,
    Submission,
    Tally,
    Verdict,
)
from cowork.domain.workflows.reasons import ran_out
from cowork.domain.workflows.rule_words import absent_in_words, kinds_in_words, listed, quorum_in_words, rule_in_words, weighing_in_words

NAMES_SHOWN = 4
_BROUGHT = "; its authors can see to that now"
_SIDES = {Side.UNIVERSITY: "university", Side.EMPLOYER: "employer", None: "party"}


def needs_of(stages: Sequence[StageProgress], submission: Submission, calendars: Calendars) -> tuple[str, ...]:
    """One sentence for each thing still needed: open stages first, then what will block later ones, then objections and conditions."""
    return tuple(dict.fromkeys(_needs(stages, submission, calendars)))


def sentence_of(
    outcome: Outcome,
    needs: Sequence[str],
    ended_by: Decision | None,
    ending: StageProgress | None,
    held: Hold | None,
    calendars: Calendars,
    referred: str = "",
    appealed: str = "",
) -> str:
    """Where the round stands, in one line. `referred` says that it was referred back, where that is why it stands there; `appealed` is the
    title of the stage against whose refusal nobody appealed, where that ended it.
    """
    if ended_by is not None:
        day = day_in_words(ended_by.at, calendars.lead)
        if ended_by.verdict is Verdict.REJECT:
            return f"Rejected by {ended_by.person_name} on {day}."
        return f"{ended_by.person_name} asked for changes on {day}: revise the proposal and submit it again."
    if ending is not None:
        own = _last(ending, calendars) if ending.met_at == ending.due_at else calendars.lead
        day = f" on {day_in_words(ending.met_at, own)}" if ending.met_at else ""
        votes = _votes(ending)
        if appealed and ending.refused_as is not None:
            return appeals.final_in_words(appealed, ending.refused_as, day.removeprefix(" on "))
        if ending.lapsed:
            return f"The term of {ending.stage.title} ended{day} without the decision it needs: revise the proposal and submit it again."
        if ending.stage.kind is StageKind.END:
            again = "" if outcome is Outcome.REJECTED else " Revise the proposal and submit it again."
            return f"{'Rejected' if outcome is Outcome.REJECTED else 'Not approved'}{day}: {ending.stage.title.rstrip('.')}.{again}"
        if outcome is Outcome.REJECTED:
            return f"Rejected at {ending.stage.title}{day}{votes}."
        return f"Not approved at {ending.stage.title}{day}{votes}: revise the proposal and submit it again."
    if outcome is Outcome.APPROVED:
        return "Approved."
    if held is not None:
        return f"On hold since {day_in_words(held.since, calendars.lead)} by {held.by_name}: {held.reason.rstrip('.')}."
    return f"{referred} Still needed: {' '.join(needs)}".lstrip()


def _votes(progress: StageProgress) -> str:
    if progress.stage.weighing is not None:
        weight = weights.weighed(progress.stage, progress.stage.weighing, progress.seats)
        return f" (by weight {weight.approved} of {weight.total} for, {weight.refused} against)"
    tallies = [seat.tally for seat in progress.seats if seat.refused_at is not None and seat.tally is not None]
    return f" ({tallies[0].approvals} for, {tallies[0].dissents} against)" if tallies else ""


def _needs(stages: Sequence[StageProgress], submission: Submission, calendars: Calendars) -> Iterator[str]:
    titles = {progress.stage.key: progress.stage.title for progress in stages}
    for progress in stages:
        if progress.standing is StageStanding.OPEN:
            yield from _open(progress, calendars, titles, {s.stage.key: s.refused_as for s in stages})
            yield from _left_out(progress, titles)
            yield from ran_out(progress, calendars)
    waiting = [progress for progress in stages if progress.standing is StageStanding.WAITING]
    for progress in waiting:
        yield from (_to_be_named(progress, seat) for seat in progress.unnamed)
        yield from _absent_sides(progress)
        if progress.stage.kind in DECIDING:
            undecided = (seat for seat in progress.seats if not seat.met and seat.refused_at is None)
            yield from (text for seat in undecided if (text := _blocker(progress.stage, seat)))
        if progress.unmet:
            yield f"{progress.stage.title} begins when {listed(progress.unmet, 'and')}{_BROUGHT if progress.stage.edits else ''}."
    appealable = frozenset(s.stage.key for s in stages if s.stage.kind is StageKind.APPEAL and s.standing not in OVER)
    later = [s for s in waiting if not (s.unmet or s.unnamed or s.stage.kind is StageKind.END or appeals.depends(s.stage, appealable))]
    if later:
        yield f"After that: {listed([progress.stage.title for progress in later], 'and')}."
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


def _open(
    progress: StageProgress, calendars: Calendars, titles: Mapping[str, str], refused: Mapping[str, RefusedAs | None]
) -> Iterator[str]:
    due = f" {day_in_words(progress.due_at, _last(progress, calendars))}" if progress.due_at else ""
    match progress.stage.kind:
        case StageKind.CONSULT:
            people = [holder.name for seat in progress.seats for holder in seat.missing]
            whom = f" by {_shown(people, 'and')}" if people else ""
            yield f"{progress.stage.title}: comments{whom} are welcome until{due}."
            yield from (_to_be_named(progress, seat) for seat in progress.unnamed)
        case StageKind.APPEAL:
            yield appeals.in_words(progress.stage, titles, refused.get(progress.stage.against) or RefusedAs.REJECTED, due)
        case StageKind.NOTICE:
            yield _notice(progress, due, calendars)
        case _:
            yield from _absent_sides(progress)
            for seat in progress.seats:
                if not seat.met and seat.refused_at is None:
                    if seat in progress.unnamed:
                        yield _to_be_named(progress, seat)
                    else:
                        yield from _still_needed(progress, seat, calendars)
            if progress.stage.weighing is not None:
                yield _by_weight(progress, progress.stage.weighing)
            if progress.stage.lapse is not Lapse.OPEN and progress.due_at:
                how = "is refused" if progress.stage.lapse is Lapse.REFUSED else "passes"
                yield f"Without the decision it needs, {progress.stage.title} {how} when its term ends{due}."


def _last(progress: StageProgress, calendars: Calendars) -> Calendar:
    """The calendar of the party whose term ends last, by whose days the stage is due."""
    return next((calendars.of(seat.bench.party) for seat in progress.seats if seat.due_at == progress.due_at), calendars.lead)


def _still_needed(progress: StageProgress, seat: SeatProgress, calendars: Calendars) -> Iterator[str]:
    """What an open bench needs. Where it can never vote as it is filled now, those who are asked all the same are named too."""
    # Of a secret ballot, what would be in its way if nobody had voted yet: anything else would tell how they did.
    blocker = _blocker(progress.stage, replace(seat, missing=seat.members, positions=(), tally=_unvoted(seat)) if seat.secret else seat)
    if blocker:
        yield blocker
    if blocker is None or (seat.missing and (seat.secret or _is_vote(seat.seat.rule))):
        yield _approval(progress, seat, calendars)


def _unvoted(seat: SeatProgress) -> Tally | None:
    return replace(seat.tally, present=0, lacking=(), absent=()) if seat.tally else None


def _to_be_named(progress: StageProgress, seat: SeatProgress) -> str:
    """Who is to name how many people for a bench."""
    bench, there, people = seat.bench, naming.left(seat), naming.to_name_in_words(seat)
    named = f" ({_shown([holder.name for holder in there], 'and')} {'is' if len(there) == 1 else 'are'} named.)" if there else ""
    if not bench.namers:
        return _no_namer(progress.stage, bench) + named
    who = _shown(list(dict.fromkeys(holder.name for holder in bench.namers)), "or")
    return f"{bench.party_name}: waiting for {who} ({bench.named_by}) to name {people} for {progress.stage.title}.{named}"


def _no_namer(stage: Stage, bench: Bench) -> str:
    return (
        f"Nobody who could name the people for {stage.title} holds the office of {bench.named_by} at {bench.party_name}, authors apart: "
        f"ask an organisation administrator of {bench.party_name} to fill it, or to choose the people."
    )


def _notice(progress: StageProgress, due: str, calendars: Calendars) -> str:
    """Who objects, whether that stops it, or how many more it takes."""
    blocking = [decision.person_name for seat in progress.seats for decision in seat.blocking]
    if not blocking:
        least = max((seat.open_until for seat in progress.seats if seat.open_until), default=None)
        if least and not any(seat.missing for seat in progress.seats):
            return f"{progress.stage.title}: nobody objects; it stays open until {day_in_words(least, calendars.lead)}."
        return f"{progress.stage.title}: agreed by silence unless somebody objects until{due}."
    who = f"{progress.stage.title}: {_shown(blocking, 'and')} {'objects' if len(blocking) == 1 else 'object'}"
    if any(objections.stop(seat, progress.seats) for seat in progress.stage.seats):
        return f"{who}; that has to be taken back or overruled."
    return f"{who}, which is not enough to stop it ({_stopping(progress)}); otherwise agreed by silence until{due}."


def _stopping(progress: StageProgress) -> str:
    """How many objections it takes, in numbers, at each bench that somebody objects at."""
    found = []
    for seat in progress.stage.seats:
        own = [bench for bench in progress.seats if bench.seat.key == seat.key]
        if seat.rule.of is Base.PARTIES and any(bench.blocking for bench in own):
            found.append(f"{objections.parties_needed(seat, len(own))} of {len(own)} parties have to object")
        elif seat.rule.of is not Base.PARTIES:
            found += [f"it takes {bench.fails_at or 1} at {bench.bench.party_name}" for bench in own if bench.blocking]
    return "; ".join(found)


def _by_weight(progress: StageProgress, weighing: Weighing) -> str:
    """How the votes stand by weight, and what it takes."""
    votes = weights.weighed(progress.stage, weighing, progress.seats)
    each = weights.heads(progress.stage, weighing, progress.seats)
    remedy = "invite more parties to this proposal, or let an administrator of the leading party pass the stage."
    if max(votes.quorum, 0 if weighing.of is Base.VOTES else votes.needed) > votes.total:
        return f"{progress.stage.title} takes a weight of {max(votes.needed, votes.quorum)}, but only {votes.total} can vote: {remedy}"
    if each and each.needed > each.total:
        return f"{progress.stage.title} takes {each.needed} parties, but only {each.total} can vote: {remedy}"
    parties = f" and {each.needed} of {each.total} parties ({each.approved} so far)" if each else ""
    quorum = f", with {votes.quorum} voting" if votes.quorum else ""
    abstained = f", {votes.abstained} abstained" if votes.abstained else ""
    if weighing.of is Base.VOTES:
        missing = f", {sum(votes.left)} not voted" if votes.left else ""
        return (
            f"{progress.stage.title} is decided by weight: {votes.approved} for, {votes.refused} against{abstained}{missing}; "
            f"it takes {weighing_in_words(weighing)}{f'; {each.approved} for it so far' if each else ''}."
        )
    return (
        f"{progress.stage.title} is decided by weight: {votes.approved} of {votes.total} for, {votes.refused} against{abstained}; "
        f"it takes {votes.needed} for{parties}{quorum}."
    )


def _left_out(progress: StageProgress, titles: Mapping[str, str]) -> Iterator[str]:
    """Who may not decide here, because they decided at a stage from which this one is apart."""
    names = list(dict.fromkeys(holder.name for seat in progress.seats if not seat.met for holder in seat.bench.apart))
    if names:
        earlier = listed([titles[key] for key in progress.stage.apart], "or")
        yield f"{_shown(names, 'and')} decided at {earlier}, and may not decide at {progress.stage.title}."


def _absent_sides(progress: StageProgress) -> Iterator[str]:
    """A sentence for each seat that no party can fill, or that more parties must fill than take part."""
    if progress.stage.kind not in DECIDING:
        return
    for seat in seats_asked(progress.stage, progress.seats):
        held = sum(found.seat.key == seat.key for found in progress.seats)
        if not held:
            yield _absent_side(progress.stage, seat)
        elif seat.keys.kind is ThresholdKind.COUNT and held < seat.keys.number:
            yield _too_few_parties(progress.stage, seat, held)


def _too_few_parties(stage: Stage, seat: Seat, held: int) -> str:
    parties = "party takes" if held == 1 else "parties take"
    return (
        f"{stage.title} needs {seat.keys.number} parties to approve as {seat.title}, but only {held} {parties} part: "
        f"invite {seat.keys.number - held} more to this proposal, or let an administrator of the leading party pass the stage."
    )


def _absent_side(stage: Stage, seat: Seat) -> str:
    side = _SIDES[seat.side]
    article = "an" if side[0] == "e" else "a"
    return f"No {side} takes part that could approve as {seat.title} at {stage.title}: invite {article} {side} to this proposal."


def _blocker(stage: Stage, seat: SeatProgress) -> str | None:
    """Why this bench can never fulfil its rule as it is filled now; None where it can."""
    bench = seat.bench
    remedy = f"ask an organisation administrator of {listed(list(bench.names().values()), 'or')} to name"
    if seat.seat.naming is not None:
        if len(naming.left(seat)) < seat.seat.naming.least:
            return None if bench.namers else _no_namer(stage, bench)
        remedy = f"ask the {bench.named_by} of {bench.party_name} to name"
    possible = len(seat.counted) + len(seat.missing)
    members = seat.tally.members if seat.tally else 0
    chair = seat.seat.rule.chair is not Chair.VOTES
    if possible >= seat.needed or seat.tied or (chair and members):
        return _without_quorum(stage, seat, remedy)
    undecided = len(seat.positions) - len(seat.counted)
    if seat.blocking or (undecided and possible + undecided >= seat.needed and members >= seat.needed):
        return None
    if possible == 0 and not members and (away := [holder.name for holder in bench.removed if holder.instead]):
        return (
            f"{_shown(list(dict.fromkeys(away)), 'and')} would sit in place of the {bench.office_title} at {stage.title}, "
            f"but {'was' if len(set(away)) == 1 else 'were'} taken off it by hand: add somebody to it, or {remedy} somebody."
        )
    if possible == 0 and bench.apart and not members:
        return (
            f"Everybody who holds the office of {bench.office_title} at {bench.party_name} has decided at another stage "
            f"and may not decide at {stage.title}: {remedy} somebody else."
        )
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
    if possible == 0 and bench.removed and not members:
        return (
            f"Everybody who could decide as {bench.office_title} of {bench.party_name} was taken off {stage.title} by hand: "
            f"add somebody to it, or {remedy} somebody else."
        )
    if possible == 0 and not members:
        return f"Nobody holds the office of {bench.office_title} at {bench.party_name}: {remedy} somebody."
    people = "person can give one" if possible == 1 else "people can give one"
    return (
        f"{bench.party_name}: {stage.title} needs {seat.needed} approvals by {bench.office_title}, "
        f"but only {possible} {people}: {remedy} more people."
    )


def _without_quorum(stage: Stage, seat: SeatProgress, remedy: str) -> str | None:
    tally = seat.tally
    if tally is not None and tally.unfilled:
        return (
            f"{seat.bench.party_name}: the quorum of {stage.title} needs {kinds_in_words(seat.seat.rule, tally.unfilled)}, "
            f"but {_nobody(seat.seat.rule, tally.unfilled)} that office can take part: {remedy} somebody."
        )
    for lack in tally.lacking if tally else ():
        if sum(seat.bench.party_of(holder) in lack.parties for holder in seat.missing) < lack.number:
            return (
                f"{seat.bench.party_name}: {stage.title} needs a quorum of {quorum_in_words(seat.seat.rule)}, but too few people of "
                f"{lack.name} can take part: ask an organisation administrator there to name more people."
            )
    if tally is None or not tally.quorum or tally.quorum <= tally.present + len(seat.missing):
        return None
    return (
        f"{seat.bench.party_name}: {stage.title} needs a quorum of {tally.quorum}, but {seat.bench.office_title} has too few members: "
        f"{remedy} more people."
    )


def _nobody(rule: Rule, kinds: Sequence[str]) -> str:
    return "nobody who holds" if all(rule.quorum_with.count(kind) == 1 for kind in kinds) else "too few who hold"


def _approval(progress: StageProgress, seat: SeatProgress, calendars: Calendars) -> str:
    """Who must approve, where and until when; and whose approval has lapsed, so that nobody wonders."""
    due = f", due {day_in_words(seat.due_at, calendars.of(seat.bench.party))}" if seat.due_at else ""
    title, party = progress.stage.title, seat.bench.party_name
    if seat.blocking:
        names = _shown([decision.person_name for decision in seat.blocking], "and")
        return f"{party}: {names} {'objects' if len(seat.blocking) == 1 else 'object'} at {title}; that has to be taken back or overruled."
    if seat.secret:
        return f"{party}: {_vote(seat)} at {title}{due}."
    if seat.open_until:
        least = day_in_words(seat.open_until, calendars.of(seat.bench.party))
        return f"{party}: {_vote(seat)} at {title}, which stays open until {least}{due}."
    if seat.tied:
        chair = _shown([holder.name for holder in seat.missing], "or")
        return f"{party}: the votes of {seat.bench.office_title} are tied at {title}, so the chair ({chair}) decides{due}."
    gone, lapsed = [d.person_name for d in seat.lapsed if d.verdict in APPROVALS], ""
    if gone:
        lapsed = f" ({_shown(gone, 'and')} approved, but no longer {'holds' if len(gone) == 1 else 'hold'} the office.)"
    lapsed += f" ({seat.instead}.)" if seat.instead else ""
    if not seat.missing and not _is_vote(seat.seat.rule):
        return (
            f"{party}: everybody who could approve as {seat.bench.office_title} at {title} has answered, and that is not enough: "
            f"whoever abstained can take that back, or an organisation administrator of {party} names somebody more."
        )
    if _is_vote(seat.seat.rule):
        return f"{party}: {_vote(seat)} at {title}{due}.{lapsed}"
    return f"{party}: {_who(seat)} must approve at {title}{due}.{lapsed}"


def _is_vote(rule: Rule) -> bool:
    has_quorum = rule.quorum is not None or bool(rule.each_party or rule.each_side)
    return rule.of is not Base.MEMBERS or has_quorum or rule.fails_at is not None or rule.chair is not Chair.VOTES


def _vote(seat: SeatProgress) -> str:
    """A vote that runs: its rule, how it stands, and who has not voted."""
    tally = seat.tally
    stands = f"{tally.approvals} for, {tally.dissents} against" if tally and (tally.approvals or tally.dissents) else "no votes yet"
    stands = voted_in_words(seat) if seat.secret else stands
    absent = f", {absent_in_words(tally.absent, seat.seat.rule.quorum_with)} so far" if tally and tally.absent else ""
    names = _shown([holder.name for holder in seat.missing], "and")
    left = f"; {names} can vote" if names else "; the result comes when the vote closes"
    lacking = [f"{lack.number} more of {lack.name}" for lack in tally.lacking] if tally else []
    short = f"; the quorum lacks {listed(lacking, 'and')}" if lacking else ""
    how = "votes in secret" if seat.secret else "votes"
    return f"{seat.bench.office_title} {how} ({rule_in_words(seat.seat.rule)}{_fails_at(seat)}; {stands}{absent}{short}{left})"


def voted_in_words(seat: SeatProgress) -> str:
    """How many have voted in a secret ballot, and of how many: that is all that is told while it runs."""
    number, of = (seat.tally.present, seat.tally.members) if seat.tally else (0, 0)
    return f"{number} of {of} {'has' if of == 1 else 'have'} voted"


def _fails_at(seat: SeatProgress) -> str:
    """What a share of dissents is in numbers, as the bench is filled now."""
    wanted = seat.seat.rule.fails_at
    return f"; {seat.fails_at} against would refuse it" if wanted is not None and wanted.kind is not ThresholdKind.COUNT else ""


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
    return listed(names, last)


def _shortened(text: str, most: int = 80) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
