"""Secret ballots: who has voted is on record and shown; how they voted is shown to nobody else, nor can it be told from what is shown.

The rules, in short:

- `as_seen` decides what of a decision somebody sees, `veiled` what of a stage. Every page, file and mail shows what these leave.
- How many voted how is told once the ballot is over, and not where it ended otherwise than by its votes and its term.
- It is open for its whole term, at all benches alike, so that its end does not tell what the last vote was; and nobody takes a vote back
  afterwards.
- A vote that was given counts whatever becomes of whoever gave it: a count with one vote less would tell what that was. For the same
  reason it counts in its own round only, and a change that voids one vote voids all.
- Standing aside is no vote, and is shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from cowork.domain.ids import PersonId
from cowork.domain.workflows.definition import Chair, Dissent, Lapse, Seat, Stage, StageKind
from cowork.domain.workflows.progress import (
    Bench,
    Decision,
    Holder,
    OfficeRole,
    SeatProgress,
    StageProgress,
    StageStanding,
    Verdict,
)

_NO_VOTES = frozenset({Verdict.RECUSE, Verdict.TABLE})
_COUNTED = frozenset({StageStanding.MET, StageStanding.REFUSED})


# What others see


def as_seen(decision: Decision, viewer: PersonId | None) -> Decision:
    """A decision as somebody sees it (None: whoever reads a document). How somebody voted in secret is for them alone, and for the deputy
    who gave that vote.
    """
    own = viewer is not None and viewer in (decision.person, decision.by)
    return decision if own or not decision.secret else _as_voted(decision)


def _as_voted(decision: Decision) -> Decision:
    return replace(decision, verdict=Verdict.VOTED, back_to=None)


def veiled(progress: StageProgress) -> StageProgress:
    """A stage as everybody sees it: of a secret ballot who has voted and, once it is over, how many voted how."""
    if not (progress.stage.secret or any(d.secret for place in progress.seats for d in place.positions)):
        return progress
    sealed = progress.standing not in _COUNTED
    seats = tuple(_veiled(place, sealed) for place in progress.seats)
    unnamed = tuple(_veiled(place, sealed) for place in progress.unnamed)
    return replace(progress, seats=seats, unnamed=unnamed, refused_by=None)


def _veiled(place: SeatProgress, sealed: bool) -> SeatProgress:
    tally = place.tally
    if tally is not None and sealed:
        tally = replace(tally, approvals=0, dissents=0, abstentions=0)
    positions, stale, lapsed = (_all_as_voted(found) for found in (place.positions, place.stale, place.lapsed))
    return replace(
        place, counted=(), positions=positions, stale=stale, lapsed=lapsed, blocking=(), expired=(), tied=False, tally=tally, secret=True,
        sealed=sealed,
    )  # fmt: skip


def _all_as_voted(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    return tuple(d if d.verdict in _NO_VOTES else _as_voted(d) for d in decisions)


# Whose votes count


def with_voters(bench: Bench, decisions: Iterable[Decision], round_: int) -> Bench:
    """The bench with everybody who has voted on it in this round, by its own `decisions`: they sit there to the end, also where they lost
    the office, were taken off by hand or came to write the proposal.
    """
    last = {d.person: d for d in decisions if d.round == round_}
    kept = {person: d for person, d in last.items() if d.verdict not in _NO_VOTES}
    if not kept:
        return bench
    holders = [holder for holder in bench.holders if holder.person not in kept]
    known = (*bench.holders, *bench.conflicted)
    holders += [holder for person, d in kept.items() for holder in _kept(bench, [h for h in known if h.person == person], d)]
    return replace(bench, holders=tuple(holders), conflicted=tuple(h for h in bench.conflicted if h.person not in kept))


def _kept(bench: Bench, own: Sequence[Holder], vote: Decision) -> list[Holder]:
    """The terms of somebody who has voted, of which the one in which they did has no end."""
    before = [holder for holder in own if holder.since is None or holder.since <= vote.at]
    if own and not before:
        return list(own)  # they sit in another seat of the stage, in which they voted, and come to this one later
    if not own:
        return [Holder(vote.person, vote.person_name, since=vote.at, party=vote.party if bench.joint else None)]
    then = next((holder for holder in before if holder.sits_at(vote.at)), before[-1])
    role = OfficeRole.MEMBER if then.role is OfficeRole.SECRETARY else then.role
    return [replace(holder, until=None, role=role) if holder is then else holder for holder in own]


# What a workflow may not say of one


def faults(stage: Stage) -> Iterator[tuple[str, str]]:
    """What of a secret ballot would tell how somebody voted: the key of the seat (empty: of the stage) and a sentence without its stop."""
    if stage.kind is not StageKind.VOTE:
        yield "", f'a secret ballot is a vote: write `kind = "vote"`, or leave `ballot` out of a stage of kind "{stage.kind.value}"'
        return
    if stage.due_days is None:
        yield "", "a secret `ballot` is over when its term ends, so its end tells nothing of the last vote: write `due_days`"
    elif stage.least_days != stage.due_days:
        yield "", "a secret ballot is open for its whole term, so its end tells nothing of the last vote: write `least_days` as `due_days`"
    if stage.due_days is not None and stage.lapse is Lapse.OPEN:
        yield "", 'a secret ballot ends with its term whatever was decided: say in `lapse` whether it is then "refused" or "passed"'
    if stage.weighing is not None:
        yield "", "votes by weight show how each party voted, so leave `ballot` out, or the `weight` of its seats"
    if stage.valid_days is not None:
        yield "", "in a secret ballot nobody sees whose approval it is that runs out, so leave `valid_days` out"
    if stage.statement:
        yield "", "in a secret ballot nobody sees who approves, so there is no `statement` to sign"
    for seat in stage.seats:
        yield from ((seat.key, fault) for fault in _faults_of(seat))


def _faults_of(seat: Seat) -> Iterator[str]:
    rule = seat.rule
    if rule.dissent is Dissent.ENDS:
        yield (
            'a dissent that ends the round at once shows whose it is: let `rule` count votes, such as "majority", or '
            '{ at-least = 2, dissent = "counts" }'
        )
    if rule.chair is Chair.BREAKS_TIES:
        yield 'a casting vote shows how the chair voted, so write `chair = "silent"` or leave it out'
    if rule.objections_block:
        yield "an objection is answered and taken back by whoever raised it, which is no secret: leave `objections` out"


def faults_between(stages: Sequence[Stage]) -> Iterator[tuple[str, str]]:
    """Stages that would tell something of a secret ballot before them: their place and a sentence without its stop."""
    secret = {stage.key for stage in stages if stage.secret}
    for stage in stages:
        for key in stage.apart:
            if key in secret:
                yield (
                    f'Stage "{stage.key}"',
                    f'`apart` would show who abstained in the secret ballot "{key}", since those who did may decide: leave it out',
                )
