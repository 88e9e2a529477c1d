"""Starting a proposal, opening it, who takes part, and how it is approved."""

import pytest

from cowork.domain.proposals import Role
from cowork.services import proposals
from cowork.services.proposals import ParticipantCommand
from tests.web.conftest import Site, seen, without_token

AUTHOR, PARTNER, HEAD, NOBODY, STRANGER = (
    "author@northfield.example", "author@harbour.example", "head@northfield.example", "nobody@northfield.example", "admin@rival.example",
)  # fmt: skip
TITLE = "Cloud Operations for Healthcare"


def start_data(site: Site, **changes: object) -> dict[str, object]:
    with site.world() as world:
        lead, partner = world.organisations["northfield"], world.organisations["harbour"]
        return {"title": TITLE, "organisation": lead, "partners": [partner], "workflow": world.workflow()} | changes


def test_starting_a_proposal_opens_its_draft(site: Site) -> None:
    client = site.signed_in(AUTHOR)
    html = seen(client.get("/proposals/new"))
    assert "Harbour Analytics" in html
    assert "stages:" in html
    made = client.post("/proposals/new", data=start_data(site))
    assert made.status_code == 303
    assert made.headers["Location"].endswith("/draft")
    assert TITLE in seen(client.get("/"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Give the microcredential a title"),
        ({"title": "", "partners": []}, "Choose an employer as a partner"),
        ({"title": "x" * 101}, "at most 100 characters"),
        ({"partners": []}, "Choose an employer as a partner"),
        ({"partners": ["unknown"]}, "cannot be found"),
        ({"workflow": ""}, "Choose the way this proposal is approved."),
        ({"workflow": "0" * 64}, "Choose the way this proposal is approved."),
        ({"organisation": "unknown"}, "Choose one of your own organisations"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(site: Site, changes: dict[str, object], words: str) -> None:
    html = seen(site.signed_in(AUTHOR).post("/proposals/new", data=start_data(site, **changes)), 422)
    assert words in html
    assert "There is a problem" in html
    assert str(changes.get("title", TITLE)) in html


def test_nobody_starts_a_proposal_for_an_organisation_of_others(site: Site) -> None:
    with site.world() as world:
        foreign = world.organisations["southgate"]
    html = seen(site.signed_in(AUTHOR).post("/proposals/new", data=start_data(site, organisation=foreign)), 422)
    assert "Choose one of your own organisations" in html


def test_a_proposal_opens_where_the_reader_has_something_to_do(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        assert site.signed_in(AUTHOR).get(f"/proposals/{proposal}").headers["Location"] == f"/proposals/{proposal}/draft"
        world.submit(proposal)
    assert site.signed_in(AUTHOR).get(f"/proposals/{proposal}").headers["Location"] == f"/proposals/{proposal}/review"
    assert site.signed_in(HEAD).get(f"/proposals/{proposal}").headers["Location"] == f"/proposals/{proposal}/review"


@pytest.mark.parametrize("key", ["unknown", "x" * 3000, "..", "%F0%9F%92%A9", "'; drop table proposals", "18446744073709551616"])
def test_unknown_and_foreign_proposals_answer_alike(site: Site, key: str) -> None:
    with site.world() as world:
        foreign = world.draft()
    client = site.signed_in(STRANGER)
    for path in ("", "/people"):
        there, nowhere = client.get(f"/proposals/{foreign}{path}"), client.get(f"/proposals/{key}{path}")
        assert without_token(seen(there, 404)) == without_token(seen(nowhere, 404))
    assert client.post(f"/proposals/{foreign}/people", data={"email": STRANGER, "role": "author"}).status_code == 404


def test_the_people_page_names_parties_and_offices(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft()
    html = seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/people"))
    for words in ("Northfield University", "University, leads", "Harbour Analytics", "Head Of Northfield", "Add somebody"):
        assert words in html
    assert "Change the way of approval" in html


def test_an_author_adds_somebody_and_changes_their_role(site: Site) -> None:
    with site.world() as world:
        proposal, house = world.draft(), world.organisations["northfield"]
        person = world.actor(NOBODY).person
    client = site.signed_in(AUTHOR)
    added = client.post(f"/proposals/{proposal}/people", data={"email": NOBODY.upper(), "role": "reader"})
    assert added.headers["Location"] == f"/proposals/{proposal}/people"
    assert "Nobody Of Northfield" in seen(client.get(f"/proposals/{proposal}/people"))
    one = f"/proposals/{proposal}/people/{house}/{person}"
    assert 'value="reader" checked' in seen(client.get(one))
    assert client.post(one, data={"role": "commenter"}).status_code == 303
    assert 'value="commenter" checked' in seen(client.get(one))
    assert client.post(one, data={"remove": "1"}).status_code == 303
    seen(client.get(one), 404)
    seen(site.signed_in(NOBODY).get(f"/proposals/{proposal}/people"), 404)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"email": "unknown@nowhere.example", "role": "reader"}, "Nobody with this address"),
        ({"email": STRANGER, "role": "reader"}, "Nobody with this address"),
        ({"email": "", "role": "reader"}, "Give the person"),
        ({"email": NOBODY, "role": "king"}, "Not a valid choice"),
        ({"email": "a" * 5000, "role": "reader"}, "Nobody with this address"),
    ],
)
def test_an_address_that_cannot_be_added_is_explained(site: Site, data: dict[str, str], words: str) -> None:
    with site.world() as world:
        proposal = world.draft()
    assert words in seen(site.signed_in(AUTHOR).post(f"/proposals/{proposal}/people", data=data), 422)


def test_the_only_author_stays(site: Site) -> None:
    with site.world() as world:
        proposal, author = world.draft(), world.actor(AUTHOR)
        house, partner = world.organisations["northfield"], world.actor(PARTNER).person
        proposals.remove_participant(world.context, world.actor(PARTNER), proposal, partner, world.organisations["harbour"])
    client = site.signed_in(AUTHOR)
    one = f"/proposals/{proposal}/people/{house}/{author.person}"
    for data in ({"remove": "1"}, {"role": "reader"}):
        assert "the only author" in seen(client.post(one, data=data), 422)
    assert "Choose a role" in seen(client.post(one, data={"role": "king"}), 422)
    assert "the only author" in seen(client.post(f"/proposals/{proposal}/people", data={"email": AUTHOR, "role": "reader"}), 422)


def test_whoever_leaves_is_led_to_their_list(site: Site) -> None:
    with site.world() as world:
        proposal, house, person = world.draft(), world.organisations["harbour"], world.actor(PARTNER).person
    client = site.signed_in(PARTNER)
    assert client.post(f"/proposals/{proposal}/people/{house}/{person}", data={"remove": "1"}).headers["Location"] == "/proposals"
    seen(client.get("/proposals"))


def test_a_reader_changes_nothing(site: Site) -> None:
    with site.world() as world:
        proposal, house = world.draft(), world.organisations["northfield"]
        proposals.add_participant(world.context, world.actor(AUTHOR), proposal, ParticipantCommand(NOBODY, Role.READER))
        person, other = world.actor(NOBODY).person, world.workflow("umbc-short-form")
    client = site.signed_in(NOBODY)
    html = seen(client.get(f"/proposals/{proposal}/people"))
    assert "Add somebody" not in html
    main = html.split("<main")[1].split("</main>")[0]
    assert main.count("<form") == main.count(f'action="/proposals/{proposal}/requests"') == 2, "a reader can only ask for more"
    assert "End this part" not in seen(client.get(f"/proposals/{proposal}/people/{house}/{person}"))
    part = f"people/{house}/{person}"
    refused = {"people": {"email": NOBODY, "role": "author"}, part: {"role": "author"}, "workflow": {"workflow": other}}
    for path, data in refused.items():
        seen(client.post(f"/proposals/{proposal}/{path}", data=data), 403)


def test_authors_choose_another_way_of_approval(site: Site) -> None:
    with site.world() as world:
        proposal, other = world.draft(), world.workflow("umbc-short-form")
    client = site.signed_in(AUTHOR)
    assert client.post(f"/proposals/{proposal}/workflow", data={"workflow": other}).status_code == 303
    assert f'value="{other}" checked' in seen(client.get(f"/proposals/{proposal}/people"))
    assert "from the list" in seen(client.post(f"/proposals/{proposal}/workflow", data={"workflow": "nonsense"}), 422)
