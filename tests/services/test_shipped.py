"""Every shipped workflow through the real services: from a submission to an approval that the record and the checks confirm."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from cowork.domain.ids import ProposalId
from cowork.domain.proposals import Role, Standing
from cowork.domain.workflows.definition import StageKind, Workflow
from cowork.domain.workflows.loading import shipped
from cowork.domain.workflows.progress import Verdict
from cowork.services import audit, checks, identity, organisations, proposals, reviews
from cowork.services.organisations import TermCommand
from cowork.services.proposals import ParticipantCommand
from tests.services.conftest import opened
from tests.world import PASSWORD, World

AUTHOR, COMMENTER = "author@northfield.example", "nobody@northfield.example"
PEOPLE = 7
SAYS = {StageKind.CONSULT: Verdict.COMMENT, StageKind.NOTICE: Verdict.NO_OBJECTION}

pytestmark = pytest.mark.slow


@pytest.fixture
def staffed(sqlite_original: tuple[Path, World], tmp_path: Path) -> Iterator[World]:
    """A world of the test's own, on SQLite, with people who hold no office yet."""
    original, template = sqlite_original
    shutil.copy(original, tmp_path / "test.sqlite3")
    for world in opened(f"sqlite:///{tmp_path / 'test.sqlite3'}", template, tmp_path):
        for slug in ("northfield", "harbour"):
            for number in range(PEOPLE):
                person = identity.create_person(world.context, f"m{number}@{slug}.example", f"Member {number}", PASSWORD, "UTC")
                organisations.bootstrap_member(world.context, world.organisations[slug], person, admin=False)
        yield world


def fill(world: World, flow: Workflow) -> None:
    """Give every office that the workflow asks to all of them, creating those that are missing; the first is the chair."""
    kinds = sorted({kind for stage in flow.stages for seat in stage.seats for kind in seat.offices})
    for slug in ("northfield", "harbour"):
        admin, organisation = world.actor(f"admin@{slug}.example"), world.organisations[slug]
        page = organisations.page(world.context, admin, organisation)
        known = {office.kind: office.id for office in page.offices}
        people = sorted((m.email, m.person) for m in page.members if m.email.startswith("m") and m.email[1].isdigit())
        for kind in kinds:
            office = known.get(kind) or organisations.add_office(world.context, admin, organisation, kind, "")
            for number, (_, person) in enumerate(people):
                term = TermCommand(office, person, date(2026, 1, 1), None, "member" if number else "chair")
                organisations.start_term(world.context, admin, organisation, term)


def carry_through(world: World, proposal: ProposalId, flow: Workflow) -> None:
    """Whoever is asked answers; when nobody is, time passes until something may change."""
    for _ in range(200):
        review = reviews.page(world.context, world.actor(AUTHOR), proposal).review
        assert review is not None
        if proposals.case(world.context, world.actor(AUTHOR), proposal).state.standing is not Standing.IN_REVIEW:
            return
        if review.progress.turns:
            email = world.email_of(review.progress.turns[0].person)
            first = reviews.page(world.context, world.actor(email), proposal).turns[0]
            world.decide(email, proposal, SAYS.get(flow.stage(first.stage).kind, Verdict.APPROVE))
        else:
            assert review.progress.look_at is not None, review.progress.sentence
            world.moment = max(world.moment, review.progress.look_at)
            assert reviews.refresh_by_calendar(world.context, proposal), review.progress.sentence
    raise AssertionError("the review never ends")


@pytest.mark.parametrize("flow", shipped(), ids=lambda flow: flow.key)
def test_a_shipped_workflow_leads_from_submission_to_an_approval_that_holds(staffed: World, flow: Workflow) -> None:
    world = staffed
    fill(world, flow)
    proposal = world.complete_draft(flow.key)
    proposals.add_participant(world.context, world.actor(AUTHOR), proposal, ParticipantCommand(COMMENTER, Role.COMMENTER))
    world.submit(proposal)
    carry_through(world, proposal, flow)
    assert proposals.case(world.context, world.actor(AUTHOR), proposal).state.standing is Standing.APPROVED
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()
