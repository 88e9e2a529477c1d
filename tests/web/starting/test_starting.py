"""Templates, copies, what is similar, and later changes of a template, as pages."""

import re

import pytest
from werkzeug.datastructures import MultiDict

from cowork.domain.templates import Details
from cowork.services import templates
from tests.services.test_live import Writer
from tests.services.test_outlines import filled
from tests.services.test_pulling import adopted, change
from tests.services.test_similar import OTHER
from tests.services.test_templates import ADMIN, DETAILS, RIVAL, UNIVERSITY, published
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of
from tests.web.proposals.test_people import start_data

AUTHOR, PARTNER = "author@northfield.example", "author@harbour.example"


def test_templates_are_found_looked_at_and_started_from(site: Site) -> None:
    with site.world() as world:
        key = published(world)
    client = site.signed_in(AUTHOR)
    assert "Start from a template" in seen(client.get("/proposals/new"))
    html = seen(client.get("/templates"))
    assert DETAILS.title in html
    assert "Telehealth in practice" in html
    assert "No template fits" in seen(client.get("/templates?q=zzz"))
    assert "Harbour Analytics" in seen(client.get(f"/templates/{key}"))
    page = seen(client.get(f"/proposals/new?from=template:{key}"))
    assert "You start from" in page
    assert "know that we started" in page
    form = form_of(page, "/proposals/new")
    assert form["from"] == f"template:{key}"
    made = client.post("/proposals/new", data=start_data(site) | {"from": f"template:{key}", "shown": "1"})
    assert made.status_code == 303
    draft = seen(client.get(made.headers["Location"]))
    assert "Based on" in draft
    assert "Compare with the template" in draft
    assert "Northfield University: version 1" in words_of(seen(site.signed_in(ADMIN).get(f"/templates/{key}")))


@pytest.mark.parametrize("source", ["template:telehealth", "template:nothing", "proposal:0000000000000000", "x"])
def test_what_one_may_not_start_from_is_not_found(site: Site, source: str) -> None:
    client = site.signed_in(AUTHOR)
    expected = 200 if source == "template:telehealth" else 404
    assert client.get(f"/proposals/new?from={source}").status_code == expected
    assert client.post("/proposals/new", data=start_data(site) | {"from": source}).status_code == (303 if expected == 200 else 404)


def test_a_template_is_made_written_published_and_given(site: Site) -> None:
    client = site.signed_in(ADMIN)
    form = form_of(seen(client.get("/templates/new?from=cloud-operations")), "/templates/new")
    assert form["title"] == "Cloud operations"
    form["title"] = ""
    assert "Give the template a title" in seen(client.post("/templates/new", data=form), 422)
    form["title"] = "Cloud with Harbour"
    made = client.post("/templates/new", data=form)
    edit = made.headers["Location"]
    assert "Cloud with Harbour" in seen(client.get(edit))
    section = f"{edit}/need"
    form = form_of(seen(client.get(section)), section)
    form["a-problem"] = "Harbour’s problem."
    assert client.post(section, data=form).status_code == 303
    assert "Somebody else changed this template" in seen(client.post(section, data=form), 409)
    root = edit.removesuffix("/edit")
    html = seen(client.get(root))
    assert "Nobody outside your organisation sees this" in html
    assert client.post(f"{root}/publish", data=form_of(html, f"{root}/publish") | {"note": "First"}).status_code == 303
    assert client.post(f"{root}/reach", data={"reach": "universities"}).status_code == 303
    assert "Harbour’s problem." in seen(site.signed_in(AUTHOR).get(root))
    assert site.signed_in(RIVAL).get(root).status_code == 404
    assert "Choose at least one organisation" in seen(client.post(f"{root}/reach", data={"reach": "chosen"}), 422)
    assert client.post(f"{root}/retire", data={}).status_code == 303
    assert site.signed_in(AUTHOR).get(root).status_code == 404
    assert client.post(f"{root}/retire", data={"offer": "1"}).status_code == 303


