"""Answers as people read them."""

from cowork.domain.conditions import Value
from cowork.domain.specifications import display, forms
from cowork.domain.specifications.display import day, entries, number, row_names, shown
from cowork.domain.specifications.form import Field, FieldType
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


def test_a_row_of_an_organisations_own_list_is_called_by_its_words() -> None:
    path, who = "need.q27f775d_boards", Field("who", "Who", FieldType.TEXT)
    boards = [{"id": "r1", "day": "2027-01-01", "who": "The works  council"}, {"id": "r2", "day": "2027-01-02"}]
    content = {"need": {"q27f775d_boards": boards}}
    assert row_names(content, path) == {"r1": "1. The works council", "r2": "2. (not named yet)"}
    assert row_names(content, path, (who,))["r1"] == "1. The works  council"
    assert display.called({"id": "r1", "who": "Staff"}, (who,)) == "Staff"
    links = Field("boards", "Boards", FieldType.LINKS, refers=path)
    assert entries(links, ["r1"], content) == ("1. The works council",)


def test_odd_values_show_as_themselves() -> None:
    assert day("soon") == "soon"
    assert number(True) == "True"
    assert number(7.0) == "7"


def test_a_row_is_called_the_same_wherever_it_is_named() -> None:
    text, award = Field("text", "Text", FieldType.TEXT), Field("award", "Award", FieldType.TEXT)
    note = Field("note", "Note", FieldType.LONGTEXT)
    row = {"id": "a", "award": "Diploma", "text": "Stacks", "note": "A long story."}
    assert display.row_name(row) == display.row_name(row, (award, note, text)) == "Stacks"
    assert display.row_name({"id": "a", "award": "Diploma"}) == ""
    assert display.row_name({"id": "a", "award": "Diploma", "note": "Long"}, (note, award)) == "Diploma"
    content: dict[str, dict[str, Value]] = {"outcomes": {"items": [row, {"id": "b"}]}, "need": {"similar": [row]}}
    assert [one.short for path in ("outcomes.items", "need.similar") for one in display.items(content, path)] == ["LO 1", "LO 2", "No. 1"]
    assert [one.text for one in display.items(content, "outcomes.items")] == ["Stacks", "(not named yet)"]
    assert display.row_names(content, "outcomes.items") == {"a": "1. Stacks", "b": "2. (not named yet)"}
