"""What only the calendar changes: terms of office that begin or end while a review runs."""

from datetime import date, timedelta

import sqlalchemy as sa

from cowork.services import organisations, proposals, reviews
from cowork.services.organisations import TermCommand
from cowork.store import unit
from cowork.store.records import Organisation
from tests.world import START, World


def test_a_term_that_ends_by_the_calendar_takes_the_decision_away(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    signer, today = world.actor("signer@harbour.example"), START.date()
    hand_over(world, today)
    assert [line.proposal.id for line in proposals.my_work(world.context, signer).decisions] == [proposal]
    assert reviews.running(world.context) == [proposal]
    assert not reviews.refresh_by_calendar(world.context, proposal), "nothing has changed yet"

    world.pass_time(timedelta(days=2))
    assert reviews.refresh_by_calendar(world.context, proposal)
    assert not reviews.refresh_by_calendar(world.context, proposal), "it was written already"
    assert proposals.my_work(world.context, world.actor("signer@harbour.example")).decisions == ()
    successor = world.actor("admin@harbour.example")
    assert [line.proposal.id for line in proposals.my_work(world.context, successor).decisions] == [proposal]


def hand_over(world: World, today: date) -> None:
    """The partner's sign-off is held by the signer until today, and by the administrator from tomorrow."""
    admin, harbour = world.actor("admin@harbour.example"), world.organisations["harbour"]
    page = organisations.page(world.context, admin, harbour)
    office = next(office for office in page.offices if office.kind == "partner-sign-off")
    organisations.end_term(world.context, admin, harbour, office.id, office.terms[0].id)
    signer = world.actor("signer@harbour.example").person
    organisations.start_term(world.context, admin, harbour, TermCommand(office.id, signer, today, today))
    organisations.start_term(world.context, admin, harbour, TermCommand(office.id, admin.person, today + timedelta(days=1), None))


def test_a_proposal_that_is_not_in_review_is_left_alone(world: World) -> None:
    proposal = world.draft()
    assert reviews.running(world.context) == []
    assert not reviews.refresh_by_calendar(world.context, proposal)


def test_a_review_is_looked_at_again_when_a_day_begins_for_one_of_its_parties(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    began = world.moment
    with unit.writing() as session:
        zoned = sa.update(Organisation).where(Organisation.id == world.organisations["harbour"])
        session.execute(zoned.values(zone="Pacific/Auckland"))
    assert reviews.running(world.context, began) == []
    world.pass_time(timedelta(hours=1, minutes=59))
    assert reviews.running(world.context, began) == []
    world.pass_time(timedelta(minutes=2))
    assert reviews.running(world.context, began) == [proposal], "it is midnight in Auckland"
    assert reviews.running(world.context, world.moment) == []
