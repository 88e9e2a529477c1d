"""What the page of a section tells its script about writing together: where the socket is, and in which room each answer lives."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cowork.domain.conditions import Content
from cowork.domain.policy import Action
from cowork.domain.specifications.form import Field, FieldType, Section
from cowork.domain.specifications.rooms import TEXTS
from cowork.services.specifications import Draft
from cowork.web.specifications import forms
from cowork.web.specifications.answers import typed_row
from cowork.web.specifications.forms import HeldForm

BLANK = "blank-"
"""The prefix of the row that the script copies for a new one."""


def plan(draft: Draft, section: Section, form: HeldForm | None, unsaved: bool, passages: Sequence[Mapping[str, object]] = ()) -> str:
    """The plan as JSON, or an empty text where nobody writes together: in review, and on a page that holds what is not saved.

    `passages` are the words that open comments are about, to be marked where they are written.
    """
    case = draft.case
    if form is None or unsaved or not case.may(Action.EDIT_PROPOSAL):
        return ""
    root = f"/proposals/{case.state.id}"
    fields = {field.key: _field(field) for field in section.fields if field.key in form}
    return json.dumps(
        {
            "address": f"{root}/live/{section.key}",
            "now": f"{root}/live/{section.key}/now",
            "cut": f"{root}/draft/{section.key}/cut",
            "section": section.key,
            "fields": fields,
            "passages": [*passages],
        }
    )


def _field(field: Field) -> dict[str, Any]:
    found = _answer(field, field)
    if field.type is not FieldType.ROWS:
        return found
    return {**found, "columns": {column.key: _answer(field, column) for column in field.columns}}


def _answer(field: Field, question: Field) -> dict[str, Any]:
    """What the script knows of an answer: a field, or a column of one."""
    room = f"{field.lane.value}.{question.owner.value}"
    found = {"kind": _kind(question), "room": room, "label": question.label}
    return {**found, "markdown": True} if question.type is FieldType.LONGTEXT else found


def _kind(field: Field) -> str:
    if field.type is FieldType.ROWS:
        return "rows"
    if field.type is FieldType.LINKS:
        return "links"
    return "text" if field.type in TEXTS else "value"


def blank_form(listed: Content, groups: Sequence[Field], columns: dict[str, frozenset[str]]) -> HeldForm:
    """Three empty rows of each repeating group: the one in the middle has every button."""
    held = {group.key: [typed_row(group, {}, place) for place in range(3)] for group in groups}
    return forms.section_form(groups, listed, columns, held=held, prefix=BLANK)
