"""A joint bench in a running review: who is asked, for whom they vote, who may read, and its meetings."""

from datetime import timedelta

import pytest

from cowork.domain.errors import Conflict, Invalid, Refused
from cowork.domain.ids import MeetingId, ProposalId
from cowork.domain.meetings import ItemKind
from cowork.domain.policy import sides_of
from cowork.domain.workflows.progress import Verdict
from cowork.services import agendas, meetings, rerouting, reviews
from cowork.services.meetings import PlanCommand
from tests.services.test_chains import state, submitted
from tests.world import World

BOARD = """
[[stage]]
key = "board"
title = "Joint board"
kind = "vote"

[[stage.seat]]
key = "board"
side = "both"
bench = "joint"
office = ["curriculum-committee", "partner-sign-off"]
title = "Joint board"
rule = { majority = true, of = "votes", quorum = { people = 3, each-party = 1 } }
"""
CHAIR, MEMBER, THIRD, SIGNER = "chair@northfield.example", "member@northfield.example", "third@northfield.example", "signer@harbour.example"
ADMIN, PARTNER_ADMIN = "admin@northfield.example", "admin@harbour.example"


def test_the_members_of_both_parties_are_asked_each_for_their_own(world: World) -> None:
    proposal = submitted(world, BOARD)
    review = reviews.page(world.context, world.actor(SIGNER), proposal).review
    assert review is not None
    names = {party: name for name, party in world.organisations.items()}
    asked = {(world.email_of(turn.person), names[turn.party]) for turn in review.progress.turns}
    assert asked == {(CHAIR, "northfield"), (MEMBER, "northfield"), (THIRD, "northfield"), (SIGNER, "harbour")}
    assert state(proposal).court == "Northfield University, Harbour Analytics"


def test_it_decides_as_one_body_and_each_vote_is_kept_with_its_party(world: World) -> None:
    proposal = submitted(world, BOARD)
    for email in (CHAIR, MEMBER):
        assert world.decide(email, proposal).outcome == "in-review"
    assert "the quorum lacks 1 more of Harbour Analytics" in state(proposal).sentence
    assert world.decide(SIGNER, proposal, Verdict.REJECT, reason="Not our job tasks.").outcome == "in-review"
    assert world.decide(THIRD, proposal).outcome == "approved"
    made = reviews.route(world.context, world.actor(ADMIN), proposal).decisions
    assert [(world.email_of(one.decision.person), one.party_name) for one in made] == [
        (CHAIR, "Northfield University"), (MEMBER, "Northfield University"), (SIGNER, "Harbour Analytics"),
        (THIRD, "Northfield University"),
    ]  # fmt: skip


def test_a_seat_on_the_bench_opens_no_private_answer_of_another_party(world: World) -> None:
    proposal = submitted(world, BOARD)
    for email, side in ((SIGNER, "employer"), (CHAIR, "university")):
        actor = world.actor(email)
        assert sides_of(actor, state(proposal).facts) == {side}
        made = world.decide(email, proposal).stage("board").seats[0].positions
        own = next(one for one in made if one.person == actor.person)
        assert {key.partition("@")[2] for key in own.digests if "@" in key} <= {side}


def test_each_organisation_chooses_its_own_people_of_the_bench(world: World) -> None:
    proposal, place = submitted(world, BOARD), ("board", "board", world.organisations["harbour"])
    admin = world.actor(PARTNER_ADMIN)
    offered = rerouting.reviewers(world.context, admin, proposal).seats
    assert [party for _, _, party in offered] == [world.organisations["harbour"]]
    with pytest.raises(Refused, match="Each organisation chooses its own people"):
        rerouting.change_reviewer(world.context, world.actor(ADMIN), proposal, place, "admin@harbour.example", "Holiday", remove=False)
    with pytest.raises(Invalid, match="not asked here"):
        rerouting.change_reviewer(world.context, admin, proposal, place, PARTNER_ADMIN, "Never sat here", remove=True)
    progress = rerouting.change_reviewer(world.context, admin, proposal, place, PARTNER_ADMIN, "The second of us", remove=False)
    assert (admin.person, world.organisations["harbour"]) in {(turn.person, turn.party) for turn in progress.turns}
    assert "Harbour Analytics" in reviews.route(world.context, admin, proposal).review.benches[0].party_name  # type: ignore[union-attr]


def planned(world: World, proposal: ProposalId, organisation: str, kind: str, chair: str) -> MeetingId:
    command = PlanCommand("Joint board", world.moment + timedelta(days=7), "Room 1")
    return meetings.plan(world.context, world.actor(chair), world.office(organisation, kind), command)


@pytest.mark.parametrize(
    ("organisation", "office", "chair"),
    [("northfield", "curriculum-committee", ADMIN), ("harbour", "partner-sign-off", PARTNER_ADMIN)],
)
def test_no_party_s_meeting_records_the_votes_of_a_joint_bench(world: World, organisation: str, office: str, chair: str) -> None:
    proposal = submitted(world, BOARD)
    key, admin = planned(world, proposal, organisation, office, chair), world.actor(chair)
    page = meetings.page(world.context, admin, key)
    assert page.candidates == ()
    with pytest.raises(Conflict, match="no longer waits for this office"):
        agendas.add_items(world.context, admin, key, page.meeting.saves, [(proposal, "board", "board")], ItemKind.DISCUSSION)
