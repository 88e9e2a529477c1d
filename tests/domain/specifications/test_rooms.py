"""A section splits into rooms and comes together again; nothing of one lane or side is in another's room."""

import pytest

from cowork.domain.conditions import Content
from cowork.domain.specifications import forms
from cowork.domain.specifications.form import FieldType, Section
from cowork.domain.specifications.rooms import NOTHING, Room, RoomAnswers, held, overlaid, room_answers, rooms_of, settled
from cowork.domain.specifications.values import clean
from tests import earlier
from tests.exports.samples import CONTENT

FORM = forms.shipped()
SECTIONS = [pytest.param(section, id=section.key) for section in FORM.sections]


def live_of(section: Section, content: Content) -> dict[str, RoomAnswers]:
    return {room.name: room_answers(room, content.get(section.key, {})) for room in rooms_of(section)}


def room(section: str, name: str) -> Room:
    return next(room for room in rooms_of(FORM.section(section)) if room.name == name)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_answer_lives_in_one_room_of_its_lane_and_owner(section: Section) -> None:
    places = [(room.name, field.key) for room in rooms_of(section) for field in (*room.singles, *room.lists)]
    assert sorted(places) == sorted((f"{field.lane.value}.{field.owner.value}", field.key) for field in section.fields)
    cells = [(room.name, group.key, column.key) for room in rooms_of(section) for group, column in room.columns]
    wanted = [(f"{f.lane.value}.{c.owner.value}", f.key, c.key) for f in section.fields for c in f.columns]
    assert sorted(cells) == sorted(wanted)


@pytest.mark.parametrize("section", SECTIONS)
def test_answers_that_go_into_rooms_come_out_the_same(section: Section) -> None:
    values, problems = settled(FORM, section, CONTENT, live_of(section, CONTENT))
    assert (values, problems) == (clean(FORM, section.key, CONTENT.get(section.key, {}), CONTENT).values, ())


def test_a_room_that_was_never_opened_keeps_what_the_version_has() -> None:
    section = FORM.section("alignment")
    shared = room("alignment", "shared.both")
    live = {shared.name: room_answers(shared, CONTENT["alignment"])}
    assert settled(FORM, section, CONTENT, live)[0] == CONTENT["alignment"]


def test_a_column_of_another_side_is_in_that_sides_room() -> None:
    theirs = next(one for one in rooms_of(forms.load(earlier.text()).section("alignment")) if one.name == "shared.employer")
    found = room_answers(theirs, {"tasks": [{"id": "t1", "task": "Sort", "confirmed": True}]})
    assert found.answers == {"tasks.t1.confirmed": "yes"}
    assert found.rows == {}


def test_an_answer_that_cannot_be_kept_leaves_the_last_good_one() -> None:
    section = FORM.section("identity")
    live = live_of(section, {"identity": {"title": "x" * 500}})
    values, problems = settled(FORM, section, {"identity": {"title": "The good title"}}, live)
    assert values["title"] == "The good title"
    assert "500" in problems[0].message


def test_a_cell_that_cannot_be_kept_leaves_the_last_good_one_of_its_row() -> None:
    section = FORM.section("modules")
    group = next(field for field in section.fields if field.type is FieldType.ROWS)
    number = next(column for column in group.columns if column.type in (FieldType.INTEGER, FieldType.DECIMAL))
    text = next(column for column in group.columns if column.type in (FieldType.TEXT, FieldType.LONGTEXT))
    before = {"modules": {group.key: [{"id": "m1", number.key: 12, text.key: "One"}]}}
    typed = {"modules": {group.key: [{"id": "m1", number.key: "a dozen", text.key: "Two"}]}}
    values, problems = settled(FORM, section, before, live_of(section, typed))
    assert values[group.key] == [{"id": "m1", number.key: 12, text.key: "Two"}]
    assert len(problems) == 1


def test_keys_are_known_only_where_the_room_has_them() -> None:
    shared = room("alignment", "shared.both")
    assert shared.field_at("tasks.t1.task") is not None
    assert [shared.field_at(key) for key in ("nothing", "tasks", "tasks.T1.task", "tasks.t1.nothing", "a.b", "tasks..task")] == [None] * 6


def test_numbers_and_yes_or_no_are_held_as_they_are_typed() -> None:
    fields = {field.type: field for section in FORM.sections for field in section.fields}
    assert held(fields[FieldType.YESNO], True) == "yes"
    assert held(fields[FieldType.INTEGER], 12) == "12"
    assert held(fields[FieldType.TAGS], ["one", "two"]) == "one, two"
    assert held(fields[FieldType.TEXT], None) == ""


def test_an_empty_room_empties_its_answers() -> None:
    section = FORM.section("entry")
    live = {room.name: NOTHING for room in rooms_of(section)}
    assert set(overlaid(section, CONTENT.get("entry", {}), live).values()) == {""}
