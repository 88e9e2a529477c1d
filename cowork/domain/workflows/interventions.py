"""What people do to a running round beside deciding: hold and resume it, add a stage, add or remove people, pass a stage, migrate it.

Each is a record that is never changed; what they amount to is worked out here, so that the definition itself stays what it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from cowork.domain.ids import DecisionId, Digest, OrganisationId, PersonId
from cowork.domain.workflows.definition import Stage, Workflow
from cowork.domain.workflows.progress import Bench, Hold, Holder, Override, Referral, Renewal
from cowork.domain.workflows.reading import Reading


class InterventionKind(StrEnum):
    """In brackets: what the payload holds."""

    HOLD = "hold"
    RESUME = "resume"
    EXTRA_STAGE = "extra-stage"  # stage: the table as in TOML, its `after` included; before: the keys of stages that wait for it
    PERSON_ADDED = "person-added"  # stage, seat, party, person, and for whom where a deputy named them (behalf)
    PERSON_REMOVED = "person-removed"  # stage, seat, party, person
    OVERRIDE = "override"  # stage
    MIGRATED = "migrated"  # from, to: digests
    REFERRED = "referred"  # stage, to, decisions: a refusal sent it back by itself; `by` is whose act led to it
    RENEWED = "renewed"  # stage, voided: moments; a change voided what was said there; `by` is who made it
    REVIVED = "revived"  # after its rejection, so that a next round can follow


@dataclass(frozen=True, slots=True)
class Intervention:
    """`by_name` is who did it; `names` gives the names of people that the payload mentions. `at` is UTC."""

    kind: InterventionKind
    payload: Mapping[str, Any]
    by: PersonId
    by_name: str
    at: datetime
    reason: str
    names: Mapping[str, str]


def holds(interventions: Iterable[Intervention]) -> tuple[Hold, ...]:
    """The times in which the round stood still, oldest first; the last may still run."""
    found: list[Hold] = []
    for one in _in_order(interventions):
        running = bool(found) and found[-1].until is None
        if one.kind is InterventionKind.HOLD and not running:
            found.append(Hold(one.at, None, one.by_name, one.reason))
        elif one.kind is InterventionKind.RESUME and running:
            found[-1] = replace(found[-1], until=one.at)
    return tuple(found)


def overrides(interventions: Iterable[Intervention]) -> tuple[Override, ...]:
    """The stages that were passed, the newest first."""
    passed = [one for one in _in_order(interventions) if one.kind is InterventionKind.OVERRIDE]
    return tuple(Override(str(one.payload["stage"]), one.at, one.by_name, one.reason) for one in reversed(passed))


def referrals(interventions: Iterable[tuple[int, Intervention]]) -> tuple[Referral, ...]:
    """Where refusals sent the proposal back by themselves; each act comes with the number of its round."""
    found = ((number, one) for number, one in interventions if one.kind is InterventionKind.REFERRED)
    return tuple(
        Referral(str(one.payload["stage"]), str(one.payload["to"]), one.at, number, frozenset(map(DecisionId, one.payload["decisions"])))
        for number, one in found
    )


def renewals(interventions: Iterable[tuple[int, Intervention]]) -> tuple[Renewal, ...]:
    """The stages that began anew because of a change; each act comes with the number of its round."""
    found = ((number, one) for number, one in interventions if one.kind is InterventionKind.RENEWED)
    return tuple(
        Renewal(str(one.payload["stage"]), one.at, number, frozenset(map(datetime.fromisoformat, one.payload["voided"])))
        for number, one in found
    )


def earlier_workflows(interventions: Iterable[Intervention]) -> frozenset[Digest]:
    """The digests under which decisions were made before the round was migrated."""
    return frozenset(Digest(str(one.payload["from"])) for one in interventions if one.kind is InterventionKind.MIGRATED)


def amended(workflow: Workflow, interventions: Iterable[Intervention]) -> Workflow:
    """The workflow with its extra stages. Its digest stays, because what was decided so far was decided under it."""
    for one in _in_order(interventions):
        if one.kind is InterventionKind.EXTRA_STAGE:
            workflow = with_stage(workflow, extra_stage(one.payload["stage"]), one.payload.get("before", ()))
    return workflow


def extra_stage(table: Mapping[str, Any]) -> Stage:
    """A stage from its table. Raises ValueError with the first fault."""
    reading = Reading(None)
    stage = reading.stage(table)
    if reading.faults:
        raise ValueError(reading.faults[0])
    return stage


def with_stage(workflow: Workflow, stage: Stage, before: Iterable[str]) -> Workflow:
    """The workflow with one more stage, for which the stages `before` wait too; it stands in front of the first of them."""
    waiting = frozenset(before)
    known = {other.key for other in workflow.stages}
    stage = replace(stage, after=tuple(key for key in stage.after if key in known))
    place = next((number for number, other in enumerate(workflow.stages) if other.key in waiting), len(workflow.stages))
    others = [replace(other, after=(*other.after, stage.key)) if other.key in waiting else other for other in workflow.stages]
    return replace(workflow, stages=(*others[:place], stage, *others[place:]))


def seated(benches: Sequence[Bench], interventions: Iterable[Intervention]) -> tuple[Bench, ...]:
    """The benches with the people who were added to them and without those who were removed, from the moment it was done."""
    found = list(benches)
    for one in _in_order(interventions):
        if one.kind in (InterventionKind.PERSON_ADDED, InterventionKind.PERSON_REMOVED):
            place, party = (one.payload["stage"], one.payload["seat"]), OrganisationId(str(one.payload["party"]))
            found = [_changed(b, one, party) if (b.stage, b.seat) == place and party in b.parties else b for b in found]
    return tuple(found)


def for_seats(
    workflow: Workflow, interventions: Iterable[tuple[int, Intervention]], number: int, since: int = 0
) -> tuple[Intervention, ...]:
    """What was done in a round; and, of those after round `since`, who was named in earlier ones, as that holds until it is changed."""
    named = {(stage.key, seat.key) for stage in workflow.stages for seat in stage.seats if seat.naming is not None}
    people = (InterventionKind.PERSON_ADDED, InterventionKind.PERSON_REMOVED)
    return tuple(
        one
        for round_, one in interventions
        if round_ == number
        or (since < round_ < number and one.kind in people and (one.payload.get("stage"), one.payload.get("seat")) in named)
    )


def _changed(bench: Bench, one: Intervention, party: OrganisationId) -> Bench:
    person = PersonId(str(one.payload["person"]))
    if one.kind is InterventionKind.PERSON_REMOVED:
        own = [holder for holder in bench.holders if holder.person == person and bench.party_of(holder) == party]
        gone = tuple(holder for holder in own if holder.sits_at(one.at))
        left = tuple(_left(holder, one.at) if holder in gone else holder for holder in bench.holders)
        here = [h for h in bench.substitutes if h.person == person and bench.party_of(h) == party]
        others = tuple(_left(holder, one.at) if holder in here else holder for holder in bench.substitutes)
        away = (*gone, *(holder for holder in here if holder.sits_at(one.at)))
        return replace(bench, holders=left, removed=(*bench.removed, *away), substitutes=others)
    if any(holder.person == person and holder.sits_at(one.at) for holder in (*bench.holders, *bench.conflicted)):
        return bench
    added = Holder(person, one.names.get(person, ""), since=one.at, party=party if bench.joint else None)
    return replace(bench, holders=(*bench.holders, added))


def _left(holder: Holder, at: datetime) -> Holder:
    return replace(holder, until=at) if holder.sits_at(at) else holder


def _in_order(interventions: Iterable[Intervention]) -> list[Intervention]:
    return sorted(interventions, key=lambda one: one.at)
