"""Searching for codes: the answer for the script, the page, and the way without a script that loses nothing."""

import pytest
from werkzeug.datastructures import MultiDict

from cowork.domain.ids import ProposalId
from cowork.services import codes
from cowork.web.specifications import codes as code_views
from cowork.web.specifications.limits import Bucket
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of

UNIVERSITY, EMPLOYER = "author@northfield.example", "author@harbour.example"


@pytest.fixture
def full(site: Site) -> ProposalId:
    with site.world() as world:
        return world.complete_draft()


def test_the_script_gets_entries_with_what_choosing_them_fills(site: Site) -> None:
    answer = site.signed_in(EMPLOYER).get("/codes/esco-occupations?q=software+dev")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["edition"] == "ESCO 1.1.1"
    assert "European Commission" in answer.json["credit"]
    assert answer.json["entries"][0]["fills"]["code"] == "2512.4"
    assert len(answer.json["entries"]) <= codes.MOST


def test_the_same_answer_is_not_sent_twice(site: Site) -> None:
    client = site.signed_in(EMPLOYER)
    first = client.get("/codes/levels?q=8")
    again = client.get("/codes/levels?q=8", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert first.headers["Cache-Control"] == "private, max-age=600"
    assert client.get("/codes/levels?q=7", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_visitors_and_unknown_lists_get_nothing(site: Site) -> None:
    assert site.client().get("/codes/levels?q=8").status_code in (302, 303, 401)
    client = site.signed_in(EMPLOYER)
    for name in ("planets", "own-none", "own-", "..%2Flists", "lists.toml", "x" * 300):
        assert client.get(f"/codes/{name}?q=a").status_code == 404, name


def test_whoever_asks_too_fast_is_asked_to_wait(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_views, "BUCKET", Bucket(burst=3, per_second=1))
    client = site.signed_in(EMPLOYER)
    assert [client.get("/codes/levels?q=8").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert site.signed_in(UNIVERSITY).get("/codes/levels?q=8").status_code == 200, "others are not held up"


def test_the_page_of_codes_searches_every_list_and_credits_it(site: Site) -> None:
    client = site.signed_in(EMPLOYER)
    words = words_of(seen(client.get("/codes?list=isced-f&q=nursing")))
    assert "0913" in words
    assert "ESCO classification of the European Commission" in words
    assert "Nothing fits" in seen(client.get("/codes?list=levels&q=xyzzyq"))
    seen(client.get("/codes"))
    assert client.get("/codes?list=planets").status_code == 404


def sent(form: MultiDict[str, str], *more: tuple[str, str]) -> MultiDict[str, str]:
    """What the browser sends when a button is pressed."""
    return MultiDict([*((key, value) for key, value in form.items(multi=True) if key not in dict(more)), *more])


def path(proposal: ProposalId, section: str) -> str:
    return f"/proposals/{proposal}/draft/{section}"


def test_without_a_script_a_code_is_found_on_a_page_of_its_own_and_nothing_typed_is_lost(site: Site, full: ProposalId) -> None:
    client, here = site.signed_in(UNIVERSITY), path(full, "need")
    html = seen(client.get(here))
    assert 'name="find" value="occupations:0"' in html
    form = form_of(html, here)
    form["a-problem"] = "Typed and not saved"
    form["a-occupations-0-label"] = "software dev"
    html = seen(client.post(here, data={**form.to_dict(flat=True), "find": "occupations:0"}))
    assert "software developer" in html
    carried = form_of(html, here)
    assert carried["find_words"] == "software dev"
    found = seen(client.post(here, data=sent(carried, ("then", "search"))))
    assert "2512.4" in found
    answer = client.post(here, data=sent(form_of(found, here), ("take", "2512.4|software developer")))
    filled = form_of(seen(answer), here)
    assert {key: filled[f"a-occupations-0-{key}"] for key in ("label", "code", "framework", "edition")} == {
        "label": "software developer", "code": "2512.4", "framework": "esco", "edition": "ESCO 1.1.1",
    }  # fmt: skip
    assert filled["a-occupations-0-uri"].startswith("http://data.europa.eu/esco/occupation/")
    assert filled["a-problem"] == "Typed and not saved"
    assert "not saved yet" in seen(answer)
    saved = client.post(here, data=filled, follow_redirects=True)
    assert "Saved as version 2" in seen(saved)


def test_where_one_suggests_no_button_sends_the_suggestion_instead_of_searching(site: Site, full: ProposalId) -> None:
    client = site.signed_in(UNIVERSITY)
    assert 'name="find"' in seen(client.get(path(full, "need")))
    partner = site.signed_in(EMPLOYER)
    for place in ("identity.isced", "need.occupations&kind=add"):
        html = seen(partner.get(f"/proposals/{full}/suggest?at={place}"))
        assert "data-lookup" in html, "with a script codes are found there too"
        assert 'name="find"' not in html


def test_going_back_without_choosing_leaves_the_form_as_it_was_typed(site: Site, full: ProposalId) -> None:
    client, here = site.signed_in(UNIVERSITY), path(full, "identity")
    form = form_of(seen(client.get(here)), here)
    form["a-isced"] = "data"
    html = seen(client.post(here, data=sent(form, ("find", "isced"))))
    for chosen in ("", "9999|No such entry", "|"):
        back = form_of(seen(client.post(here, data=sent(form_of(html, here), ("take", chosen)))), here)
        del back["csrf_token"]
        assert sorted(back.items(multi=True)) == sorted(pair for pair in form.items(multi=True) if pair[0] != "csrf_token")


def test_a_level_brings_its_framework_with_it(site: Site, full: ProposalId) -> None:
    client, here = site.signed_in(UNIVERSITY), path(full, "identity")
    form = form_of(seen(client.get(here)), here)
    html = seen(client.post(here, data=sent(form, ("find", "level"), ("find_words", "nfq 8"))))
    taken = client.post(here, data=sent(form_of(html, here), ("take", "8|NFQ level 8 (Ireland)")))
    filled = form_of(seen(taken), here)
    assert (filled["a-level"], filled["a-level_framework"]) == ("8", "nfq")


@pytest.mark.parametrize("place", ["", "title", "occupations", "occupations:x", "occupations:1:2", "partners:0", "nothing:0", "need"])
def test_a_place_that_holds_no_code_is_not_found(site: Site, full: ProposalId, place: str) -> None:
    client, here = site.signed_in(UNIVERSITY), path(full, "need")
    form = form_of(seen(client.get(here)), here)
    assert client.post(here, data=sent(form, ("find", place))).status_code == 404


def test_a_row_that_is_gone_takes_no_code(site: Site, full: ProposalId) -> None:
    client, here = site.signed_in(UNIVERSITY), path(full, "need")
    form = form_of(seen(client.get(here)), here)
    for data in ([("find", "occupations:99")], [("find", "occupations:99"), ("take", "2512.4|software developer")]):
        seen(client.post(here, data=sent(form, *data)))
