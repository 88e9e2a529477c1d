"""An organisation's own questions become part of the form, and moving to other questions loses nothing unsaid."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.ids import OrganisationId, Side
from cowork.domain.specifications import forms
from cowork.domain.specifications.completeness import completeness
from cowork.domain.specifications.digests import document
from cowork.domain.specifications.form import FieldType
from cowork.domain.specifications.questions import (
    EMPTY,
    Asked,
    added,
    changes,
    composed,
    fitted,
    free_key,
    mark,
    odd_words,
    problems,
    tables,
    text_of,
)
from tests.domain.specifications.builders import SMALL_TOML

HOUSE, OTHER = OrganisationId("house"), OrganisationId("other")
BASE = SMALL_TOML
SECTION = forms.load(BASE).sections[0].key


def asked(label: str = "Cost centre", **more: Any) -> dict[str, Any]:
    return {"section": SECTION, "key": free_key(HOUSE, label, ()), "label": label, "type": "text", "owner": "university", **more}


def faults(*questions: dict[str, Any]) -> tuple[str, ...]:
    return problems(BASE, text_of(questions), HOUSE, Side.UNIVERSITY)


def test_without_questions_the_form_is_the_form() -> None:
    assert composed(BASE, []) == composed(BASE, [("House", EMPTY)]) == BASE


def test_questions_stand_at_the_end_of_their_section_and_name_who_asks() -> None:
    form = forms.load(composed(BASE, [("House", text_of([asked()])), ("Other", text_of([asked("Works council")]))]))
    assert [(one.section, one.field.label, one.field.asked_by) for one in added(form)] == [
        (SECTION, "Cost centre", "House"), (SECTION, "Works council", "Other"),
    ]  # fmt: skip
    before = forms.load(BASE).section(SECTION).fields
    assert form.section(SECTION).fields[: len(before)] == before


def test_they_are_asked_for_and_exported_like_all_others() -> None:
    question = asked(required=True)
    form = forms.load(composed(BASE, [("House", text_of([question]))]))
    missing = [problem.path for problem in completeness(form, {}).section(SECTION).missing]  # type: ignore[union-attr]
    assert f"{SECTION}.{question['key']}" in missing
    content = {SECTION: {question["key"]: "4711"}}
    exported = document(form, content)["content"]
    assert isinstance(exported, dict)
    assert exported[SECTION][question["key"]] == "4711"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"section": "nowhere"}, "Choose another section"),
        ({"key": "title"}, "a key of somebody else"),
        ({"key": f"{mark(OTHER)}cost"}, "a key of somebody else"),
        ({"lane": "employer", "owner": "employer"}, "kept to the other side"),
        ({"lane": "university", "owner": "both"}, "your side has to answer it"),
        ({"frameworks": ["EU-M2"]}, "only the form itself says"),
        ({"asked_by": "Somebody"}, "only the form itself says"),
        ({"lane": "university", "required": True}, "cannot be required"),
        ({"type": "choice"}, "needs either"),
        ({"type": "rows"}, "needs columns"),
        ({"when": {"fact": "nowhere.at_all", "is": 1}}, "not a field of this form"),
    ],
)
def test_what_cannot_be_asked_is_explained(change: dict[str, Any], words: str) -> None:
    assert words in " ".join(faults({**asked(), **change}))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"label": "Cost \u202ecentre"}, "turn the direction of writing"),
        ({"type": "choice", "options": [["a", "Yes\x01"]]}, "control characters"),
        ({"type": "rows", "column": [{"key": "who", "label": "W\u2066ho", "type": "text"}]}, "turn the direction of writing"),
    ],
)
def test_words_that_read_as_others_are_not_asked(change: dict[str, Any], words: str) -> None:
    assert odd_words(asked()) == ()
    (sentence,) = odd_words({**asked(), **change})
    assert words in sentence


def test_a_sound_set_has_no_faults_and_is_read_back_as_it_was_written() -> None:
    questions = [asked(), asked("Depends", when={"fact": f"{SECTION}.{asked()['key']}", "present": True})]
    assert faults(*questions) == ()
    assert tables(text_of(questions)) == questions


def test_too_many_questions_are_refused() -> None:
    assert "at most 100" in faults(*({**asked(), "key": f"{mark(HOUSE)}{number}"} for number in range(101)))[0]


@given(st.lists(st.text(max_size=60), max_size=8))
def test_a_key_is_always_free_and_always_the_organisations(labels: list[str]) -> None:
    taken: list[str] = []
    for label in labels:
        key = free_key(HOUSE, label, taken)
        assert key not in taken
        taken.append(key)
    questions = [{**asked(), "key": key} for key in taken]
    assert faults(*questions) == ()


def test_changes_name_what_is_new_other_and_gone() -> None:
    old = forms.load(composed(BASE, [("House", text_of([asked(), asked("Gone")]))]))
    new = forms.load(composed(BASE, [("House renamed", text_of([{**asked(), "guidance": "Four digits."}, asked("New")]))]))
    label = old.section(SECTION).label
    found = changes(old, new)
    assert found.added == (Asked(label, "New"),)
    assert found.changed == (Asked(label, "Cost centre"),)
    assert found.removed == (Asked(label, "Gone"),)
    renamed = forms.load(composed(BASE, [("House renamed", text_of([asked(), asked("Gone")]))]))
    assert not changes(old, renamed)


def test_answers_that_fit_are_kept_and_all_others_are_named() -> None:
    kept, gone, narrowed = asked(), asked("Gone"), asked("Level", type="choice", options=[["a", "First"], ["b", "Second"]])
    old = forms.load(composed(BASE, [("House", text_of([kept, gone, narrowed]))]))
    new = forms.load(composed(BASE, [("House", text_of([kept, {**narrowed, "options": [["b", "Second"]]}]))]))
    content = {SECTION: {kept["key"]: "4711", gone["key"]: "words", narrowed["key"]: "a"}}
    found = fitted(old, new, content)
    assert found.content == {SECTION: {kept["key"]: "4711"}}
    assert [(loss.label, loss.text) for loss in found.lost] == [("Gone", "words"), ("Level", "First")]


def test_a_column_that_is_dropped_is_named_with_what_it_held() -> None:
    columns = [{"key": "name", "label": "Name", "type": "text"}, {"key": "fee", "label": "Fee", "type": "integer"}]
    listed = asked("Sponsors", type="rows", column=columns)
    old = forms.load(composed(BASE, [("House", text_of([listed]))]))
    new = forms.load(composed(BASE, [("House", text_of([{**listed, "column": columns[:1]}]))]))
    rows = [{"id": "r1", "name": "Ada", "fee": 10}, {"id": "r2", "name": "Ben"}]
    found = fitted(old, new, {SECTION: {listed["key"]: rows}})
    assert found.content == {SECTION: {listed["key"]: [{"id": "r1", "name": "Ada"}, {"id": "r2", "name": "Ben"}]}}
    assert [(loss.label, loss.text) for loss in found.lost] == [("Sponsors: Fee", "10")]


def test_an_answer_that_one_side_read_is_not_kept_where_the_other_would_read_it() -> None:
    own, shared = asked("Own price", lane="university"), asked("Price", lane="shared")
    old = forms.load(composed(BASE, [("House", text_of([own, shared]))]))
    new = forms.load(composed(BASE, [("House", text_of([{**own, "lane": "shared"}, {**shared, "lane": "university"}]))]))
    found = fitted(old, new, {SECTION: {own["key"]: "secret", shared["key"]: "open"}})
    assert found.content == {SECTION: {shared["key"]: "open"}}
    assert [(loss.label, loss.text) for loss in found.lost] == [("Own price", "secret")]


def test_every_kind_of_answer_can_be_asked() -> None:
    more: dict[FieldType, dict[str, Any]] = {
        FieldType.CHOICE: {"options": [["a", "A"]]}, FieldType.CHOICES: {"options": [["a", "A"]]},
        FieldType.ROWS: {"column": [{"key": "name", "label": "Name", "type": "text"}]},
    }  # fmt: skip
    for kind in set(FieldType) - {FieldType.LINKS}:
        assert faults({**asked(), "type": kind.value, **more.get(kind, {})}) == (), kind


def test_the_shipped_form_survives_being_written() -> None:
    source = forms.sources()["microcredential"]
    text = composed(source, [("House", text_of([{**asked(), "section": "need"}]))])
    raw, written = tomllib.loads(source), tomllib.loads(text)
    for section in written["section"]:
        section["field"] = [field for field in section["field"] if "asked_by" not in field]
    assert written == raw
