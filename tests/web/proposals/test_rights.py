"""The matrix of rights on the People page, and the page on which the rights in one section are set."""

from cowork.domain.proposals import Right
from cowork.domain.section_rights import right_of
from cowork.services import proposals
from tests.web.conftest import Site, seen

AUTHOR, PARTNER, ADMIN = "author@northfield.example", "author@harbour.example", "admin@northfield.example"


def test_the_matrix_says_for_everybody_what_they_do_in_each_section(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        labels = [section.label for section in proposals.case(world.context, world.actor(AUTHOR), proposal).form.sections]
    html = seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/people"))
    assert all(label.replace("&", "&amp;") in html for label in labels)
    assert 'class="right right-edit"' in html
    assert 'class="right right-suggest"' in html
    assert f'href="/proposals/{proposal}/rights/assessments"' in html


def test_rights_are_set_by_a_plain_form_and_shown_where_one_writes(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        person, party = world.actor(AUTHOR).person, world.organisations["northfield"]
        harbour = world.organisations["harbour"]
    url = f"/proposals/{proposal}/rights/assessments"
    admin = site.signed_in(ADMIN)
    html = seen(admin.get(url))
    assert f'name="right:{party}:{person}"' in html
    assert f'name="grant:{harbour}"' in html
    posted = {f"right:{party}:{person}": "suggest", "grantable": str(harbour), f"grant:{harbour}": "y"}
    answer = admin.post(url, data=posted)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/proposals/{proposal}/people#rights")
    html = seen(admin.get(f"/proposals/{proposal}/people"))
    assert "Suggests<span" in html
    assert "may edit all of it" in html
    draft = seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/draft/assessments"))
    assert "has not given you the right to edit" in draft
    assert 'id="section-form"' not in draft
    assert 'id="section-form"' in seen(site.signed_in(PARTNER).get(f"/proposals/{proposal}/draft/assessments"))
    admin.post(url, data={"grantable": str(harbour), f"right:{party}:{person}": ""})
    with site.world() as world:
        case = proposals.case(world.context, world.actor(AUTHOR), proposal)
        assert case.state.facts.rules == ()
        section, facts = case.form.section("assessments"), case.state.facts
        assert {right_of(facts, person, section) for person in facts.participants} == {Right.EDIT, Right.SUGGEST}


def test_a_refusal_says_why_on_the_page(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        person, harbour = world.actor(PARTNER).person, world.organisations["harbour"]
    url = f"/proposals/{proposal}/rights/need"
    client = site.signed_in(AUTHOR)
    html = seen(client.post(url, data={f"right:{harbour}:{person}": "read"}), 422)
    assert "Harbour Analytics sets the rights of its own people" in html
    assert "Choose a right" in seen(client.post(url, data={f"right:{harbour}:{person}": "own"}), 422)
    assert client.get(f"/proposals/{proposal}/rights/nowhere").status_code == 404
    assert seen(client.get(url)).count("<select") == 1, "everybody of one’s own party; nobody sets their own rights"


def test_who_takes_no_part_sees_no_rights(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
    for email in ("nobody@northfield.example", "admin@rival.example"):
        client = site.signed_in(email)
        assert client.get(f"/proposals/{proposal}/rights/need").status_code == 404
        assert client.post(f"/proposals/{proposal}/rights/need", data={}).status_code == 404


def test_a_section_one_only_reads_offers_no_comment(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        person, party = world.actor(AUTHOR).person, world.organisations["northfield"]
    site.signed_in(ADMIN).post(f"/proposals/{proposal}/rights/need", data={f"right:{party}:{person}": "read"})
    html = seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/review"))
    assert 'id="new-need"' not in html
    assert 'id="new-delivery"' in html
    answer = site.signed_in(AUTHOR).post(f"/proposals/{proposal}/threads", data={"section": "need", "body": "A remark", "version": "1"})
    assert answer.status_code == 403
