"""Substitutes in a running review: the dry run names them, and they read the proposal only once they sit."""

from datetime import date

import pytest

from cowork.domain.errors import Conflict, NotFound
from cowork.domain.proposals import Role
from cowork.domain.workflows.progress import Verdict
from cowork.services import delegations, exports, organisations, proposals, rerouting, reviews, specifications, undoing
from cowork.services.organisations import TermCommand
from cowork.services.proposals import ParticipantCommand, StartCommand
from cowork.store import unit
from tests.services.test_chains import published, state, submitted
from tests.services.test_delegations import wanted
from tests.world import World, complete_content

ADMIN, AUTHOR = "admin@northfield.example", "author@northfield.example"
DEAN, DEPUTY = "dean@northfield.example", "nobody@northfield.example"
STAGES = """
[[stage]]
key = "dean"
title = "Dean"
kind = "decide"
seat = [{ key = "dean", side = "university", office = "dean", otherwise = "deputy-dean", title = "Dean", rule = "any" }]
"""
HEAD_AFTER = """
[[stage]]
key = "head"
title = "Head"
kind = "endorse"
seat = [{ key = "head", side = "university", office = "department-head", title = "Head", rule = "any" }]
"""


def with_deputy(world: World) -> None:
    admin, northfield = world.actor(ADMIN), world.organisations["northfield"]
    office = organisations.add_office(world.context, admin, northfield, "deputy-dean", "Deputy dean")
    organisations.start_term(world.context, admin, northfield, TermCommand(office, world.actor(DEPUTY).person, date(2026, 1, 1), None))


def test_the_deputy_reads_and_decides_once_the_dean_has_stood_aside(world: World) -> None:
    with_deputy(world)
    proposal = submitted(world, STAGES)
    with pytest.raises(NotFound):
        reviews.page(world.context, world.actor(DEPUTY), proposal)
    world.decide(DEAN, proposal, Verdict.RECUSE)
    assert "sits in place of the Dean, who stood aside" in state(proposal).sentence
    assert world.decide(DEPUTY, proposal).outcome == "approved"
    made = reviews.route(world.context, world.actor(DEPUTY), proposal).decisions[-1]
    assert (made.office_title, made.party_name) == ("Deputy dean", "Northfield University")


def test_the_dry_run_names_who_would_sit_for_a_dean_who_writes(world: World) -> None:
    with_deputy(world)
    content = complete_content()
    northfield, harbour = world.organisations["northfield"], world.organisations["harbour"]
    command = StartCommand(str(content["identity"]["title"]), northfield, (harbour,), published(world, STAGES))
    proposal = specifications.import_draft(world.context, world.actor(AUTHOR), command, content).proposal
    proposals.add_participant(world.context, world.actor(AUTHOR), proposal, ParticipantCommand(DEAN, Role.AUTHOR))
    page = reviews.route(world.context, world.actor(AUTHOR), proposal)
    place = page.progress.stage("dean").seats[0]
    assert (page.dry_run, page.missing, [world.email_of(one.person) for one in place.members]) == (True, (), [DEPUTY])
    assert place.instead == f"{place.members[0].name} sits in place of the Dean, who wrote the proposal"
    world.submit(proposal)
    assert world.decide(DEPUTY, proposal).outcome == "approved"


def test_who_stood_aside_stays_aside_once_the_substitute_has_decided(world: World) -> None:
    with_deputy(world)
    proposal = submitted(world, STAGES + HEAD_AFTER)
    world.decide(DEAN, proposal, Verdict.RECUSE)
    aside = reviews.route(world.context, world.actor(DEAN), proposal).decisions[-1].id
    world.decide(DEPUTY, proposal)
    world.pass_time()
    with pytest.raises(Conflict, match="has decided after you on the strength of this"):
        undoing.undo(world.context, world.actor(DEAN), proposal, aside, "I can after all.")
    given = reviews.route(world.context, world.actor(DEPUTY), proposal).decisions[-1].id
    undoing.undo(world.context, world.actor(DEPUTY), proposal, given, "A slip.")
    undoing.undo(world.context, world.actor(DEAN), proposal, aside, "I can after all.")
    world.decide(DEAN, proposal)


def test_where_the_substitute_was_taken_off_it_says_so(world: World) -> None:
    with_deputy(world)
    proposal = submitted(world, STAGES)
    world.decide(DEAN, proposal, Verdict.RECUSE)
    place = ("dean", "dean", world.organisations["northfield"])
    rerouting.change_reviewer(world.context, world.actor(ADMIN), proposal, place, DEPUTY, "Is away.", remove=True)
    assert "would sit in place of the Dean at Dean, but was taken off it by hand: add somebody to it" in state(proposal).sentence


def test_the_approval_record_says_who_sat_and_who_gave_it_for_whom(world: World) -> None:
    with_deputy(world)
    proposal = submitted(world, STAGES + HEAD_AFTER)
    world.decide(DEAN, proposal, Verdict.RECUSE)
    world.decide(DEPUTY, proposal)
    lent = wanted(world, "head@northfield.example", "quality@northfield.example")
    delegations.delegate(world.context, world.actor("head@northfield.example"), world.organisations["northfield"], lent)
    world.decide("quality@northfield.example", proposal)
    now = state(proposal)
    with unit.reading() as session:
        made = exports.dossier(session, world.context, now, 1).approvals
    assert [(one.person, one.office, one.place, one.through) for one in made] == [
        ("Nobody Of Northfield", "Deputy dean", "Dean", ""),
        ("Head Of Northfield", "Head of department", "", "through Quality Of Northfield, their deputy"),
    ]
