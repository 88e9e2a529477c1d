"""Comments on words, kept comments and suggestions from the pages; and what of them is nowhere for whoever may not know."""

import html
import json
import re

import pytest

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.ids import ProposalId
from cowork.domain.suggestions import SuggestionKind
from cowork.services import comments, pending, suggesting
from cowork.services.suggesting import SuggestCommand
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of

UNIVERSITY, EMPLOYER, SIGNER = "author@northfield.example", "author@harbour.example", "signer@harbour.example"
PAGES = ("review", "draft", "draft/need", "draft/legal", "comments", "comments?show=mine", "route", "changes", "activity", "mentions")


@pytest.fixture
def proposal(site: Site) -> ProposalId:
    with site.world() as world:
        return world.complete_draft()


def send(site: Site, proposal: ProposalId, who: str = EMPLOYER, **data: str) -> str:
    """Post a comment without a script; the address it leads to."""
    answer = site.signed_in(who).post(f"/proposals/{proposal}/threads", data={"version": "1", "lane": "", "body": "Why?", **data})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def test_quoted_words_are_marked_and_every_link_leads_somewhere(site: Site, proposal: ProposalId) -> None:
    thread = send(site, proposal, section="need", quote="a spreadsheet and some SQL").rpartition("#thread-")[2]
    client = site.signed_in(UNIVERSITY)
    html = seen(client.get(f"/proposals/{proposal}/review"))
    assert f'<mark class="quoted" data-for="thread-{thread}">a spreadsheet and some SQL</mark>' in html
    assert f'href="#mark-{thread}"' in html
    assert f'href="/proposals/{proposal}/review#mark-{thread}"' in seen(client.get(f"/proposals/{proposal}/draft/need"))


def test_in_the_draft_words_are_marked_where_they_are_read_and_told_to_the_script_where_they_are_written(
    site: Site, proposal: ProposalId
) -> None:
    thread = send(site, proposal, section="entry", field="prerequisites", quote="spreadsheet").rpartition("#thread-")[2]
    reads, writes = (seen(site.signed_in(who).get(f"/proposals/{proposal}/draft/entry")) for who in (EMPLOYER, UNIVERSITY))
    assert f'<mark class="quoted" data-for="thread-{thread}">' in reads
    assert f'href="#mark-{thread}"' in reads
    assert "data-for=" not in writes
    (passage,) = json.loads(html.unescape(re.findall(r'data-live-plan="([^"]*)"', writes)[0]))["passages"]
    assert (passage["thread"], passage["key"], passage["words"]) == (thread, "prerequisites", "spreadsheet")
    for page in (reads, writes):
        assert f'<a href="#thread-{thread}">' in page, "the line above an answer leads to its comments"


def test_words_that_are_not_clear_are_asked_for_again_with_what_was_typed(site: Site, proposal: ProposalId) -> None:
    data = {"version": "1", "lane": "", "section": "outcomes", "body": "Kept text", "quote": "model"}
    html = seen(site.signed_in(EMPLOYER).post(f"/proposals/{proposal}/threads", data=data), 422)
    assert "stand at 3 places" in html
    assert "Kept text</textarea>" in html
    assert "model</textarea>" in html


def test_words_that_are_gone_keep_their_quote_and_can_be_put_elsewhere(site: Site, proposal: ProposalId) -> None:
    thread = send(site, proposal, section="need", quote="a spreadsheet and some SQL").rpartition("#thread-")[2]
    with site.world() as world:
        world.save(UNIVERSITY, proposal, "need", audience="Whoever wants to take part.")
    client = site.signed_in(UNIVERSITY)
    html = seen(client.get(f"/proposals/{proposal}/review"))
    assert "Its words are gone" in html
    assert "a spreadsheet and some SQL" in html
    assert f"/proposals/{proposal}/changes?old=1&amp;new=2#changed-need" in html
    address = f"/proposals/{proposal}/threads/{thread}/place"
    data = form_of(html, address)
    data["quote"] = "wants to take part"
    assert client.post(address, data=data).status_code == 303
    assert ">wants to take part</mark>" in seen(client.get(f"/proposals/{proposal}/review"))


