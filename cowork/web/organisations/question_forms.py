"""The form of one question that an organisation adds: from what was kept to what is typed, and back."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, RadioField, SelectField, StringField, TextAreaField

from cowork.domain.conditions import OPERATORS
from cowork.domain.ids import Side
from cowork.domain.specifications import codelists
from cowork.domain.specifications.form import Field, FieldLane, FieldType, Owner
from cowork.domain.specifications.form import Form as SpecificationForm
from cowork.domain.specifications.questions import Table
from cowork.web.sides import ANSWERS

TYPE_WORDS = {
    "text": "One line of text", "longtext": "Several lines of text", "integer": "A whole number", "decimal": "A number",
    "yesno": "Yes or no", "choice": "One of a list", "choices": "Several of a list", "date": "A day", "url": "A web address",
    "email": "An e-mail address", "tags": "Short words", "rows": "A list of entries, each with columns",
}  # fmt: skip
COLUMN_WORDS = {**{key: words for key, words in TYPE_WORDS.items() if key != "rows"}, "links": "Entries of another list"}
CODELIST_WORDS = {
    "iso3166-1": "Countries", "iso639-1": "Languages", "eqf": "Levels of the EQF", "level-frameworks": "Level frameworks",
    "assessment-methods": "Methods of assessment", "credit-schemes": "Credit schemes", "delivery-modes": "Modes of delivery",
}  # fmt: skip
OPERATOR_WORDS = {
    "is": "is", "is-not": "is not", "contains": "includes", "at-least": "is at least", "at-most": "is at most",
    "present": "is answered", "absent": "is not answered",
}  # fmt: skip
SPARE = 2
MOST_OPTIONS = 100
MOST_COLUMNS = 12
MOST_TESTS = 6
_NUMBERS = ("minimum", "maximum", "max_length", "min_items", "max_items")
_COUNTS = ("max_length", "min_items", "max_items")
_LIMITS = {
    FieldType.TEXT: ("max_length",), FieldType.LONGTEXT: ("max_length",),
    FieldType.INTEGER: ("minimum", "maximum"), FieldType.DECIMAL: ("minimum", "maximum"),
    FieldType.CHOICES: ("min_items", "max_items"), FieldType.TAGS: ("min_items", "max_items"), FieldType.ROWS: ("min_items", "max_items"),
}  # fmt: skip
"""Which numbers a kind of answer is limited by."""
Problems = list[tuple[str, str]]


class ColumnForm(Form):
    """A column of a list of entries. One without a label is left out."""

    key = StringField()
    label = StringField("Column")
    type = SelectField("Kind of answer", choices=COLUMN_WORDS, default="text")
    options = TextAreaField("Answers to choose from, one a line")
    refers = SelectField("Entries of")
    required = BooleanField("Has to be answered")


class TestForm(Form):
    """One test of the condition on which a question is asked. One without a question is left out."""

    __test__ = False  # it is no test of pytest's
    fact = SelectField("Question")
    operator = SelectField("Answer", choices=OPERATOR_WORDS, default="is")
    value = StringField("Value")


class QuestionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A question. What cannot be is said by `table_of` and the use case."""

    section = SelectField("Section", description="Your questions stand at its end.")
    label = StringField("Question", description="As a heading, such as: Faculty cost centre.")
    guidance = TextAreaField("Guidance", description="One or two sentences on what to write, with an example.")
    type = SelectField("Kind of answer", choices=TYPE_WORDS, default="text")
    required = BooleanField("Has to be answered before a proposal is submitted")
    owner = RadioField("Who answers it", choices=ANSWERS, default="both")
    lane = RadioField("Who reads the answer", default="shared")
    unit = StringField("Unit", description="Stands behind the number, such as EUR or hours.")
    minimum = StringField("Smallest number")
    maximum = StringField("Largest number")
    max_length = StringField("Most characters")
    min_items = StringField("Fewest entries")
    max_items = StringField("Most entries")
    codelist = SelectField("Answers to choose from")
    options = TextAreaField("Your own list of answers, one a line")
    columns = FieldList(FormField(ColumnForm), max_entries=MOST_COLUMNS)
    join = RadioField("Ask it", choices={"all": "when all of these are so", "any": "when one of these is so"}, default="all")
    tests = FieldList(FormField(TestForm), max_entries=MOST_TESTS)


