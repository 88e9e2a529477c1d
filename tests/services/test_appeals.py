"""Appeals in a running review: who lodges one, who is told, what ends it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.ids import ProposalId
from cowork.domain.notifications import Kind
from cowork.domain.proposals import Role
from cowork.domain.reviews import DecideCommand
from cowork.domain.workflows.progress import Verdict
from cowork.jobs.worker import follow_calendar
from cowork.services import calendars, checks, exports, notifications, proposals, rerouting, reviewing, reviews, undoing
from cowork.services.proposals import ParticipantCommand
from cowork.store import unit
from cowork.store.notice_records import Notice
from tests.services.test_chains import ADMIN, AUTHOR, DEAN, HEAD, QUALITY, state, submitted
from tests.world import World

PARTNER = "author@harbour.example"
STAGES = """
[[stage]]
key = "head"
title = "Head"
kind = "decide"
refusal = "continues"
seat = [{ key = "head", side = "university", office = "department-head", title = "Head", rule = "any" }]

[[stage]]
key = "appeal"
title = "Appeal"
kind = "appeal"
against = "head"
due_days = 10

[[stage]]
key = "body"
title = "Appeals body"
kind = "decide"
when = { fact = "stage.appeal", is = "lodged" }
seat = [{ key = "dean", side = "university", office = "dean", title = "Dean", rule = "any" }]
"""


def refused(world: World) -> ProposalId:
    proposal = submitted(world, STAGES)
    proposals.add_participant(world.context, world.actor(AUTHOR), proposal, ParticipantCommand(PARTNER, Role.AUTHOR))
    world.decide(HEAD, proposal, Verdict.REJECT, reason="Nobody asked for it.")
    return proposal


def test_the_authors_of_both_sides_are_told_and_one_of_them_appeals(world: World) -> None:
    proposal = refused(world)
    world.work()
    told = [row.words for row in notifications.page(world.context, world.actor(PARTNER), read=False).rows]
    assert any(
        one.sentence == "It was refused, and you can appeal at “Appeal”. Without an appeal in time the decision is final." for one in told
    )
    with pytest.raises(Invalid) as error:
        world.decide(PARTNER, proposal, Verdict.APPEAL)
    assert error.value.problems == (("reason", "Say why you appeal: whoever hears the appeal decides on your reasons."),)
    world.decide(PARTNER, proposal, Verdict.APPEAL, reason="Three employers asked for it.")
    assert not reviews.page(world.context, world.actor(AUTHOR), proposal).turns
    assert world.decide(DEAN, proposal).outcome == "approved"
    assert checks.check(world.context)[1] == ()


def test_nobody_else_appeals_be_it_whoever_administers_the_party(world: World) -> None:
    proposal = refused(world)
    for email in (HEAD, DEAN, QUALITY, ADMIN):
        page = reviews.page(world.context, world.actor(AUTHOR), proposal)
        assert page.review is not None
        version = page.review.version
        command = DecideCommand("appeal", "authors", Verdict.APPEAL, version.number, version.digest, "I think so too.")
        with pytest.raises((Conflict, Refused, NotFound)):
            reviews.decide(world.context, world.actor(email), proposal, command)


def test_an_author_can_give_no_other_verdict(world: World) -> None:
    proposal = refused(world)
    for verdict in (Verdict.APPROVE, Verdict.COMMENT, Verdict.RECUSE, Verdict.OBJECT):
        with pytest.raises(Invalid):
            world.decide(AUTHOR, proposal, verdict, reason="Because.")


def test_without_an_appeal_the_rejection_is_final_when_the_term_is_over(world: World) -> None:
    proposal = refused(world)
    assert "without an appeal the rejection is final" in state(proposal).sentence
    world.pass_time(timedelta(days=20))
    world.work()
    with unit.writing() as session:  # as the worker does when the moment to look at it again has come
        reviewing.refresh(session, world.context, proposal)
    assert state(proposal).standing == "rejected"
    assert "Rejected at Head, and nobody appealed by" in state(proposal).sentence
    world.work()
    told = [row.words.sentence for row in notifications.page(world.context, world.actor(AUTHOR), read=False).rows]
    assert "The stage “Head” rejected it. The reason is kept with the proposal." in told


def test_authors_who_do_not_appeal_are_reported_to_nobody(world: World) -> None:
    for slug in ("northfield", "harbour"):
        admin = world.actor(f"admin@{slug}.example")
        calendars.set_week(world.context, admin, world.organisations[slug], frozenset({5, 6}), 3)
    refused(world)
    world.work()
    world.pass_time(timedelta(days=9))
    follow_calendar(world.context)
    with unit.reading() as session:
        kinds = set(session.scalars(sa.select(Notice.kind)))
    assert Kind.ESCALATED.value not in kinds
    assert Kind.YOUR_TURN.value in kinds


def test_an_appeal_is_taken_back_while_nobody_has_heard_it(world: World) -> None:
    proposal = refused(world)
    world.decide(AUTHOR, proposal, Verdict.APPEAL, reason="Read it again.")
    lodged = reviews.route(world.context, world.actor(AUTHOR), proposal).decisions[-1].id
    undoing.undo(world.context, world.actor(AUTHOR), proposal, lodged, "We revise it instead.")
    assert "the authors can appeal against Head" in state(proposal).sentence
    world.decide(AUTHOR, proposal, Verdict.APPEAL, reason="Read it again, please.")
    world.decide(DEAN, proposal)
    assert state(proposal).standing == "approved"


def test_the_approval_record_says_against_what_an_appeal_was(world: World) -> None:
    proposal = refused(world)
    world.decide(PARTNER, proposal, Verdict.APPEAL, reason="Three employers asked for it.")
    world.decide(DEAN, proposal)
    now = state(proposal)
    with unit.reading() as session:
        made = exports.dossier(session, world.context, now, 1).approvals
    assert [(one.stage, one.verdict, one.against) for one in made] == [("Appeal", "appeal", "Head"), ("Appeals body", "approve", "")]


def test_an_administrator_takes_no_appeal_from_an_author_and_gives_none_to_others(world: World) -> None:
    proposal, admin = refused(world), world.actor(ADMIN)
    place = ("appeal", "authors", world.organisations["northfield"])
    for email, remove in ((AUTHOR, True), (QUALITY, False)):
        with pytest.raises(Refused, match="Every author can appeal, and nobody else"):
            rerouting.change_reviewer(world.context, admin, proposal, place, email, "I say so.", remove=remove)
    assert "appeal" not in {stage.stage.key for stage, _, _ in rerouting.reviewers(world.context, admin, proposal).seats}
