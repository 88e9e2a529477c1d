"""The workflows of an organisation as its members read them, and as its administrators write them."""

import io
import re
import tomllib

import pytest
from flask.testing import FlaskClient

from cowork.domain.workflows import loading
from cowork.services import proposals, workflow_drafts
from cowork.web.workflows import drafts
from tests.pages import faults
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of
from tests.web.test_hostile import NASTY, harmless

ADMIN, AUTHOR, RIVAL = "admin@northfield.example", "author@northfield.example", "admin@rival.example"
USUAL = "joint-employer-university"
OWN = f"{USUAL}-northfield"


def house_of(site: Site, slug: str = "northfield") -> str:
    with site.world() as world:
        return f"/organisations/{world.organisations[slug]}"


def drafted(site: Site, client: FlaskClient, key: str = USUAL) -> str:
    """The address of a draft that is a copy of a workflow."""
    answer = client.post(f"{house_of(site)}/workflows/{key}/copies")
    assert answer.status_code == 303
    return answer.headers["Location"]


def sent(client: FlaskClient, draft: str, stage: int = 0, do: str = "save", **fields: str) -> str:
    """Fill in a part of a draft as its page shows it; where it leads to."""
    form = form_of(client.get(f"{draft}?stage={stage}" if stage else draft).get_data(as_text=True), draft)
    for name, value in fields.items():
        form[name.replace("__", "-")] = value
    answer = client.post(draft, data={**form.to_dict(flat=False), "do": do})
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    return answer.headers["Location"]


def text_of(client: FlaskClient, draft: str) -> str:
    return client.get(f"{draft}/download").get_data(as_text=True)


def published(site: Site, client: FlaskClient) -> str:
    draft = drafted(site, client)
    answer = client.post(f"{draft}/publish", data={"saves": "1"})
    assert answer.headers["Location"] == f"{house_of(site)}/workflows/{OWN}"
    return answer.headers["Location"]


def test_members_read_every_workflow_in_words_and_as_a_picture(site: Site) -> None:
    client, house = site.signed_in(AUTHOR), house_of(site)
    listed = seen(client.get(f"{house}/workflows"))
    for flow in loading.shipped():
        assert flow.title in listed.replace("&#39;", "'")
        page = seen(client.get(f"{house}/workflows/{flow.key}"))
        for stage in flow.stages:
            assert stage.title in page.replace("&#39;", "'")
    page = seen(client.get(f"{house}/workflows/{USUAL}"))
    assert "Dean Of Northfield" in page
    assert "whoever holds it there" in page
    assert "Duplicate" not in page
    assert "Drafts" not in listed
    assert "/workflows" in seen(client.get(house))


def test_a_copy_is_edited_published_and_compared(site: Site) -> None:
    client = site.signed_in(ADMIN)
    page = published(site, client)
    draft = client.post(f"{page}/copies", data={"revise": "1"}).headers["Location"]
    sent(client, draft, 6, due_days="30 calendar days", title="The dean’s decision")
    assert "It can be published" in seen(client.get(f"{draft}/publish"))
    assert client.post(f"{draft}/publish", data={"saves": "2"}).status_code == 303
    html = seen(client.get(page))
    assert "Version 2 is published" in html
    assert "The dean’s decision" in html
    assert "30 calendar days" in words_of(html)
    words = words_of(seen(client.get(f"{page}/compare?old=1&new=2")))
    assert "+due_days = { calendar = 30 }" in words
    assert "−due_days = 5" in words
    assert "This is version 1" in seen(client.get(f"{page}?version=1"))
    seen(client.get(draft), 404)
    assert tomllib.loads(client.get(f"{page}/download").get_data(as_text=True))["version"] == 2
    assert "Show" not in seen(client.get(f"{page}/compare"))


def test_every_part_of_every_shipped_workflow_is_shown_and_saved_unchanged(site: Site) -> None:
    client = site.signed_in(ADMIN)
    for flow in loading.shipped():
        draft = drafted(site, client, flow.key)
        before = tomllib.loads(text_of(client, draft))
        for stage in range(len(flow.stages) + 1):
            assert sent(client, draft, stage).startswith(draft)
        assert "Nothing is wrong" in seen(client.get(draft))
        after = tomllib.loads(text_of(client, draft))
        assert [stage["key"] for stage in after["stage"]] == [stage["key"] for stage in before["stage"]]
        assert loading.load(text_of(client, draft)).stages == flow.stages


