"""The report on how long stages take, the list of where proposals are, and the forecast: over what one may read, and nothing else."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cowork.domain.ids import OrganisationId, ProposalId
from cowork.domain.proposals import ProposalKind, Standing
from cowork.domain.reports import Run, runs
from cowork.services import checks, reports, reviewing, reviews
from cowork.services.reports import ReportFilter
from cowork.store import proposals as proposal_store
from cowork.store import reports as store
from cowork.store import unit
from cowork.store.proposals import ListFilter
from cowork.store.review_records import Intervention, Round, StageRun
from tests.services.test_statements import counted
from tests.world import START, World

AUTHOR, ADMIN, STRANGER = "author@northfield.example", "admin@northfield.example", "admin@rival.example"
KEY = "joint-employer-university"
DAY = timedelta(days=1)


def write(world: World, proposal: ProposalId, found: tuple[Run, ...], round_number: int = 1) -> None:
    with unit.writing() as session:
        store.write_runs(session, proposal, round_number, KEY, found)


def settled(world: World, proposal: ProposalId) -> tuple[Run, ...]:
    """Write the runs of a review as it stands, as whatever moves a review does."""
    with unit.writing() as session:
        state = proposal_store.state(session, proposal)
        assert state is not None
        review = reviewing.load(session, world.context, state)
        assert review is not None
        found = runs(review.progress, review.submission.holds, None if state.standing is Standing.IN_REVIEW else world.moment)
        store.write_runs(session, proposal, review.round.number, review.workflow.key, found)
    return found


def stored(proposal: ProposalId) -> set[tuple[object, ...]]:
    r = StageRun
    with unit.reading() as session:
        rows = session.execute(sa.select(r.round, r.stage, r.party, r.over_at, r.held_seconds).where(r.proposal == proposal))
        return {tuple(row) for row in rows}


def run(world: World, stage: str, days: float | None, party: str = "northfield", opened: int = 0) -> Run:
    """A run that opened so many days after the start, and took so many days."""
    at = START + opened * DAY
    return Run(stage, stage.title(), world.organisations[party], at, None if days is None else at + days * DAY)


def test_runs_are_written_once_changed_where_they_change_and_removed_where_they_go(world: World) -> None:
    proposal, party = world.draft(), world.organisations["northfield"]
    write(world, proposal, (run(world, "head", None), run(world, "dean", None)))
    with unit.writing() as session, counted() as sent:
        store.write_runs(session, proposal, 1, KEY, (run(world, "head", None), run(world, "dean", None)))
    assert len([s for s in sent if not s.startswith("SELECT")]) == 0, "nothing is written when nothing changed"
    with unit.writing() as session, counted() as sent:
        store.write_runs(session, proposal, 1, KEY, (run(world, "head", 2), run(world, "dean", None), run(world, "board", None)))
    assert len(sent) == 2
    assert stored(proposal) == {
        (1, "head", party, START + 2 * DAY, 0), (1, "dean", party, None, 0), (1, "board", party, None, 0),
    }  # fmt: skip
    write(world, proposal, (run(world, "head", None),))
    assert stored(proposal) == {(1, "head", party, None, 0)}
    write(world, proposal, (run(world, "head", None),), 2)
    with unit.writing() as session:
        store.end_runs(session, proposal, START + 5 * DAY)
    assert {(row[0], row[3]) for row in stored(proposal)} == {(1, START + 5 * DAY), (2, START + 5 * DAY)}


def test_a_review_leaves_the_runs_of_its_stages(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    first = settled(world, proposal)
    assert first
    assert all(one.over_at is None for one in first)
    world.pass_time(3 * DAY)
    world.approve_all(proposal)
    settled(world, proposal)
    found = stored(proposal)
    assert {row[1] for row in found} > {one.stage for one in first}
    assert all(row[3] is not None for row in found)


def test_reviews_leave_their_runs_as_they_move_end_and_are_withdrawn(world: World) -> None:
    approved, withdrawn = world.complete_draft(), world.complete_draft()
    world.submit(approved)
    assert {one.row.proposal for one in narrowed(world).waiting} == {approved}
    world.pass_time(3 * DAY)
    world.approve_all(approved)
    assert narrowed(world).waiting == ()
    assert narrowed(world).runs != ()
    world.submit(withdrawn)
    world.pass_time(DAY)
    reviews.withdraw(world.context, world.actor(AUTHOR), withdrawn)
    assert narrowed(world).waiting == ()
    assert {one.took.days for one in narrowed(world).runs if one.row.proposal == withdrawn} == {1.0}


def test_repairing_writes_the_runs_of_the_newest_round_anew(world: World) -> None:
    running, ended = world.complete_draft(), world.complete_draft()
    for proposal in (running, ended):
        world.submit(proposal)
    world.pass_time(2 * DAY)
    reviews.withdraw(world.context, world.actor(AUTHOR), ended)
    with unit.writing() as session:
        session.execute(sa.delete(StageRun))
    world.pass_time(2 * DAY)
    checks.repair(world.context)
    assert {row[3] for row in stored(running)} == {None}
    assert {row[3] for row in stored(ended)} == {START + 2 * DAY}


def narrowed(world: World, email: str = ADMIN, **more: object) -> reports.Report:
    return reports.report(world.context, world.actor(email), ReportFilter(**more))  # type: ignore[arg-type]


def test_figures_are_by_stage_and_by_party_in_working_days(world: World) -> None:
    one, other = world.draft("One"), world.draft("Other")
    write(world, one, (run(world, "head", 7), run(world, "sign", 2, "harbour"), run(world, "dean", None)))
    write(world, other, (run(world, "head", 1), run(world, "sign", 14, "harbour")))
    world.pass_time(4 * DAY)
    found = narrowed(world)
    assert [(s.title, s.done, s.running, s.median_working, s.slow_working) for s in found.stages] == [
        ("Sign", 2, 0, 6.0, 10), ("Head", 2, 0, 3.0, 5), ("Dean", 0, 1, None, None),
    ]  # fmt: skip
    assert [(s.title, s.done, s.running) for s in found.parties] == [("Harbour Analytics", 2, 0), ("Northfield University", 2, 1)]
    assert [(m.row.proposal, m.took.working_days) for m in found.waiting] == [(one, 4)]
    assert list(found.workflows) == [KEY]
    assert list(found.organisations.values()) == ["Harbour Analytics", "Northfield University"]


def test_time_on_hold_does_not_count_while_it_lasts(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    settled(world, proposal)
    actor = world.actor(ADMIN)
    with unit.writing() as session:
        round_ = session.scalars(sa.select(Round.id).where(Round.proposal == proposal)).one()
        hold = {"id": "hold", "proposal": proposal, "round": round_, "kind": "hold", "payload": {}, "by": actor.person}
        session.execute(sa.insert(Intervention).values(**hold, at=START + 2 * DAY))
    world.pass_time(30 * DAY)
    took = {(m.took.days, m.took.working_days) for m in narrowed(world).waiting}
    assert took == {(2.0, 2)}


def test_filters_narrow_and_offer_what_there_is(world: World) -> None:
    proposal = world.draft()
    write(world, proposal, (run(world, "head", 1), run(world, "dean", 1, opened=10), run(world, "sign", 1, "harbour", opened=20)))
    assert [m.row.run.stage for m in narrowed(world, first=date(2026, 3, 12)).runs] == ["sign", "dean"]
    assert [m.row.run.stage for m in narrowed(world, last=date(2026, 3, 11)).runs] == ["head"]
    assert [m.row.run.stage for m in narrowed(world, organisation=world.organisations["harbour"]).runs] == ["sign"]
    assert len(narrowed(world, organisation=world.organisations["harbour"]).organisations) == 2
    assert narrowed(world, workflow="another").runs == ()
    assert narrowed(world, kind=ProposalKind.RENEWAL).runs == ()
    assert len(narrowed(world, kind=ProposalKind.NEW, last=date.max).runs) == 3
    assert narrowed(world, organisation=OrganisationId("unknown")).runs == ()


@pytest.mark.parametrize("email", [STRANGER, "nobody@northfield.example", "admin@southgate.example", "signer@harbour.example"])
def test_whoever_may_not_read_a_proposal_learns_nothing_of_it(world: World, email: str) -> None:
    proposal = world.draft("Canary")
    write(world, proposal, (run(world, "canary", 7), run(world, "canary", None, "harbour")))
    found = narrowed(world, email)
    assert (found.stages, found.parties, found.waiting, found.runs) == ((), (), (), ())
    assert (dict(found.workflows), dict(found.organisations)) == ({}, {})
    assert reports.where(world.context, world.actor(email), ListFilter()) == ()


def test_the_report_and_the_lists_take_a_few_statements_however_much_there_is(world: World) -> None:
    for number in range(12):
        write(world, world.draft(f"Proposal {number}"), tuple(run(world, f"stage-{step}", step) for step in range(5)))
    admin = world.actor(ADMIN)
    with counted() as sent:
        reports.report(world.context, admin, ReportFilter())
    assert len(sent) == 4
    with counted() as sent:
        reports.where(world.context, admin, ListFilter())
    assert len(sent) == 2


def test_where_a_proposal_is_says_who_since_when_and_whose_court(world: World) -> None:
    running, draft = world.complete_draft(), world.draft("A draft")
    world.submit(running)
    found = {one.line.id: one for one in reports.where(world.context, world.actor(AUTHOR), ListFilter())}
    assert set(found) == {running, draft}
    assert found[draft].asked is None
    asked = found[running].asked
    assert asked is not None
    assert "Signer Of Harbour" in asked.names
    assert asked.since == START == found[running].line.asked_since
    assert "Harbour Analytics" in found[running].line.court


def test_a_forecast_rests_on_what_the_same_parties_took_in_three_rounds(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    route = reviews.route(world.context, world.actor(AUTHOR), proposal)
    stage = route.progress.turns[0].stage

    def outlook() -> object:
        with unit.reading() as session:
            state = proposal_store.state(session, proposal)
            assert state is not None
            review = reviewing.load(session, world.context, state)
            assert review is not None
            return reports.outlook(session, world.context, review.workflow, proposal, review.progress, review.seating.calendars)

    def experience() -> int:
        return getattr(outlook(), "by_experience", 0)

    assert experience() == 0
    for number in range(3):
        write(world, world.draft(f"Past {number}"), (run(world, stage, 7, "rival"),))
    assert experience() == 0, "what a stranger took says nothing"
    write(world, proposal, (run(world, stage, 7),))
    for number in range(2):
        write(world, world.draft(f"Own {number}"), (run(world, stage, 7),))
    assert experience() == 0, "two rounds are too few, and this one does not count"
    write(world, world.draft("Third"), (run(world, stage, 7),))
    assert experience() == 1

