"""The pages of delegations."""

import re

from tests.web.conftest import Site, seen
from tests.web.organisations.test_organisation import ADMIN, AUTHOR, HEAD, STRANGER, house_of, office_of, person_of

DEAN, NOBODY = "dean@northfield.example", "nobody@northfield.example"


def data_of(site: Site, **more: str) -> dict[str, str]:
    people = {"delegator": person_of(site, DEAN), "delegate": person_of(site, NOBODY)}
    return {**people, "office": "all", "starts": "2026-03-02", "ends": "2026-03-10", "reason": "Conference in Kraków", **more}


def test_a_holder_delegates_sees_it_on_both_pages_and_ends_it(site: Site) -> None:
    client, house = site.signed_in(DEAN), house_of(site)
    assert "Nothing is delegated" in seen(client.get(f"{house}/delegations"))
    assert "Nothing is delegated" in seen(client.get("/account/delegations"))
    answer = client.post(f"{house}/delegations", data=data_of(site, office=office_of(site, "dean")))
    assert answer.headers["Location"] == f"{house}/delegations"
    page = seen(client.get(f"{house}/delegations"))
    assert "Nobody Of Northfield for Dean Of Northfield" in page
    assert "Dean, Mon 2 Mar 2026 to Tue 10 Mar 2026" in page
    assert "Conference in Kraków" in page
    assert "Nobody Of Northfield acts for Dean Of Northfield as Dean from Mon 2 Mar 2026" in seen(client.get(house))
    account = seen(site.signed_in(NOBODY).get("/account/delegations"))
    ending = re.search(rf"{house}/delegations/\w+/revoke", account)
    assert ending is not None
    assert site.signed_in(NOBODY).post(ending[0], data={"next": "/account/delegations"}).headers["Location"] == "/account/delegations"
    assert "Revoked" in seen(client.get("/account/delegations"))
    seen(client.post(ending[0]), 409)


def test_the_reason_is_for_those_concerned(site: Site) -> None:
    house = house_of(site)
    site.signed_in(DEAN).post(f"{house}/delegations", data=data_of(site))
    assert "Kraków" in seen(site.signed_in(ADMIN).get(f"{house}/delegations"))
    page = seen(site.signed_in(HEAD).get(f"{house}/delegations"))
    assert "Nobody Of Northfield for Dean Of Northfield" in page
    assert "Kraków" not in page
    assert "End now" not in page


def test_a_member_without_an_office_has_nothing_to_delegate(site: Site) -> None:
    assert "You hold no office here" in seen(site.signed_in(AUTHOR).get(f"{house_of(site)}/delegations"))


def test_what_cannot_be_delegated_is_explained_and_kept(site: Site) -> None:
    client, house = site.signed_in(DEAN), house_of(site)
    page = seen(client.post(f"{house}/delegations", data=data_of(site, starts="2026-02-01")), 422)
    assert "Give a first day: today or later." in page
    assert "Conference in Kraków</textarea>" in page
    assert "Choose who acts." in seen(client.post(f"{house}/delegations", data=data_of(site, delegate="")), 422)
    seen(client.post(f"{house}/delegations", data=data_of(site, delegator=person_of(site, HEAD))), 422)


def test_strangers_find_nothing(site: Site) -> None:
    house = house_of(site)
    site.signed_in(DEAN).post(f"{house}/delegations", data=data_of(site))
    page = seen(site.signed_in(DEAN).get(f"{house}/delegations"))
    ending = re.search(rf"{house}/delegations/\w+/revoke", page)
    assert ending is not None
    client = site.signed_in(STRANGER)
    seen(client.get(f"{house}/delegations"), 404)
    seen(client.post(f"{house}/delegations", data=data_of(site)), 404)
    seen(client.post(ending[0]), 404)
    seen(site.signed_in(HEAD).post(ending[0]), 403)
