"""Answers as people read them."""

from cowork.domain.specifications import forms
from cowork.domain.specifications.display import day, entries, number, row_names, shown
from tests.domain.specifications.builders import SMALL, cloud


def test_codes_become_words_and_numbers_carry_their_unit() -> None:
    form, content = forms.shipped(), cloud()
    assert shown(form.section("identity").field("country"), "IE", content) == "Ireland"
    assert shown(form.section("identity").field("languages"), ["en", "cy"], content) == "English; Welsh"
    assert shown(form.section("workload").field("total_hours"), 1250.5, content) == "1,250.5 hours"
    assert shown(SMALL.section("about").field("open"), False, content) == "No"
    assert shown(SMALL.section("about").field("day"), "2027-03-31", content) == "31 March 2027"
    assert shown(SMALL.section("about").field("tags"), ["a", "b"], content) == "a; b"
    assert shown(SMALL.section("about").field("title"), None, content) == ""


def test_links_show_what_they_lead_to_and_skip_what_is_gone() -> None:
    column = forms.shipped().section("assessments").field("items").columns[-1]
    assert entries(column, ["o3", "gone", "o1"], cloud()) == ("3. Design a backup plan", "1. Configure a virtual network")


def test_a_row_without_a_name_is_still_numbered() -> None:
    assert row_names({"plan": {"goals": [{"id": "g1", "size": 2}]}}, "plan.goals") == {"g1": "1. (not named yet)"}


def test_odd_values_show_as_themselves() -> None:
    assert day("soon") == "soon"
    assert number(True) == "True"
    assert number(7.0) == "7"
