"""A refusal that sends the proposal back by itself: put on record in the commit in which it is found, told, and holding after edits."""

from datetime import timedelta

import pytest

from cowork.domain.errors import Conflict
from cowork.domain.ids import DecisionId, ProposalId
from cowork.domain.notifications import Kind
from cowork.domain.proposals import Standing
from cowork.domain.workflows.progress import Verdict
from cowork.services import audit, checks, moving, notifications, reminding, reviews, undoing
from tests.services.test_chains import ADMIN, AUTHOR, DEAN, HEAD, standings, state, submitted
from tests.services.test_moving import command, previewed
from tests.world import World

REFERRING = """
[[stage]]
key = "head"
title = "Head"
kind = "endorse"
edits = ["business"]
seat = [{ key = "head", side = "university", office = "department-head", title = "Head", rule = "any" }]

[[stage]]
key = "dean"
title = "Deans’ vote"
kind = "vote"
refusal = { back-to = "head", times = 1 }
seat = [{ key = "dean", side = "university", office = "dean", title = "Dean", rule = "majority" }]
"""
LAPSING = REFERRING.replace("refusal =", 'due_days = 2\nlapse = "refused"\nrefusal =')


def sound(world: World) -> None:
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()


def told(world: World, who: str, kind: Kind) -> int:
    world.work()
    return sum(row.kind is kind for row in notifications.page(world.context, world.actor(who), False).rows)


def referred(world: World, proposal: ProposalId) -> list[dict[str, object]]:
    entries = audit.activity(world.context, world.actor(ADMIN), proposal).entries
    return [dict(entry.payload) for entry in entries if entry.kind == "referred-back"]


def refuse(world: World, proposal: ProposalId) -> DecisionId:
    world.decide(HEAD, proposal)
    world.pass_time()
    world.decide(DEAN, proposal, Verdict.REJECT, reason="Not yet.")
    found = reviews.page(world.context, world.actor(ADMIN), proposal).review
    assert found is not None
    return found.decisions[-1].id


def test_it_is_on_record_told_and_seen_at_once(world: World) -> None:
    proposal = submitted(world, REFERRING)
    before = told(world, HEAD, Kind.YOUR_TURN)
    refuse(world, proposal)
    assert standings(world, proposal) == {"head": "open", "dean": "waiting"}
    assert state(proposal).sentence.startswith("Deans’ vote referred it back to Head on ")
    assert [(payload["stage"], payload["to"]) for payload in referred(world, proposal)] == [("dean", "head")]
    assert told(world, HEAD, Kind.YOUR_TURN) == before + 1
    sound(world)


def test_it_holds_after_an_edit_and_the_second_refusal_ends_the_round(world: World) -> None:
    proposal = submitted(world, REFERRING)
    refuse(world, proposal)
    save = command(world, proposal, "business", fee=7)
    moving.move(world.context, world.actor(AUTHOR), proposal, save, previewed(world, proposal, save).seen)
    assert standings(world, proposal) == {"head": "open", "dean": "waiting"}
    sound(world)
    world.pass_time()
    refuse(world, proposal)
    assert state(proposal).standing is Standing.REJECTED
    assert len(referred(world, proposal)) == 1
    sound(world)


def test_the_worker_refers_it_back_when_a_term_lapses(world: World) -> None:
    proposal = submitted(world, LAPSING)
    world.decide(HEAD, proposal)
    look_at = state(proposal).look_at
    assert look_at is not None
    world.pass_time(look_at - world.moment)
    assert reminding.look(world.context) == 1
    assert standings(world, proposal) == {"head": "open", "dean": "waiting"}
    assert len(referred(world, proposal)) == 1
    sound(world)


def test_it_falls_with_the_decision_unless_somebody_has_built_on_it(world: World) -> None:
    proposal = submitted(world, REFERRING)
    made = refuse(world, proposal)
    world.pass_time()
    undoing.undo(world.context, world.actor(DEAN), proposal, made, "I clicked the wrong one.")
    assert standings(world, proposal) == {"head": "met", "dean": "open"}
    sound(world)
    world.decide(DEAN, proposal, Verdict.REJECT, reason="After all.")
    found = reviews.page(world.context, world.actor(ADMIN), proposal).review
    assert found is not None
    again = found.decisions[-1].id
    world.pass_time(timedelta(hours=1))
    world.decide(HEAD, proposal)
    with pytest.raises(Conflict, match="has decided after you on the strength of this"):
        undoing.undo(world.context, world.actor(DEAN), proposal, again, "I clicked the wrong one.")
    sound(world)
