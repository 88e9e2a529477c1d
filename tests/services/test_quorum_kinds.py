"""A quorum that must include a holder of an office: what the store knows of offices is what the rule asks."""

from datetime import date

from cowork.domain.ids import Digest, ProposalId
from cowork.domain.reviews import DecideCommand
from cowork.domain.workflows.progress import StageStanding, Verdict
from cowork.services import identity, organisations, reviews, specifications, workflow_drafts, workflows
from cowork.services.organisations import TermCommand
from cowork.services.proposals import StartCommand
from tests.world import PASSWORD, World, complete_content

ADMIN = "admin@northfield.example"
SOURCE = """
key = "board-with-students"
version = 1
title = "A board with students"
description = "Nothing is decided without a student."
source = "Written for a test."

[[stage]]
key = "board"
title = "Board"
kind = "vote"

[[stage.seat]]
key = "board"
side = "university"
office = ["teaching-board", "student-member"]
title = "Board"
rule = { at-least = 2, quorum = 2, with = "student-member" }
"""


def member(world: World, name: str, *offices: str) -> str:
    """A new person of Northfield who holds these offices."""
    admin, northfield, email = world.actor(ADMIN), world.organisations["northfield"], f"{name.lower()}@northfield.example"
    person = identity.create_person(world.context, email, name, PASSWORD)
    organisations.bootstrap_member(world.context, northfield, person, admin=False)
    for kind in offices:
        office = world.office("northfield", kind)
        organisations.start_term(world.context, admin, northfield, TermCommand(office, person, date(2026, 1, 1), None))
    return email


def submitted(world: World) -> ProposalId:
    admin, northfield = world.actor(ADMIN), world.organisations["northfield"]
    draft = workflow_drafts.import_text(world.context, admin, northfield, SOURCE)
    key, number = workflow_drafts.publish(world.context, admin, northfield, draft, 1)
    digest: Digest = workflows.page(world.context, admin, northfield, key, number).shown.digest
    content = complete_content()
    command = StartCommand(str(content["identity"]["title"]), northfield, (world.organisations["harbour"],), digest)
    proposal = specifications.import_draft(world.context, world.actor("author@northfield.example"), command, content).proposal
    world.submit(proposal)
    return proposal


def approve(world: World, email: str, proposal: ProposalId) -> None:
    actor = world.actor(email)
    page = reviews.page(world.context, actor, proposal)
    assert page.review is not None
    version = page.review.version
    reviews.decide(world.context, actor, proposal, DecideCommand("board", "board", Verdict.APPROVE, version.number, version.digest))


def test_a_board_waits_for_its_student_who_may_hold_the_other_office_too(world: World) -> None:
    admin, northfield = world.actor(ADMIN), world.organisations["northfield"]
    for kind in ("teaching-board", "student-member"):
        organisations.add_office(world.context, admin, northfield, kind, kind.replace("-", " ").title())
    teachers = [member(world, name, "teaching-board") for name in ("Tamsin", "Tariq")]
    student = member(world, "Stella", "teaching-board", "student-member")
    proposal = submitted(world)
    for email in teachers:
        approve(world, email, proposal)
    review = reviews.page(world.context, admin, proposal).review
    assert review is not None
    assert review.progress.stage("board").standing is StageStanding.OPEN
    assert "quorum 2 with a student member; 2 for, 0 against, no student member so far; Stella can vote" in review.progress.sentence
    approve(world, student, proposal)
    after = reviews.page(world.context, admin, proposal).review
    assert after is not None
    assert after.progress.stage("board").standing is StageStanding.MET
