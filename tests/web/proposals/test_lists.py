"""My work, the list with its filters, and the board."""

import re
from datetime import timedelta

import pytest

from cowork.domain.workflows.progress import Verdict
from tests.web.conftest import Site, seen
from tests.web.posting import words_of

AUTHOR, PARTNER, SIGNER, STRANGER = "author@northfield.example", "author@harbour.example", "signer@harbour.example", "admin@rival.example"
TITLE = "Machine Learning for Business Analysts"


def test_a_newcomer_is_told_how_each_list_fills(site: Site) -> None:
    html = seen(site.signed_in("nobody@northfield.example").get("/"))
    for words in ("Nothing waits for your decision", "You write no proposal", "You wait for nobody", "Nothing is done yet"):
        assert words in html
    assert "There is no proposal yet" in seen(site.signed_in("nobody@northfield.example").get("/proposals"))


def test_my_work_tells_authors_and_deciders_apart(site: Site) -> None:
    with site.world() as world:
        world.draft("A first draft")
        world.submit(world.complete_draft())
    author, signer = seen(site.signed_in(AUTHOR).get("/")), seen(site.signed_in(SIGNER).get("/"))
    assert "A first draft" in author
    assert "What you wait for" in author
    assert author.count(TITLE) >= 1
    assert "Review and decide" not in author
    assert "Review and decide" in signer
    assert "A first draft" not in signer


def test_an_overdue_decision_says_so(site: Site) -> None:
    with site.world() as world:
        world.submit(world.complete_draft())
    assert "Overdue since" not in seen(site.signed_in(SIGNER).get("/"))
    with site.world() as world:
        world.pass_time(timedelta(days=200))
    assert "Overdue since" in seen(site.signed_in(SIGNER).get("/"))


def test_what_one_waits_for_says_its_day_once(site: Site) -> None:
    with site.world() as world:
        world.submit(world.complete_draft())
    html = seen(site.signed_in(AUTHOR).get("/"))
    card = words_of("<main>" + html[html.index('id="in-review"') : html.index('id="done"')] + "</main>")
    sentence, _, below = card.partition("In the court of ")
    day = re.search(r"due (\w{3} \d+ \w{3})", sentence)
    assert day is not None, card
    assert day[1] not in below, "the sentence names the day already"
    assert re.search(r"Due in \d+ working days", below), card


def test_the_list_shows_what_is_still_needed(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        world.submit(proposal)
    html = seen(site.signed_in(AUTHOR).get("/proposals"))
    assert "In review" in html
    assert "1 proposal, the last changed first." in html
    assert "Harbour Analytics" in html
    assert f'href="/proposals/{proposal}"' in html


def test_a_stranger_sees_nothing_of_it(site: Site) -> None:
    with site.world() as world:
        world.draft()
    for path in ("/", "/proposals", "/proposals?q=machine", "/proposals?view=board"):
        assert TITLE not in seen(site.signed_in(STRANGER).get(path))


def test_filters_narrow_the_list(site: Site) -> None:
    with site.world() as world:
        world.draft("Telehealth basics")
        world.submit(world.complete_draft())
        southgate = world.organisations["southgate"]
    client = site.signed_in(AUTHOR)
    assert TITLE not in seen(client.get("/proposals?standing=draft"))
    assert "Telehealth basics" not in seen(client.get("/proposals?standing=in-review"))
    found = seen(client.get("/proposals?q=teleh"))
    assert "Telehealth basics" in found
    assert TITLE not in found
    assert "No proposal fits" in seen(client.get(f"/proposals?organisation={southgate}"))


@pytest.mark.parametrize(
    "query",
    [
        "standing=unknown", "standing=", "after=x", "after=2026-01-01T00:00:00~abc", "after=~", "after=9999999~a", "before=%01~%01",
        "view=other", "organisation=" + "x" * 5000, "q=" + "a" * 5000, "q=%22%27%3B--", "q=%01", "q=NEAR(", "q=*", "q=%ff%fe",
        "after=2026-01-01T00:00:00%2B00:00~1",
    ],
)  # fmt: skip
def test_odd_addresses_narrow_nothing_and_break_nothing(site: Site, query: str) -> None:
    seen(site.signed_in(AUTHOR).get(f"/proposals?{query}"))


@pytest.mark.parametrize("path", ["/proposals?q=%00", "/proposals/%00", "/proposals?organisation=a%00"])
def test_characters_that_are_no_text_are_refused(site: Site, path: str) -> None:
    seen(site.signed_in(AUTHOR).get(path), 400)


def test_pages_lead_to_older_ones_and_back(site: Site) -> None:
    with site.world() as world:
        for number in range(45):
            world.pass_time()
            world.draft(f"Programme number {number:02d}")
    client = site.signed_in(AUTHOR)
    first = seen(client.get("/proposals"))
    second = seen(client.get(link(first, "next")))
    third = seen(client.get(link(second, "next")))
    assert [title in first for title in ("number 44", "number 25", "number 24")] == [True, True, False]
    assert [title in second for title in ("number 25", "number 24", "number 05", "number 04")] == [False, True, True, False]
    assert "number 00" in third
    assert 'rel="next"' not in third
    back = seen(client.get(link(third, "prev")))
    assert titles(back) == titles(second)
    again = seen(client.get(link(back, "prev")))
    assert titles(again) == titles(first)
    assert 'rel="prev"' not in again


def link(html: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', html)
    assert found is not None
    return found[1].replace("&amp;", "&")


def titles(html: str) -> list[str]:
    return re.findall(r"Programme number \d+", html)


def test_the_board_has_a_column_for_each_stage_that_decides(site: Site) -> None:
    with site.world() as world:
        world.draft("A first draft")
        running, done = world.complete_draft(), world.complete_draft()
        world.submit(running)
        world.submit(done)
        world.approve_all(done)
    html = seen(site.signed_in(AUTHOR).get("/proposals?view=board"))
    assert "Being written" in html
    assert "Approved" in html
    assert html.count('class="board-column"') == 3


def test_a_returned_proposal_is_written_again(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        world.submit(proposal)
        world.decide(SIGNER, proposal, Verdict.REQUEST_CHANGES, reason="Name the tools.", sections=("outcomes",))
    html = seen(site.signed_in(PARTNER).get("/"))
    assert "Changes requested" in html
    assert f"/proposals/{proposal}/draft" in html
