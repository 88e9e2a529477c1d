"""One bench: who has a vote, what their decisions are worth, and when the rule was fulfilled or can no longer be.

The rules, in short:

- Each holder has one vote: their latest decision that was not undone or sent back. "Tabled" is on record and changes nothing.
- An approval counts while the sections that the stage reads are what they were when it was given, whichever round it was given in.
  Everything else counts in its own round, on the text it was about, as does all that is said in a secret ballot; recusal stays.
- A vote counts while its holder sits. A bench is fulfilled from the first moment at which its rule held with the people who then
  sat there: who leaves later changes nothing, who leaves before no longer counts.
- Where people are named for each proposal, nothing is fulfilled while fewer of them than the seat asks for sit there.
- Where a vote is open for a least time, it is decided by what holds when that is over, or later.
- On a joint bench the quorum can also ask for so many people of each party, or of each side.
- A rule that looks at those present or at the votes given is decided once no missing vote could change the result, when a meeting
  that voted is closed, or (``closes_at_term``) when the term ends with the quorum reached. From then on only the chair's vote in a
  tie counts, and what those say who objected.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cowork.domain.files import SECTION as FILES
from cowork.domain.ids import OrganisationId, PersonId, Side
from cowork.domain.workflows import results
from cowork.domain.workflows.definition import DECIDING, Base, Chair, Dissent, Lapse, Rule, Seat, Stage, StageKind
from cowork.domain.workflows.progress import (
    APPROVALS,
    DISSENTS,
    Bench,
    Decision,
    Holder,
    Lack,
    OfficeRole,
    SeatProgress,
    Sitting,
    Submission,
    Tally,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a bench is asked and what it said. `decisions` are the bench's own that stand, oldest first; `sitting` is the closed
    meeting of this round, if any; it is decided no earlier than `not_before` (None: at any time); `expired` have run out. `now` and the
    times are UTC.
    """

    stage: Stage
    seat: Seat
    bench: Bench
    side: Side | None
    decisions: Sequence[Decision]
    submission: Submission
    sitting: Sitting | None
    due_at: datetime | None
    now: datetime
    not_before: datetime | None = None
    expired: Sequence[Decision] = ()


def read_digests(stage: Stage, side: Side | None, digests: Mapping[str, str]) -> dict[str, str]:
    """The digests that a decision of this side on this stage depends on: what the stage reads, as far as the side can see it.

    Keys are "section" for what everybody reads and "section@university" or "section@employer" for the private lane of a side;
    "section#files" are the shared files of a section, read by whoever reads it; "files" those of the whole proposal, read by all.
    A service records exactly this with each decision.
    """
    return {key: digest for key, digest in digests.items() if _is_read(stage, side, key)}


def _is_read(stage: Stage, side: Side | None, key: str) -> bool:
    section, _, lane = key.partition("@")
    section = section.partition("#")[0]
    return (not lane or (side is not None and lane == side.value)) and (stage.reads is None or section in stage.reads or section == FILES)


def count(ballot: Ballot) -> SeatProgress:
    """Where a bench stands."""
    closed = _after_closing(ballot)
    late = closed[1] if closed is not None else None
    if closed is not None:
        kept = [d for d in ballot.decisions if d.at <= closed[0] or d.verdict is Verdict.RECUSE or d.person in closed[1]]
        ballot = replace(ballot, decisions=kept)
    rule, bench = ballot.seat.rule, ballot.bench
    latest = _latest(ballot)
    fresh = {person: d for person, d in latest.items() if _is_fresh(ballot, d)}
    met_at, refused_at, tied = _decided(ballot, fresh)
    at = met_at or refused_at or ballot.now
    sitting = _sitting_people(bench, at)
    recused = tuple({holder.person: holder for holder in bench.holders if _recused(fresh, holder.person, at)}.values())
    counting = [d for d in _as_of(ballot, fresh, at).values() if d.person in sitting]
    open_ = met_at is None and refused_at is None
    tally = _count(ballot, _as_of(ballot, fresh, at), at)
    missing = _missing(ballot, _as_of(ballot, fresh, ballot.now), tied, late) if open_ else ()
    return SeatProgress(
        seat=ballot.seat,
        bench=bench,
        # In a secret ballot, as if nobody had voted: what it still takes would tell how they did.
        needed=results.needed(rule, _count(ballot, {}, at) if ballot.stage.secret else tally),
        counted=tuple(d for d in counting if d.verdict in _meanings(ballot.stage.kind)[0]),
        stale=tuple(d for p, d in latest.items() if p not in fresh and d not in ballot.expired and _is_told(ballot, d)),
        expired=tuple(d for p, d in latest.items() if p not in fresh and d in ballot.expired),
        missing=missing,
        met=met_at is not None,
        met_at=met_at,
        refused_at=None if met_at else refused_at,
        positions=tuple(counting),
        lapsed=tuple(d for d in fresh.values() if d.person not in sitting),
        recused=recused,
        blocking=tuple(d for d in counting if d.verdict is Verdict.OBJECT),
        tally=_told(ballot, tally, counting, missing),
        tied=tied,
        due_at=ballot.due_at,
        members=tuple(_sitting_people(bench, ballot.now).values()),
        fails_at=tally.fails_at,
        open_until=ballot.not_before if ballot.not_before is not None and ballot.not_before > ballot.now else None,
        answered_at=_answered_at(ballot, fresh),
    )


