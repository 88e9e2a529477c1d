"""Signing in, sessions, members and offices."""

from datetime import date, timedelta

import pytest

from cowork.domain.errors import Invalid, NotFound, Refused, TooMany
from cowork.services import checks, identity, organisations, proposals, reviews
from cowork.services.identity import SignInCommand
from cowork.services.organisations import MemberCommand, TermCommand
from cowork.store.proposals import ListFilter
from tests.world import PASSWORD, World

ADMIN = "admin@northfield.example"


def sign_in(world: World, email: str = ADMIN, password: str = PASSWORD) -> str:
    return identity.sign_in(world.context, SignInCommand(email, password, "192.0.2.1", "test"))


def test_a_session_ends_after_twelve_hours_and_when_idle(world: World) -> None:
    token = sign_in(world)
    assert identity.current(world.context, token) is not None
    for _ in range(12):
        world.pass_time(timedelta(minutes=59))
        assert identity.current(world.context, token) is not None
    world.pass_time(timedelta(minutes=15))
    assert identity.current(world.context, token) is None
    token = sign_in(world)
    world.pass_time(timedelta(hours=2, minutes=1))
    assert identity.current(world.context, token) is None


def test_unknown_accounts_and_wrong_passwords_read_the_same_and_are_limited(world: World) -> None:
    with pytest.raises(Invalid) as unknown:
        sign_in(world, "nobody@nowhere.example", PASSWORD)
    with pytest.raises(Invalid) as wrong:
        sign_in(world, ADMIN, "another password")
    assert str(unknown.value) == str(wrong.value)
    for _ in range(8):
        with pytest.raises(Invalid):
            sign_in(world, ADMIN, "another password")
    with pytest.raises(TooMany):
        sign_in(world)
    world.pass_time(timedelta(minutes=6))
    assert sign_in(world)


def test_a_new_password_ends_the_other_sessions(world: World) -> None:
    first, second = sign_in(world), sign_in(world)
    identity.change_password(world.context, world.actor(ADMIN), first, PASSWORD, "quite another long sentence")
    assert identity.current(world.context, first) is not None
    assert identity.current(world.context, second) is None


@pytest.mark.parametrize("password", ["short", "password1234", ADMIN, "aaaaaaaaaaaaaaa"])
def test_a_password_that_is_easy_to_guess_is_refused(world: World, password: str) -> None:
    with pytest.raises(Invalid):
        identity.change_password(world.context, world.actor(ADMIN), sign_in(world), PASSWORD, password)


def test_a_deactivated_person_is_out_at_once(world: World) -> None:
    token = sign_in(world)
    identity.set_active(world.context, ADMIN, False)
    assert identity.current(world.context, token) is None
    with pytest.raises(Invalid):
        sign_in(world)


def test_only_administrators_change_an_organisation_and_others_do_not_see_it(world: World) -> None:
    northfield = world.organisations["northfield"]
    command = MemberCommand("new@northfield.example", "New Person", "Lecturer", False)
    with pytest.raises(Refused):
        organisations.add_member(world.context, world.actor("author@northfield.example"), northfield, command)
    with pytest.raises(NotFound):
        organisations.page(world.context, world.actor("admin@rival.example"), northfield)
    added = organisations.add_member(world.context, world.actor(ADMIN), northfield, command)
    assert added.password is not None
    assert identity.sign_in(world.context, SignInCommand("new@northfield.example", added.password, "192.0.2.2", "test"))


def test_the_last_administrator_stays(world: World) -> None:
    northfield, admin = world.organisations["northfield"], world.actor(ADMIN)
    with pytest.raises(Invalid, match="only administrator"):
        organisations.remove_member(world.context, admin, northfield, admin.person)
    with pytest.raises(Invalid, match="only administrator"):
        organisations.change_member(world.context, admin, northfield, admin.person, admin=False, position="")


def test_who_is_asked_follows_the_offices(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    releaser = world.actor("release@northfield.example")
    assert len(reviews.page(world.context, releaser, proposal).turns) == 1
    northfield, admin = world.organisations["northfield"], world.actor(ADMIN)
    office = world.office("northfield", "partner-lead")
    successor = world.actor("nobody@northfield.example")
    organisations.start_term(world.context, admin, northfield, TermCommand(office, successor.person, date(2026, 3, 1), None))
    page = organisations.page(world.context, admin, northfield)
    term = next(t for o in page.offices if o.id == office for t in o.terms if t.person == releaser.person)
    organisations.end_term(world.context, admin, northfield, office, term.id)
    assert len(proposals.my_work(world.context, world.actor("nobody@northfield.example")).decisions) == 1
    with pytest.raises(NotFound):
        reviews.page(world.context, world.actor("release@northfield.example"), proposal)


def test_a_member_who_leaves_loses_the_proposals(world: World) -> None:
    proposal = world.draft()
    harbour, admin = world.organisations["harbour"], world.actor("admin@harbour.example")
    leaver = world.actor("author@harbour.example")
    assert len(proposals.listing(world.context, leaver, ListFilter()).lines) == 1
    organisations.remove_member(world.context, admin, harbour, leaver.person)
    left = world.actor("author@harbour.example")
    assert proposals.listing(world.context, left, ListFilter()).lines == ()
    with pytest.raises(NotFound):
        proposals.case(world.context, left, proposal)


def test_whoever_is_shut_out_is_no_longer_asked_to_decide(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    case = proposals.case(world.context, world.actor(ADMIN), proposal)
    identity.set_active(world.context, "release@northfield.example", False)
    assert proposals.case(world.context, world.actor(ADMIN), proposal).state.sentence != case.state.sentence
    assert checks.check(world.context)[1] == ()
    identity.set_active(world.context, "release@northfield.example", True)
    assert proposals.case(world.context, world.actor(ADMIN), proposal).state.sentence == case.state.sentence


def test_a_session_that_was_idle_too_long_is_not_listed(world: World) -> None:
    identity.sign_in(world.context, SignInCommand(ADMIN, PASSWORD, "192.0.2.9", "test"))
    admin = world.actor(ADMIN)
    assert len(identity.sessions(world.context, admin)) == 1
    world.pass_time(identity.IDLE_LIMIT + timedelta(minutes=1))
    assert identity.sessions(world.context, admin) == []
