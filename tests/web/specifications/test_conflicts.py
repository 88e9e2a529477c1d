"""Two people save the same answers: nothing is lost, and nothing is overwritten without a choice."""

import pytest

from cowork.domain.ids import ProposalId
from cowork.services import specifications
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of

UNIVERSITY, EMPLOYER = "author@northfield.example", "author@harbour.example"


@pytest.fixture
def full(site: Site) -> ProposalId:
    with site.world() as world:
        return world.complete_draft()


def content(site: Site, proposal: ProposalId, section: str) -> dict[str, object]:
    with site.world() as world:
        return dict(specifications.draft(world.context, world.actor(UNIVERSITY), proposal).content[section])


def conflict(site: Site, proposal: ProposalId, mine: dict[str, str], theirs: dict[str, str], section: str = "need") -> str:
    """The conflict page after I saved on what they had changed meanwhile."""
    action = f"/proposals/{proposal}/draft/{section}"
    me, they = site.signed_in(UNIVERSITY), site.signed_in(EMPLOYER)
    my_form, their_form = form_of(seen(me.get(action)), action), form_of(seen(they.get(action)), action)
    for name, value in theirs.items():
        their_form[name] = value
    assert they.post(action, data=their_form).status_code == 303
    for name, value in mine.items():
        my_form[name] = value
    return seen(me.post(action, data=my_form), 409)


MINE = {"a-problem": "Mine <script>alert(1)</script> text.", "a-sector": "My sector", "a-evidence-0-title": "My title"}
THEIRS = {"a-problem": "Their text.", "a-audience": "Their audience", "a-evidence-0-title": "Their title"}


def test_the_page_shows_the_text_before_theirs_and_mine(site: Site, full: ProposalId) -> None:
    html = conflict(site, full, MINE, THEIRS)
    words = words_of(html)
    assert "Nothing is saved yet, and nothing is lost" in words
    assert "Author Of Harbour saved version 2" in words
    assert "Evidence, 1. " in words
    assert "<script>alert" not in html


CHOICES = [
    ("mine", "mine", (MINE["a-problem"], "My title")),
    ("theirs", "theirs", ("Their text.", "Their title")),
    ("edited", "mine", ("Both.", "My title")),
]


@pytest.mark.parametrize(("first", "second", "expected"), CHOICES)
def test_choices_are_saved_together_with_everything_else_that_was_typed(
    site: Site, full: ProposalId, first: str, second: str, expected: tuple[str, str]
) -> None:
    action = f"/proposals/{full}/draft/need"
    html = conflict(site, full, MINE, THEIRS)
    data = form_of(html, action)
    data["choice-0"], data["choice-1"], data["text-0"] = first, second, "Both."
    assert site.signed_in(UNIVERSITY).post(action, data=data).status_code == 303
    need = content(site, full, "need")
    evidence = need["evidence"]
    assert isinstance(evidence, list)
    assert (need["problem"], evidence[0]["title"]) == expected
    assert (need["sector"], need["audience"]) == ("My sector", "Their audience")


def test_without_a_choice_nothing_is_saved_and_my_text_is_in_the_form(site: Site, full: ProposalId) -> None:
    action = f"/proposals/{full}/draft/need"
    data = form_of(conflict(site, full, MINE, THEIRS), action)
    client = site.signed_in(UNIVERSITY)
    html = seen(client.post(action, data=data), 422)
    again = form_of(html, action)
    assert (again["a-problem"], again["a-sector"], again["base"]) == (MINE["a-problem"], "My sector", "2")
    assert "You did not choose which text to keep." in html
    assert content(site, full, "need")["problem"] == "Their text."
    assert client.post(action, data=again).status_code == 303
    assert content(site, full, "need")["problem"] == MINE["a-problem"]


def test_a_third_save_in_between_is_another_conflict(site: Site, full: ProposalId) -> None:
    action = f"/proposals/{full}/draft/need"
    data = form_of(conflict(site, full, MINE, THEIRS), action)
    they = site.signed_in(EMPLOYER)
    later = form_of(seen(they.get(action)), action)
    later["a-problem"] = "Even later."
    assert they.post(action, data=later).status_code == 303
    data["choice-0"], data["choice-1"] = "mine", "mine"
    html = seen(site.signed_in(UNIVERSITY).post(action, data=data), 409)
    data = form_of(html, action)
    data["choice-0"] = "mine"
    assert site.signed_in(UNIVERSITY).post(action, data=data).status_code == 303
    assert content(site, full, "need")["problem"] == MINE["a-problem"]
    assert content(site, full, "need")["sector"] == "My sector"


def test_a_row_that_i_removed_and_they_changed_is_a_choice(site: Site, full: ProposalId) -> None:
    action = f"/proposals/{full}/draft/modules"
    me, they = site.signed_in(UNIVERSITY), site.signed_in(EMPLOYER)
    mine, theirs = form_of(seen(me.get(action)), action), form_of(seen(they.get(action)), action)
    theirs["a-items-0-title"] = "Their module"
    assert they.post(action, data=theirs).status_code == 303
    mine["row"] = "remove:items:0"
    after = form_of(seen(me.post(action, data=mine)), action)
    before = content(site, full, "modules")["items"]
    assert isinstance(before, list)
    for choice, left in (("theirs", len(before)), ("mine", len(before) - 1)):
        data = form_of(seen(me.post(action, data=after), 409), action)
        data["choice-0"] = choice
        me.post(action, data=data)
        items = content(site, full, "modules")["items"]
        assert isinstance(items, list)
        assert len(items) == left


def test_changes_of_different_answers_are_merged_without_a_question(site: Site, full: ProposalId) -> None:
    action = f"/proposals/{full}/draft/need"
    me, they = site.signed_in(UNIVERSITY), site.signed_in(EMPLOYER)
    mine, theirs = form_of(seen(me.get(action)), action), form_of(seen(they.get(action)), action)
    theirs["a-audience"], mine["a-sector"] = "Their audience", "My sector"
    assert they.post(action, data=theirs).status_code == 303
    assert me.post(action, data=mine).status_code == 303
    need = content(site, full, "need")
    assert (need["audience"], need["sector"]) == ("Their audience", "My sector")