def _is_told(ballot: Ballot, d: Decision) -> bool:
    """Whether it is worth telling that a decision does not count: it was an approval, or is of this round."""
    return (d.verdict in APPROVALS and not ballot.stage.secret) or d.round == ballot.submission.round


def _told(ballot: Ballot, votes: results.Count, said: Collection[Decision], missing: Collection[Holder]) -> Tally:
    unfilled = _without(ballot, {d.person for d in said} | {holder.person for holder in missing}, ballot.now)
    return Tally(
        members=len(votes.voters),
        present=votes.present,
        approvals=votes.yes,
        dissents=votes.no,
        abstentions=votes.abstained,
        quorum=votes.quorum,
        lacking=votes.lacking,
        absent=votes.absent,
        unfilled=tuple(kind for kind in dict.fromkeys(votes.absent) if kind in unfilled),
    )


def _latest(ballot: Ballot) -> dict[PersonId, Decision]:
    """The last word of everybody without a conflict."""
    conflicted = {holder.person for holder in ballot.bench.conflicted}
    return {d.person: d for d in ballot.decisions if d.verdict is not Verdict.TABLE and d.person not in conflicted}


def _after_closing(ballot: Ballot) -> tuple[datetime, frozenset[PersonId]] | None:
    """Since when no more votes are taken, the quorum having been there, and who can still say something: the chair who breaks ties,
    who objected, and who was silent in a meeting where one dissent ends it. None where everybody can.
    """
    rule = ballot.seat.rule
    for at in sorted(_closings(ballot)):
        then = replace(ballot, decisions=[d for d in ballot.decisions if d.at <= at])
        said = {person: d for person, d in _latest(then).items() if _is_fresh(then, d)}
        if _count(then, said, at).is_quorate:
            chairs = {h.person for h in ballot.bench.holders if h.role is OfficeRole.CHAIR and rule.chair is Chair.BREAKS_TIES}
            objectors = {person for person, d in said.items() if d.verdict is Verdict.OBJECT}
            there = ballot.sitting.present if ballot.sitting is not None and rule.dissent is Dissent.ENDS else frozenset()
            return at, frozenset(chairs | objectors | (there - set(said)))
    return None


def _closings(ballot: Ballot) -> Iterator[datetime]:
    """When a meeting was closed, under a rule that looks at who was there or voted; when a vote closed with its term."""
    rule, kind, found = ballot.seat.rule, ballot.stage.kind, list[datetime | None]()
    if ballot.sitting is not None and (rule.of in (Base.PRESENT, Base.VOTES) or rule.chair is Chair.BREAKS_TIES):
        found.append(ballot.sitting.closed_at)
    if rule.closes_at_term and rule.dissent is Dissent.COUNTS and kind in DECIDING:
        found.append(ballot.due_at)
    for at in found:
        if at is not None and at <= ballot.now and (ballot.not_before is None or ballot.not_before <= at):
            yield at


def _meanings(kind: StageKind) -> tuple[frozenset[Verdict], frozenset[Verdict]]:
    """Which verdicts speak for a stage of this kind, and which against it. Who is only consulted has answered with whatever they say."""
    if kind in DECIDING:
        return APPROVALS, DISSENTS
    if kind is StageKind.APPEAL:
        return frozenset({Verdict.APPEAL}), frozenset()
    return frozenset(Verdict) - {Verdict.OBJECT, Verdict.RECUSE, Verdict.TABLE}, frozenset()


def electorate(bench: Bench, at: datetime) -> frozenset[PersonId]:
    """Who has a vote at a moment: everybody who sits then, but secretaries and those with a conflict."""
    return frozenset(_sitting_people(bench, at))


