"""What a member is in an office: member, chair or secretary."""

from datetime import date

import pytest

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.services import organisations
from cowork.services.organisations import TermCommand
from cowork.store import audit, unit
from cowork.store.organisations import Term
from tests.world import World

ADMIN = "admin@northfield.example"


def committee(world: World) -> dict[str, Term]:
    """The terms of the curriculum committee by the holder's first word."""
    page = organisations.page(world.context, world.actor(ADMIN), world.organisations["northfield"])
    terms = next(office.terms for office in page.offices if office.kind == "curriculum-committee")
    return {term.name.split()[0]: term for term in terms}


def test_an_office_has_one_chair_at_a_time(world: World) -> None:
    northfield, admin, office = world.organisations["northfield"], world.actor(ADMIN), world.office("northfield", "curriculum-committee")
    terms = committee(world)
    organisations.change_role(world.context, admin, northfield, office, terms["Chair"].id, "chair")
    organisations.change_role(world.context, admin, northfield, office, terms["Third"].id, "secretary")
    with pytest.raises(Invalid, match="Chair Of Northfield chairs the office at that time"):
        organisations.change_role(world.context, admin, northfield, office, terms["Member"].id, "chair")
    dean = world.actor("dean@northfield.example").person
    with pytest.raises(Invalid, match="an office has one chair"):
        organisations.start_term(world.context, admin, northfield, TermCommand(office, dean, date(2026, 5, 1), None, "chair"))
    organisations.change_role(world.context, admin, northfield, office, terms["Chair"].id, "member")
    organisations.start_term(world.context, admin, northfield, TermCommand(office, dean, date(2026, 5, 1), None, "chair"))
    with pytest.raises(Invalid, match="Dean Of Northfield chairs"):
        organisations.change_role(world.context, admin, northfield, office, terms["Chair"].id, "chair")
    assert {name: term.role for name, term in committee(world).items()} == {
        "Chair": "member", "Member": "member", "Third": "secretary", "Dean": "chair",
    }  # fmt: skip


def test_a_chair_can_follow_another(world: World) -> None:
    northfield, admin = world.organisations["northfield"], world.actor(ADMIN)
    office = organisations.add_office(world.context, admin, northfield, "school-board", "")
    head, dean = (world.actor(f"{who}@northfield.example").person for who in ("head", "dean"))
    organisations.start_term(world.context, admin, northfield, TermCommand(office, head, date(2026, 1, 1), date(2026, 6, 30), "chair"))
    organisations.start_term(world.context, admin, northfield, TermCommand(office, dean, date(2026, 7, 1), None, "chair"))
    with pytest.raises(Invalid, match="one chair"):
        organisations.start_term(world.context, admin, northfield, TermCommand(office, admin.person, date(2026, 6, 30), None, "chair"))


def test_a_role_is_on_record_and_nobody_else_gives_one(world: World) -> None:
    northfield, office = world.organisations["northfield"], world.office("northfield", "curriculum-committee")
    admin, term = world.actor(ADMIN), committee(world)["Third"]
    for email, error in (("third@northfield.example", Refused), ("admin@rival.example", NotFound)):
        with pytest.raises(error):
            organisations.change_role(world.context, world.actor(email), northfield, office, term.id, "chair")
    with pytest.raises(NotFound):
        organisations.change_role(world.context, admin, northfield, world.office("northfield", "dean"), term.id, "chair")
    with pytest.raises(Invalid, match="Choose a role"):
        organisations.change_role(world.context, admin, northfield, office, term.id, "king")
    for _ in range(2):
        organisations.change_role(world.context, admin, northfield, office, term.id, "secretary")
    with unit.reading() as session:
        kinds = [(e.kind, e.payload) for e in audit.entries(session, northfield, None, 3)]
    assert kinds[0] == ("office-role-changed", {"office": office, "person": term.person, "role": "secretary"})
    assert kinds[1][0] != "office-role-changed", "what changes nothing is not kept"
    organisations.end_term(world.context, admin, northfield, office, term.id)
    with pytest.raises(Conflict):
        organisations.change_role(world.context, admin, northfield, office, term.id, "member")
