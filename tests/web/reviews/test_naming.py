"""The page on which people are named for a stage, and what the other pages say of it."""

import re

from cowork.domain.ids import ProposalId
from tests.services.test_chains import AUTHOR, DEAN, HEAD, submitted
from tests.services.test_delegations import give
from tests.services.test_naming import BUSINESS, CHAIR, FROM, NOBODY, STAGES
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of


def begun(site: Site, stages: str = STAGES) -> ProposalId:
    with site.world() as world:
        proposal = submitted(world, stages)
        world.decide(HEAD, proposal)
        return proposal


def test_the_dean_is_led_to_the_page_and_names_people(site: Site) -> None:
    proposal, client = begun(site), site.signed_in(DEAN)
    assert f'href="/proposals/{proposal}/naming"' in seen(client.get("/"))
    review = seen(client.get(f"/proposals/{proposal}/review"))
    assert "Panel waits for you to name 2 to 3 people." in words_of(review)
    assert "Your decision" not in words_of(review)
    address = f"/proposals/{proposal}/naming"
    html = seen(client.get(address))
    assert "Name 2 to 3 people for Panel" in words_of(html)
    listed = seen(client.get(next(word for word in re.findall(r'href="([^"]+)"', html) if word.endswith("#members"))))
    assert (NOBODY in listed, 'id="members"' in listed) == (True, True)
    data = form_of(html, address)
    refused = seen(client.post(address, data={**data, "emails": NOBODY}), 422)
    assert "Name 2 to 3 people for Panel; you chose 1." in words_of(refused)
    assert NOBODY in refused
    done = client.post(address, data={**data, "emails": f"{NOBODY}\n{BUSINESS}", "reason": "They know the field."})
    assert (done.status_code, done.headers["Location"]) == (303, address)
    html = seen(client.get(address))
    assert "Nobody Of Northfield" in html
    route = words_of(seen(client.get(f"/proposals/{proposal}/route")))
    assert "Dean Of Northfield named Nobody Of Northfield for “Panel”" in route
    assert "They know the field." in route


def test_everybody_reads_for_whom_the_stage_waits(site: Site) -> None:
    proposal = begun(site)
    for page in ("route", "review"):
        assert "Waiting for the Dean to name 2 to 3 people" in words_of(seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/{page}")))


def test_who_names_nobody_is_told_so(site: Site) -> None:
    proposal, address = begun(site), ""
    address = f"/proposals/{proposal}/naming"
    for email in (AUTHOR, HEAD):
        html = words_of(seen(site.signed_in(email).get(address)))
        assert "There is nobody for you to name" in html
        assert site.signed_in(email).post(address, data={"place": "panel:panel:x"}).status_code in (400, 403)


def test_an_office_from_which_nobody_can_be_named_is_said_to_be_empty(site: Site) -> None:
    proposal = begun(site, FROM)
    html = words_of(seen(site.signed_in(DEAN).get(f"/proposals/{proposal}/naming")))
    assert "Nobody holds the office “external examiner” at Northfield University, from which they are named." in html
    assert "Ask an administrator of Northfield University to fill it, or to add people by hand." in html


def test_whoever_was_slower_reads_who_is_named_now_and_keeps_what_they_typed(site: Site) -> None:
    proposal, client = begun(site), site.signed_in(DEAN)
    address = f"/proposals/{proposal}/naming"
    data = form_of(seen(client.get(address)), address)
    assert client.post(address, data={**data, "emails": f"{NOBODY}\n{BUSINESS}"}).status_code == 303
    html = seen(client.post(address, data={**data, "emails": CHAIR, "reason": "Knows the field."}), 409)
    words = words_of(html)
    assert "It was not recordedSomebody has named people here since you opened this page." in words
    assert "What you typed" not in words
    again = form_of(html, address)
    assert len(again.getlist("seen")) == 2
    assert (again.getlist("person"), again["emails"], again["reason"]) == (again.getlist("seen"), CHAIR, "Knows the field.")
    assert client.post(address, data=again).status_code == 303
    assert "Chair Of Northfield" in seen(client.get(address))


def test_an_office_with_too_few_who_can_be_named_is_said_to_be_short(site: Site) -> None:
    proposal = begun(site, FROM.replace("external-examiner", "department-head"))
    html = seen(site.signed_in(DEAN).get(f"/proposals/{proposal}/naming"))
    assert "None of those who hold the office “Head of department” at Northfield University can be named." in words_of(html)


def test_a_deputy_reads_for_whom_they_name_people_and_so_does_everybody(site: Site) -> None:
    proposal = begun(site)
    with site.world() as world:
        give(world, DEAN, DEAN, CHAIR)
    address, client = f"/proposals/{proposal}/naming", site.signed_in(CHAIR)
    html = seen(client.get(address))
    assert "Examiners, Northfield University, for Dean Of Northfield. The stage waits for this." in words_of(html)
    assert client.post(address, data={**form_of(html, address), "emails": f"{NOBODY}\n{BUSINESS}"}).status_code == 303
    route = words_of(seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/route")))
    assert "Chair Of Northfield, for Dean Of Northfield, named Nobody Of Northfield for “Panel”" in route
    assert "for Dean Of Northfield" not in words_of(seen(site.signed_in(DEAN).get(address)))
