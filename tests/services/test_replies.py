"""The authors' right of reply: a consultation that names them asks them, and they decide nothing by it."""

from dataclasses import replace

import pytest

from cowork.domain.errors import Conflict, Refused
from cowork.domain.ids import ProposalId
from cowork.domain.proposals import Role
from cowork.domain.reviews import DecideCommand
from cowork.domain.workflows.progress import Verdict
from cowork.services import proposals, reviews, specifications
from cowork.services.proposals import ParticipantCommand, StartCommand
from tests.services.test_chains import published, submitted
from tests.world import World, complete_content

AUTHOR, PARTNER, DEAN = "author@northfield.example", "author@harbour.example", "dean@northfield.example"
REPLY = """
[[stage]]
key = "reply"
title = "Authors’ reply"
kind = "consult"
due_days = 10
seat = [{ key = "authors", side = "both", participants = "author", title = "Authors" }]

[[stage]]
key = "dean"
title = "Dean"
kind = "decide"
seat = [{ key = "dean", side = "university", office = "dean", title = "Dean", rule = "any" }]
"""


DECIDED = """
[[stage]]
key = "head"
title = "Head"
kind = "decide"
seat = [{ key = "head", side = "university", office = "department-head", title = "Head", rule = "any" }]
"""


def asked(world: World) -> ProposalId:
    proposal = submitted(world, REPLY)
    proposals.add_participant(world.context, world.actor(AUTHOR), proposal, ParticipantCommand(PARTNER, Role.AUTHOR))
    return proposal


def test_the_authors_of_both_sides_are_asked_and_the_dean_decides_after_them(world: World) -> None:
    proposal = asked(world)
    first = world.decide(AUTHOR, proposal, Verdict.COMMENT, reason="The workload is as in the pilot.")
    assert first.stage("reply").standing == "open"
    second = world.decide(PARTNER, proposal, Verdict.COMMENT)
    assert (second.stage("reply").standing, second.stage("dean").standing) == ("met", "open")
    page = reviews.route(world.context, world.actor(DEAN), proposal)
    assert [(d.decision.person, d.party_name, d.reason) for d in page.decisions] == [
        (world.actor(AUTHOR).person, "Northfield University", "The workload is as in the pilot."),
        (world.actor(PARTNER).person, "Harbour Analytics", ""),
    ]
    world.decide(DEAN, proposal)


def test_an_author_who_may_reply_still_decides_nothing(world: World) -> None:
    proposal = asked(world)
    world.decide(AUTHOR, proposal, Verdict.COMMENT)
    world.decide(PARTNER, proposal, Verdict.COMMENT)
    review = reviews.page(world.context, world.actor(AUTHOR), proposal).review
    assert review is not None
    command = DecideCommand("dean", "dean", Verdict.APPROVE, review.version.number, review.version.digest)
    for stage in ("dean", "unknown"):
        with pytest.raises(Refused, match="Nobody decides on a proposal they write"):
            reviews.decide(world.context, world.actor(AUTHOR), proposal, replace(command, stage=stage))
    with pytest.raises(Conflict, match="Your decision is not needed here now"):
        reviews.decide(world.context, world.actor(AUTHOR), proposal, replace(command, stage="reply", seat="authors"))


def test_a_consultation_that_does_not_name_authors_does_not_ask_them(world: World) -> None:
    stages = REPLY.replace('participants = "author"', 'office = "dean"').replace('side = "both"', 'side = "university"')
    stages = stages[: stages.rindex("[[stage]]")] + DECIDED
    content = complete_content()
    northfield, harbour = world.organisations["northfield"], world.organisations["harbour"]
    command = StartCommand(str(content["identity"]["title"]), northfield, (harbour,), published(world, stages))
    proposal = specifications.import_draft(world.context, world.actor(AUTHOR), command, content).proposal
    proposals.add_participant(world.context, world.actor(AUTHOR), proposal, ParticipantCommand(DEAN, Role.AUTHOR))
    world.submit(proposal)
    page = reviews.page(world.context, world.actor(DEAN), proposal)
    assert page.turns == ()