def test_rows_of_a_template_are_added_and_removed_without_a_script(site: Site) -> None:
    client = site.signed_in(ADMIN)
    with site.world() as world:
        actor = world.actor(ADMIN)
        key = templates.create(world.context, actor, next(iter(actor.memberships)), DETAILS, "telehealth")
    address = f"/templates/{key}/edit/outcomes"
    form = form_of(seen(client.get(address)), address)
    html = seen(client.post(address, data=form | {"row": "add:items"}))
    form = form_of(html, address)
    form["a-items-5-text"] = "Teach a colleague."
    assert client.post(address, data=form).status_code == 303
    html = seen(client.get(f"/templates/{key}"))
    assert "Teach a colleague." in html
    html = seen(client.get(f"/templates/{key}/edit/identity"))
    assert "data-lookup" in html
    assert 'name="find"' not in html, "a button that would save the section instead of searching"
    wrong = form_of(seen(client.get(f"/templates/{key}/edit/workload")), f"/templates/{key}/edit/workload")
    wrong["a-total_hours"] = "many"
    assert "is not a number" in seen(client.post(f"/templates/{key}/edit/workload", data=wrong), 422)
    assert client.get(f"/templates/{key}/edit/nowhere").status_code == 404


def test_a_proposal_is_saved_as_a_template_and_copied(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
    client = site.signed_in(AUTHOR)
    address = f"/proposals/{proposal}/template"
    form = form_of(seen(client.get(address)), address)
    form["title"] = ""
    assert "Give the template a title" in seen(client.post(address, data=form), 422)
    form["title"] = "From our proposal"
    made = client.post(address, data=form)
    assert "From our proposal" in seen(client.get(made.headers["Location"]))
    assert "Copy it into a new proposal" in seen(client.get(f"/proposals/{proposal}/draft"))
    page = seen(client.get(f"/proposals/new?from=proposal:{proposal}"))
    assert "make sure that the ones you choose here may read it" in page
    copy = client.post("/proposals/new", data=start_data(site) | {"from": f"proposal:{proposal}"})
    html = seen(client.get(copy.headers["Location"]))
    assert "dates came along" in html
    assert site.signed_in(OTHER).get(f"/proposals/new?from=proposal:{proposal}").status_code == 404


def test_later_changes_are_taken_on_their_page(site: Site) -> None:
    with site.world() as world:
        key, proposal = adopted(world)
        world.save(UNIVERSITY, proposal, "need", audience="Our own analysts.")
        change(world, key, need={"problem": "A <b>sharper</b> problem.", "audience": "Their analysts."}, workload={"total_hours": 1110})
    client = site.signed_in(AUTHOR)
    assert "Version 2 is there" in seen(client.get(f"/proposals/{proposal}/draft"))
    address = f"/proposals/{proposal}/origin"
    html = seen(client.get(address))
    assert "3 changes to take or leave" in html
    assert "is written by the university" in seen(site.signed_in(PARTNER).get(address))
    assert '<span class="sr-only"> [added: </span>' in html, "marks are told to those who hear the page, too"
    assert "</span>1,110 hours<span" in html, "a number is replaced as a whole"
    assert "You changed it, too" in html
    assert "<b>sharper" not in html
    form = form_of(html, address)
    refused = MultiDict(form)
    refused["version"] = "1"
    refused["take"] = "need.problem"
    assert "Nothing was taken" in seen(client.post(address, data=refused), 409)
    assert client.post(address, data=form | {"take": ["need.problem"], "later": "1"}).status_code == 303
    assert "2 changes to take or leave" in seen(client.get(address))
    assert client.post(address, data=form_of(seen(client.get(address)), address)).status_code == 303
    assert "No change is waiting" in seen(client.get(address))
    assert "looked at the changes of the template" in seen(client.get(f"/proposals/{proposal}/activity"))


def test_similar_ones_are_shown_as_a_piece_of_a_page_and_without_a_script(site: Site) -> None:
    with site.world() as world:
        first, second = world.draft("Telehealth for Nurses"), world.draft("Telehealth for Nurses, again")
    client = site.signed_in(AUTHOR)
    piece = client.get("/similar?title=Telehealth+nursing").get_data(as_text=True)
    assert f"/proposals/{first}" in piece
    assert "<html" not in piece
    assert f"/proposals/{first}" not in client.get(f"/similar?title=Telehealth+nursing&but={first}").get_data(as_text=True)
    assert "Telehealth" not in site.signed_in(RIVAL).get("/similar?title=Telehealth+nursing").get_data(as_text=True)
    html = seen(client.post("/proposals/new", data=start_data(site, title="Telehealth for nurses") | {"similar": "1"}))
    assert f"/proposals/{first}" in html
    assert f"/proposals/{second}" in seen(client.get(f"/proposals/{first}/similar"))
    assert "Look for similar ones" in seen(client.get(f"/proposals/{first}/draft/identity"))
    assert site.client().get("/similar?title=x").status_code in (302, 303, 401)


def test_an_outline_is_written_sent_and_opens_the_whole_form(site: Site) -> None:
    client = site.signed_in(AUTHOR)
    made = client.post("/proposals/new", data=start_data(site, outline="outline"))
    html = seen(client.get(made.headers["Location"]))
    assert "about 15 minutes" in html
    assert "4 sections" in words_of(html) or "of 4" in words_of(html)
    proposal = made.headers["Location"].split("/")[2]
    assert client.get(f"/proposals/{proposal}/draft/workload").status_code == 404
    assert "The outline goes to intake first" in seen(client.get(f"/proposals/{proposal}/people"))
    with site.world() as world:
        ready = filled(world)
        world.submit(ready)
    reviewer = site.signed_in("signer@harbour.example")
    html = seen(reviewer.get(f"/proposals/{ready}/review"))
    assert "Intake" in html
    offered = set(re.findall(r'name="sections" value="(\w+)"', html))
    assert offered == {"identity", "parties", "need", "outcomes"}
    with site.world() as world:
        world.decide("release@northfield.example", ready)
    assert "The whole form opens, with everything that was typed" in seen(reviewer.get(f"/proposals/{ready}/review"))
    with site.world() as world:
        world.decide("signer@harbour.example", ready)
    assert "Outline accepted" in seen(client.get(f"/proposals/{ready}/route"))
    assert "The outline was accepted" in seen(client.get(f"/proposals/{ready}/activity"))
    assert seen(client.get(f"/proposals/{ready}/draft/workload"))
    assert seen(client.get(f"/proposals/{ready}/review"))


def test_an_organisation_says_on_its_page_that_outlines_come_first(site: Site) -> None:
    with site.world() as world:
        northfield = world.organisations["northfield"]
    admin, author = site.signed_in("admin@northfield.example"), site.signed_in(AUTHOR)
    assert admin.post(f"/organisations/{northfield}/outlines", data={"required": "1"}).status_code == 303
    assert "begins with an outline" in seen(author.get(f"/organisations/{northfield}"))
    assert "With the whole form at once" not in seen(author.get("/proposals/new"))
    assert "Choose the short form" in seen(author.post("/proposals/new", data=start_data(site)), 422)


def test_hostile_words_in_a_template_are_text(site: Site) -> None:
    with site.world() as world:
        admin = world.actor(ADMIN)
        details = Details("<script>x</script>", "other", '"><img src=x>', "# Advice\n<b>bold</b>")
        key = templates.create(world.context, admin, next(iter(admin.memberships)), details, "telehealth")
        templates.save_section(world.context, admin, key, 1, "need", {"problem": "<script>y</script>"})
        templates.publish(world.context, admin, key, 2, "<i>note</i>")
    client = site.signed_in(ADMIN)
    for address in ("/templates", f"/templates/{key}", f"/templates/{key}/edit", f"/proposals/new?from=template:{key}"):
        html = seen(client.get(address))
        assert "<script>x" not in html
        assert "<img src=x" not in html
        assert "<script>y" not in html



def test_a_copy_has_the_words_that_are_in_no_version_yet(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft("Data")
        Writer(world, UNIVERSITY, proposal, "identity").types(title="Data for Nurses")
    page = seen(site.signed_in(UNIVERSITY).get(f"/proposals/new?from=proposal:{proposal}"))
    assert 'value="Data for Nurses"' in page