def test_stages_and_seats_are_added_moved_and_removed_by_buttons(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    assert sent(client, draft, do="stage-add").endswith("?stage=7#part")
    sent(client, draft, 7, do="seat-add", title="Senate", key="senate", seat__0__title="Senate", seat__0__office="senate")
    page = seen(client.get(f"{draft}?stage=7"))
    assert 'value="Senate"' in page
    assert "Seat 2" in page
    assert "to mend" in page
    sent(client, draft, 7, do="seat-remove:1")
    assert sent(client, draft, 7, do="stage-up:6").endswith("?stage=6#part")
    assert "Nothing is wrong" in seen(client.get(f"{draft}?stage=6"))
    sent(client, draft, 6, do="stage-remove:5")
    assert len(tomllib.loads(text_of(client, draft))["stage"]) == 6


def test_what_is_wrong_leads_to_its_field_and_holds_publishing(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    sent(client, draft, 5, due_days="soon", when__0__fact="business.fees", when__0__op="at-least", when__0__value="many")
    html = seen(client.get(f"{draft}?stage=5"))
    assert f'href="{draft}?stage=5#f-due_days"' in html
    assert 'value="soon"' in html
    assert 'value="many"' in html
    assert 'id="f-due_days-error"' in html
    page = seen(client.get(f"{draft}/publish"))
    assert f'href="{draft}?stage=5#f-due_days"' in page
    refused = seen(client.post(f"{draft}/publish", data={"saves": "2"}), 422)
    assert "`due_days` is a number of working days" in refused
    assert "<button" not in refused.split("page-main")[1].split("</main>")[0]


def test_a_key_of_cowork_is_refused_with_the_way_to_mend_it(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    sent(client, draft, key=USUAL)
    html = seen(client.post(f"{draft}/publish", data={"saves": "2"}), 422)
    assert "belongs to a workflow that comes with Cowork" in html
    assert f'href="{draft}#f-key"' in html


def test_what_a_refusal_does_is_chosen_by_verdict_and_told_in_words(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    keys = [stage["key"] for stage in tomllib.loads(text_of(client, draft))["stage"]]
    last, first = len(keys), keys[0]
    back = {"refusal__to": first, "refusal__times": "2", "refusal__then": "continues"}
    sent(client, draft, last, refusal__all="ends", refusal__changes="back", **back)
    stage = tomllib.loads(text_of(client, draft))["stage"][-1]
    assert stage["refusal"] == {"request-changes": {"back-to": first, "times": 2, "then": "continues"}}
    shown = client.get(f"{draft}?stage={last}").get_data(as_text=True)
    assert not faults(shown)
    assert re.search(rf'<option value="{first}" selected>', shown)
    sent(client, draft, last, refusal__to=keys[-1])
    problem = client.get(f"{draft}?stage={last}").get_data(as_text=True)
    assert f'its `refusal` goes back to &#34;{keys[-1]}&#34;' in problem
    sent(client, draft, last, refusal__to=first)
    client.post(f"{draft}/publish", data={"saves": "4"})
    told = seen(client.get(f"{house_of(site)}/workflows/{OWN}"))
    assert "Rejected: the round ends. Changes asked for: it goes back to" in told
    assert "twice in a round; after that it is recorded, and the route goes on." in told


def test_a_stage_becomes_an_end_when_nobody_sits_there(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    place = sent(client, draft, 1, do="stage-add").partition("stage=")[2].partition("#")[0]
    sent(client, draft, int(place), do="seat-remove:0")
    when = {"when__0__fact": "proposal.round", "when__0__op": "at-least", "when__0__value": "3"}
    sent(client, draft, int(place), kind="end", outcome="rejected", title="The third time", **when)
    stage = tomllib.loads(text_of(client, draft))["stage"][-1]
    assert (stage["kind"], stage["outcome"], "seat" in stage) == ("end", "rejected", False)
    shown = client.get(f"{draft}?stage={place}").get_data(as_text=True)
    assert not faults(shown)
    assert "What is to mend" in shown
    published = client.post(f"{draft}/publish", data={"saves": "4"})
    assert published.headers["Location"].endswith(OWN)
    assert "End: the round ends here, as rejected" in seen(client.get(f"{house_of(site)}/workflows/{OWN}"))


def test_checking_saves_nothing(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    form = form_of(seen(client.get(f"{draft}?stage=1")), draft)
    html = seen(client.post(draft, data={**form.to_dict(flat=False), "title": "", "do": "check"}))
    assert "not saved yet" in html
    assert "`title` is missing" in html
    assert "Nothing is wrong" in seen(client.get(draft))
    html = seen(client.post(draft, data={"text": "not toml", "saves": "1", "do": "check"}))
    assert "not valid TOML" in html


def test_the_preview_is_a_sound_fragment(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    form = form_of(seen(client.get(f"{draft}?stage=2")), draft).to_dict(flat=False)
    answer = client.post(f"{draft}/preview", data={**form, "title": "<b>Another</b>", "due_days": "x"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert faults(html, fragment=True) == []
    assert "&lt;b&gt;Another&lt;/b&gt;" in html
    assert "`due_days`" in html
    assert "Another" not in text_of(client, draft)
    for text in ("not toml", 'key = "a"\n[[stage]]\n[[stage]]\n', ""):
        html = client.post(f"{draft}/preview", data={"text": text}).get_data(as_text=True)
        assert faults(html, fragment=True) == []
        assert "to mend" in html


def test_a_stale_save_keeps_what_was_typed(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    form = form_of(seen(client.get(f"{draft}?stage=1")), draft).to_dict(flat=False)
    sent(client, draft, 2, title="Theirs")
    html = seen(client.post(draft, data={**form, "title": "Mine, all mine"}), 409)
    assert html.count("Mine, all mine") >= 2
    assert "Theirs" in html, "what the other one saved is in the text too"
    answer = client.post(draft, data=form_of(html, draft))
    assert answer.headers["Location"] == f"{draft}/text"
    titles = [stage["title"] for stage in tomllib.loads(text_of(client, draft))["stage"]]
    assert titles[:2] == ["Mine, all mine", "Theirs"]


def test_a_stage_that_somebody_removed_meanwhile_is_not_lost(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    form = form_of(seen(client.get(f"{draft}?stage=6")), draft).to_dict(flat=False)
    sent(client, draft, do="stage-remove:5")
    html = seen(client.post(draft, data={**form, "guidance": "My long guidance"}), 409)
    assert "My long guidance" in html
    assert "Field by field" in html


def test_a_stage_that_somebody_moved_meanwhile_is_found_by_its_key(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    form = form_of(seen(client.get(f"{draft}?stage=6")), draft).to_dict(flat=False)
    sent(client, draft, do="stage-remove:0")
    html = seen(client.post(draft, data={**form, "guidance": "My long guidance"}), 409)
    client.post(draft, data=form_of(html, draft))
    stages = tomllib.loads(text_of(client, draft))["stage"]
    assert [stage["key"] for stage in stages if stage.get("guidance") == "My long guidance"] == ["dean"]


def test_a_text_that_is_no_toml_is_kept_and_mended_in_the_text(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    assert client.post(draft, data={"text": "half = = done", "saves": "1"}).headers["Location"] == f"{draft}/text"
    assert client.get(draft).headers["Location"] == f"{draft}/text"
    html = seen(client.get(f"{draft}/text"))
    assert "half = = done" in html
    assert "not valid TOML" in html
    long = seen(client.post(draft, data={"text": "x" * 200_001, "saves": "2"}), 422)
    assert "at most 200,000" in long
    assert "x" * 1000 in long


def test_a_draft_is_deleted_after_a_question(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    assert "Delete the draft" in seen(client.get(f"{draft}/delete"))
    sent(client, draft, title="Changed meanwhile")
    seen(client.post(f"{draft}/delete", data={"saves": "1"}), 409)
    assert client.post(f"{draft}/delete", data={"saves": "2"}).status_code == 303
    seen(client.get(draft), 404)


def test_a_workflow_is_begun_with_nothing(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = client.post(f"{house_of(site)}/workflow-drafts").headers["Location"]
    assert "things to mend" in seen(client.get(draft))
    assert "Our workflow" in seen(client.get(f"{house_of(site)}/workflows"))


def test_a_file_or_a_text_is_imported(site: Site) -> None:
    client, house = site.signed_in(ADMIN), house_of(site)
    seen(client.get(f"{house}/workflow-import"))
    source = loading.sources()[0]
    by_file = client.post(f"{house}/workflow-import", data={"file": (io.BytesIO(source.encode()), "a.toml"), "text": ""})
    by_text = client.post(f"{house}/workflow-import", data={"text": source})
    for answer in (by_file, by_text):
        assert tomllib.loads(text_of(client, answer.headers["Location"])) == tomllib.loads(source)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\x89PNG\xff", "not a text in UTF-8"), (b"x" * 2_001, "larger than"), (b"a = = 1", "not valid TOML"), (b"a = 1\0", "no text"),
     (b"", "Choose a file, or paste")],
)  # fmt: skip
def test_a_file_that_is_no_workflow_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch, content: bytes, words: str) -> None:
    monkeypatch.setattr(drafts, "MOST_BYTES", 2_000)  # the test's client would leave a larger file open
    data = {"file": (io.BytesIO(content), "../../etc/passwd"), "text": ""}
    assert words in seen(site.signed_in(ADMIN).post(f"{house_of(site)}/workflow-import", data=data), 422)


def test_a_workflow_is_retired_and_offered_again(site: Site) -> None:
    client = site.signed_in(ADMIN)
    page = published(site, client)
    title = "Joint approval by employer and university (Northfield University)"
    assert title in seen(client.get("/proposals/new"))
    client.post(f"{page}/offered", data={"retire": "1"})
    assert title not in seen(client.get("/proposals/new"))
    assert "Retired" in seen(client.get(page))
    client.post(f"{page}/offered", data={"offer": "1"})
    assert title in seen(client.get("/proposals/new"))
    assert title not in seen(site.signed_in(RIVAL).get("/proposals/new"))


def test_a_workflow_is_tried_on_a_proposal(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft, house = drafted(site, client), house_of(site)
    assert "no proposal to try it on" in seen(client.get(f"{draft}/try"))
    with site.world() as world:
        proposal = world.complete_draft()
    for root in (draft, f"{house}/workflows/{USUAL}"):
        html = seen(client.get(f"{root}/try?proposal={proposal}"))
        assert "Signer Of Harbour" in html
        assert "Partner Sign-off" in html or "Partner sign-off" in html
        assert "must approve at Release by the partners" in html
    seen(client.get(f"{draft}/try?proposal={'0' * 16}"), 404)
    sent(client, draft, title="")
    assert "can be tried when" in seen(client.get(f"{draft}/try?proposal={proposal}"))


def test_rounds_on_an_older_version_are_listed_with_the_way_to_move_them(site: Site) -> None:
    client = site.signed_in(ADMIN)
    page = published(site, client)
    with site.world() as world:
        proposal, author = world.complete_draft(), world.actor(AUTHOR)
        digest = next(flow.digest for flow in proposals.choices(world.context, author).workflows if flow.key == OWN)
        proposals.choose_workflow(world.context, author, proposal, digest)
        world.submit(proposal)
        admin, house = world.actor(ADMIN), world.organisations["northfield"]
        draft = workflow_drafts.copy(world.context, admin, house, OWN, None, revise=True)
        workflow_drafts.publish(world.context, admin, house, draft, 1)
    html = seen(client.get(page))
    assert "They keep theirs" in html
    found = re.search(rf'href="(/proposals/{proposal}/route/migrate\?workflow=[0-9a-f]{{64}})"', html)
    assert found is not None
    assert "version 2" in seen(client.get(found[1]))
    assert "They keep theirs" not in seen(site.signed_in("nobody@northfield.example").get(page))


@pytest.mark.parametrize("typed", [text for text in NASTY if "\0" not in text] + ['"""\n[[stage]]\nkey = "x"', "'''", "\\", '"'])
def test_hostile_texts_stay_texts_on_every_page(site: Site, typed: str) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    sent(client, draft, title=typed, description=typed, source=typed, key=typed)
    sent(client, draft, 4, title=typed, guidance=typed, statement=typed, key=typed, seat__0__title=typed, seat__0__key=typed,
         seat__0__office=typed, when__0__fact=typed, when__0__value=typed, requires__0__title=typed, due_days=typed)  # fmt: skip
    assert len(tomllib.loads(text_of(client, draft))["stage"]) == 6
    house = house_of(site)
    pages = ("", "?stage=4", "/text", "/publish", "/delete", "/try")
    for address in (*(f"{draft}{page}" for page in pages), f"{house}/workflows"):
        harmless(client.get(address).get_data(as_text=True), typed)
    stale = client.post(draft, data={"saves": "1", "part": "4", "title": typed, "guidance": typed})
    assert stale.status_code == 409
    harmless(stale.get_data(as_text=True), typed)


def test_hostile_titles_stay_texts_once_they_are_published(site: Site) -> None:
    client = site.signed_in(ADMIN)
    draft = drafted(site, client)
    sent(client, draft, title="<script>alert(1)</script>", description="<img src=x onerror=alert(1)>", source="=cmd|' /C calc'!A0")
    sent(client, draft, 1, title='"><svg onload=alert(1)>', guidance="{{ config }}", seat__0__title="<b>Board</b>")
    page = client.post(f"{draft}/publish", data={"saves": "3"}).headers["Location"]
    for address in (page, f"{page}/compare", f"{page}/try", f"{house_of(site)}/workflows", "/proposals/new"):
        harmless(client.get(address).get_data(as_text=True), "{{ config }}")