def question_form(form: SpecificationForm, side: Side, table: Table | None) -> QuestionForm:
    """The form as it was sent (`table` None) or filled from a kept question ({}: a new one), with everything there is to choose from."""
    if table is None:
        made = QuestionForm()
    else:
        made = QuestionForm(formdata=None, data=_data(table))
    made.section.choices = {section.key: section.label for section in form.sections}
    own = "the university’s side" if side is Side.UNIVERSITY else "the employer’s side"
    made.lane.choices = {"shared": "Every party of the proposal", side.value: f"Only {own}"}
    made.codelist.choices = {"": "Your own list", **{name: CODELIST_WORDS.get(name, name) for name in sorted(codelists.names())}}
    lists = {"": "Choose a list", **_paths(form, lambda field: field.type is FieldType.ROWS)}
    facts = {"": "Choose a question", **_paths(form, lambda field: field.lane is FieldLane.SHARED)}
    for column in made.columns:
        column.form.refers.choices = lists
    for test in made.tests:
        test.form.fact.choices = facts
    return made


def _paths(form: SpecificationForm, wanted: Callable[[Field], bool]) -> dict[str, str]:
    return {
        f"{section.key}.{field.key}": f"{section.label}: {field.label}"
        for section in form.sections
        for field in section.fields
        if wanted(field)
    }


def _data(table: Table) -> dict[str, Any]:
    """A kept question as texts, with a few empty columns and tests to fill in."""
    columns = [_column_data(column) for column in table.get("column", [])]
    join, tests = _tests_data(table.get("when"))
    plain = ("section", "label", "guidance", "type", "required", "owner", "lane", "unit", "codelist")
    return {
        **{key: table[key] for key in plain if key in table},
        **{key: _shown(table[key]) for key in _NUMBERS if key in table},
        "options": _lines(table.get("options", [])),
        "columns": (columns + [{}] * SPARE)[:MOST_COLUMNS],
        "join": join,
        "tests": (tests + [{}] * SPARE)[:MOST_TESTS],
    }


def _column_data(column: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: column[key] for key in ("key", "label", "type", "refers", "required") if key in column}
    return {**kept, "options": _lines(column.get("options", []))}


def _lines(options: Sequence[Sequence[str]]) -> str:
    return "\n".join(label for _, label in options)


def _shown(number: float) -> str:
    return f"{number:.15g}"


def _tests_data(when: Mapping[str, Any] | None) -> tuple[str, list[dict[str, str]]]:
    """How the tests of a condition are joined, and each as texts."""
    if when is None:
        return "all", []
    join = "any" if "any" in when else "all"
    return join, [_test_data(part) for part in when.get(join, [when])]


def _test_data(part: Mapping[str, Any]) -> dict[str, str]:
    operator = next(key for key in part if key in OPERATORS)
    operand = part[operator]
    if operator == "present":
        return {"fact": part["fact"], "operator": "present" if operand else "absent"}
    value = {True: "yes", False: "no"}.get(operand, operand) if isinstance(operand, bool) else operand
    return {"fact": part["fact"], "operator": operator, "value": _shown(value) if isinstance(value, float) else str(value)}


def table_of(made: QuestionForm, form: SpecificationForm, before: Table) -> tuple[Table, Problems]:
    """The question that was sent as it is kept, and what is wrong with it by the id of its control. `before` is the one it replaces."""
    problems: Problems = []
    kind = FieldType(made.type.data) if made.type.data in TYPE_WORDS else FieldType.TEXT
    table: Table = {"section": made.section.data or "", "label": _text(made.label), "type": kind.value}
    if not table["label"]:
        problems.append((made.label.id, "Write the question."))
    if table["section"] not in {section.key for section in form.sections}:
        problems.append((made.section.id, "Choose the section that asks it."))
    table |= {"guidance": _text(made.guidance)} if _text(made.guidance) else {}
    table |= {"required": True} if made.required.data else {}
    owner, lane = made.owner.data or Owner.BOTH.value, made.lane.data or FieldLane.SHARED.value
    table |= {"owner": owner} | ({"lane": lane} if lane != FieldLane.SHARED.value else {})
    if lane != FieldLane.SHARED.value:
        if made.required.data:
            problems.append((made.required.id, "Leave this open, or share the answer: a private answer cannot be asked of a proposal."))
        if owner != lane:
            problems.append((made.owner.id, "Let your own side answer it: only your side reads the answer."))
    _add_kind(made, kind, table, before, problems)
    if tests := _tests(made, form, problems):
        table["when"] = tests[0] if len(tests) == 1 else {made.join.data or "all": tests}
    return table, problems


def _add_kind(made: QuestionForm, kind: FieldType, table: Table, before: Table, problems: Problems) -> None:
    """What only this kind of answer has."""
    fitting = _LIMITS.get(kind, ())
    for name in fitting:
        _add_number(made[name], name, table, problems)
    if len(fitting) == 2 and fitting[0] in table and fitting[1] in table and table[fitting[0]] > table[fitting[1]]:
        problems.append((made[fitting[1]].id, "Give a largest number that is not below the smallest."))
    if kind in (FieldType.INTEGER, FieldType.DECIMAL) and _text(made.unit):
        table["unit"] = _text(made.unit)
    if kind in (FieldType.CHOICE, FieldType.CHOICES):
        if made.codelist.data:
            table["codelist"] = made.codelist.data
        else:
            table["options"] = _options(made.options, before.get("options", []), problems)
    if kind is FieldType.ROWS:
        _add_columns(made, table, before, problems)


