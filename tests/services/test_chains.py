"""Constructs of approval chains where they run: published by an organisation, kept in the store, followed by the worker."""

from datetime import timedelta
from typing import Any

import pytest

from cowork.domain.ids import Digest, ProposalId
from cowork.domain.proposals import ProposalKind, Role, Standing
from cowork.domain.workflows.progress import Verdict
from cowork.services import audit, checks, proposals, reminding, reviews, specifications, starting, workflow_drafts, workflows
from cowork.services.proposals import ParticipantCommand, StartCommand
from cowork.store import proposals as proposal_store
from cowork.store import reviews as review_store
from cowork.store import unit
from cowork.store.proposals import ProposalState
from tests.world import World, complete_content

ADMIN, AUTHOR = "admin@northfield.example", "author@northfield.example"
HEAD, QUALITY, DEAN = "head@northfield.example", "quality@northfield.example", "dean@northfield.example"
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
    proposal = specifications.import_draft(world.context, world.actor(AUTHOR), command, content).proposal
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
    told = audit.activity(world.context, world.actor(ADMIN), proposal).entries
    ended = [entry.payload for entry in told if entry.kind == "changes-requested"]
    assert [(payload["stage"], payload["lapsed"]) for payload in ended] == [("dean", True)]
    world.submit(proposal)
    assert state(proposal).stages == "Head"


CHANGING = """
[[stage]]
key = "head"
title = "Head"
kind = "endorse"
when = { fact = "changed.outcomes", is = true }
seat = [{ key = "head", side = "university", office = "department-head", title = "Head", rule = "any" }]

[[stage]]
key = "quality"
title = "Quality office"
kind = "check"
when = { fact = "changed.business", is = true }
seat = [{ key = "office", side = "university", office = "quality-office", title = "Quality office", rule = "any" }]

[[stage]]
key = "dean"
title = "Dean"
kind = "decide"
edits = ["business"]
seat = [{ key = "dean", side = "university", office = "dean", title = "Dean", rule = "any" }]
"""
ASK: dict[str, Any] = {"verdict": Verdict.REQUEST_CHANGES, "reason": "Lower it.", "sections": ("business",)}


def standings(world: World, proposal: ProposalId) -> dict[str, str]:
    page = reviews.page(world.context, world.actor(ADMIN), proposal)
    assert page.review is not None
    return {entry.stage.key: entry.standing.value for entry in page.review.progress.stages}


def test_a_stage_runs_only_where_its_section_changed_since_the_last_round(world: World) -> None:
    proposal = submitted(world, CHANGING)
    assert standings(world, proposal) == {"head": "open", "quality": "waiting", "dean": "waiting"}, "everything is new"
    world.decide(HEAD, proposal)
    world.decide(QUALITY, proposal)
    world.decide(DEAN, proposal, **ASK)
    world.save(AUTHOR, proposal, "business", fee=5)
    world.submit(proposal)
    assert standings(world, proposal) == {"head": "skipped", "quality": "open", "dean": "waiting"}
    reviews.withdraw(world.context, world.actor(AUTHOR), proposal)
    world.submit(proposal)
    assert standings(world, proposal)["quality"] == "open", "a round that was withdrawn is not compared with"
    assert checks.check(world.context)[1] == ()


def test_a_revision_is_compared_with_the_programme_that_it_was_started_from(world: World) -> None:
    first = world.complete_draft()
    world.submit(first)
    world.approve_all(first)
    programme = state(first).programme
    command = StartCommand(
        "Revised", world.organisations["northfield"], (world.organisations["harbour"],), published(world, CHANGING), ProposalKind.REVISION
    )
    revision = starting.start(world.context, world.actor(AUTHOR), command, f"programme:{programme}")
    proposals.add_participant(world.context, world.actor(AUTHOR), revision, ParticipantCommand("author@harbour.example", Role.AUTHOR))
    for section, answers in complete_content().items():
        writer = "author@harbour.example" if section in ("employer_statements", "skills") else AUTHOR
        world.save(writer, revision, section, **{**answers, **({"fee": 7} if section == "business" else {})})
    world.submit(revision)
    assert standings(world, revision) == {"head": "skipped", "quality": "open", "dean": "waiting"}
    world.decide(QUALITY, revision)
    world.decide(DEAN, revision, **ASK)
    world.submit(revision)
    assert standings(world, revision)["quality"] != "skipped", "the approved programme counts, not the round that was sent back"


BALLOT = """
[[stage]]
key = "committee"
title = "Committee"
kind = "vote"
due_days = 9
least_days = 3
seat = [{ key = "committee", side = "university", office = "curriculum-committee", title = "Committee", rule = "majority" }]
"""


def test_the_worker_ends_a_ballot_that_was_decided_when_its_least_time_is_over(world: World) -> None:
    proposal = submitted(world, BALLOT)
    for name in ("chair", "member", "third"):
        world.decide(f"{name}@northfield.example", proposal)
    waiting = state(proposal)
    assert (waiting.standing, waiting.court) == (Standing.IN_REVIEW, "")
    assert waiting.look_at is not None
    assert waiting.due_at is not None
    assert waiting.look_at < waiting.due_at
    world.pass_time(waiting.look_at - world.moment - timedelta(seconds=1))
    assert reminding.look(world.context) == 0
    world.pass_time(timedelta(seconds=1))
    assert reminding.look(world.context) == 1
    assert state(proposal).standing is Standing.APPROVED
    assert checks.check(world.context)[1] == ()


APART = """
[[stage]]
key = "check"
title = "Check"
kind = "check"
seat = [{ key = "members", side = "university", office = "curriculum-committee", title = "Committee", rule = "any" }]

[[stage]]
key = "release"
title = "Release"
kind = "decide"
apart = ["check"]
seat = [{ key = "members", side = "university", office = "curriculum-committee", title = "Committee", rule = "any" }]
"""


def test_who_checked_is_not_asked_to_release(world: World) -> None:
    proposal = submitted(world, APART)
    world.decide("chair@northfield.example", proposal)
    with unit.reading() as session:
        turns = review_store.turns(session, proposal)
    asked = {world.email_of(turn.person).partition("@")[0] for turn in turns}
    assert asked == {"member", "third"}
    assert "Chair Of Northfield decided at Check, and may not decide at Release." in state(proposal).sentence
    with pytest.raises(AssertionError, match="has no turn"):
        world.decide("chair@northfield.example", proposal)
    world.decide("third@northfield.example", proposal)
    assert state(proposal).standing is Standing.APPROVED
    assert checks.check(world.context)[1] == ()


WEIGHED = """
[[stage]]
key = "joint"
title = "Joint board"
kind = "decide"
needed = "majority"

[[stage.seat]]
key = "employer"
side = "employer"
office = "partner-sign-off"
title = "Employer"
weight = 2
rule = "any"

[[stage.seat]]
key = "dean"
side = "university"
office = "dean"
title = "University"
weight = 1
rule = { at-least = 1, dissent = "counts" }
"""


def test_the_vote_of_a_party_can_weigh_more(world: World) -> None:
    proposal = submitted(world, WEIGHED)
    world.decide(DEAN, proposal, Verdict.REJECT, reason="No.")
    assert "Joint board is decided by weight: 0 of 3 for, 1 against; it takes 2 for." in state(proposal).sentence
    world.decide("signer@harbour.example", proposal)
    assert state(proposal).standing is Standing.APPROVED
    assert checks.check(world.context)[1] == ()
