"""An item of an agenda as it stands: the review it is about, who may vote, and what the votes taken would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cowork.domain import meetings as rules
from cowork.domain.identity import Actor
from cowork.domain.ids import DecisionId, OfficeId, PersonId, ProposalId
from cowork.domain.meetings import Attendee, ItemKind, ItemOutcome, Vote
from cowork.domain.policy import Action, proposal_verdict, writes
from cowork.domain.proposals import Standing
from cowork.domain.reviews import choices
from cowork.domain.workflows.progress import Bench, Decision, Holder, Outcome, Progress, SeatProgress, Sitting, StageStanding, Verdict
from cowork.domain.workflows.voting import read_digests
from cowork.services import reviewing
from cowork.services.cases import asked_in
from cowork.services.context import Context
from cowork.services.reviewing import Review
from cowork.services.reviews import ordinal_of
from cowork.store import definitions, proposals
from cowork.store.meetings import Candidate, ItemFull, MeetingFull
from cowork.store.proposals import ProposalState
from cowork.store.reviews import DecisionFull

LEFT_OUT = frozenset({Verdict.APPROVE_WITH_CONDITIONS, Verdict.TABLE})
"""Conditions are set on the review page; an item is put off as a whole."""


@dataclass(frozen=True, slots=True)
class Point:
    """An item with what it is about. A matter of its own has neither `state` nor `review`.

    `outside` says why it can no longer be decided as it stands on the agenda (empty: it can). `voters` are those whose votes can be
    recorded, `decided` the decisions that members made on the page already, `conflicted` the names of those who write the proposal.
    `own` says that the actor writes it, and so cannot take its votes.
    """

    item: ItemFull
    state: ProposalState | None = None
    review: Review | None = None
    place: SeatProgress | None = None
    outside: str = ""
    readable: bool = True
    own: bool = False
    voters: tuple[Attendee, ...] = ()
    decided: tuple[Decision, ...] = ()
    conflicted: tuple[str, ...] = ()
    offered: tuple[Verdict, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    stage_title: str = ""
    chair_breaks_ties: bool = False

    @property
    def tabled(self) -> bool:
        return self.item.outcome is ItemOutcome.TABLED

    @property
    def votes(self) -> tuple[Vote, ...]:
        """The votes that count here: those of people whose votes can be recorded."""
        people = {voter.holder.person for voter in self.voters}
        return tuple(vote for vote in self.item.votes if vote.person in people)

    def under_review(self) -> tuple[ProposalState, Review]:
        """The proposal and its review. Raises LookupError for a matter of its own."""
        if self.state is None or self.review is None:
            raise LookupError(f"item {self.item.id} is about no review")
        return self.state, self.review

    def bench(self) -> Bench:
        """The bench that it is about. Raises LookupError where there is none."""
        if self.place is None:
            raise LookupError(f"item {self.item.id} is about no bench")
        return self.place.bench

    @property
    def label(self) -> str:
        return f"Item {self.item.position}"


Loaded = Mapping[ProposalId, tuple[ProposalState, Review | None]]
"""The proposals of an agenda with their reviews."""


def loaded(session: Session, context: Context, items: Sequence[ItemFull], *, lock: bool = False) -> Loaded:
    """What the items are about. With `lock` their proposals are held, in the order in which everybody takes them."""
    found: dict[ProposalId, tuple[ProposalState, Review | None]] = {}
    for key in sorted({item.proposal for item in items if item.proposal is not None}):
        state = proposals.state(session, key, lock=lock)
        if state is not None:
            found[key] = (state, reviewing.load(session, context, state))
    return found


def with_substitutes(meeting: MeetingFull, items: Sequence[ItemFull], about: Loaded, holders: Sequence[Holder]) -> tuple[Holder, ...]:
    """The holders of the office, then those who sit in somebody’s place on the benches that the agenda is about."""
    found = {holder.person: holder for holder in holders}
    for item in items:
        review = about[item.proposal][1] if item.proposal is not None and item.proposal in about else None
        place = place_of(review.progress, meeting, item) if review is not None else None
        for holder in place.members if place is not None else ():
            if holder.instead:
                found.setdefault(holder.person, holder)
    return tuple(found.values())


def points(
    session: Session, context: Context, actor: Actor, meeting: MeetingFull, items: Sequence[ItemFull], attendees: Sequence[Attendee],
    about: Loaded,
) -> tuple[Point, ...]:  # fmt: skip
    """Every item as it stands now, in order."""
    return tuple(
        _point(session, context, actor, meeting, item, attendees, *about[item.proposal])
        if item.proposal is not None and item.proposal in about and item.kind is not ItemKind.MATTER
        else Point(item)
        for item in items
    )


def _point(
    session: Session, context: Context, actor: Actor, meeting: MeetingFull, item: ItemFull, attendees: Sequence[Attendee],
    state: ProposalState, review: Review | None,
) -> Point:  # fmt: skip
    readable = proposal_verdict(Action.READ_PROPOSAL, actor, state.facts).allowed
    place = place_of(review.progress, meeting, item) if review else None
    point = Point(item, state, review, place, _outside(state, review, place, item), readable, writes(actor, state.facts))
    if review is None or place is None:
        return point
    seat, bench = place.seat, place.bench
    decided = tuple(d for d in place.positions if d.verdict is not Verdict.OBJECT)
    stage = review.workflow.stage(item.stage)
    there = frozenset(holder.person for holder in place.members)
    return replace(
        point,
        voters=rules.voters(bench, there, attendees, frozenset(d.person for d in decided), seat.rule.chair),
        decided=decided,
        conflicted=tuple(dict.fromkeys(h.name for h in bench.conflicted if h.sits_at(context.now()))),
        offered=tuple(verdict for verdict in choices(stage, seat) if verdict not in LEFT_OUT),
        sections=tuple((section.key, section.label) for section in asked_in(state, definitions.form(session, state.form)).sections),
        stage_title=stage.title,
        chair_breaks_ties=seat.rule.chair.value == "breaks-ties",
    )


def on_the_page_alone(session: Session, candidates: Sequence[Candidate]) -> frozenset[Candidate]:
    """What no meeting votes on: a secret ballot, since minutes name who voted how; and what is asked of a joint bench, since no party’s
    meeting records the votes of another’s people.
    """
    found = set()
    for one in candidates:
        stages = [stage for stage in definitions.workflow(session, one.workflow).stages if stage.key == one.stage]
        if any(stage.secret or seat.joint for stage in stages for seat in stage.seats if seat.key == one.seat):
            found.add(one)
    return frozenset(found)


def place_of(progress: Progress, meeting: MeetingFull, item: ItemFull) -> SeatProgress | None:
    """The bench that an item is about, or None where the route no longer has it."""
    seats = [place for stage in progress.stages if stage.stage.key == item.stage for place in stage.seats]
    return next((p for p in seats if (p.seat.key, p.bench.party) == (item.seat, meeting.organisation)), None)


def _outside(state: ProposalState, review: Review | None, place: SeatProgress | None, item: ItemFull) -> str:
    if review is None or state.standing in (Standing.WITHDRAWN, Standing.DRAFT):
        return rules.outside_words(item.version, None, same_round=True, outcome=None, open_=False)
    if review.progress.held is not None and state.standing is Standing.IN_REVIEW:
        return "The review is on hold, so nothing can be decided on it now."
    if any(stage.secret for stage in review.workflow.stages if stage.key == item.stage):
        return "This is a secret ballot, so everybody votes on the page of the proposal, and no meeting does."
    standing = next((s.standing for s in review.progress.stages if s.stage.key == item.stage), None)
    waits = place is not None and not place.met and place.refused_at is None and standing is StageStanding.OPEN
    return rules.outside_words(
        item.version, review.version.number, same_round=review.round.id == item.round, outcome=review.progress.outcome,
        open_=waits and state.standing is Standing.IN_REVIEW,
    )  # fmt: skip


def decisions_of(
    context: Context, meeting: MeetingFull, point: Point, closer: Actor, review: Review, at: datetime
) -> list[tuple[DecisionFull, OfficeId | None]]:
    """The decisions that the votes of an item become, with the office each was given in: bound to the version and its sections."""
    item, bench = point.item, point.bench()
    stage = review.workflow.stage(item.stage)
    sides, names = bench.sides(), bench.names()
    found = []
    for vote in point.votes:
        holder = next(h for h in bench.holders if h.person == vote.person and h.sits_at(at))
        key, party = DecisionId(context.new_id()), bench.party_of(holder)
        digests = read_digests(stage, sides.get(party, bench.side), review.submission.digests)
        made = Decision(
            item.stage, item.seat, party, vote.person, holder.name, vote.verdict, review.round.number, review.version.number,
            digests, at, review.workflow.digest, key, *_giver(closer, vote.person),
        )  # fmt: skip
        wants_reason = vote.verdict not in (Verdict.APPROVE, Verdict.ABSTAIN, Verdict.RECUSE)
        reason = vote.reason.strip() or (item.decision.strip() if wants_reason else "")
        sections = item.sections if vote.verdict is Verdict.REQUEST_CHANGES else ()
        full = DecisionFull(
            key, made, bench.office_title, names[party], review.version.digest, reason, sections, ordinal_of(review, made),
            "meeting", meeting.id,
        )  # fmt: skip
        found.append((full, holder.office))
    return found


def _giver(closer: Actor, person: PersonId) -> tuple[PersonId | None, str]:
    return (closer.person, closer.name) if closer.person != person else (None, "")


def sitting_of(meeting: MeetingFull, point: Point, review: Review, present: frozenset[PersonId], at: datetime) -> Sitting:
    return Sitting(point.item.stage, point.item.seat, meeting.organisation, review.round.number, at, present)


def after(context: Context, review: Review, made: Sequence[DecisionFull], sittings: Sequence[Sitting]) -> Review:
    """The review as it stands after these decisions and closed votes."""
    submission = replace(review.submission, sittings=(*review.submission.sittings, *sittings))
    return reviewing.with_decision(context, replace(review, submission=submission), *made)


def present_at(point: Point, attendees: Sequence[Attendee]) -> frozenset[PersonId]:
    """Who counts as present for an item: the members who attend, themselves or by a deputy who may act for them on it."""
    if point.place is None:
        return frozenset()
    deputies = {holder.person: {deputy.person for deputy in holder.deputies} for holder in point.place.bench.holders}
    return frozenset(
        a.holder.person
        for a in attendees
        if a.counts and a.holder.person in deputies and (a.by is None or a.by in deputies[a.holder.person])
    )


def foreseen(context: Context, meeting: MeetingFull, point: Point, actor: Actor, attendees: Sequence[Attendee]) -> tuple[str, str]:
    """Quorum and result in words, as they would be if the meeting closed now: nothing is written. Empty where nothing can be decided."""
    if point.review is None or point.place is None or point.outside:
        return "", ""
    review, now = point.review, context.now()
    made = [full for full, _ in decisions_of(context, meeting, point, actor, review, now)]
    then = after(context, review, made, [sitting_of(meeting, point, review, present_at(point, attendees), now)])
    place = place_of(then.progress, meeting, point.item)
    if place is None or place.tally is None:
        return "", ""
    quorum = rules.quorum_words(place.tally, place.seat.rule.quorum_with)
    elsewhere = rules.refused_elsewhere(place, then.progress.stage(point.item.stage))
    result = rules.foreseen_words(place, then.progress.outcome, elsewhere=elsewhere) if point.votes else "no vote is taken yet"
    return quorum, "would be put off" if point.tabled else result


def outcome(progress: Progress, meeting: MeetingFull, item: ItemFull) -> ItemOutcome:
    """What became of an item, after its votes were counted."""
    place = place_of(progress, meeting, item)
    if place is None:
        return ItemOutcome.UNDECIDED
    return rules.outcome_of(place, progress.outcome, elsewhere=rules.refused_elsewhere(place, progress.stage(item.stage)))


def is_running(point: Point) -> bool:
    """Whether an item's proposal is in review."""
    return point.review is not None and point.review.progress.outcome is Outcome.IN_REVIEW
