"""What somebody meant who wrote a rule in words that are not known."""

import pytest

from cowork.domain.conditions import Value
from cowork.domain.workflows import rules, suggestions
from cowork.domain.workflows.suggestions import of_key, of_limit, of_rule, of_share, of_share_key, of_term, of_term_key

RULE_WORDS = ("any", "all", "majority", "two-thirds")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("three-quarters", "{ percent = 75 }"), ("three quarters", "{ percent = 75 }"), ("Three_Fourths", "{ percent = 75 }"),
        ("one-fifth", "{ percent = 20 }"), ("a fifth", "{ percent = 20 }"), ("four-fifths", "{ percent = 80 }"),
        ("half", "{ percent = 50 }"), ("one-half", "{ percent = 50 }"), ("quarter", "{ percent = 25 }"),
        ("75%", "{ percent = 75 }"), ("75 per cent", "{ percent = 75 }"), ("100 %", '"all"'), (0.6, "{ percent = 60 }"),
        ("2/3", '"two-thirds"'), ("3/4", "{ percent = 75 }"), ("two thirds", '"two-thirds"'), ("two-third", '"two-thirds"'),
        ("67 %", '"two-thirds"'), ("1/3", '"one-third"'), ("third", '"one-third"'), ("unanimous", '"all"'), ("everyone", '"all"'),
        ("simple majority", '"majority"'), ("majorty", '"majority"'), ("5", "5"), ("0", ""), ("blue", ""), ("5/3", ""), ("1/7", ""),
        (-1, ""), (True, ""), ("", ""), ("900 %", ""),
    ],
)  # fmt: skip
def test_a_share_that_was_meant_is_said_as_it_is_written(written: Value, meant: str) -> None:
    assert of_share(written, rules.PARTS) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (2, "{ at-least = 2 }"), ("2", "{ at-least = 2 }"), ("three-quarters", "{ percent = 75 }"), ("unanimous", '"all"'),
        ("consensus", '"all", or { at-least = 1, quorum = "majority", objections = "block" } where nobody may object'),
        ("one-third", "{ more-than = 33 }"), ("2/3", '"two-thirds"'), ("blue", ""), ([], ""), (False, ""),
    ],
)  # fmt: skip
def test_a_rule_that_was_meant_is_said_as_it_is_written(written: Value, meant: str) -> None:
    assert of_rule(written, RULE_WORDS) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("30 calendar days", "{ calendar = 30 }"), ("30-days", "{ calendar = 30 }, or 30 for working days"),
        ("two weeks", "{ calendar = 14 }"),
        ("a year", "{ months = 12 }"), ("10 working days", "10"), ("7", "7"), ({"days": 30}, "{ calendar = 30 }"), ("99 years", ""),
        ({"calendar": True}, ""), ({"a": 1, "b": 2}, ""), (3.5, ""), ("9" * 30, ""),
    ],
)  # fmt: skip
def test_a_term_that_was_meant_is_said_as_it_is_written(written: Value, meant: str) -> None:
    assert of_term(written) == meant


def test_a_key_that_says_what_a_term_counts_is_said_as_one() -> None:
    known = ("due_days", "least_days")
    found = [of_term_key(key, 2, known) for key in ("due_months", "due_weeks", "Term", "least_calendar_days", "due_day", "idle_weeks")]
    assert found == ["due_days = { months = 2 }", "due_days = { calendar = 14 }", "due_days = 2", "least_days = { calendar = 2 }", "", ""]
    assert of_term_key("due_months", 2, ("key",)) == of_term_key("due_months", "2", known) == ""


def test_where_all_must_agree_one_dissent_is_enough() -> None:
    assert (of_limit("consensus", rules.PARTS), of_limit("half", rules.PARTS)) == ("1", "{ percent = 50 }")


def test_a_share_as_a_key_is_said_as_a_key() -> None:
    found = [of_share_key(key, RULE_WORDS) for key in ("one-third", "unanimous", "three_quarters", "colour", "5")]
    assert found == ["more-than = 33", "all = true", "percent = 75", "", ""]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("at_least", "at-least"), ("Quorom", "quorum"), ("fail-at", "fails-at"), ("minimum", "at-least"), ("veto", "fails-at"), ("hue", "")],
)
def test_a_key_that_was_meant_is_named(written: str, meant: str) -> None:
    assert of_key(written, rules.KEYS) == meant


@pytest.mark.parametrize(
    ("key", "value", "meant"),
    [
        ("valid_years", 2, "write `valid_days = 730`, which counts calendar days"),
        ("valid_months", "x", "write `valid_days`, which counts calendar days"),
        ("idle_calendar_days", 14, "write `idle_days = 10`, which counts working days"),
        ("idle_weeks", 2, "write `idle_days = 10`, which counts working days"),
        ("idle_working_days", 7, "write `idle_days = 7`, which counts working days"),
        ("due_weeks", 2, ""),
        ("due_date", 1, ""),
        ("due_day", 1, ""),
        ("colour", 1, ""),
    ],
)
def test_a_term_in_other_units_is_told_in_days(key: str, value: Value, meant: str) -> None:
    assert suggestions.of_other_key(key, value) == meant


def test_a_veto_is_told_as_what_a_rule_says() -> None:
    assert "fails-at = 1" in suggestions.of_other_key("veto", True)
