"""What the store tells the evaluator of organisations: working days, terms of office and who may act for whom."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from cowork.domain.ids import OfficeId, OrganisationId
from cowork.jobs.worker import follow_calendar
from cowork.services import organisations as use_cases
from cowork.services import proposals, reviews
from cowork.services.organisations import TermCommand
from cowork.store import organisations, unit
from cowork.store.benches import sources
from cowork.store.records import ClosingDay, Delegation, OfficeTerm, Organisation
from tests.services.test_statements import counted
from tests.world import START, World

TODAY = START.date()


def delegate(world: World, delegator: str, to: str, office: OfficeId | None = None, **more: object) -> None:
    """A row as it is kept, without the rules of the use case."""
    values = {
        "id": world.context.new_id(), "organisation": world.organisations["northfield"], "office": office,
        "delegator": world.actor(delegator).person, "delegate": world.actor(to).person, "starts": TODAY, "ends": TODAY + timedelta(days=3),
        "created_by": world.actor(delegator).person, "created_at": START,
    }  # fmt: skip
    with unit.writing() as session:
        session.execute(sa.insert(Delegation).values(**{**values, **more}))


def test_calendars_of_several_organisations_come_in_one_statement(world: World) -> None:
    northfield, harbour = world.organisations["northfield"], world.organisations["harbour"]
    with unit.writing() as session:
        days = [{"organisation": northfield, "day": date(2026, 12, day), "title": "Christmas"} for day in (24, 25)]
        session.execute(sa.insert(ClosingDay), days)
        session.execute(sa.update(Organisation).where(Organisation.id == harbour).values(closed_weekdays="4,5", zone="Asia/Dubai"))
    with unit.reading() as session, counted() as sent:
        found = organisations.calendars(session, frozenset({northfield, harbour, OrganisationId("unknown")}))
    assert len(sent) == 1
    assert set(found) == {northfield, harbour}
    assert found[northfield].closed_days == {date(2026, 12, 24), date(2026, 12, 25)}
    assert found[northfield].closed_weekdays == {5, 6}
    assert (found[harbour].closed_weekdays, found[harbour].zone) == (frozenset({4, 5}), "Asia/Dubai")


def test_every_term_is_told_with_the_moments_between_which_it_counts(world: World) -> None:
    northfield, admin = world.organisations["northfield"], world.actor("admin@northfield.example")
    office, head = world.office("northfield", "dean"), world.actor("head@northfield.example").person
    use_cases.start_term(world.context, admin, northfield, TermCommand(office, head, date(2026, 7, 1), date(2026, 10, 25)))
    empty = use_cases.add_office(world.context, admin, northfield, "registrar", "Registrar")
    dean = next(o for o in use_cases.page(world.context, admin, northfield).offices if o.id == office).terms[0]
    use_cases.end_term(world.context, admin, northfield, office, dean.id)
    with unit.reading() as session, counted() as sent:
        found = sources(session, {northfield}, {"dean", "registrar", "unheard-of"}, (), START).terms
    assert len(sent) == 1
    ended, coming, nobody = sorted(found, key=lambda term: (term.kind, term.starts or TODAY))
    assert (ended.person, ended.active, ended.role) == (dean.person, True, "member")
    assert ended.until == START, "what was decided earlier that day still counts"
    # Dublin is an hour ahead of UTC in July, and puts its clocks back on 25 October.
    assert coming.since == datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    assert coming.until == datetime(2026, 10, 26, 0, 0, tzinfo=UTC)
    assert (nobody.office, nobody.person, nobody.since, nobody.until) == (empty, None, None, None)


def test_a_term_that_began_today_and_ends_by_hand_stays_on_record(world: World) -> None:
    northfield, admin = world.organisations["northfield"], world.actor("admin@northfield.example")
    office, head = world.office("northfield", "dean"), world.actor("head@northfield.example")
    use_cases.start_term(world.context, admin, northfield, TermCommand(office, head.person, TODAY, None))
    assert office in world.actor("head@northfield.example").offices
    world.pass_time()
    terms = next(o for o in use_cases.page(world.context, admin, northfield).offices if o.id == office).terms
    use_cases.end_term(world.context, admin, northfield, office, next(t.id for t in terms if t.person == head.person))
    assert office not in world.actor("head@northfield.example").offices
    with unit.reading() as session:
        found = sources(session, {northfield}, {"dean"}, (), START).terms
    held = next(term for term in found if term.person == head.person)
    assert held.until == world.moment
    use_cases.start_term(world.context, admin, northfield, TermCommand(office, head.person, TODAY, None))
    assert office in world.actor("head@northfield.example").offices, "it can begin anew on the same day"


def test_deputies_are_told_while_the_delegation_runs(world: World) -> None:
    northfield, dean = world.organisations["northfield"], world.office("northfield", "dean")
    delegate(world, "dean@northfield.example", "nobody@northfield.example", dean)
    delegate(world, "head@northfield.example", "nobody@northfield.example")
    delegate(world, "dean@northfield.example", "third@northfield.example", dean, revoked_at=START)
    delegate(world, "dean@northfield.example", "third@northfield.example", starts=TODAY + timedelta(days=1))
    with unit.reading() as session, counted() as sent:
        found = sources(session, {northfield}, (), (), START).deputies
    assert len(sent) == 1
    nobody = world.actor("nobody@northfield.example").person
    assert {(one.delegator, one.delegate, one.office) for one in found} == {
        (world.actor("dean@northfield.example").person, nobody, dean),
        (world.actor("head@northfield.example").person, nobody, None),
    }
    with unit.reading() as session:
        later = sources(session, {northfield}, (), (), START + timedelta(days=3)).deputies
        assert {one.name for one in later} == {"Nobody Of Northfield", "Third Of Northfield"}
        assert sources(session, {northfield}, (), (), START + timedelta(days=4)).deputies == ()


def test_delegated_offices_count_as_the_delegates_own_while_it_runs(world: World) -> None:
    dean, committee = world.office("northfield", "dean"), world.office("northfield", "curriculum-committee")
    delegate(world, "business@northfield.example", "chair@northfield.example")
    delegate(world, "dean@northfield.example", "chair@northfield.example", dean)
    business = {world.office("northfield", "business-office"), world.office("northfield", "registry")}
    with counted() as sent:
        actor = world.actor("chair@northfield.example")
    assert len(sent) == 2, "credentials and the actor, whatever is delegated"
    assert actor.offices == {committee, dean, *business}
    world.pass_time(timedelta(days=4))
    assert world.actor("chair@northfield.example").offices == {committee}


def test_what_a_delegate_was_given_is_not_passed_on(world: World) -> None:
    dean = world.office("northfield", "dean")
    delegate(world, "dean@northfield.example", "head@northfield.example", dean)
    delegate(world, "head@northfield.example", "nobody@northfield.example")
    assert dean in world.actor("head@northfield.example").offices
    assert world.actor("nobody@northfield.example").offices == {world.office("northfield", "department-head")}


def test_a_delegation_of_one_organisation_gives_no_office_of_another(world: World) -> None:
    dean, southgate = world.actor("admin@southgate.example"), world.organisations["southgate"]
    northfield = world.organisations["northfield"]
    use_cases.bootstrap_member(world.context, northfield, dean.person, admin=False)
    nobody = world.actor("nobody@northfield.example").person
    use_cases.bootstrap_member(world.context, southgate, nobody, admin=False)
    delegate(world, "admin@southgate.example", "nobody@northfield.example")
    assert world.actor("nobody@northfield.example").offices == frozenset()


@pytest.mark.parametrize(("zone", "begins"), [("Pacific/Auckland", -13), ("America/New_York", 4), ("Etc/GMT+12", 12)])
def test_a_delegation_begins_and_ends_with_the_days_of_the_organisation(world: World, zone: str, begins: int) -> None:
    northfield, dean = world.organisations["northfield"], world.office("northfield", "dean")
    with unit.writing() as session:
        session.execute(sa.update(Organisation).where(Organisation.id == northfield).values(zone=zone))
    day = TODAY + timedelta(days=10)
    delegate(world, "dean@northfield.example", "nobody@northfield.example", dean, starts=day, ends=day)
    first = datetime.combine(day, time(), UTC) + timedelta(hours=begins)

    def asked(moment: datetime) -> tuple[bool, bool]:
        world.pass_time(moment - world.moment)
        with unit.reading() as session:
            deputies = sources(session, {northfield}, (), (), moment).deputies
        return dean in world.actor("nobody@northfield.example").offices, len(deputies) == 1

    minute = timedelta(minutes=1)
    told = [asked(moment) for moment in (first - minute, first, first + timedelta(days=1) - minute, first + timedelta(days=1))]
    assert told == [(False, False), (True, True), (True, True), (False, False)]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Etc/GMT+12"])
def test_a_term_that_is_named_without_end_harms_no_review(world: World, zone: str) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    northfield, admin = world.organisations["northfield"], world.actor("admin@northfield.example")
    office, person = world.office("northfield", "partner-lead"), world.actor("nobody@northfield.example").person
    with unit.writing() as session:
        session.execute(sa.update(Organisation).where(Organisation.id == northfield).values(zone=zone))
    use_cases.start_term(world.context, admin, northfield, TermCommand(office, person, TODAY, None))
    with unit.writing() as session:
        session.execute(sa.update(OfficeTerm).where(OfficeTerm.person == person).values(starts=date.min, ends=date.max))
    with unit.reading() as session:
        term = next(t for t in sources(session, {northfield}, {"partner-lead"}, (), START).terms if t.person == person)
    assert term.since is not None
    assert term.until is not None
    assert term.since < START < term.until
    assert len(reviews.page(world.context, world.actor("nobody@northfield.example"), proposal).turns) == 1


@pytest.mark.parametrize(
    ("zone", "days", "hours"),
    [
        ("Asia/Tokyo", (date(2026, 3, 3), None), 8),  # it is 17:00 on Monday at Greenwich, and 02:00 on Tuesday in Tokyo
        ("Etc/GMT+12", (date(2026, 3, 1), date(2026, 3, 2)), 20),  # 05:00 on Tuesday at Greenwich, and 17:00 on Monday there
    ],
)
def test_whoever_is_asked_by_the_day_of_their_own_place_can_decide_then(
    world: World, zone: str, days: tuple[date, date | None], hours: int
) -> None:
    northfield, admin = world.organisations["northfield"], world.actor("admin@northfield.example")
    office, person = world.office("northfield", "partner-lead"), world.actor("nobody@northfield.example").person
    with unit.writing() as session:
        session.execute(sa.update(Organisation).where(Organisation.id == northfield).values(zone=zone))
    use_cases.start_term(world.context, admin, northfield, TermCommand(office, person, *days))
    proposal = world.complete_draft()
    world.submit(proposal)
    world.moment = START + timedelta(hours=hours)
    world.work()
    follow_calendar(world.context)
    assert office in world.actor("nobody@northfield.example").offices
    assert [line.proposal.id for line in proposals.my_work(world.context, world.actor("nobody@northfield.example")).decisions] == [proposal]
    world.decide("nobody@northfield.example", proposal)
    # The term runs there, so it is ended and kept, neither over already nor never begun.
    page = use_cases.page(world.context, admin, northfield)
    assert page.today == (days[1] or days[0])
    term = next(t for o in page.offices if o.id == office for t in o.terms if t.person == person)
    use_cases.end_term(world.context, admin, northfield, office, term.id)
    assert office not in world.actor("nobody@northfield.example").offices
    page = use_cases.page(world.context, admin, northfield)
    assert [t.ended_at for o in page.offices if o.id == office for t in o.terms if t.person == person] == [world.moment]