def _add_number(field: Any, name: str, table: Table, problems: Problems) -> None:
    typed = _text(field).replace(",", ".")
    if not typed:
        return
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,6})?", typed) or (name in _COUNTS and not typed.isdigit()):
        problems.append((field.id, "Write a number in digits, such as 12."))
        return
    table[name] = int(typed) if "." not in typed else float(typed)


def _options(field: Any, before: Sequence[Sequence[str]], problems: Problems) -> list[list[str]]:
    """Pairs of value and label. A label that stays keeps its value; so does one that is reworded where it stood."""
    labels = list(dict.fromkeys(" ".join(line.split())[:200] for line in (field.data or "").splitlines() if line.strip()))
    if not 1 <= len(labels) <= MOST_OPTIONS:
        problems.append((field.id, f"Write the answers to choose from, one a line, at most {MOST_OPTIONS}."))
    known = {label: value for value, label in before}
    result: list[list[str]] = []
    for place, label in enumerate(labels):
        value = known.get(label)
        if value is None and len(labels) == len(before) and before[place][1] not in labels:
            value = before[place][0]
        taken = {one[0] for one in result} | {kept for text, kept in known.items() if text in labels}
        result.append([value or _free(label, taken), label])
    return result


def _free(label: str, taken: set[str]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:40] or "answer"
    return next(word for word in (stem, *(f"{stem}-{number}" for number in range(2, MOST_OPTIONS + 3))) if word not in taken)


def _add_columns(made: QuestionForm, table: Table, before: Table, problems: Problems) -> None:
    known = {column["key"]: column for column in before.get("column", [])}
    columns: list[Table] = []
    for entry in made.columns:
        row = entry.form
        label = _text(row.label)
        if not label:
            continue
        old = known.get(row.key.data or "", {})
        key = old.get("key") or _free(label, {*known, *(column["key"] for column in columns), "id"}).replace("-", "_")
        column: Table = {"key": key if key[0].isalpha() else f"c_{key}"[:40], "label": label, "type": row.type.data or "text"}
        if row.required.data:
            column["required"] = True
        if column["type"] in ("choice", "choices"):
            column["options"] = _options(row.options, old.get("options", []), problems)
        if column["type"] == "links":
            column["refers"] = row.refers.data or ""
            if not row.refers.data:
                problems.append((row.refers.id, "Choose the list whose entries are named here."))
        columns.append(column)
    if not columns:
        problems.append((made.columns[0].form.label.id if len(made.columns) else "", "Name at least one column."))
    table["column"] = columns


def _tests(made: QuestionForm, form: SpecificationForm, problems: Problems) -> list[Table]:
    fields = {f"{section.key}.{field.key}": field for section in form.sections for field in section.fields}
    tests: list[Table] = []
    for entry in made.tests:
        row = entry.form
        field = fields.get(row.fact.data or "")
        if field is None:
            continue
        operator = row.operator.data or "is"
        if operator in ("present", "absent"):
            tests.append({"fact": row.fact.data, "present": operator == "present"})
            continue
        value = _operand(field, operator, _text(row.value))
        if value is None:
            problems.append((row.value.id, _wanted(field, operator)))
        else:
            tests.append({"fact": row.fact.data, operator: value})
    return tests


def _operand(field: Field, operator: str, typed: str) -> object | None:
    """What an answer is compared with, or None where the text does not fit the question."""
    if operator in ("at-least", "at-most") or field.type in (FieldType.INTEGER, FieldType.DECIMAL):
        plain = typed.replace(",", ".")
        if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", plain):
            return None
        return float(plain) if "." in plain else int(plain)
    if field.type is FieldType.YESNO:
        return {"yes": True, "no": False}.get(typed.lower())
    if field.type in (FieldType.CHOICE, FieldType.CHOICES):
        found = (o.value for o in codelists.choices(field) if typed.casefold() in (o.value.casefold(), o.label.casefold()))
        return next(found, None)
    return typed or None


def _wanted(field: Field, operator: str) -> str:
    if operator in ("at-least", "at-most") or field.type in (FieldType.INTEGER, FieldType.DECIMAL):
        return "Write the number to compare with."
    if field.type is FieldType.YESNO:
        return "Write yes or no."
    if field.type in (FieldType.CHOICE, FieldType.CHOICES):
        offered = [option.label for option in codelists.choices(field)]
        return f"Write one of its answers: {', '.join(offered[:8])}{' …' if len(offered) > 8 else ''}."
    return "Write the answer to compare with."


def _text(field: Any) -> str:
    return " ".join(str(field.data or "").split())
