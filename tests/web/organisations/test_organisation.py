"""An organisation's page, and what its administrators change."""

import re
from datetime import timedelta

import pytest

from cowork.services import organisations
from tests.web.conftest import Site, seen, sign_in, without_token

ADMIN, AUTHOR, HEAD, STRANGER = "admin@northfield.example", "author@northfield.example", "head@northfield.example", "admin@rival.example"


def house_of(site: Site, slug: str = "northfield") -> str:
    with site.world() as world:
        return f"/organisations/{world.organisations[slug]}"


def person_of(site: Site, email: str) -> str:
    with site.world() as world:
        return world.actor(email).person


def office_of(site: Site, kind: str, slug: str = "northfield") -> str:
    with site.world() as world:
        return world.office(slug, kind)


def test_a_member_of_one_organisation_is_led_to_it(site: Site) -> None:
    assert site.signed_in(AUTHOR).get("/organisations").headers["Location"] == house_of(site)


def test_a_member_of_several_chooses_and_a_member_of_none_is_told_what_to_do(site: Site) -> None:
    with site.world() as world:
        person = world.actor(AUTHOR).person
        organisations.bootstrap_member(world.context, world.organisations["southgate"], person, admin=False)
    html = seen(site.signed_in(AUTHOR).get("/organisations"))
    assert "Southgate College" in html
    assert "Northfield University" in html
    with site.world() as world:
        for slug in ("northfield", "southgate"):
            admin = world.actor(f"admin@{slug}.example")
            organisations.remove_member(world.context, admin, world.organisations[slug], person)
    assert "You belong to no organisation yet" in seen(site.signed_in(AUTHOR).get("/organisations"))


def test_members_see_people_and_offices_but_no_forms(site: Site) -> None:
    html = seen(site.signed_in(AUTHOR).get(house_of(site)))
    for words in ("Head of department", "Head Of Northfield", "Administrator"):
        assert words in html
    assert "Add a member" not in html
    assert "Create an office" not in html


def test_administrators_find_every_form(site: Site) -> None:
    client, house = site.signed_in(ADMIN), house_of(site)
    assert "Add a member" in seen(client.get(house))
    seen(client.get(f"{house}/members/{person_of(site, HEAD)}"))
    office = seen(client.get(f"{house}/offices/{office_of(site, 'dean')}"))
    assert "Name a holder" in office
    assert "from Thu 1 Jan 2026 until further notice" in office


def test_a_new_member_gets_a_password_that_is_shown_once(site: Site) -> None:
    client, house = site.signed_in(ADMIN), house_of(site)
    data = {"email": "New.Person@northfield.example", "name": "New Person", "position": "Lecturer"}
    html = seen(client.post(f"{house}/members", data=data))
    found = re.search(r'id="first-password">([^<]+)<', html)
    assert found is not None
    assert sign_in(site.client(), "new.person@northfield.example", found[1]).status_code == 303
    page = seen(client.get(house))
    assert "New Person" in page
    assert found[1] not in page
    assert "member already" in seen(client.post(f"{house}/members", data=data), 422)


def test_somebody_with_an_account_keeps_it(site: Site) -> None:
    client, house = site.signed_in(ADMIN), house_of(site)
    answer = client.post(f"{house}/members", data={"email": STRANGER, "name": "Whoever"})
    assert answer.status_code == 303
    assert "had an account already" in seen(client.get(house))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"email": "", "name": ""}, "Give the person’s e-mail address."),
        ({"email": "nonsense", "name": "A"}, "such as name@example.org"),
        ({"email": "a@b.example", "name": "x" * 300}, "at most 200 characters"),
        ({"email": "a b@c.example", "name": "A"}, "such as name@example.org"),
    ],
)
def test_a_member_that_cannot_be_added_is_explained(site: Site, data: dict[str, str], words: str) -> None:
    html = seen(site.signed_in(ADMIN).post(f"{house_of(site)}/members", data=data), 422)
    assert words in html
    assert f'value="{data["email"]}"' in html


def test_a_member_is_changed_and_removed(site: Site) -> None:
    client, house = site.signed_in(ADMIN), house_of(site)
    one = f"{house}/members/{person_of(site, HEAD)}"
    assert client.post(one, data={"position": "Professor", "admin": "y"}).status_code == 303
    assert "Professor" in seen(client.get(house))
    assert client.post(one, data={"remove": "1"}).status_code == 303
    seen(client.get(one), 404)
    assert "Nobody holds it" in seen(client.get(house))


def test_the_only_administrator_stays(site: Site) -> None:
    client = site.signed_in(ADMIN)
    one = f"{house_of(site)}/members/{person_of(site, ADMIN)}"
    for data in ({"remove": "1"}, {"position": "Rector"}):
        assert "the only administrator" in seen(client.post(one, data=data), 422)


def test_an_office_is_created_and_filled_and_a_term_ends(site: Site) -> None:
    client, house = site.signed_in(ADMIN), house_of(site)
    created = client.post(f"{house}/offices", data={"kind": "academic-board", "title": ""})
    office = created.headers["Location"]
    assert "Academic board" in seen(client.get(office))
    head = person_of(site, HEAD)
    assert client.post(office, data={"person": head, "starts": "2026-03-01", "ends": ""}).status_code == 303
    page = seen(client.get(office))
    assert "from Sun 1 Mar 2026 until further notice" in page
    term = re.search(rf'{office}/terms/(\w+)', page)
    assert term is not None
    asked = seen(client.get(term[0]))
    assert "End the term of" in asked
    assert client.post(term[0]).headers["Location"] == office
    page = seen(client.get(office))
    assert "Nobody holds this office" in page
    assert "until Sun 1 Mar 2026" in page
    seen(client.post(term[0]), 409)
    seen(client.get(term[0]), 404)


