"""The form of a section, made from the form definition.

Every field holds texts as they were typed, so that a page can always be shown again with nothing lost; the domain judges them. The
names are ``a-FIELD`` and ``a-FIELD-ROW-COLUMN``: the prefix keeps them apart from everything else on the page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.form import BaseForm

from cowork.domain.conditions import Content
from cowork.domain.specifications import codelists
from cowork.domain.specifications.display import row_names
from cowork.domain.specifications.form import Field, FieldType
from cowork.domain.specifications.values import MOST_ROWS
from cowork.web.specifications.answers import PLACE, Row, Typed, in_order

PREFIX = "a-"
ASKED = "asked"
"""The hidden field that names each question on the page: what was not on the page is not touched by a save."""

RADIOS_UP_TO = 5
YES_NO = [("yes", "Yes"), ("no", "No")]
LONGEST_NAME = 150
Posted = MultiDict[str, str]
Unbound = Any
"""A field of WTForms before it belongs to a form: the stubs make it generic, the class is not."""


class HeldForm(BaseForm):
    """A form over a dictionary. Unlike `wtforms.Form` it takes any key, such as "data" or "errors"."""

    def __init__(self, fields: Mapping[str, Unbound], posted: Posted | None, held: Typed | None, prefix: str) -> None:
        super().__init__(fields, prefix=prefix)
        self.process(posted, data=dict(held or {}))


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row on its way into the form of its own: FormField hands dictionaries on as keyword arguments, which would forbid keys."""

    columns: Typed


def _row_form(
    fields: Mapping[str, Unbound], formdata: Posted | None = None, obj: HeldRow | None = None, prefix: str = "", meta: object = None
) -> HeldForm:
    """What FormField calls to make the form of one row. Translations and CSRF, which `meta` is for, are no business of a row."""
    return HeldForm(fields, formdata, obj.columns if obj else None, prefix)


def section_form(
    fields: Iterable[Field],
    content: Content,
    writable_columns: Mapping[str, frozenset[str]],
    *,
    posted: Posted | None = None,
    held: Typed | None = None,
    prefix: str = PREFIX,
) -> HeldForm:
    """The form of these fields, filled from what was posted or from held answers (see `answers`).

    `content` names the rows that links lead to; `writable_columns` says by field key which columns of a repeating group are asked.
    """
    unbound = {field.key: _unbound(field, content, writable_columns.get(field.key, frozenset())) for field in fields}
    given = {key: _rows(value) if _is_rows(value) else value for key, value in (held or {}).items()}
    return HeldForm(unbound, posted, given, prefix)


def _rows(value: object) -> list[HeldRow]:
    return [HeldRow(row) for row in value] if isinstance(value, list) else []


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value)


def readable_names(posted: Posted) -> Posted:
    """What was posted without names that no form of ours has: WTForms stumbles over odd digits in them."""
    return MultiDict([(key, value) for key, value in posted.items(multi=True) if key.isascii() and len(key) <= LONGEST_NAME])


def asked(fields: Iterable[Field], posted: Posted, prefix: str = PREFIX) -> tuple[Field, ...]:
    """The fields that were on the page that was posted."""
    named = set(posted.getlist(ASKED))
    sent = {key.removeprefix(prefix).partition("-")[0] for key in posted if key.startswith(prefix)}
    return tuple(field for field in fields if field.key in named or field.key in sent)


def held_answers(form: HeldForm) -> dict[str, object]:
    """What the form holds, as texts, lists and rows in order; unanswered choices are empty texts."""
    return {name: _held(field) for name, field in form._fields.items()}  # BaseForm has no other way to name them


def _held(field: Any) -> object:
    if isinstance(field, FieldList):
        return in_order([_row(entry.form) for entry in field.entries])
    return field.data if field.data is not None else ""


def _row(form: HeldForm) -> Row:
    return {name: _held(field) for name, field in form._fields.items()}  # as above


def too_many_rows(posted: Posted, prefix: str = PREFIX) -> str | None:
    """The key of a repeating group with more rows than fit in a page, or None. Asked of the names, before costly forms are made of them."""
    rows: dict[str, set[str]] = {}
    for name in posted:
        key, _, rest = name.removeprefix(prefix).partition("-")
        if name.startswith(prefix) and rest:
            rows.setdefault(key, set()).add(rest.partition("-")[0])
    return next((key for key, found in rows.items() if len(found) > MOST_ROWS), None)


def _unbound(field: Field, content: Content, columns: frozenset[str]) -> Any:
    if field.type is not FieldType.ROWS:
        return _single(field, content)
    inside = {column.key: _single(column, content, in_row=True) for column in field.columns if column.key in columns}
    made = {"id": HiddenField(), PLACE: HiddenField(), **inside}
    return FieldList(FormField(partial(_row_form, made)), field.label)  # type: ignore[arg-type]  # the stubs ask for a class


def _single(field: Field, content: Content, *, in_row: bool = False) -> Any:
    match field.type:
        case FieldType.LONGTEXT:
            return TextAreaField(field.label)
        case FieldType.YESNO:
            choices = YES_NO if field.required else [*YES_NO, ("", "Not answered")]
            return RadioField(field.label, choices=_offered(choices), validate_choice=False, default="")
        case FieldType.CHOICE:
            return _choice(field, in_row)
        case FieldType.CHOICES:
            return SelectMultipleField(field.label, choices=_offered(_options(field)), validate_choice=False)
        case FieldType.LINKS:
            names = list(row_names(content, field.refers or "").items())
            return SelectMultipleField(field.label, choices=_offered(names), validate_choice=False)
        case _:
            return StringField(field.label)


def _choice(field: Field, in_row: bool) -> Any:
    options = _options(field)
    if field.required and not in_row and len(options) <= RADIOS_UP_TO:
        return RadioField(field.label, choices=_offered(options), validate_choice=False)
    return SelectField(field.label, choices=_offered([("", "Choose"), *options]), validate_choice=False)


def _offered(pairs: Sequence[tuple[str, str]]) -> list[Any]:
    return [SelectChoice(value, label) for value, label in pairs]


def _options(field: Field) -> list[tuple[str, str]]:
    return [(option.value, option.label) for option in codelists.choices(field)]


def blame(form: HeldForm, section: str, problems: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give each problem to its field; all of them as (id of the control or "", sentence) for the summary.

    A path is ``section.field`` or ``section.field.row.column``, where the row is its id or ``#3`` for the third.
    """
    return [(_blame(form, path.split("."), section, sentence), sentence) for path, sentence in problems]


def _blame(form: HeldForm, path: list[str], section: str, sentence: str) -> str:
    if len(path) < 2 or path[0] != section or path[1] not in form:
        return ""
    field: Any = form[path[1]]
    if isinstance(field, FieldList):
        entry = next((e for number, e in enumerate(field.entries, 1) if path[2:3] in ([e.form["id"].data], [f"#{number}"])), None)
        if entry is not None and len(path) > 3 and path[3] in entry.form:
            field = entry.form[path[3]]
    field.errors = [*field.errors, sentence]
    return str(field.id)
