"""The page that says who wrote what."""

from cowork.web.specifications.authorship import percent
from tests.web.conftest import Site, seen
from tests.web.posting import words_of

AUTHOR, PARTNER = "author@northfield.example", "author@harbour.example"


def test_words_and_shares_are_marked_by_party(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft()
        world.save(PARTNER, proposal, "need", problem="We need <b>people</b>.")
        world.save(AUTHOR, proposal, "need", problem="We need well trained <b>people</b>.")
    html = seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/authorship"))
    words = words_of(html)
    assert "[Harbour Analytics:] We need" in words
    assert "[Northfield University:] well trained" in words
    assert "<li>Author Of Harbour, Harbour Analytics, version 2</li>" in html
    assert "<li>Author Of Northfield, Northfield University, version 3</li>" in html
    assert "&lt;b&gt;" in html
    assert "<b>people" not in html
    assert "The share of each party in version 3" in words
    before = words_of(seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/authorship?version=2")))
    assert "well trained" not in before
    assert f'href="/proposals/{proposal}/authorship"' in seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/changes"))


def test_what_one_side_alone_reads_stays_there(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        world.save(PARTNER, proposal, "legal", employer_note="A canary of the employer alone")
    assert "canary" in seen(site.signed_in(PARTNER).get(f"/proposals/{proposal}/authorship"))
    assert "canary" not in seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/authorship"))
    assert site.signed_in("admin@rival.example").get(f"/proposals/{proposal}/authorship").status_code == 404
    for odd, status in (("0", 400), ("99", 404), ("x", 400)):
        assert site.signed_in(AUTHOR).get(f"/proposals/{proposal}/authorship?version={odd}").status_code == status


def test_shares_are_whole_percents_and_never_hide_what_is_there() -> None:
    assert percent(1, 1000) == "less than 1 %"
    assert percent(0, 0) == "–"
    assert percent(333, 1000) == "33 %"
