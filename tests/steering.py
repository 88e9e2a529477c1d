"""A short way of approval on which everything that can be done to a running round is tried."""

from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, ProposalId
from cowork.domain.workflows import loading
from cowork.domain.workflows.progress import Progress
from cowork.services import reviews
from cowork.services.reviewing import Review
from cowork.store import definitions, unit
from tests.world import World

AUTHOR, PARTNER = "author@northfield.example", "author@harbour.example"
ADMIN, PARTNER_ADMIN = "admin@northfield.example", "admin@harbour.example"
HEAD, QUALITY, BUSINESS, DEAN = (
    "head@northfield.example", "quality@northfield.example", "business@northfield.example", "dean@northfield.example",
)  # fmt: skip

STEERED = """
key = "steered"
version = 1
title = "A steered way"
description = "The department checks, then quality and money side by side, then the dean decides."
source = "Made for tests."

[[stage]]
key = "department"
title = "Department’s check"
kind = "check"
after = []
reads = ["identity"]
due_days = 5

[[stage.seat]]
key = "head"
side = "university"
office = "department-head"
title = "Head of department"
rule = "any"

[[stage]]
key = "quality"
title = "Quality check"
kind = "check"
after = ["department"]
reads = ["need", "business"]
edits = ["need", "business"]
due_days = 10

[[stage.seat]]
key = "office"
side = "university"
office = "quality-office"
title = "Quality office"
rule = "any"

[[stage]]
key = "business"
title = "Business check"
kind = "check"
after = ["department"]
when = { fact = "business.fee", at-least = 0.01 }
reads = ["business"]
due_days = 10

[[stage.seat]]
key = "office"
side = "university"
office = "business-office"
title = "Business office"
rule = "any"

[[stage]]
key = "dean"
title = "Dean’s decision"
kind = "decide"
after = ["quality", "business"]
statement = "I have read the whole specification and the faculty can teach it."
due_days = 5

[[stage.seat]]
key = "dean"
side = "university"
office = "dean"
title = "Dean"
rule = "any"
"""


def keep(source: str = STEERED) -> Digest:
    """Keep a workflow, so that proposals can use it."""
    workflow = loading.load(source)
    with unit.writing() as session:
        definitions.keep(session, "workflow", workflow.digest, workflow.key, workflow.version, workflow.title, source)
    return workflow.digest


def steered(world: World) -> ProposalId:
    """A complete proposal on the steered way, in review."""
    keep()
    proposal = world.complete_draft("steered")
    world.submit(proposal, AUTHOR)
    return proposal


def review(world: World, proposal: ProposalId, who: str = AUTHOR) -> Review:
    """Where it stands, worked out anew."""
    found = reviews.page(world.context, world.actor(who), proposal).review
    assert found is not None
    return found


def progress(world: World, proposal: ProposalId) -> Progress:
    return review(world, proposal).progress


def standings(world: World, proposal: ProposalId) -> dict[str, str]:
    """How each stage stands, by key."""
    return {stage.stage.key: stage.standing.value for stage in progress(world, proposal).stages}


def actors(world: World, *emails: str) -> tuple[Actor, ...]:
    return tuple(world.actor(email) for email in emails)
