"""Letting another act for oneself: who may, for how long, and what follows for reviews."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.ids import DelegationId, OfficeId, PersonId
from cowork.domain.organisations import Delegation
from cowork.services import audit, checks, delegations, organisations, proposals
from cowork.store import audit as audit_store
from cowork.store import unit
from tests.world import START, World

ADMIN, DEAN, HEAD, NOBODY = (f"{who}@northfield.example" for who in ("admin", "dean", "head", "nobody"))
TODAY = START.date()


def wanted(world: World, delegator: str = DEAN, delegate: str = NOBODY, **more: object) -> Delegation:
    people = world.actor(delegator).person, world.actor(delegate).person
    return replace(Delegation(*people, None, TODAY, TODAY + timedelta(days=6), "On leave"), **more)  # type: ignore[arg-type]


def give(world: World, by: str = DEAN, delegator: str = DEAN, delegate: str = NOBODY, **more: object) -> DelegationId:
    house = world.organisations["northfield"]
    return delegations.delegate(world.context, world.actor(by), house, wanted(world, delegator, delegate, **more))


def test_a_holder_delegates_and_the_delegate_has_the_office_until_it_ends(world: World) -> None:
    dean = world.office("northfield", "dean")
    key = give(world, office=dean)
    assert world.actor(NOBODY).offices == {dean}
    delegations.revoke(world.context, world.actor(NOBODY), world.organisations["northfield"], key)
    assert world.actor(NOBODY).offices == frozenset()
    with pytest.raises(Conflict):
        delegations.revoke(world.context, world.actor(DEAN), world.organisations["northfield"], key)
    give(world)
    world.pass_time(timedelta(days=6))
    assert world.actor(NOBODY).offices == {dean}, "the last day is included"
    world.pass_time(timedelta(days=1))
    assert world.actor(NOBODY).offices == frozenset()


def test_everybody_concerned_sees_it_and_it_is_on_record(world: World) -> None:
    key = give(world, by=ADMIN)
    for email in (DEAN, NOBODY):
        lines = delegations.own(world.context, world.actor(email))
        assert [(line.id, line.delegator_name, line.reason) for line in lines] == [(key, "Dean Of Northfield", "On leave")]
    assert delegations.own(world.context, world.actor(HEAD)) == ()
    northfield = world.organisations["northfield"]
    assert [line.id for line in organisations.page(world.context, world.actor(HEAD), northfield).delegations] == [key]
    delegations.revoke(world.context, world.actor(ADMIN), northfield, key)
    assert organisations.page(world.context, world.actor(HEAD), northfield).delegations == ()
    with unit.reading() as session:
        entries = audit_store.entries(session, northfield, None, 2)
    assert [entry.kind for entry in entries] == ["delegation-revoked", "office-delegated"]
    assert "On leave" not in str(entries[1].payload), "texts stay out of the record"
    assert audit.verify(world.context).faults == ()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"delegate": DEAN}, "nobody acts for themselves"),
        ({"starts": date(2026, 3, 1)}, "today or later"),
        ({"starts": None}, "today or later"),
        ({"ends": date(2026, 3, 1)}, "not before the first"),
        ({"ends": None}, "not before the first"),
        ({"ends": TODAY + timedelta(days=366)}, "within 366 days"),
        ({"reason": "  "}, "Say why"),
        ({"reason": "x" * 501}, "at most 500 characters"),
        ({"office": OfficeId("unknown")}, "Choose an office from the list"),
        ({"delegate": "admin@rival.example"}, "Choose a member from the list who can sign in"),
        ({"delegator": NOBODY, "delegate": HEAD, "by": ADMIN}, "Nobody Of Northfield does not hold this"),
    ],
)
def test_what_cannot_be_delegated_is_explained(world: World, more: dict[str, object], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        give(world, **more)  # type: ignore[arg-type]


def test_an_office_that_the_delegator_does_not_hold_then_is_not_delegated(world: World) -> None:
    with pytest.raises(Invalid, match="does not hold this at that time"):
        give(world, office=world.office("northfield", "registry"))
    with pytest.raises(Invalid, match="Choose an office from the list"):
        give(world, office=world.office("harbour", "partner-sign-off"))
    northfield, dean = world.organisations["northfield"], world.office("northfield", "dean")
    terms = next(o.terms for o in organisations.page(world.context, world.actor(ADMIN), northfield).offices if o.id == dean)
    organisations.end_term(world.context, world.actor(ADMIN), northfield, dean, terms[0].id)
    with pytest.raises(Invalid, match="does not hold this at that time"):
        give(world, by=ADMIN)


def test_the_same_is_not_delegated_twice(world: World) -> None:
    give(world)
    with pytest.raises(Invalid, match="acts for Dean Of Northfield then already"):
        give(world, office=world.office("northfield", "dean"))
    give(world, starts=TODAY + timedelta(days=7), ends=TODAY + timedelta(days=8))
    give(world, delegate=HEAD)


def test_others_neither_delegate_nor_revoke_for_a_member(world: World) -> None:
    northfield = world.organisations["northfield"]
    with pytest.raises(Refused):
        give(world, by=HEAD)
    with pytest.raises(NotFound):
        delegations.delegate(world.context, world.actor("admin@rival.example"), northfield, wanted(world))
    key = give(world)
    with pytest.raises(Refused):
        delegations.revoke(world.context, world.actor(HEAD), northfield, key)
    for actor, house, which in (
        ("admin@rival.example", northfield, key),
        ("admin@rival.example", world.organisations["rival"], key),
        (ADMIN, northfield, DelegationId("unknown")),
    ):
        with pytest.raises(NotFound):
            delegations.revoke(world.context, world.actor(actor), house, which)
    with pytest.raises(NotFound):
        delegations.page(world.context, world.actor("admin@harbour.example"), northfield)


def test_whoever_leaves_neither_acts_nor_is_acted_for(world: World) -> None:
    northfield, dean = world.organisations["northfield"], world.office("northfield", "dean")
    give(world)
    organisations.remove_member(world.context, world.actor(ADMIN), northfield, world.actor(NOBODY).person)
    give(world, delegate=HEAD)
    assert dean in world.actor(HEAD).offices
    organisations.remove_member(world.context, world.actor(ADMIN), northfield, world.actor(DEAN).person)
    assert dean not in world.actor(HEAD).offices
    page = delegations.page(world.context, world.actor(ADMIN), northfield)
    assert all(line.revoked_at is not None for line in page.lines)


def test_a_delegate_is_asked_and_decides_for_the_holder(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    signer, harbour = world.actor("signer@harbour.example"), world.organisations["harbour"]
    admin = world.actor("admin@harbour.example")
    given = Delegation(signer.person, admin.person, None, TODAY, TODAY + timedelta(days=3), "Away")
    delegations.delegate(world.context, signer, harbour, given)
    assert checks.check(world.context)[1] == ()
    asked = proposals.my_work(world.context, world.actor("admin@harbour.example")).decisions
    assert [line.proposal.id for line in asked] == [proposal]
    world.decide("admin@harbour.example", proposal)
    assert proposals.my_work(world.context, world.actor("signer@harbour.example")).decisions == (), "it was the signer's own vote"


def test_a_delegate_who_writes_the_proposal_is_not_asked(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    signer, author = world.actor("signer@harbour.example"), world.actor("author@harbour.example")
    given = Delegation(signer.person, author.person, None, TODAY, TODAY + timedelta(days=3), "Away")
    delegations.delegate(world.context, signer, world.organisations["harbour"], given)
    assert proposals.my_work(world.context, world.actor("author@harbour.example")).decisions == ()


def test_offices_are_held_today_or_later(world: World) -> None:
    page = delegations.page(world.context, world.actor(ADMIN), world.organisations["northfield"])
    business = world.actor("business@northfield.example").person
    assert set(delegations.held_by(page.offices, business, TODAY).values()) == {"Business office", "Registry"}
    assert delegations.held_by(page.offices, PersonId("unknown"), TODAY) == {}