def test_a_coming_term_is_taken_back(site: Site) -> None:
    client, office = site.signed_in(ADMIN), f"{house_of(site)}/offices/{office_of(site, 'dean')}"
    assert client.post(office, data={"person": person_of(site, HEAD), "starts": "2026-09-01", "ends": "2027-08-31"}).status_code == 303
    page = seen(client.get(office))
    assert "Coming" in page
    term = re.findall(rf'{office}/terms/(\w+)', page)[-1]
    assert "has not begun" in seen(client.get(f"{office}/terms/{term}"))
    client.post(f"{office}/terms/{term}")
    assert "Coming" not in seen(client.get(office))


def test_a_holder_is_made_the_chair_and_lists_say_so(site: Site) -> None:
    client, house = site.signed_in(ADMIN), house_of(site)
    office = f"{house}/offices/{office_of(site, 'curriculum-committee')}"
    terms = re.findall(rf"{office}/terms/(\w+)", seen(client.get(office)))
    assert "Decides when the others are evenly split" in seen(client.get(f"{office}/terms/{terms[0]}"))
    assert client.post(f"{office}/terms/{terms[1]}", data={"role": "chair"}).headers["Location"] == office
    page = seen(client.get(office))
    assert re.findall(rf"{office}/terms/(\w+)", page)[0] == terms[1], "the chair stands first"
    assert '>Chair</span>' in page
    page = seen(client.get(house))
    assert "chair; " in page
    assert "(chair)" in page, "beside the member's name too"
    refused = seen(client.post(f"{office}/terms/{terms[0]}", data={"role": "chair"}), 422)
    assert "chairs the office at that time" in refused
    data = {"person": person_of(site, HEAD), "starts": "2026-03-01", "ends": "", "role": "secretary"}
    assert client.post(office, data=data).status_code == 303
    assert '>Secretary</span>' in seen(client.get(office))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"person": "", "starts": "2026-03-01"}, "Choose a member."),
        ({"person": "unknown", "starts": "2026-03-01"}, "Not a valid choice"),
        ({"starts": "yesterday"}, "Not a valid date value"),
        ({"starts": ""}, "Give the first day."),
        ({"starts": "2026-03-01", "ends": "2026-02-01"}, "ends before it starts"),
        ({"starts": "2026-03-01", "ends": "x"}, "Not a valid date value"),
        ({"starts": "99999-03-01"}, "Not a valid date value"),
    ],
)
def test_a_term_that_cannot_be_is_explained(site: Site, data: dict[str, str], words: str) -> None:
    data = {"person": person_of(site, HEAD), "ends": "", **data}
    html = seen(site.signed_in(ADMIN).post(f"{house_of(site)}/offices/{office_of(site, 'dean')}", data=data), 422)
    assert words in html


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "", "title": "Board"}, "Choose a kind from the list"),
        ({"kind": "No Spaces", "title": "Board"}, "lower-case letters and hyphens"),
        ({"kind": "dean", "title": ""}, "exists already"),
        ({"kind": "a-b", "title": ""}, "Give the office a title"),
        ({"kind": "a-b", "title": "x" * 200}, "at most 120 characters"),
    ],
)
def test_an_office_that_cannot_be_is_explained(site: Site, data: dict[str, str], words: str) -> None:
    assert words in seen(site.signed_in(ADMIN).post(f"{house_of(site)}/offices", data=data), 422)


def test_others_get_the_answer_of_an_unknown_organisation(site: Site) -> None:
    house, unknown = house_of(site), "/organisations/unknown"
    dean, head = office_of(site, "dean"), person_of(site, HEAD)
    client = site.signed_in(STRANGER)
    for path in ("", f"/members/{head}", f"/offices/{dean}", f"/offices/{dean}/terms/x"):
        assert without_token(seen(client.get(house + path), 404)) == without_token(seen(client.get(unknown + path), 404))
    for path in ("/members", f"/members/{head}", "/offices", f"/offices/{dean}", f"/offices/{dean}/terms/x"):
        assert client.post(house + path, data={"email": "bad"}).status_code == 404
        assert client.post(unknown + path, data={"email": "bad"}).status_code == 404


def test_members_who_do_not_administer_are_refused(site: Site) -> None:
    house, dean, head = house_of(site), office_of(site, "dean"), person_of(site, HEAD)
    client = site.signed_in(AUTHOR)
    for path in ("/members", f"/members/{head}", "/offices", f"/offices/{dean}", f"/offices/{dean}/terms/x"):
        seen(client.post(house + path, data={"email": "x"}), 403)
    assert "Add a member" not in seen(client.get(house))
    assert "<form" not in seen(client.get(f"{house}/members/{head}")).split("<main")[1].split("</main>")[0]


def test_foreign_parts_under_an_own_organisation_are_not_found(site: Site) -> None:
    house, foreign = house_of(site), office_of(site, "partner-sign-off", "rival")
    stranger = person_of(site, STRANGER)
    client = site.signed_in(ADMIN)
    for path in (f"/offices/{foreign}", f"/members/{stranger}", f"/offices/{office_of(site, 'dean')}/terms/unknown"):
        seen(client.get(house + path), 404)
        assert client.post(house + path, data={"remove": "1"}).status_code in (404, 422)
    with site.world() as world:
        admin = world.actor(STRANGER)
        assert organisations.page(world.context, admin, world.organisations["rival"]).offices[0].terms
        world.pass_time(timedelta(days=1))
