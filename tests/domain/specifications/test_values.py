"""Cleaning answers: what is mended in silence, what is asked about, and what is refused."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cowork.domain.conditions import Value
from cowork.domain.specifications import forms, texts, values
from tests.domain.specifications.builders import SMALL, Contents, cloud
from tests.domain.specifications.strategies import junk, raw_contents


def cleaned(key: str, raw: object, section: str = "about") -> Value:
    result = values.clean(SMALL, section, {key: raw}, {})
    assert result.problems == ()
    return result.values.get(key)


def complaint(key: str, raw: object, section: str = "about") -> values.Problem:
    result = values.clean(SMALL, section, {key: raw}, {})
    assert len(result.problems) == 1
    return result.problems[0]


@given(raw_contents)
def test_cleaning_is_idempotent(raw: object) -> None:
    once, _ = values.clean_content(SMALL, raw)
    assert values.clean_content(SMALL, once) == (once, ())


@given(junk | st.dictionaries(st.sampled_from(["about", "plan", "x"]), junk))
def test_any_json_is_answered_with_problems_and_never_with_an_error(raw: object) -> None:
    content, problems = values.clean_content(SMALL, raw)
    assert all(problem.message for problem in problems)
    assert set(content) <= {"about", "plan"}


@given(st.text())
@example("\u00ad \u200b")
@example("\u0338<")
def test_cleaning_a_line_twice_is_cleaning_it_once(raw: str) -> None:
    try:
        once = texts.one_line(raw)
    except texts.BadText:
        return
    assert texts.one_line(once) == once
    assert "\n" not in once


@pytest.mark.parametrize(
    ("key", "raw", "kept"),
    [
        ("title", "  two \n lines\t here ", "two lines here"),
        ("title", "nai\u0308ve", "naïve"),
        ("title", "zero\u200bwidth\ufeff", "zerowidth"),
        ("title", "   ", None),
        ("story", "one\r\ntwo\rthree\u2028four\n\n", "one\ntwo\nthree\nfour"),
        ("story", "Fee: \u202e0001\u202c EUR", "Fee: 0001\u202c EUR"),
        ("count", " 7 ", 7),
        ("count", 7.0, 7),
        ("ratio", "7,5", 7.5),
        ("ratio", "-0", 0),
        ("ratio", "1 200", 1200),
        ("count", "", None),
        ("open", "Yes", True),
        ("open", False, False),
        ("open", "", None),
        ("kind", "a", "a"),
        ("tones", ["mi", "do", "mi"], ["do", "mi"]),
        ("tones", "re", ["re"]),
        ("tones", [""], None),
        ("day", "2028-02-29", "2028-02-29"),
        ("page", " https://example.org/?q=1 ", "https://example.org/?q=1"),
        ("page", "http://[2001:db8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
        ("mail", "ada@example.org", "ada@example.org"),
        ("tags", "cloud, Cloud; networks\n ,", ["cloud", "networks"]),
        ("tags", ["a", " a ", ""], ["a"]),
        ("title", None, None),
    ],
)
def test_harmless_differences_are_mended(key: str, raw: object, kept: Value) -> None:
    assert cleaned(key, raw) == kept


@pytest.mark.parametrize(
    ("key", "raw", "said"),
    [
        ("title", "x" * 41, "41 characters long; at most 40 fit. Shorten it by 1."),
        ("story", "x" * 20_001, "20,001 characters"),
        ("title", "nul\x00", "control characters"),
        ("story", "bell\x07", "control characters"),
        ("title", "abc\u202edef", "direction of writing"),
        ("title", "half \ud83d", "half of a character"),
        ("count", "seven", "not a number"),
        ("count", "1,200", "not a number"),
        ("count", "1e5", "not a number"),
        ("count", "7.5", "whole number"),
        ("count", 51, "between 0 and 50"),
        ("count", -1, "between 0 and 50"),
        ("ratio", float("nan"), "not a finite number"),
        ("ratio", float("-inf"), "not a finite number"),
        ("ratio", 2**70, "between"),
        ("ratio", "9" * 400, "not a number"),
        ("open", "perhaps", "yes or no"),
        ("kind", "c", "not one of the answers"),
        ("tones", ["do", "fa"], "not one of the answers"),
        ("day", "2027-02-29", "not a day"),
        ("day", "20270301", "not a day"),
        ("day", "0001-01-01", "not a day"),
        ("page", "javascript:alert(1)", "not a web address"),
        ("page", "https://", "not a web address"),
        ("page", "http://[", "not a web address"),
        ("page", "https://user:word@example.org", "not a web address"),
        ("page", 'https://example.org/"onload="', "not a web address"),
        ("page", "https://example.org:99999/", "not a web address"),
        ("mail", "ada@example", "not an e-mail address"),
        ("mail", "a b@example.org", "not an e-mail address"),
        ("tags", ["x" * 61], "too long"),
        ("tags", [str(number) for number in range(51)], "51 tags"),
    ],
)
def test_what_cannot_be_kept_is_explained_beside_the_field(key: str, raw: object, said: str) -> None:
    problem = complaint(key, raw)
    assert said in problem.message
    assert problem.path == f"about.{key}"
    assert not problem.hard


@pytest.mark.parametrize(
    ("section", "key", "raw"),
    [
        ("about", "title", 5),
        ("about", "title", ["x"]),
        ("about", "count", True),
        ("about", "count", [1]),
        ("about", "open", 1),
        ("about", "tones", {"do": 1}),
        ("about", "tones", [1]),
        ("about", "tags", [["x"]]),
        ("about", "titel", "x"),
        ("plan", "goals", "x"),
        ("plan", "goals", [1]),
        ("plan", "goals", [{"text": "x"}] * 201),
        ("plan", "goals", [{"id": "UPPER", "text": "x"}]),
        ("plan", "goals", [{"id": 7, "text": "x"}]),
        ("plan", "goals", [{"text": "x", "colour": "red"}]),
        ("plan", "goals", [{"id": "r1", "text": "x"}, {"id": "r1", "text": "y"}]),
        ("plan", "steps", [{"name": "x", "goals": ["no id"]}]),
    ],
)
def test_a_shape_that_no_form_posts_is_a_hard_problem(section: str, key: str, raw: object) -> None:
    assert complaint(key, raw, section).hard


def test_a_problem_keeps_what_was_typed_and_the_others_are_cleaned() -> None:
    result = values.clean(SMALL, "about", {"count": "seven", "title": " T "}, {})
    assert result.values == {"title": "T"}
    assert [(problem.path, problem.raw) for problem in result.problems] == [("about.count", "seven")]


def test_typed_text_with_half_a_character_can_be_shown_again() -> None:
    problem = complaint("title", "half \ud83d")
    assert problem.raw.encode("utf-8") == b"half ?"
    assert complaint("bad\ud83d", "x").path.encode("utf-8") == b"about.bad?"


def test_a_problem_in_a_row_names_the_row_and_the_column() -> None:
    raw = {"goals": [{"id": "r1", "text": "x", "size": "big"}, {"text": "y", "size": "small"}]}
    assert [p.path for p in values.clean(SMALL, "plan", raw, {}).problems] == ["plan.goals.r1.size", "plan.goals.#2.size"]


def test_empty_rows_go_and_new_rows_get_an_id_that_stays() -> None:
    once = values.clean(SMALL, "plan", {"goals": [{"text": "x"}, {"id": "r9", "text": " "}, {"text": "x"}, {"text": "y"}]}, {})
    ids = values.row_ids({"plan": once.values}, "plan.goals")
    assert len(set(ids)) == len(ids) == 3
    assert values.clean(SMALL, "plan", once.values, {}).values == once.values


def test_two_people_who_add_different_rows_at_once_get_different_ids() -> None:
    ids = [values.clean(SMALL, "plan", {"goals": [{"text": text}]}, {}).values["goals"] for text in ("x", "y")]
    assert ids[0] != ids[1]


def test_links_must_lead_to_a_row_of_this_section_as_posted() -> None:
    raw = {"goals": [{"id": "g1", "text": "x"}], "steps": [{"id": "s1", "name": "n", "goals": ["g1", "g1", "g2"]}]}
    result = values.clean(SMALL, "plan", raw, {"plan": {"goals": [{"id": "g2", "text": "old"}]}})
    assert result.values["steps"] == [{"id": "s1", "name": "n", "goals": ["g1"]}]
    assert [problem.path for problem in result.problems] == ["plan.steps.s1.goals"]


def test_links_lead_to_rows_of_this_section_that_were_not_posted() -> None:
    content: Contents = {"plan": {"goals": [{"id": "g1", "text": "x"}]}}
    result = values.clean(SMALL, "plan", {"steps": [{"id": "s1", "goals": ["g1"]}]}, content)
    assert result == values.Cleaned({"steps": [{"id": "s1", "goals": ["g1"]}]}, ())


def test_links_lead_to_rows_of_other_sections_too() -> None:
    form, content = forms.shipped(), cloud()
    assert values.clean(form, "assessments", content["assessments"], content).problems == ()
    del content["outcomes"]
    assert {p.path for p in values.clean(form, "assessments", content["assessments"], content).problems} == {
        "assessments.items.a1.outcomes",
        "assessments.items.a2.outcomes",
    }


def test_links_to_removed_rows_can_be_dropped_everywhere() -> None:
    form, content = forms.shipped(), cloud()
    content["outcomes"] = {"items": [{"id": "o1", "text": "Configure a network", "bloom": "apply"}]}
    kept = values.drop_dangling(form, content)
    assert [row.get("outcomes") for row in values.rows(kept, "assessments.items")] == [["o1"], None]
    assert values.clean_content(form, kept) == (kept, ())


def test_a_row_that_was_only_links_goes_with_them() -> None:
    once, problems = values.clean_content(SMALL, {"plan": {"steps": [{"id": "s1", "goals": ["g1"]}]}})
    assert (once, len(problems)) == ({}, 1)


def test_an_import_names_the_nearest_known_word() -> None:
    _, problems = values.clean_content(SMALL, {"abuot": {}, "about": {"titel": "x"}, "plan": {"goals": [{"txet": "x"}]}})
    assert [problem.message for problem in problems] == [
        "There is no section “abuot”. Did you mean “about”?",
        "There is no field “titel”. Did you mean “title”?",
        "There is no column “txet”. Did you mean “text”?",
    ]


def test_an_import_of_something_else_says_what_is_expected() -> None:
    odd: tuple[object, ...] = (None, [], "x", 5)
    for raw in odd:
        assert "one member for each section" in values.clean_content(SMALL, raw)[1][0].message
    assert "one member for each field" in values.clean_content(SMALL, {"about": []})[1][0].message


def test_a_flood_of_unknown_keys_is_answered_briefly() -> None:
    _, problems = values.clean_content(SMALL, {"about": {f"key{number}" * 50: 1 for number in range(5_000)}})
    assert len(problems) == values.MOST_UNKNOWN


def test_the_example_specification_is_clean() -> None:
    assert values.clean_content(forms.shipped(), cloud()) == (cloud(), ())


def test_an_unknown_section_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        values.clean(SMALL, "nothing", {}, {})


def test_rows_of_an_absent_answer_are_none() -> None:
    content: Contents = {"plan": {"goals": "not rows"}}
    assert values.rows(content, "plan.goals") == values.rows({}, "plan.goals") == ()
