"""Constructs of approval chains where they run: published by an organisation, kept in the store, followed by the worker."""

from datetime import timedelta

from cowork.domain.ids import Digest, ProposalId
from cowork.domain.proposals import Standing
from cowork.services import reminding, specifications, workflow_drafts, workflows
from cowork.services.proposals import StartCommand
from cowork.store import proposals as proposal_store
from cowork.store import unit
from cowork.store.proposals import ProposalState
from tests.world import World, complete_content

ADMIN, AUTHOR = "admin@northfield.example", "author@northfield.example"
HEADING = 'key = "own-chain"\nversion = 1\ntitle = "Own chain"\ndescription = "For a test."\nsource = "Written for a test."\n'


def published(world: World, stages: str) -> Digest:
    """The workflow with these stages, as Northfield published it."""
    admin, northfield = world.actor(ADMIN), world.organisations["northfield"]
    draft = workflow_drafts.import_text(world.context, admin, northfield, HEADING + stages)
    key, number = workflow_drafts.publish(world.context, admin, northfield, draft, 1)
    digest: Digest = workflows.page(world.context, admin, northfield, key, number).shown.digest
    return digest


def submitted(world: World, stages: str) -> ProposalId:
    content = complete_content()
    command = StartCommand(
        str(content["identity"]["title"]), world.organisations["northfield"], (world.organisations["harbour"],), published(world, stages)
    )
    proposal = specifications.import_draft(world.context, world.actor(AUTHOR), command, content)
    world.submit(proposal)
    return proposal


def state(proposal: ProposalId) -> ProposalState:
    with unit.reading() as session:
        found = proposal_store.state(session, proposal)
    assert found is not None
    return found


LAPSING = """
[[stage]]
key = "head"
title = "Head"
kind = "endorse"
due_days = 2
lapse = "passed"
seat = [{ key = "head", side = "university", office = "department-head", title = "Head", rule = "any" }]

[[stage]]
key = "dean"
title = "Dean"
kind = "decide"
due_days = 3
lapse = "refused"
seat = [{ key = "dean", side = "university", office = "dean", title = "Dean", rule = "any" }]
"""


def test_the_worker_lets_a_stage_lapse_when_its_term_ends(world: World) -> None:
    proposal = submitted(world, LAPSING)
    first = state(proposal)
    assert first.look_at == first.due_at
    assert "Without the decision it needs, Head passes when its term ends" in first.sentence
    assert first.look_at is not None
    world.pass_time(first.look_at - world.moment)
    assert reminding.look(world.context) == 1
    second = state(proposal)
    assert (second.standing, second.stages) == (Standing.IN_REVIEW, "Dean")
    assert second.look_at is not None
    world.pass_time(second.look_at - world.moment - timedelta(seconds=1))
    assert reminding.look(world.context) == 0
    world.pass_time(timedelta(seconds=1))
    assert reminding.look(world.context) == 1
    assert state(proposal).standing is Standing.CHANGES_REQUESTED
    world.submit(proposal)
    assert state(proposal).stages == "Head"
