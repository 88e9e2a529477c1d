"""Templates that come with Cowork can be used as they are, and what goes along in a copy is what may."""

from datetime import date
from typing import Any

import pytest

from cowork.domain.conditions import Content
from cowork.domain.ids import Side
from cowork.domain.specifications import forms, starters
from cowork.domain.specifications.values import clean_content
from cowork.domain.templates import SUBJECTS
from tests import earlier
from tests.world import complete_content

FORM = forms.shipped()


@pytest.mark.parametrize("key", starters.shipped())
def test_a_shipped_template_fits_the_form_whole_and_says_what_it_is_for(key: str) -> None:
    one = starters.shipped()[key]
    cleaned, problems = clean_content(FORM, one.content)
    assert problems == ()
    assert starters.carried(FORM, cleaned) == cleaned, "nothing in it is private or said of one programme only"
    assert one.subject in SUBJECTS
    assert one.summary
    assert one.guidance
    assert 3 <= len(cleaned["outcomes"]["items"]) <= 7  # type: ignore[arg-type]  # a list of rows
    outcomes = {row["id"] for row in cleaned["outcomes"]["items"]}  # type: ignore[attr-defined]
    assessed = {link for row in cleaned["assessments"]["items"] for link in row["outcomes"]}  # type: ignore[attr-defined]
    assert assessed == outcomes, "every outcome is assessed"
    assert sum(row["weight"] for row in cleaned["assessments"]["items"]) == 100  # type: ignore[attr-defined]


def test_six_fields_are_served() -> None:
    subjects = {one.subject for one in starters.shipped().values()}
    assert {"machine-learning", "telehealth", "cybersecurity", "cloud", "data-analytics", "inclusive-education"} <= subjects


def test_a_copy_leaves_out_signatures_codes_and_the_lanes_of_others() -> None:
    content = complete_content()
    content["employer_statements"] |= {"internal_note": "Only for us."}
    content["legal"] |= {"university_note": "Only for them."}
    content["identity"] |= {"code": "ML-101"}
    for sides in (frozenset[Side](), frozenset({Side.EMPLOYER})):
        kept = starters.carried(FORM, content, sides)
        statements = kept.get("employer_statements", {})
        assert "demand" not in statements
        assert "assessment" not in statements
        assert "items" not in kept.get("signoffs", {})
        assert "code" not in kept["identity"]
        assert "university_note" not in kept["legal"]
        assert ("internal_note" in statements) is bool(sides)
    assert starters.carried(FORM, starters.carried(FORM, content)) == starters.carried(FORM, content)


def test_a_copy_leaves_out_columns_that_are_said_of_one_proposal_only() -> None:
    content: Any = complete_content()
    content["alignment"]["tasks"][0]["confirmed"] = True
    kept: Any = starters.carried(forms.load(earlier.text()), content)
    assert [row["task"] for row in kept["alignment"]["tasks"]] == [row["task"] for row in content["alignment"]["tasks"]]
    assert not any("confirmed" in row for row in kept["alignment"]["tasks"])


def test_what_a_form_does_not_ask_is_left_out_and_the_rest_fits() -> None:
    content: Content = {"identity": {"title": "Kept", "unknown": 1, "kind": "no such kind"}, "nowhere": {"x": 1}}
    assert starters.fitting(FORM, content) == {"identity": {"title": "Kept"}}


def test_single_sections_lose_their_links_to_others() -> None:
    content = starters.fitting(FORM, starters.shipped()["telehealth"].content)
    kept = starters.only(content, frozenset({"modules"}), FORM)
    assert set(kept) == {"modules"}
    assert not any("outcomes" in row for row in kept["modules"]["items"])  # type: ignore[attr-defined]


def test_dates_that_came_along_are_named_until_they_change() -> None:
    today = date(2026, 3, 2).isoformat()
    first: Content = {"need": {"evidence": [{"id": "e1", "date": today, "expiry": today}]}, "legal": {"term_start": today}}
    assert {one.path for one in starters.dates_to_review(FORM, first, first)} == {
        "need.evidence.e1.date", "need.evidence.e1.expiry", "legal.term_start",
    }  # fmt: skip
    now: Content = {"need": {"evidence": [{"id": "e1", "date": "2027-01-01", "expiry": today}, {"id": "e2", "date": today}]}}
    assert [one.path for one in starters.dates_to_review(FORM, first, now)] == ["need.evidence.e1.expiry"]
