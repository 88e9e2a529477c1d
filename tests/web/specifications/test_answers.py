"""Answers pass through the form unchanged, and the buttons of repeating groups lose nothing."""

from datetime import date
from itertools import count

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from cowork.domain.conditions import Value
from cowork.domain.specifications import codelists, forms
from cowork.domain.specifications.form import Field, FieldType, Owner
from cowork.domain.specifications.values import clean
from cowork.web.specifications import answers
from cowork.web.specifications.answers import PLACE, RowAction
from cowork.web.specifications.forms import blame, held_answers, readable_names, section_form

FORM = forms.shipped()
LINES = st.text(st.characters(codec="ascii", min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)


def values(field: Field, linked: tuple[str, ...]) -> st.SearchStrategy[Value]:
    """Answers to a field as the domain keeps them."""
    match field.type:
        case FieldType.YESNO:
            return st.booleans()
        case FieldType.INTEGER:
            return st.integers(int(field.minimum or 0), int(field.maximum or 100))
        case FieldType.DECIMAL:
            return st.decimals(field.minimum or 0, field.maximum or 100, places=2).map(lambda d: int(d) if d == int(d) else float(d))
        case FieldType.CHOICE:
            return st.sampled_from([option.value for option in codelists.choices(field)])
        case FieldType.CHOICES:
            known = [option.value for option in codelists.choices(field)]
            return st.sets(st.sampled_from(known), min_size=1, max_size=5).map(lambda some: [v for v in known if v in some])
        case FieldType.DATE:
            return st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(str)
        case FieldType.URL:
            return st.just("https://example.org/a?b=c&d=%20")
        case FieldType.EMAIL:
            return st.just("ada@example.org")
        case FieldType.TAGS:
            tag = st.text("abcdefgh -", min_size=1, max_size=12).map(lambda t: " ".join(t.split())).filter(bool)
            return st.lists(tag, min_size=1, max_size=6, unique_by=str.casefold)
        case FieldType.LINKS:
            return st.lists(st.sampled_from(linked), min_size=1, unique=True)
        case FieldType.ROWS:
            return st.lists(rows(field, linked), min_size=1, max_size=4, unique_by=lambda row: row["id"])
        case _:
            return LINES.map(lambda text: text[: field.max_length or 20])


def rows(field: Field, linked: tuple[str, ...]) -> st.SearchStrategy[dict[str, Value]]:
    first, *others = field.columns
    required = {"id": st.text("abcdefghij0123456789", min_size=1, max_size=16), first.key: values(first, linked)}
    return st.fixed_dictionaries(required, optional={column.key: values(column, linked) for column in others})


@st.composite
def sections(draw: st.DrawFn) -> tuple[str, dict[str, Value], dict[str, dict[str, Value]]]:
    """A section's key, its cleaned answers, and the other sections in which links find rows."""
    section = draw(st.sampled_from(FORM.sections))
    linked = {"id": "aa", "text": "One", "title": "One", "label": "One"}
    content: dict[str, dict[str, Value]] = {
        "outcomes": {"items": [linked]}, "skills": {"items": [linked]}, "assessments": {"items": [linked]}, "need": {"evidence": [linked]},
    }  # fmt: skip
    some = draw(st.lists(st.sampled_from(section.fields), unique_by=lambda field: field.key))
    given = {field.key: draw(values(field, ("aa",))) for field in some}
    cleaned = clean(FORM, section.key, given, content)
    assert cleaned.problems == ()
    return section.key, cleaned.values, content


def columns(fields: tuple[Field, ...]) -> dict[str, frozenset[str]]:
    return {field.key: frozenset(column.key for column in field.columns) for field in fields}


def posted_of(held: dict[str, object]) -> MultiDict[str, str]:
    """What a browser posts for a form that shows these held answers."""
    return MultiDict(answers.posted(held, "a-"))


@given(sections())
def test_answers_survive_the_way_through_the_page_and_back(drawn: tuple[str, dict[str, Value], dict[str, dict[str, Value]]]) -> None:
    key, kept, content = drawn
    fields = FORM.section(key).fields
    shown = section_form(fields, content, columns(fields), held=answers.typed_answers(fields, kept))
    held = held_answers(shown)
    again = section_form(fields, content, columns(fields), posted=posted_of(held))
    raw = answers.raw_answers(fields, held_answers(again))
    cleaned = clean(FORM, key, raw, content)
    assert cleaned.problems == ()
    assert cleaned.values == kept


def test_what_is_typed_wrongly_is_kept_as_it_was_typed() -> None:
    fields = FORM.section("workload").fields
    posted: MultiDict[str, str] = MultiDict({"a-total_hours": "about 30", "a-basis": "x"})
    form = section_form(fields, {}, {}, posted=posted)
    assert held_answers(form)["total_hours"] == "about 30"
    assert blame(form, "workload", [("workload.total_hours", "No number.")]) == [("a-total_hours", "No number.")]
    assert list(form["total_hours"].errors) == ["No number."]


def test_a_problem_in_a_row_is_put_at_its_column() -> None:
    fields = FORM.section("outcomes").fields
    posted: MultiDict[str, str] = MultiDict(
        [("a-items-0-id", "aa"), ("a-items-0-text", "x"), ("a-items-7-id", "bb"), ("a-items-7-text", "y")]
    )
    form = section_form(fields, {}, columns(fields), posted=posted)
    problems = [
        ("outcomes.items.bb.text", "One."),
        ("outcomes.items.#1.bloom", "Two."),
        ("outcomes.items.aa", "Three."),
        ("outcomes", "Four."),
    ]
    assert blame(form, "outcomes", problems) == [
        ("a-items-1-text", "One."), ("a-items-0-bloom", "Two."), ("a-items", "Three."), ("", "Four."),
    ]  # fmt: skip


def test_odd_names_do_not_reach_the_form() -> None:
    posted: MultiDict[str, str] = MultiDict([("a-items-²-text", "x"), (f"a-items-{'9' * 5000}-text", "x"), ("a-items-3-text", "kept")])
    fields = FORM.section("outcomes").fields
    form = section_form(fields, {}, columns(fields), posted=readable_names(posted))
    assert [row["text"] for row in held_answers(form)["items"]] == ["kept"]  # type: ignore[attr-defined]


def test_fields_may_be_called_like_parts_of_a_form() -> None:
    keys = ("data", "errors", "meta", "process", "validate", "prefix", "obj", "formdata", "items", "filter_x")
    columns_ = tuple(Field(key, key, FieldType.TEXT) for key in keys)
    fields = (*columns_, Field("rows", "rows", FieldType.ROWS, columns=columns_))
    kept: dict[str, Value] = {**dict.fromkeys(keys, "x"), "rows": [{"id": "aa", **dict.fromkeys(keys, "y")}]}
    form = section_form(fields, {}, columns(fields), held=answers.typed_answers(fields, kept))
    assert answers.raw_answers(fields, held_answers(form)) == kept


ITEMS = FORM.section("outcomes").field("items")


@given(st.lists(LINES, max_size=6), st.lists(st.tuples(st.sampled_from(["add", "remove", "up", "down"]), st.integers(0, 7)), max_size=12))
def test_row_buttons_lose_no_text_but_that_of_removed_rows(texts: list[str], presses: list[tuple[str, int]]) -> None:
    ids = count()
    held: list[dict[str, object]] = [answers.typed_row(ITEMS, {"id": f"r{n}", "text": text}, n) for n, text in enumerate(texts)]
    expected = list(texts)
    for verb, index in presses:
        held, focus = answers.acted(ITEMS, held, RowAction(verb, "items", index), lambda: f"n{next(ids):05}")
        if verb == "add":
            expected.append("")
        elif index < len(expected):
            if verb == "remove":
                del expected[index]
            else:
                other = index + (-1 if verb == "up" else 1)
                if 0 <= other < len(expected):
                    expected[index], expected[other] = expected[other], expected[index]
        assert [row["text"] for row in held] == expected
        assert [row[PLACE] for row in held] == [str(n) for n in range(len(expected))]
        assert 0 <= focus < max(1, len(held))
    assert len({row["id"] for row in held}) == len(held)


def test_a_button_of_no_known_group_means_nothing() -> None:
    for text in ("", "add", "add:", "add:others", "burn:items:1", "up:items", "up:items:-1", "up:items:²", "up:items:99999", "add:items:1"):
        assert answers.row_action(text, {"items"}) is None
    assert answers.row_action("down:items:12", {"items"}) == RowAction("down", "items", 12)


def test_rows_follow_their_places_and_not_their_numbers() -> None:
    rows = [{"id": "a", PLACE: "2"}, {"id": "b", PLACE: "0"}, {"id": "c", PLACE: "1"}]
    assert [row["id"] for row in answers.in_order(rows)] == ["b", "c", "a"]
    assert [row["id"] for row in answers.in_order([{"id": "a"}, {"id": "b", PLACE: "x"}])] == ["a", "b"]


def test_putting_an_answer_in_its_place() -> None:
    section: dict[str, Value] = {"title": "Old", "items": [{"id": "aa", "text": "One"}]}
    assert answers.put(section, ("title",), "New")["title"] == "New"
    assert answers.put(section, ("items", "aa", "text"), "Two")["items"] == [{"id": "aa", "text": "Two"}]
    assert answers.put(section, ("items", "aa"), None)["items"] == []
    assert answers.put(section, ("items", "bb"), {"id": "bb"})["items"] == [{"id": "aa", "text": "One"}, {"id": "bb"}]


def test_an_owner_without_columns_gets_none_of_them_as_fields() -> None:
    field = Field(
        "tasks",
        "Tasks",
        FieldType.ROWS,
        columns=(Field("task", "Task", FieldType.TEXT), Field("ok", "OK", FieldType.YESNO, owner=Owner.EMPLOYER)),
    )
    form = section_form((field,), {}, {"tasks": frozenset({"task"})}, held={"tasks": [{"id": "aa", PLACE: "0", "task": "x"}]})
    assert held_answers(form)["tasks"] == [{"id": "aa", PLACE: "0", "task": "x"}]
