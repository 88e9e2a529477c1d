"""The form of a draft: nothing typed is lost in silence, lists are typed with commas, named parties are organisations that there are."""

import tomllib
from datetime import date

from cowork.services import organisations
from cowork.services.organisations import TermCommand
from tests.web.conftest import Site, seen
from tests.web.posting import form_of
from tests.web.workflows.test_workflows import ADMIN, drafted, house_of, sent, text_of


def seat_of(text: str, stage: int) -> dict[str, object]:
    found: dict[str, object] = tomllib.loads(text)["stage"][stage - 1]["seat"][0]
    return found


def test_what_says_nothing_where_it_stands_is_told_with_its_words(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    place = sent(client, draft, 1, seat__0__rule__kind="majority", seat__0__rule__number="57", refusal__times="3")
    html = seen(client.get(place.partition("#")[0]))
    assert "“57” in “Number” at " in html
    assert "because the rule that is chosen takes none" in html
    assert "“3” in “How often in a round”, because a refusal goes back nowhere" in html
    form = form_of(html, draft).to_dict(flat=False)
    checked = seen(client.post(draft, data={**form, "seat-0-named": "harbour", "do": "check"}))
    assert "“harbour” in “Parties by name”" in checked
    assert "Left out:" not in seen(client.get(sent(client, draft, 1).partition("#")[0]))


def test_lists_are_typed_with_commas_and_a_space_parts_nothing(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    sent(client, draft, 6, seat__0__office="dean, head of school", seat__0__person="a@x.example b@x.example")
    seat = seat_of(text_of(client, draft), 6)
    assert (seat["office"], seat["person"]) == (["dean", "head of school"], ["a@x.example", "b@x.example"])


def test_a_named_party_that_there_is_not_is_told_at_its_field_and_not_published(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    sent(client, draft, 6, seat__0__parties="named", seat__0__named="Northfield University")
    assert seat_of(text_of(client, draft), 6)["parties"] == ["Northfield University"]
    html = seen(client.get(f"{draft}?stage=6"))
    assert "Write &#34;northfield&#34; for Northfield University" in html
    assert f'href="{draft}?stage=6#f-seat-0-named"' in html
    at_the_field = html.partition('id="f-seat-0-named-error"')[2].partition("</p>")[0]
    assert "</span>`parties` names the short names of organisations" in at_the_field
    sent(client, draft, 6, seat__0__named="harbour")
    assert "is of the side “employer”" in seen(client.post(f"{draft}/publish", data={"saves": "3"}), 422)
    sent(client, draft, 6, seat__0__named="northfield")
    page = client.post(f"{draft}/publish", data={"saves": "4"}).headers["Location"]
    assert "Dean of Northfield University" in seen(client.get(page))


def test_a_ballot_is_made_secret_in_the_form_and_its_faults_stand_at_their_fields(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    sent(client, draft, 6, kind="vote", ballot="secret", due_days="5", seat__0__rule__kind="majority")
    html = seen(client.get(f"{draft}?stage=6"))
    assert f'href="{draft}?stage=6#f-least_days"' in html
    assert f'href="{draft}?stage=6#f-lapse"' in html
    sent(client, draft, 6, least_days="5", lapse="refused")
    stage = tomllib.loads(text_of(client, draft))["stage"][5]
    assert (stage["ballot"], stage["least_days"], stage["lapse"]) == ("secret", 5, "refused")
    assert "?stage=6#f-" not in seen(client.get(f"{draft}?stage=6"))


def test_a_text_without_a_version_is_imported_with_one(site: Site) -> None:
    client = site.signed_in(ADMIN)
    source = text_of(client, drafted(site, client)).replace("version = 1\n", "")
    assert "version" not in tomllib.loads(source)
    draft = client.post(f"{house_of(site)}/workflow-import", data={"text": source}).headers["Location"]
    assert "`version`" not in seen(client.get(draft))
    assert tomllib.loads(text_of(client, draft))["version"] == 1


def test_the_picture_shows_who_would_sit_where_an_office_is_empty(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    with site.world() as world:
        admin, house = world.actor(ADMIN), world.organisations["northfield"]
        office = organisations.add_office(world.context, admin, house, "deputy-dean", "Deputy dean")
        term = TermCommand(office, world.actor("nobody@northfield.example").person, date(2026, 1, 1), None)
        organisations.start_term(world.context, admin, house, term)
    sent(client, draft, 6, seat__0__office="provost")
    assert "nobody holds this office" in seen(client.get(draft))
    sent(client, draft, 6, seat__0__otherwise="deputy-dean")
    html = seen(client.get(draft))
    assert "nobody holds this office" not in html
    assert "Nobody Of Northfield sits in place of the Dean" in html
