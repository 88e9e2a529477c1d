"""An approval that runs out in review: the worker opens the stage anew and people are asked; what is approved stays approved."""

from datetime import timedelta

from cowork.domain.proposals import Standing
from cowork.services import audit, checks, reminding, reviews
from tests.services.test_chains import ADMIN, DEAN, HEAD, standings, state, submitted
from tests.world import World

EXPIRING = """
[[stage]]
key = "head"
title = "Head"
kind = "endorse"
valid_days = 30
seat = [{ key = "head", side = "university", office = "department-head", title = "Head", rule = "any" }]

[[stage]]
key = "dean"
title = "Dean"
kind = "decide"
seat = [{ key = "dean", side = "university", office = "dean", title = "Dean", rule = "any" }]
"""


def sound(world: World) -> None:
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()


def test_the_worker_asks_again_and_the_sentence_says_why(world: World) -> None:
    proposal = submitted(world, EXPIRING)
    world.decide(HEAD, proposal)
    look_at = state(proposal).look_at
    assert look_at is not None
    world.pass_time(look_at - world.moment)
    assert reminding.look(world.context) == 1
    assert standings(world, proposal) == {"head": "open", "dean": "waiting"}
    assert " ran out on " in state(proposal).sentence
    sound(world)
    world.decide(HEAD, proposal)
    world.decide(DEAN, proposal)
    assert state(proposal).standing is Standing.APPROVED


def test_what_is_approved_stays_approved(world: World) -> None:
    proposal = submitted(world, EXPIRING)
    world.decide(HEAD, proposal)
    world.decide(DEAN, proposal)
    world.pass_time(timedelta(days=90))
    assert reminding.look(world.context) == 0
    assert standings(world, proposal) == {"head": "met", "dean": "met"}
    page = reviews.page(world.context, world.actor(ADMIN), proposal)
    assert page.review is not None
    assert page.review.progress.sentence == "Approved."
    sound(world)
