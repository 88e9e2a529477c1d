"""Reading forms: the shipped one is whole, a faulty one is explained."""

from pathlib import Path

import pytest

from cowork.domain.ids import Side
from cowork.domain.specifications import forms, frameworks
from cowork.domain.specifications.form import Field, FieldLane, FieldType, Owner, may_read, may_write, readable
from tests.domain.specifications.builders import SMALL, SMALL_TOML, Contents

SECTIONS = (
    "identity parties need employer_statements outcomes skills modules assessments alignment workload delivery entry recognition "
    "quality business legal badge signoffs"
).split()


def every_field() -> list[tuple[str, Field]]:
    return [(f"{section.key}.{field.key}", field) for section in forms.shipped().sections for field in section.fields]


def test_the_shipped_form_has_every_section_in_its_order() -> None:
    assert [section.key for section in forms.shipped().sections] == SECTIONS


def test_every_section_of_the_shipped_form_guides_its_author() -> None:
    assert [section.key for section in forms.shipped().sections if not section.guidance] == []


def test_every_list_and_long_text_of_the_shipped_form_is_explained_by_guidance_or_label() -> None:
    silent = [path for path, field in every_field() if field.type is FieldType.LONGTEXT and not field.guidance]
    assert silent == ["signoffs.consultation_note"]


def test_every_framework_item_that_the_shipped_form_names_exists() -> None:
    named = {item for _, field in every_field() for item in field.frameworks}
    assert named - frameworks.item_ids() == set()


def test_what_stays_with_one_side_is_written_by_that_side() -> None:
    private = {path: field for path, field in every_field() if field.lane is not FieldLane.SHARED}
    assert set(private) >= {"business.costs", "business.break_even", "business.risks", "need.expected_hires", "legal.employer_note"}
    assert [path for path, field in private.items() if field.owner.value != field.lane.value] == []


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        ({"identity": {"credit_bearing": "non-credit"}}, set()),
        ({"identity": {"credit_bearing": "credit"}}, {"scheme", "ects"}),
        ({"identity": {"credit_bearing": "credit"}, "workload": {"scheme": "ects"}}, {"scheme", "ects"}),
        ({"identity": {"credit_bearing": "credit"}, "workload": {"scheme": "uk"}}, {"scheme", "ects", "local_credits"}),
    ],
)
def test_credit_is_asked_for_only_where_there_is_credit(content: dict[str, dict[str, object]], asked: set[str]) -> None:
    keys = {field.key for section, fields in forms.shipped().asked(content) if section.key == "workload" for field in fields}
    assert keys & {"scheme", "ects", "local_credits"} == asked


def test_an_unknown_shipped_form_is_a_key_error() -> None:
    for key in ("nothing", "../microcredential", ""):
        with pytest.raises(KeyError):
            forms.shipped(key)


def test_the_digest_follows_the_text() -> None:
    assert forms.load(SMALL_TOML).digest == SMALL.digest != forms.load(SMALL_TOML + "\n# a remark\n").digest


def test_a_field_takes_the_owner_of_its_section() -> None:
    assert SMALL.section("plan").field("goals").owner is Owner.EMPLOYER
    assert SMALL.section("plan").field("goals").columns[0].owner is Owner.EMPLOYER
    assert SMALL.section("about").field("secret").owner is Owner.UNIVERSITY


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('version = 1', 'version = 0', "whole number from 1"),
        ('version = 1', 'version = true', "whole number from 1"),
        ('title = "Small form"', '', "`title`"),
        ('key = "plan"', 'key = "about"', "the section “about” twice"),
        ('key = "story"', 'key = "title"', "the field “title” twice"),
        ('key = "story"', 'key = "Story!"', "lower-case letters"),
        ('type = "longtext"', 'type = "essay"', "one of: text, longtext"),
        ('type = "longtext" },\n  { key = "count"', 'type = "longtext", colour = 1 },\n  { key = "count"', "“colour”"),
        ('options = [["a", "Kind A"], ["b", "Kind B"]]', 'codelist = "planets"', "“planets”, which does not exist"),
        ('options = [["a", "Kind A"], ["b", "Kind B"]]', 'options = ["a", "b"]', "as pairs"),
        ('options = [["a", "Kind A"], ["b", "Kind B"]]', 'options = [["a", "A"], ["a", "B"]]', "the option “a” twice"),
        ('refers = "plan.goals"', 'refers = "about.title"', "not a list of rows"),
        (', refers = "plan.goals"', '', "needs `refers`"),
        ('fact = "about.kind"', 'fact = "about.knid"', "not a field of this form"),
        ('fact = "about.kind"', 'fact = "about.secret"', "not every party reads"),
        ('is = "a" }', 'equals = "a" }', "cannot be read"),
        ('min_items = 1\nmax_items = 3', 'min_items = 4\nmax_items = 3', "minimum above its maximum"),
        ('type = "tags", min_items = 2', 'type = "text", min_items = 2', "is not a list"),
        ('minimum = 0, maximum = 50', 'minimum = "0"', "needs a number"),
        ('max_length = 40', 'max_length = -1', "whole number from 0"),
        ('lane = "university"', 'lane = "university", required = true', "cannot be required"),
        ('key = "name", label', 'key = "id", label', "kept for the row itself"),
        ('label = "Story", type = "longtext"', 'label = "Story", type = "longtext", lookup = "levels"', "not of type “text”"),
        ('max_length = 40', 'lookup = "planets"', "“planets”, which does not exist"),
        (
            'type = "text", required = true },\n  { key = "size", label = "Size", type = "integer" }',
            'type = "text", lookup = "levels" },\n  { key = "size", label = "Size", type = "text", lookup = "eqf" }',
            "several columns with a `lookup`",
        ),
        ('key = "small"', 'key = small', "not valid TOML"),
    ],
)  # fmt: skip
def test_a_faulty_form_is_explained_in_a_sentence(before: str, after: str, said: str) -> None:
    assert before in SMALL_TOML
    assert said in " ".join(forms.problems(SMALL_TOML.replace(before, after, 1)))


def test_all_faults_are_told_at_once() -> None:
    faulty = SMALL_TOML.replace("version = 1", "version = 0").replace('type = "longtext"', 'type = "essay"')
    assert len(forms.problems(faulty)) == 3
    with pytest.raises(forms.BadForm, match="whole number"):
        forms.load(faulty)


def test_a_sound_form_has_no_problems() -> None:
    assert forms.problems(SMALL_TOML) == ()


def test_a_private_answer_is_read_by_its_own_side_only() -> None:
    content: Contents = {"about": {"title": "T", "secret": "S"}, "plan": {"budget": 5}}
    assert readable(SMALL, content, frozenset()) == {"about": {"title": "T"}}
    assert readable(SMALL, content, frozenset({Side.EMPLOYER})) == {"about": {"title": "T"}, "plan": {"budget": 5}}
    assert readable(SMALL, content, frozenset(Side)) == content
    assert not may_read(frozenset({Side.EMPLOYER}), FieldLane.UNIVERSITY)


def test_each_side_writes_what_it_owns() -> None:
    assert [may_write(Side.EMPLOYER, owner) for owner in (Owner.EMPLOYER, Owner.BOTH, Owner.UNIVERSITY)] == [True, True, False]


def test_the_documented_example_is_a_sound_form() -> None:
    documentation = (Path(__file__).parents[3] / "docs" / "forms.md").read_text("utf-8")
    example = documentation.split("```toml\n")[1].split("```")[0]
    assert forms.problems(example) == ()