def sits(bench: Bench, person: PersonId, at: datetime) -> bool:
    """Whether a person has a vote at a moment."""
    return person in electorate(bench, at)


def _sitting_people(bench: Bench, at: datetime) -> dict[PersonId, Holder]:
    conflicted = {holder.person for holder in bench.conflicted}
    return {
        holder.person: holder
        for holder in bench.holders
        if holder.sits_at(at) and holder.person not in conflicted and holder.role is not OfficeRole.SECRETARY
    }


def _is_fresh(ballot: Ballot, decision: Decision) -> bool:
    if decision.verdict is Verdict.RECUSE:
        return True
    if decision in ballot.expired:
        return False
    lasts = decision.verdict in APPROVALS and not ballot.stage.secret  # who need not vote again would have approved
    if not lasts and decision.round != ballot.submission.round:
        return False
    about_the_text = ballot.stage.kind is not StageKind.APPEAL
    if not about_the_text or (decision.verdict in DISSENTS and ballot.seat.rule.dissent is Dissent.ENDS):
        return True
    stage, side = ballot.stage, ballot.bench.sides().get(decision.party, ballot.side)
    return read_digests(stage, side, decision.digests) == read_digests(stage, side, ballot.submission.digests)


def _as_of(ballot: Ballot, fresh: Mapping[PersonId, Decision], at: datetime) -> dict[PersonId, Decision]:
    """What had been said at a moment: the votes given until then, and objections that were taken back only later."""
    conflicted = {holder.person for holder in ballot.bench.conflicted}
    until_then = {d.person: d for d in ballot.decisions if d.at <= at and d.verdict is not Verdict.TABLE}
    said = {person: d for person, d in fresh.items() if d.at <= at}
    stood = {p: d for p, d in until_then.items() if d.verdict is Verdict.OBJECT and p not in conflicted and _is_fresh(ballot, d)}
    return {**said, **stood}


def _recused(fresh: Mapping[PersonId, Decision], person: PersonId, at: datetime) -> bool:
    own = fresh.get(person)
    return own is not None and own.verdict is Verdict.RECUSE and own.at <= at


def _decided(ballot: Ballot, fresh: Mapping[PersonId, Decision]) -> tuple[datetime | None, datetime | None, bool]:
    """When the rule was fulfilled, when it was refused, and whether the chair's vote is what is missing."""
    tied = False
    for at in _moments(ballot, fresh):
        ending = _single_dissent(ballot, fresh, at)
        if ending is not None:
            return None, max(ending, ballot.not_before or ending), False
        votes = _count(ballot, _as_of(ballot, fresh, at), at)
        if ballot.seat.naming is not None and len(votes.voters) < ballot.seat.naming.least:
            tied = False
            continue
        result, tied = results.result(ballot.seat.rule, votes)
        if result is True:
            return at, None, False
        if result is False and ballot.stage.kind in DECIDING:
            return None, at, False
    return None, None, tied


def _answered_at(ballot: Ballot, fresh: Mapping[PersonId, Decision]) -> datetime | None:
    """When everybody who then had a vote had first said something."""
    counts = ((at, _count(ballot, _as_of(ballot, fresh, at), at)) for at in _moments(ballot, fresh))
    return next((at for at, votes in counts if votes.voters and not votes.left), None)


def _single_dissent(ballot: Ballot, fresh: Mapping[PersonId, Decision], at: datetime) -> datetime | None:
    if ballot.seat.rule.dissent is Dissent.COUNTS:
        return None
    dissents = (d for d in fresh.values() if d.verdict in DISSENTS and d.at <= at)
    return min((d.at for d in dissents if sits(ballot.bench, d.person, d.at)), default=None)


def _moments(ballot: Ballot, fresh: Mapping[PersonId, Decision]) -> list[datetime]:
    """Every moment at which the result may have changed, up to now."""
    objections = (d.at for d in ballot.decisions if d.verdict is Verdict.OBJECT)
    votes = [*(d.at for d in fresh.values()), *objections]
    terms = [at for holder in ballot.bench.holders for at in (holder.since, holder.until) if at is not None]
    ends = (ballot.due_at, ballot.not_before, ballot.sitting.closed_at if ballot.sitting else None)
    closing = [at for at in ends if at is not None]
    first = ballot.not_before or min([*votes, *closing], default=ballot.now)
    return sorted({at for at in (*votes, *terms, *closing) if first <= at <= ballot.now})


