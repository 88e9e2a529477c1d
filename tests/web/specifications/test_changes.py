"""What changed between two versions."""

import pytest

from cowork.domain.ids import ProposalId
from cowork.services import specifications
from cowork.services.specifications import SaveCommand
from tests.web.conftest import Site, seen
from tests.web.posting import words_of

UNIVERSITY, EMPLOYER = "author@northfield.example", "author@harbour.example"


@pytest.fixture
def edited(site: Site) -> ProposalId:
    """A proposal with three versions: a text changed, then a private note and a row."""
    with site.world() as world:
        proposal = world.complete_draft()
        world.save(EMPLOYER, proposal, "need", sector="Banking <b>and</b> insurance")
        world.save(EMPLOYER, proposal, "legal", employer_note="A canary of the employer")
        return proposal


def test_words_are_marked_and_markup_stays_text(site: Site, edited: ProposalId) -> None:
    html = seen(site.signed_in(UNIVERSITY).get(f"/proposals/{edited}/changes?old=1&new=2"))
    assert "<ins>" in html
    assert "<del>" in html
    assert "&lt;b&gt;" in html
    assert "<b>and</b>" not in html


def test_the_newest_change_is_shown_first(site: Site, edited: ProposalId) -> None:
    words = words_of(seen(site.signed_in(EMPLOYER).get(f"/proposals/{edited}/changes")))
    assert "From version 2 to version 3: 1 answer changed" in words
    assert "A canary of the employer" in words


def test_private_answers_of_the_other_side_are_not_compared(site: Site, edited: ProposalId) -> None:
    words = words_of(seen(site.signed_in(UNIVERSITY).get(f"/proposals/{edited}/changes?old=2&new=3")))
    assert "canary" not in words
    assert "No difference that you may read" in words


def test_neither_note_nor_section_of_a_private_change_is_told_to_the_other_side(site: Site, edited: ProposalId) -> None:
    with site.world() as world:
        for section, answers in (("legal", {"employer_note": "Another"}), ("need", {"sector": "Insurance"})):
            employer = world.actor(EMPLOYER)
            base = specifications.draft(world.context, employer, edited).version.number
            command = SaveCommand(section, base, answers, f"Why {section} changed")
            specifications.save_section(world.context, employer, edited, command)
    for page in ("changes", "activity", "authorship", "export"):
        told = words_of(seen(site.signed_in(UNIVERSITY).get(f"/proposals/{edited}/{page}")))
        assert "Why legal changed" not in told
        assert "saved version 4: " not in told
        if page == "activity":
            assert "saved version 4." in told
            assert "saved version 5: " in told
        if page == "changes":
            assert "Why need changed" in told
            assert "Why legal changed" in words_of(seen(site.signed_in(EMPLOYER).get(f"/proposals/{edited}/{page}")))
    with site.world() as world:
        _, lines = specifications.history(world.context, world.actor(UNIVERSITY), edited)
    assert [line.changed for line in lines] == [("need",), (), (), ("need",), ()]


def test_versions_can_be_compared_backwards_and_with_themselves(site: Site, edited: ProposalId) -> None:
    client = site.signed_in(UNIVERSITY)
    assert "looking backwards" in seen(client.get(f"/proposals/{edited}/changes?old=2&new=1"))
    assert "Choose two different versions" in seen(client.get(f"/proposals/{edited}/changes?old=2&new=2"))


ODD = [("old=9", 404), ("new=44", 404), ("old=x", 400), ("old=-1", 400), ("new=²", 400), ("old=0", 400), ("old=", 200)]


@pytest.mark.parametrize(("query", "status"), ODD)
def test_odd_versions_are_refused(site: Site, edited: ProposalId, query: str, status: int) -> None:
    seen(site.signed_in(UNIVERSITY).get(f"/proposals/{edited}/changes?{query}"), status)