def test_words_of_a_hidden_lane_a_kept_comment_and_a_private_suggestion_are_nowhere(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        world.save(EMPLOYER, proposal, "legal", employer_note="A canary in the note of the employer.")
        own, actor = world.organisations["harbour"], world.actor(EMPLOYER)
        note, open_words = Anchor("legal", "employer_note", quote="canary"), Anchor("need", "audience", quote="some SQL")
        comments.open_thread(world.context, actor, proposal, OpenThreadCommand("Canary one.", note, own, False, 2))
        pending.keep(world.context, actor, proposal, OpenThreadCommand("Canary two.", open_words, None, False, 2))
        made = SuggestCommand(SuggestionKind.PASSAGE, open_words, "canary words", own, 2, "Canary three.")
        suggesting.suggest(world.context, actor, proposal, made)
        world.submit(proposal)
    for who in (UNIVERSITY, "admin@northfield.example"):
        client = site.signed_in(who)
        for page in PAGES:
            assert "canary" not in seen(client.get(f"/proposals/{proposal}/{page}")).lower(), f"{who} on {page}"
        assert client.get(f"/proposals/{proposal}/mentions?lane={own}").status_code == 404
        assert client.get(f"/proposals/{proposal}/suggest?at=legal.employer_note").status_code == 404
    html = seen(site.signed_in(EMPLOYER).get(f"/proposals/{proposal}/review"))
    assert all(words in html for words in ("Canary one.", "Canary two.", "Canary three.", "canary words"))


def test_the_list_of_people_holds_those_who_may_read_and_their_names_alone(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        own = world.organisations["harbour"]
    client = site.signed_in(EMPLOYER)
    answer = client.get(f"/proposals/{proposal}/mentions?as=json").get_json()
    assert {"name": "Author Of Northfield", "say": "Author Of Northfield", "party": "Northfield University"} in answer
    assert "@" not in str(answer), "addresses stay out where names are enough"
    assert [one["name"] for one in client.get(f"/proposals/{proposal}/mentions?as=json&lane={own}").get_json()] == ["Admin Of Harbour"]


def test_an_entry_is_suggested_by_form_and_accepted_with_a_button(site: Site, proposal: ProposalId) -> None:
    partner, author = site.signed_in(EMPLOYER), site.signed_in(UNIVERSITY)
    assert "Change it" in seen(partner.get(f"/proposals/{proposal}/suggest?at=outcomes.items"))
    data = form_of(seen(partner.get(f"/proposals/{proposal}/suggest?at=outcomes.items.lo1")), f"/proposals/{proposal}/suggestions")
    data["a-items-0-text"] = "Explain what a model learns"
    assert partner.post(f"/proposals/{proposal}/suggestions", data=data).status_code == 303
    html = seen(author.get(f"/proposals/{proposal}/review"))
    assert "Suggests to change this entry" in words_of(html)
    accept = f"/proposals/{proposal}/suggestions/accept"
    assert author.post(accept, data=form_of(html, accept)).status_code == 303
    html = seen(author.get(f"/proposals/{proposal}/review"))
    assert "The suggestion is taken over: version 2." in html
    assert "Accepted by Author Of Northfield" in words_of(html)


def test_a_suggestion_is_read_and_accepted_beside_the_section_that_it_is_about(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        words = Anchor("need", "audience", quote="a spreadsheet and some SQL")
        made = SuggestCommand(SuggestionKind.PASSAGE, words, "a table and a query", None, 1)
        suggesting.suggest(world.context, world.actor(EMPLOYER), proposal, made)
        entry = SuggestCommand(SuggestionKind.REMOVE, Anchor("outcomes", "items", "lo1"), None, None, 1)
        suggesting.suggest(world.context, world.actor(EMPLOYER), proposal, entry)
    client, accept = site.signed_in(UNIVERSITY), f"/proposals/{proposal}/suggestions/accept"
    assert "Suggests to remove this entry" in words_of(seen(client.get(f"/proposals/{proposal}/draft/outcomes")), "aside")
    html = seen(client.get(f"/proposals/{proposal}/draft/need"))
    assert "Suggests other words" in words_of(html, "aside")
    assert "query" in words_of(html, "aside")
    answer = client.post(accept, data=form_of(html, accept))
    assert (answer.status_code, answer.headers["Location"].partition("#")[0]) == (303, f"/proposals/{proposal}/draft/need")
    assert "a table and a query" in seen(client.get(f"/proposals/{proposal}/draft/need"))


def test_several_suggestions_are_read_where_they_are_accepted_together(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        for words, instead in (("a spreadsheet and some SQL", "a table and a query"), ("Analysts", "Engineers")):
            made = SuggestCommand(SuggestionKind.PASSAGE, Anchor("need", "audience", quote=words), instead, None, 1)
            suggesting.suggest(world.context, world.actor(EMPLOYER), proposal, made)
    client, accept = site.signed_in(UNIVERSITY), f"/proposals/{proposal}/suggestions/accept"
    html = seen(client.get(f"/proposals/{proposal}/review"))
    gathered = html.partition('<details class="card gathered">')[2].partition("</form>")[0]
    for words in ("2 suggestions that you can accept", "a query", "Engineers", "What was said about it"):
        assert words in re.sub(r"<[^>]*>", "", gathered)
    threads = re.findall(r'name="suggestion" value="([^"]+)"', gathered)
    data = {**form_of(html, accept), "suggestion": threads}
    assert client.post(accept, data=data).status_code == 303
    assert "2 suggestions are taken over: version 2." in seen(client.get(f"/proposals/{proposal}/review"))


def test_a_section_is_commented_on_with_all_that_the_review_offers(site: Site, proposal: ProposalId) -> None:
    client, form = site.signed_in(EMPLOYER), f"/proposals/{proposal}/threads"
    html = seen(client.get(f"/proposals/{proposal}/draft/need"))
    assert f'data-mentions="/proposals/{proposal}/mentions"' in html
    assert '<option value="audience">' in html
    assert f'href="/proposals/{proposal}/suggest" data-suggest' in html
    assert "Add to my review" not in html
    assert form_of(html, form)["next"] == f"/proposals/{proposal}/draft/need"
    with site.world() as world:
        world.submit(proposal)
    assert "Add to my review" in seen(client.get(f"/proposals/{proposal}/draft/need"))


def test_other_wording_is_suggested_beside_each_answer_that_the_other_side_writes(site: Site, proposal: ProposalId) -> None:
    client = site.signed_in(EMPLOYER)
    mixed, foreign = (seen(client.get(f"/proposals/{proposal}/draft/{key}")) for key in ("identity", "assessments"))
    assert "Written by the university." in mixed
    assert f'href="/proposals/{proposal}/suggest?at=identity.code"' in mixed
    assert f"/proposals/{proposal}/suggest?at=identity.title" not in mixed, "one writes it oneself"
    assert f'href="/proposals/{proposal}/suggest?at=assessments.items"' in foreign
    assert seen(client.get(f"/proposals/{proposal}/suggest?at=identity.code"))
    reader = seen(site.signed_in("admin@harbour.example").get(f"/proposals/{proposal}/draft/identity"))
    assert "suggest?at=identity.title" in reader


def test_a_stale_suggestion_shows_both_texts_and_offers_to_suggest_anew(site: Site, proposal: ProposalId) -> None:
    partner = site.signed_in(EMPLOYER)
    data = form_of(seen(partner.get(f"/proposals/{proposal}/suggest?at=identity.summary")), f"/proposals/{proposal}/suggestions")
    data["a-summary"] = "What we would say."
    assert partner.post(f"/proposals/{proposal}/suggestions", data=data).status_code == 303
    with site.world() as world:
        world.save(UNIVERSITY, proposal, "identity", summary="What was said meanwhile.")
    html = seen(site.signed_in(UNIVERSITY).get(f"/proposals/{proposal}/review"))
    assert "What stands now" in html
    assert f"/proposals/{proposal}/suggestions/accept" not in html
    again = seen(partner.get(f"/proposals/{proposal}/suggest?again={thread_of(html)}"))
    assert "What we would say.</textarea>" in again


def thread_of(html: str) -> str:
    """The first thread of a page."""
    return html.partition('id="thread-')[2].partition('"')[0]


def test_who_decides_is_told_what_a_suggestion_costs(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        world.submit(proposal)
    client, address = site.signed_in(SIGNER), f"/proposals/{proposal}/suggestions"
    html = seen(client.get(f"/proposals/{proposal}/suggest?at=identity.summary"))
    assert "You are asked to decide on this proposal" in html
    data = form_of(html, address)
    data["a-summary"] = "All anew."
    html = seen(client.post(address, data=data), 422)
    assert 'href="#as_writer"' in html
    assert "All anew.</textarea>" in html
    data["as_writer"] = "y"
    assert client.post(address, data=data).status_code == 303
    assert "can no longer decide at" in words_of(seen(site.signed_in(UNIVERSITY).get(f"/proposals/{proposal}/review")))


def test_a_comment_kept_from_the_draft_page_is_shown_on_both_pages_and_to_nobody_else(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        world.submit(proposal)
    draft = f"/proposals/{proposal}/draft/need"
    where = send(site, proposal, SIGNER, section="need", field="problem", then="keep", body="Words of my own.", next=draft)
    path, _, place = where.partition("#")
    assert path == draft
    for page in (draft, f"/proposals/{proposal}/review"):
        html = seen(site.signed_in(SIGNER).get(page))
        assert f'id="{place}"' in html
        assert "Words of my own." in html
        assert "Words of my own." not in seen(site.signed_in(UNIVERSITY).get(page))
    assert "Words of my own." not in seen(site.signed_in(SIGNER).get(f"/proposals/{proposal}/draft/outcomes"))


def test_a_kept_comment_is_changed_and_counted_on_the_decision(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        world.submit(proposal)
    where = send(site, proposal, SIGNER, section="need", then="keep", body="First words.").rpartition("#pending-")[2]
    client = site.signed_in(SIGNER)
    assert "Sent with your 1 pending comment" in words_of(seen(client.get(f"/proposals/{proposal}/review")))
    address = f"/proposals/{proposal}/pending/{where}"
    data = form_of(seen(client.get(address)), address)
    data["body"] = "Better words."
    assert client.post(address, data=data).status_code == 303
    assert "Better words." in seen(client.get(f"/proposals/{proposal}/review"))
    assert client.get(f"/proposals/{proposal}/pending/unknown").status_code == 303
