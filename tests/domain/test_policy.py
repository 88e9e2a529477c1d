"""The policy, by properties over every actor and proposal that can be drawn."""

from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.identity import Actor, Belonging
from cowork.domain.ids import OfficeId, OrganisationId, PersonId, ProposalId, Side
from cowork.domain.organisation_policy import organisation_verdict
from cowork.domain.policy import (
    OPEN_TO_ALL,
    Action,
    general_verdict,
    is_seated,
    organisations_of,
    proposal_verdict,
    readers_of,
    scope,
    sides_of,
    writing_sides,
)
from cowork.domain.proposals import EDITABLE, ParticipantFacts, PartyFacts, ProposalFacts, Role, Standing

ORGANISATIONS = [OrganisationId(name) for name in ("north", "south", "harbour", "rival")]
SIDES = {"north": Side.UNIVERSITY, "south": Side.UNIVERSITY, "harbour": Side.EMPLOYER, "rival": Side.EMPLOYER}
PEOPLE = [PersonId(name) for name in ("ada", "ben", "cho")]
OFFICES = [OfficeId(name) for name in ("dean", "quality", "signer")]


@st.composite
def actors(draw: st.DrawFn) -> Actor:
    belongs = draw(st.dictionaries(st.sampled_from(ORGANISATIONS), st.booleans()))
    memberships = {key: Belonging(key, key, SIDES[key], admin) for key, admin in belongs.items()}
    offices = draw(st.frozensets(st.sampled_from(OFFICES))) if memberships else frozenset()
    return Actor(draw(st.sampled_from(PEOPLE)), "Ada", "ada@example.org", "UTC", "system", memberships, offices)


@st.composite
def subjects(draw: st.DrawFn) -> ProposalFacts:
    chosen = draw(st.lists(st.sampled_from(ORGANISATIONS), min_size=1, unique=True))
    parties = tuple(PartyFacts(key, key, SIDES[key], at == 0) for at, key in enumerate(chosen))
    part = st.builds(
        ParticipantFacts, st.sampled_from(PEOPLE), st.just("name"), st.sampled_from(chosen), st.sampled_from(list(Role))
    )
    participants = tuple(draw(st.lists(part, max_size=4, unique_by=lambda p: (p.person, p.organisation))))
    standing = draw(st.sampled_from(list(Standing)))
    return ProposalFacts(ProposalId("p"), standing, parties, participants, draw(st.frozensets(st.sampled_from(OFFICES))))


@given(actors(), subjects())
def test_a_proposal_is_listed_exactly_when_reading_it_is_allowed(actor: Actor, subject: ProposalFacts) -> None:
    listed = bool(set(scope(actor).principals()) & readers_of(subject))
    assert listed is proposal_verdict(Action.READ_PROPOSAL, actor, subject).allowed


@given(actors(), subjects(), st.sampled_from(list(Action)))
def test_who_may_not_read_a_proposal_may_do_nothing_to_it_and_is_told_nothing(
    actor: Actor, subject: ProposalFacts, action: Action
) -> None:
    if not proposal_verdict(Action.READ_PROPOSAL, actor, subject).allowed:
        ruling = proposal_verdict(action, actor, subject)
        assert ruling.hidden
        assert not ruling.allowed


@given(actors(), subjects())
def test_an_author_never_decides(actor: Actor, subject: ProposalFacts) -> None:
    writes = any(
        p.person == actor.person and p.role is Role.AUTHOR and p.organisation in actor.memberships for p in subject.participants
    )
    if writes:
        assert not proposal_verdict(Action.DECIDE, actor, subject).allowed


@given(actors(), subjects())
def test_only_authors_of_an_editable_proposal_edit_it(actor: Actor, subject: ProposalFacts) -> None:
    if proposal_verdict(Action.EDIT_PROPOSAL, actor, subject).allowed:
        assert subject.standing in EDITABLE
        assert writing_sides(actor, subject)


@given(actors(), subjects())
def test_private_lanes_are_read_by_their_own_members_only(actor: Actor, subject: ProposalFacts) -> None:
    assert organisations_of(actor, subject) <= set(actor.memberships)
    assert sides_of(actor, subject) <= {belonging.side for belonging in actor.memberships.values()}


@given(actors(), st.sampled_from(ORGANISATIONS), st.sampled_from(list(Action)))
def test_an_organisation_is_hidden_from_everybody_else_and_changed_by_its_administrators(
    actor: Actor, organisation: OrganisationId, action: Action
) -> None:
    ruling = organisation_verdict(action, actor, organisation)
    if organisation not in actor.memberships:
        assert ruling.hidden
    elif action is Action.MANAGE_ORGANISATION:
        assert ruling.allowed is actor.admin_of(organisation)


@given(st.none() | actors(), st.sampled_from(list(Action)))
def test_a_visitor_gets_only_what_is_open_to_all(actor: Actor | None, action: Action) -> None:
    if actor is None:
        assert general_verdict(action, actor).allowed is (action in OPEN_TO_ALL)


@given(actors(), subjects(), st.sampled_from(list(Action)))
def test_every_refusal_says_why(actor: Actor, subject: ProposalFacts, action: Action) -> None:
    ruling = proposal_verdict(action, actor, subject)
    assert ruling.allowed or len(ruling.reason) > 20


@given(actors(), subjects())
def test_whoever_decides_may_also_reply_and_of_those_who_write_only_who_is_asked(actor: Actor, subject: ProposalFacts) -> None:
    replies = proposal_verdict(Action.REPLY, actor, subject).allowed
    if proposal_verdict(Action.DECIDE, actor, subject).allowed:
        assert replies
    if replies:
        assert is_seated(actor, subject)
        assert subject.standing is Standing.IN_REVIEW
