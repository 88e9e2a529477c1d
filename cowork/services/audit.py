"""The record: what happened to a proposal, and proof that it was not changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from cowork.domain.audit import Fault, first_fault
from cowork.domain.events import lane_of
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, PersonId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.interventions import amended
from cowork.services.cases import Case, open_case
from cowork.services.context import Context
from cowork.store import audit, definitions, identity, interventions, reviews, unit
from cowork.store.audit import Entry

PAGE = 50


@dataclass(frozen=True, slots=True)
class Activity:
    """Events newest first, as far as the actor may know of them; `next` is the number below which older ones follow.

    `names` tells the people whom events are about; `workflows` the definitions that they mention, by digest and by round.
    """

    case: Case
    entries: tuple[Entry, ...]
    next: int | None
    names: Mapping[PersonId, str]
    workflows: Mapping[str, Workflow]


@dataclass(frozen=True, slots=True)
class Audited:
    """`known_head` is None where no head was asked about, else whether the record still holds it."""

    streams: int
    events: int
    faults: tuple[Fault, ...]
    known_head: bool | None


def activity(context: Context, actor: Actor, proposal: ProposalId, before: int | None = None) -> Activity:
    """A page of a proposal's events. Those of another party's own lane are left out. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        found = audit.entries(session, proposal, before, PAGE + 1)
        shown = found[:PAGE]
        visible = tuple(entry for entry in shown if (lane_of(entry.kind, entry.payload) or "") in {"", *case.lanes})
        names = identity.names(session, {PersonId(str(entry.payload["person"])) for entry in visible if "person" in entry.payload})
        rounds_of = reviews.rounds(session, proposal)
        rounds = {str(one.id): one.workflow for one in rounds_of}
        mentioned = {Digest(str(entry.payload["workflow"])) for entry in visible if "workflow" in entry.payload}
        digests = {**rounds, **{str(digest): digest for digest in mentioned}}
        workflows = {key: definitions.workflow(session, digest) for key, digest in digests.items()}
        for one in (one for one in rounds_of if one.touched):
            workflows[one.id] = amended(workflows[one.id], interventions.acts(session, proposal).of_round(one.number))
    return Activity(case, visible, shown[-1].seq if len(found) > PAGE else None, names, workflows)


def verify(context: Context, head: str | None = None) -> Audited:
    """Walk every chain of the instance; the faults found, each with the first event that does not fit."""
    faults, events = [], 0
    with unit.reading() as session:
        heads = audit.heads(session)
        for stream in heads:
            events += stream.length
            if fault := first_fault(stream.stream, audit.links(session, stream.stream), stream.head, stream.length):
                faults.append(fault)
        faults += [Fault(stream, 1, "these events belong to nothing that is kept") for stream in audit.orphans(session)]
        known = None if head is None else audit.stream_with_head(session, Digest(head)) is not None
    return Audited(len(heads), events, tuple(faults), known)
