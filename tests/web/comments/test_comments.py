"""Comments from the pages: lanes, objections, replies, resolving; and what a refused comment keeps."""

import pytest

from cowork.domain.ids import ProposalId
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of

UNIVERSITY, EMPLOYER = "author@northfield.example", "author@harbour.example"


@pytest.fixture
def proposal(site: Site) -> ProposalId:
    with site.world() as world:
        return world.complete_draft()


def send(site: Site, proposal: ProposalId, who: str = UNIVERSITY, **data: str) -> str:
    """Post a comment; the address it leads to."""
    blank = {"version": "1", "section": "", "field": "", "lane": ""}
    answer = site.signed_in(who).post(f"/proposals/{proposal}/threads", data={**blank, **data})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def test_a_comment_on_a_question_stands_beside_it_and_the_page_returns_to_it(site: Site, proposal: ProposalId) -> None:
    where = send(site, proposal, section="legal", field="data", body="Which **data**?\n\n<script>alert(1)</script>")
    html = seen(site.signed_in(EMPLOYER).get(where.partition("#")[0]))
    assert f'id="{where.partition("#")[2]}"' in html
    assert "Comments on Legal: Personal data" in html
    assert "Which <strong>data</strong>?" in html
    assert "<script>alert" not in html


def test_a_comment_from_the_draft_returns_to_the_draft(site: Site, proposal: ProposalId) -> None:
    next_page = f"/proposals/{proposal}/draft/legal"
    where = send(site, proposal, section="legal", body="Look here.", next=next_page)
    assert where.startswith(f"{next_page}#thread-")
    assert "Look here." in seen(site.signed_in(EMPLOYER).get(next_page))
    assert "1 open comment" in words_of(seen(site.signed_in(EMPLOYER).get(f"/proposals/{proposal}/draft")))


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "x" * 5000])
def test_the_page_after_a_comment_is_always_our_own(site: Site, proposal: ProposalId, next_page: str) -> None:
    assert send(site, proposal, body="Hello.", next=next_page).startswith(f"/proposals/{proposal}/review#thread-")


def test_a_comment_for_ones_own_organisation_is_not_seen_by_the_other(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        own = world.organisations["harbour"]
    where = send(site, proposal, EMPLOYER, section="legal", body="A canary for us alone.", lane=own).partition("#")[0]
    html = seen(site.signed_in(EMPLOYER).get(where))
    assert "A canary for us alone." in html
    assert "Harbour Analytics only" in html
    for page in ("review", "draft", "draft/legal", "route", "changes"):
        assert "canary" not in seen(site.signed_in(UNIVERSITY).get(f"/proposals/{proposal}/{page}"))


def test_a_refused_comment_keeps_what_was_typed(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        rival, own = world.organisations["rival"], world.organisations["northfield"]
    client, action = site.signed_in(UNIVERSITY), f"/proposals/{proposal}/threads"
    refused = (
        {"section": "legal", "field": "data", "body": "   "},
        {"section": "legal", "field": "data", "body": "Kept", "lane": rival},
        {"section": "legal", "field": "data", "body": "Kept", "lane": own, "objection": "y"},
        {"section": "legal", "field": "data", "body": "Kept", "version": "99"},
        {"section": "", "field": "", "body": "Kept " * 3000},
    )
    for data in refused:
        html = seen(client.post(action, data={"version": "1", "lane": "", **data}), 422)
        assert "There is a problem" in html
        if "Kept" in data["body"]:
            assert "Kept</textarea>" in html or "Kept \n" in html or "Kept Kept" in html


def test_a_comment_on_nothing_we_know_is_refused(site: Site, proposal: ProposalId) -> None:
    client = site.signed_in(UNIVERSITY)
    hidden = {"section": "legal", "field": "employer_note"}
    for data in ({"section": "nothing"}, {"section": "legal", "field": "nothing"}, {"field": "data"}, hidden):
        assert client.post(f"/proposals/{proposal}/threads", data={"version": "1", "body": "x", **data}).status_code == 422
    assert client.post(f"/proposals/{proposal}/threads", data={"version": "one", "body": "x"}).status_code == 400


def test_threads_are_answered_resolved_and_reopened(site: Site, proposal: ProposalId) -> None:
    where = send(site, proposal, section="legal", body="Which data?", objection="y")
    page, _, anchor = where.partition("#")
    root = f"/proposals/{proposal}/threads/{anchor.removeprefix('thread-')}"
    partner = site.signed_in(EMPLOYER)
    data = form_of(seen(partner.get(page)), f"{root}/replies")
    data["body"] = "Only what the learners type."
    assert partner.post(f"{root}/replies", data=data).headers["Location"] == where
    assert "Only what the learners type." in seen(partner.get(page))
    assert partner.post(f"{root}/resolve").status_code == 303
    assert "An objection is resolved by whoever raised it" in seen(partner.get(page))
    author = site.signed_in(UNIVERSITY)
    assert author.post(f"{root}/resolve").status_code == 303
    assert "Resolved by Author Of Northfield" in words_of(seen(author.get(page)))
    assert author.post(f"{root}/reopen").status_code == 303
    assert "The thread is open again." in seen(author.get(page))


def test_a_refused_reply_stays_in_its_thread(site: Site, proposal: ProposalId) -> None:
    thread = send(site, proposal, section="legal", body="Which data?").rpartition("#thread-")[2]
    html = seen(site.signed_in(EMPLOYER).post(f"/proposals/{proposal}/threads/{thread}/replies", data={"body": "long " * 2500}), 422)
    assert form_of(html, f"/proposals/{proposal}/threads/{thread}/replies")["body"].strip().endswith("long")
    assert f'href="#reply-{thread}"' in html


def test_readers_and_strangers_cannot_comment(site: Site, proposal: ProposalId) -> None:
    thread = send(site, proposal, body="Hello.").rpartition("#thread-")[2]
    for who in ("admin@rival.example", "nobody@northfield.example"):
        client = site.signed_in(who)
        assert client.post(f"/proposals/{proposal}/threads", data={"version": "1", "body": "x"}).status_code == 404
        for verb in ("replies", "resolve", "reopen"):
            assert client.post(f"/proposals/{proposal}/threads/{thread}/{verb}", data={"body": "x"}).status_code == 404


def test_a_thread_of_another_proposal_is_not_found(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        other = world.draft("Another")
    thread = send(site, proposal, body="Hello.").rpartition("#thread-")[2]
    client = site.signed_in(UNIVERSITY)
    for verb in ("replies", "resolve", "reopen"):
        assert client.post(f"/proposals/{other}/threads/{thread}/{verb}", data={"body": "x"}).status_code == 404
        assert client.post(f"/proposals/{proposal}/threads/unknown/{verb}", data={"body": "x"}).status_code == 404


def test_what_is_sent_twice_is_written_once(site: Site, proposal: ProposalId) -> None:
    places: tuple[dict[str, str], ...] = ({"section": "legal", "field": "data"}, {"section": "legal"}, {})
    first = [send(site, proposal, body="Which data?", **place) for place in places]
    assert [send(site, proposal, body="Which data?", **place) for place in places] == first
    assert len(set(first)) == 3
    address = f"/proposals/{proposal}/threads/{first[0].rpartition('#thread-')[2]}/replies"
    for _ in range(2):
        assert site.signed_in(EMPLOYER).post(address, data={"body": "Names alone."}).status_code == 303
    assert seen(site.signed_in(UNIVERSITY).get(first[0])).count("Names alone.") == 1
    assert send(site, proposal, EMPLOYER, body="Which data?") not in first
