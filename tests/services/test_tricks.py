"""Tricks by which a party could get its way around the review, and what stops them."""

from dataclasses import replace

import pytest

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.errors import Invalid
from cowork.domain.proposals import Role
from cowork.services import audit, comments, identity, organisations, programmes, proposals
from cowork.services.identity import ProfileCommand
from tests.world import World

UNIVERSITY, EMPLOYER = "author@northfield.example", "author@harbour.example"


def test_whoever_writes_the_proposal_does_not_set_aside_an_objection_of_others_by_an_office(world: World) -> None:
    proposal = world.complete_draft()
    thread = comments.open_thread(world.context, world.actor(EMPLOYER), proposal, OpenThreadCommand("No.", Anchor(), None, True, 1))
    head = "head@northfield.example"
    proposals.add_participant(world.context, world.actor(UNIVERSITY), proposal, proposals.ParticipantCommand(head, Role.AUTHOR))
    world.submit(proposal)
    with pytest.raises(Invalid, match="You write this proposal"):
        comments.resolve(world.context, world.actor(head), proposal, thread)
    comments.resolve(world.context, world.actor("quality@northfield.example"), proposal, thread)


def test_nobody_is_made_an_author_in_a_running_review_to_take_their_vote_away(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    holder = proposals.ParticipantCommand("chair@northfield.example", Role.AUTHOR)
    with pytest.raises(Invalid, match="asked to decide"):
        proposals.add_participant(world.context, world.actor(UNIVERSITY), proposal, holder)
    proposals.add_participant(world.context, world.actor(UNIVERSITY), proposal, replace(holder, role=Role.COMMENTER))
    person, northfield = world.actor("chair@northfield.example").person, world.organisations["northfield"]
    with pytest.raises(Invalid, match="asked to decide"):
        proposals.change_role(world.context, world.actor(UNIVERSITY), proposal, person, northfield, Role.AUTHOR)
    other = proposals.ParticipantCommand("nobody@northfield.example", Role.AUTHOR)
    proposals.add_participant(world.context, world.actor(UNIVERSITY), proposal, other)


def test_publishing_a_programme_is_on_record_once_for_each_change(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    world.approve_all(proposal)
    programme = programmes.register(world.context, world.actor(UNIVERSITY)).lines[0].id
    for public in (True, True, False):
        programmes.publish(world.context, world.actor(UNIVERSITY), programme, public)
    entries = audit.activity(world.context, world.actor(EMPLOYER), proposal).entries
    found = [entry.payload["public"] for entry in entries if entry.kind == "programme-published"]
    assert found == [False, True]


@pytest.mark.parametrize("mark", ["\u202e", "\u200b", "\u2066"], ids=["right to left", "no width", "isolate"])
def test_names_and_offices_hold_no_marks_that_nobody_sees(world: World, mark: str) -> None:
    with pytest.raises(Invalid, match="name"):
        identity.save_profile(world.context, world.actor(UNIVERSITY), ProfileCommand(f"Dean{mark}", "Europe/Dublin", "dark", False))
    admin, northfield = world.actor("admin@northfield.example"), world.organisations["northfield"]
    with pytest.raises(Invalid, match="title"):
        organisations.add_office(world.context, admin, northfield, "provost", f"Dean{mark}")


def test_each_party_chooses_its_own_people(world: World) -> None:
    proposal = world.complete_draft()
    employer = world.actor("author@harbour.example")
    northfield = world.organisations["northfield"]
    dean = proposals.ParticipantCommand("dean@northfield.example", Role.AUTHOR)
    with pytest.raises(Invalid, match="chooses its own people"):
        proposals.add_participant(world.context, employer, proposal, dean)
    with pytest.raises(Invalid, match="chooses its own people"):
        proposals.remove_participant(world.context, employer, proposal, world.actor(UNIVERSITY).person, northfield)
    with pytest.raises(Invalid, match="chooses its own people"):
        proposals.add_participant(world.context, employer, proposal, proposals.ParticipantCommand(UNIVERSITY, Role.READER))
    proposals.add_participant(world.context, employer, proposal, replace(dean, role=Role.COMMENTER))
