"""Asking to take part in a proposal, or for more in it; answering; and letting one's own organisation find a draft.

Whoever may not read a proposal learns of it only where authors of their own organisation opened it, and asks there; for all others an
unknown proposal and a foreign one answer alike.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.access_events import AccessAnswered, AccessAsked, AccessUnasked, PartyOpened
from cowork.domain.errors import Conflict, Invalid, NotFound
from cowork.domain.events import Event
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, ProposalId, RequestId
from cowork.domain.joining import MAX_WORDS, RequestStanding, Wish, answering, is_for_the_other_side, why_not
from cowork.domain.policy import Action, joining_verdict, may_read, scope
from cowork.domain.proposals import EDITABLE, ParticipantFacts, Right, Role, SectionRule
from cowork.domain.specifications.form import section_of
from cowork.services import proposals, section_rights
from cowork.services.cases import Case, open_case, record
from cowork.services.context import Context
from cowork.store import definitions, joining, unit
from cowork.store import proposals as proposal_store
from cowork.store.joining import OpenDraft, RequestFull

MOST = 50


@dataclass(frozen=True, slots=True)
class AskCommand:
    """`organisation` is the asker's own, for which they would take part. A `role`, or a `right` in a `section`."""

    organisation: OrganisationId
    role: Role | None
    section: str
    right: Right | None
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """The drafts that the actor may find and ask to join, and what they asked about proposals that they do not read."""

    drafts: tuple[OpenDraft, ...]
    asked: tuple[RequestFull, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """For the People page: the actor's own requests, those that wait for their answer, and which parties are open."""

    own: tuple[RequestFull, ...]
    waiting: tuple[RequestFull, ...]
    opened: frozenset[OrganisationId]


def found(context: Context, actor: Actor) -> Found:
    """The drafts of the actor's organisations that accept requests."""
    with unit.reading() as session:
        drafts = joining.open_drafts(session, actor.memberships, scope(actor).principals(), EDITABLE, MOST)
        return Found(drafts, joining.of_person(session, actor.person)[-MOST:])


def asking(context: Context, case: Case) -> Asking:
    """The requests that concern the actor of an opened case."""
    with unit.reading() as session:
        every = joining.of_proposal(session, case.state.id)
        opened = joining.open_parties(session, case.state.id)
    own = tuple(one for one in every if one.person == case.actor.person)
    waiting = tuple(one for one in every if one.standing is RequestStanding.OPEN and one not in own and case.chooses(one.answering))
    return Asking(own, waiting, opened)


def ask(context: Context, actor: Actor, proposal: ProposalId, command: AskCommand) -> None:
    """Ask for a role or a right. Raises NotFound (also for what one may not know of), Invalid, Conflict where one waits already."""
    words = _words(command.words)
    with unit.writing() as session:
        case = _case(session, actor, proposal)
        if command.organisation not in actor.memberships:
            raise Invalid([("organisation", "Ask for an organisation that you belong to.")])
        section = section_of(case.form, command.section) if command.section else None
        wish = Wish(command.organisation, command.role, section, command.right if section else None)
        if refusal := why_not(case.state.facts, actor.person, wish):
            raise Invalid([("ask", refusal)])
        if any(one.standing is RequestStanding.OPEN and one.person == actor.person for one in joining.of_proposal(session, proposal)):
            raise Invalid([("ask", "What you asked before still waits for an answer. Take it back first to ask for something else.")])
        whom = answering(case.state.facts, wish)
        key = RequestId(context.new_id())
        full = RequestFull(
            key, proposal, actor.person, actor.name, command.organisation, "", whom, wish.role, section.key if section else "",
            wish.right, words, context.now(), RequestStanding.OPEN, "", "",
        )  # fmt: skip
        joining.add(session, full)
        event = AccessAsked(key, actor.person, whom, wish.role, section.key if section else None, wish.right, _lane(full))
        record(session, context, case.state, actor.person, [event])


def _case(session: Session, actor: Actor, proposal: ProposalId) -> Case:
    """The proposal for whoever asks: its readers, and members of a party that opened it while it is a draft."""
    state = proposal_store.state(session, proposal, lock=True)
    if state is None:
        raise NotFound("proposal")
    if may_read(actor, state.facts):
        return open_case(session, actor, proposal, Action.ASK_TO_JOIN, lock=True)
    opened = joining.open_parties(session, proposal)
    if state.standing not in EDITABLE or not joining_verdict(actor, state.facts, opened).allowed:
        raise NotFound("proposal")
    return Case(actor, state, definitions.form(session, state.form), definitions.workflow(session, state.workflow))


def take_back(context: Context, actor: Actor, proposal: ProposalId) -> None:
    """Take back what one asked and nobody has answered. Twice is once. Raises NotFound where nothing was asked."""
    with unit.writing() as session:
        state = proposal_store.state(session, proposal, lock=True)
        own = [one for one in joining.of_proposal(session, proposal) if one.person == actor.person]
        if not own or state is None:
            raise NotFound("request")
        if own[-1].standing is RequestStanding.OPEN:
            joining.close(session, own[-1].id, RequestStanding.WITHDRAWN, None, context.now(), "")
            record(session, context, state, actor.person, [AccessUnasked(own[-1].id, _lane(own[-1]))])


def answer(context: Context, actor: Actor, proposal: ProposalId, key: RequestId, accepted: bool, words: str) -> None:
    """Accept a request, which gives what was asked, or decline it. Raises NotFound, Conflict where it was answered, Invalid."""
    said = _words(words)
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.ANSWER_REQUEST, lock=True)
        full = next((one for one in joining.of_proposal(session, proposal) if one.id == key), None)
        if full is None or not case.chooses(full.answering) or full.person == actor.person:
            raise NotFound("request")
        if full.standing is not RequestStanding.OPEN:
            raise Conflict("This was answered or taken back in the meantime. Load the page again.")
        standing = RequestStanding.ACCEPTED if accepted else RequestStanding.DECLINED
        joining.close(session, key, standing, actor.person, context.now(), said)
        event = AccessAnswered(key, full.person, accepted, _lane(full))
        if accepted and full.role is not None:
            participant = ParticipantFacts(full.person, full.name, full.organisation, full.role)
            proposals.put(session, context, case, participant, event)
            return
        given = _give(session, context, case, full) if accepted else []
        record(session, context, case.state, actor.person, [*given, event])