def _count(ballot: Ballot, fresh: Mapping[PersonId, Decision], at: datetime) -> results.Count:
    rule = ballot.seat.rule
    sitting = {person: holder for person, holder in _sitting_people(ballot.bench, at).items() if not _recused(fresh, person, at)}
    chairs = {person for person, holder in sitting.items() if holder.role is OfficeRole.CHAIR and rule.chair is not Chair.VOTES}
    voters = frozenset(sitting) - chairs
    said = {person: fresh[person].verdict for person in sitting if person in fresh and fresh[person].at <= at}
    votes = [verdict for person, verdict in said.items() if person in voters]
    met = ballot.sitting is not None and at >= ballot.sitting.closed_at
    here = frozenset(said) | (frozenset(sitting) & ballot.sitting.present if met and ballot.sitting is not None else frozenset())
    affirming, dissenting = _meanings(ballot.stage.kind)
    at_term = rule.closes_at_term and ballot.due_at is not None and at >= ballot.due_at
    return results.Count(
        voters=voters,
        present=len(here),
        quorum=results.amount(rule.quorum, len(sitting)) if rule.quorum else 0,
        took_part=len(here & voters),
        yes=sum(verdict in affirming for verdict in votes),
        no=sum(verdict in dissenting for verdict in votes),
        abstained=sum(verdict is Verdict.ABSTAIN for verdict in votes),
        objections=sum(verdict is Verdict.OBJECT for verdict in said.values()) if rule.objections_block else 0,
        left=len(voters - set(said)),
        chair=_casting(chairs, said) if rule.chair is Chair.BREAKS_TIES else None,
        chair_waits=rule.chair is Chair.BREAKS_TIES and bool(chairs),
        ties_lapse=ballot.stage.lapse is not Lapse.OPEN and rule.of in (Base.PRESENT, Base.VOTES),
        closed=met or at_term,
        fails_at=results.amount(rule.fails_at, len(voters)) if rule.fails_at else None,
        lacking=_lacking(rule, ballot.bench, [ballot.bench.party_of(sitting[person]) for person in here]),
        absent=_without(ballot, here, at),
    )


def _lacking(rule: Rule, bench: Bench, here: Sequence[OrganisationId]) -> tuple[Lack, ...]:
    """What a quorum of each party and each side lacks; `here` has the party of everybody who takes part."""
    asked = [(frozenset({one.party}), one.name, rule.each_party) for one in bench.joint]
    for side in dict.fromkeys(one.side for one in bench.joint if one.side is not None):
        own = frozenset(one.party for one in bench.joint if one.side is side)
        asked.append((own, "the employers" if side is Side.EMPLOYER else "the universities", rule.each_side))
    short = ((own, name, wanted - sum(party in own for party in here)) for own, name, wanted in asked)
    return tuple(Lack(own, name, number) for own, name, number in short if number > 0)


def _without(ballot: Ballot, people: Collection[PersonId], at: datetime) -> tuple[str, ...]:
    """The kinds of office of which the quorum must include more than hold it then of these people, each as often as some are missing."""
    own = [holder for holder in ballot.bench.holders if holder.person in people and holder.sits_at(at)]
    held = Counter(kind for kind, _ in {(h.kind, h.person) for h in own if h.role is not OfficeRole.SECRETARY})
    return tuple((Counter(ballot.seat.rule.quorum_with) - held).elements())


def _casting(chairs: Collection[PersonId], said: Mapping[PersonId, Verdict]) -> Verdict | None:
    """What decides a tie: a chair's approval or dissent, or, once every chair spoke, that none of them did."""
    spoke = [said[person] for person in sorted(chairs) if person in said]
    found = [*(v for v in spoke if v in APPROVALS), *(v for v in spoke if v in DISSENTS), *(spoke if len(spoke) == len(chairs) else [])]
    return found[0] if found else None


def _missing(ballot: Ballot, fresh: Mapping[PersonId, Decision], tied: bool, late: frozenset[PersonId] | None) -> tuple[Holder, ...]:
    """The holders who are still asked, once no more votes are taken only those who can still say something. The chair that only breaks ties
    is asked when there is one; an objector can change their mind.
    """
    chair = ballot.seat.rule.chair
    people = _sitting_people(ballot.bench, ballot.now)
    asked = []
    for person, holder in people.items():
        if late is not None and person not in late:
            continue
        is_chair = holder.role is OfficeRole.CHAIR and chair is not Chair.VOTES
        if is_chair and not (tied and chair is Chair.BREAKS_TIES):
            continue
        own = fresh.get(person)
        if own is None or own.verdict is Verdict.OBJECT:
            asked.append(holder)
    return tuple(asked)
