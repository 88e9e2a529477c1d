"""The record: what happened to a proposal or in an organisation, and proof that it was not changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from cowork.domain.audit import Fault, first_fault
from cowork.domain.events import VersionSaved, kind_of
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, OrganisationId, PersonId, ProposalId, TemplateId
from cowork.domain.policy import Action
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.interventions import amended
from cowork.services.cases import Case, open_case
from cowork.services.context import Context
from cowork.services.organisations import open_organisation
from cowork.store import (
    audit,
    definitions,
    identity,
    interventions,
    meetings,
    organisations,
    reviews,
    specifications,
    templates,
    unit,
    workflows,
)
from cowork.store.audit import Entry
from cowork.store.organisations import OrganisationCard

PAGE = 50
SAVED = kind_of(VersionSaved)


@dataclass(frozen=True, slots=True)
class Activity:
    """Events newest first, as far as the actor may know of them; `next` is the number below which older ones follow, `count`
    how many the actor may know of.

    `names` tells the people whom events are about; `workflows` the definitions that they mention, by digest and by round.
    """

    case: Case
    entries: tuple[Entry, ...]
    next: int | None
    count: int
    names: Mapping[PersonId, str]
    workflows: Mapping[str, Workflow]


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """The events of an organisation, newest first; `next` is the number below which older ones follow.

    `names` tells the people, `offices` the offices, `meetings` the meetings, `templates` the templates and `workflows` the
    workflows (by key) that they are about.
    """

    card: OrganisationCard
    entries: tuple[Entry, ...]
    next: int | None
    count: int
    head: Digest
    names: Mapping[PersonId, str]
    offices: Mapping[str, str]
    meetings: Mapping[str, str]
    templates: Mapping[str, str]
    workflows: Mapping[str, str]


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
        seen = audit.seen_by(case.lanes)
        found = audit.entries(session, proposal, before, PAGE + 1, seen)
        visible = tuple(_as_read(session, case, found[:PAGE]))
        count = audit.count(session, proposal, seen)
        names = identity.names(session, {PersonId(person) for entry in visible for person in _people(entry.payload)})
        rounds_of = reviews.rounds(session, proposal)
        rounds = {str(one.id): one.workflow for one in rounds_of}
        mentioned = {Digest(str(entry.payload["workflow"])) for entry in visible if "workflow" in entry.payload}
        digests = {**rounds, **{str(digest): digest for digest in mentioned}}
        workflows = {key: definitions.workflow(session, digest) for key, digest in digests.items()}
        for one in (one for one in rounds_of if one.touched):
            workflows[one.id] = amended(workflows[one.id], interventions.acts(session, proposal).of_round(one.number))
    return Activity(case, visible, visible[-1].seq if len(found) > PAGE else None, count, names, workflows)


def _as_read(session: Session, case: Case, entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries, of which those of versions name the sections alone in which something that the actor reads changed."""
    numbers = {int(str(entry.payload["version"])) for entry in entries if entry.kind == SAVED}
    changed = specifications.changed(session, case.state.id, numbers, case.sides) if numbers else {}
    for entry in entries:
        sections = list(changed.get(int(str(entry.payload["version"])), ())) if entry.kind == SAVED else None
        yield entry if sections is None else replace(entry, payload={**entry.payload, "sections": sections})


def _people(payload: Mapping[str, object]) -> Iterator[str]:
    """The people an event speaks of beside whoever did it."""
    if "person" in payload:
        yield str(payload["person"])
    if isinstance(writers := payload.get("writers"), list):
        yield from map(str, writers)


PEOPLE = ("person", "delegator", "delegate")
"""The names under which events of an organisation hold people."""
TEMPLATES = ("template", "source")
"""The names under which events of an organisation hold templates."""


def of_organisation(context: Context, actor: Actor, organisation: OrganisationId, before: int | None = None) -> OrganisationRecord:
    """A page of what was changed in an organisation, for its administrators. Raises NotFound, Refused."""
    with unit.reading() as session:
        card = open_organisation(session, actor, organisation, Action.READ_RECORD)
        found = audit.entries(session, organisation, before, PAGE + 1)
        shown = found[:PAGE]
        head = audit.head_of_organisation(session, organisation)
        people = {PersonId(str(entry.payload[name])) for entry in shown for name in PEOPLE if name in entry.payload}
        held = {str(entry.payload["meeting"]) for entry in shown if "meeting" in entry.payload}
        used = {TemplateId(str(entry.payload[name])) for entry in shown for name in TEMPLATES if name in entry.payload}
        return OrganisationRecord(
            card=card,
            entries=tuple(shown),
            next=shown[-1].seq if len(found) > PAGE else None,
            count=head.length,
            head=head.head,
            names=identity.names(session, people),
            offices={office.id: office.title for office in organisations.offices(session, organisation)},
            meetings=meetings.titles(session, organisation, held),
            templates=templates.titles(session, used),
            workflows={one.key: one.title for one in workflows.newest(workflows.published(session, {organisation}))},
        )


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