def _give(session: Session, context: Context, case: Case, full: RequestFull) -> list[Event]:
    """The right in a section that was asked for: as a party's own word, or as a grant to the other side's authors."""
    section = section_of(case.form, full.section)
    right = full.right or Right.COMMENT
    if is_for_the_other_side(case.state.facts, Wish(full.organisation, None, section, right)):
        return [section_rights.granted(session, context, case, section, full.organisation, True)]
    if refusal := why_not(case.state.facts, full.person, Wish(full.organisation, None, section, right)):
        raise Conflict(f"{full.name} asked for something that has changed since. {refusal}")
    rule = SectionRule(section.key, full.organisation, full.person, right)
    return section_rights.said(session, context, case, section, rule, right)


def open_party(context: Context, actor: Actor, proposal: ProposalId, organisation: OrganisationId, opened: bool) -> None:
    """Let the members of one's own organisation find this draft and ask to join, or not. Twice is once."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.MANAGE_PARTICIPANTS, lock=True)
        if not case.chooses(organisation) or case.state.facts.party(organisation) is None:
            raise Invalid([("open", "Each party says for itself whether its members find this proposal.")])
        if (organisation in joining.open_parties(session, proposal)) is not opened:
            joining.set_open(session, proposal, organisation, opened)
            record(session, context, case.state, actor.person, [PartyOpened(organisation, opened)])


def _lane(full: RequestFull) -> OrganisationId | None:
    """What stays within one party is known to that party alone."""
    return full.answering if full.answering == full.organisation else None


def _words(text: str) -> str:
    words = " ".join(text.split())
    if len(words) > MAX_WORDS:
        raise Invalid([("words", f"Shorten what you say to {MAX_WORDS} characters.")])
    return words
