"""What was exported is brought in again, whatever the form asks by now: what finds no place is left out and named."""

import json
from pathlib import Path
from typing import Any

import pytest

from cowork.domain.specifications import forms, importing
from cowork.domain.specifications.importing import LeftOut
from cowork.domain.specifications.values import clean_content
from tests import earlier
from tests.world import complete_content

FORM = forms.shipped()
STORED = {int(path.stem.rpartition("-")[2]): path for path in (Path(__file__).parent / "exported").glob("microcredential-*.json")}


def stored(version: int) -> Any:
    return json.loads(STORED[version].read_text(encoding="utf-8"))


def older(content: dict[str, Any]) -> dict[str, Any]:
    """A document that answers a form of which this instance knows nothing."""
    return {"format": "cowork-specification/1", "form": {"key": "microcredential", "version": 0, "digest": "0" * 64}, "content": content}


def test_an_export_of_every_version_of_the_shipped_form_is_stored() -> None:
    assert sorted(STORED) == list(range(1, FORM.version + 1)), "store an export of the new version, so that it can be brought in for ever"


@pytest.mark.parametrize("version", sorted(STORED))
def test_an_export_of_any_version_of_the_form_is_brought_in_but_for_what_is_asked_no_more(version: int) -> None:
    document = stored(version)
    found = importing.imported(FORM, document, None)
    assert found.problems == ()
    left = {1: 1, 2: 1, 3: 0}[version]
    assert len(found.left) == left
    for row in document["content"]["alignment"]["tasks"]:
        row.pop("confirmed", None)
    assert found.content == document["content"], "nothing else is lost"


def test_what_is_left_out_is_named_in_the_words_of_its_own_form_where_that_is_known() -> None:
    count = len(stored(2)["content"]["alignment"]["tasks"])
    unknown, known = (importing.imported(FORM, stored(2), form).left for form in (None, forms.load(earlier.text())))
    assert unknown == (LeftOut("Alignment: Job tasks: confirmed", importing.UNASKED, count),)
    assert known == (LeftOut("Alignment: Job tasks: The employer confirms this row", importing.UNASKED, count),)


def test_questions_sections_and_answers_that_find_no_place_are_left_out_and_named() -> None:
    content = complete_content()
    content["need"]["q1a2b3c4_cost_centre"] = "4711"
    content["fees"] = {"amount": 20}
    content["identity"]["badge_title"] = "x" * 500
    content["assessments"]["items"][0]["outcomes"] = ["gone"]
    found = importing.imported(FORM, older(content), None)
    assert found.problems == ()
    said = {one.question: one.why for one in found.left}
    assert said.pop("Need: q1a2b3c4_cost_centre") == importing.UNASKED
    assert said.pop("fees: amount") == importing.UNASKED
    assert any("at most 40" in why for why in said.values())
    assert any("no longer exists" in why for why in said.values())
    assert len(said) == 2
    assert clean_content(FORM, found.content) == (found.content, ())


def test_too_many_and_broken_entries_of_a_list_are_left_out_and_no_other() -> None:
    rows = [{"id": f"o{number}", "text": "Plan a service"} for number in range(205)]
    found = importing.imported(FORM, older({"outcomes": {"items": ["odd", *rows]}}), None)
    assert len(found.content["outcomes"]["items"]) == 199  # type: ignore[arg-type]  # a list of rows
    assert sum(one.count for one in found.left) == 7


def test_a_document_of_thousands_of_unknown_answers_is_summed_up() -> None:
    found = importing.imported(FORM, older({"need": {f"k{number}": 1 for number in range(5_000)}}), None)
    assert len(found.left) == importing.MOST_NAMED + 1
    assert found.left[-1] == LeftOut("Other answers", "as those above", 4_900)


@pytest.mark.parametrize("raw", [{"content": {"nonsense": {}}}, {"nonsense": {}}, [], older({"identity": []}), older([]), "x"])  # type: ignore[arg-type]  # broken on purpose
def test_plain_answers_and_broken_shapes_are_refused_as_before(raw: object) -> None:
    assert importing.imported(FORM, raw, None).problems


def test_a_document_of_the_form_as_it_is_now_is_taken_at_its_word() -> None:
    document = older({"identity": {"titel": "x"}})
    document["form"]["digest"] = FORM.digest
    assert "Did you mean “title”?" in importing.imported(FORM, document, None).problems[0].message
