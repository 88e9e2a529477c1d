"""Whether what the conditions of a workflow compare with can be an answer at all.

A choice that the form does not offer, a text where a number is asked: such a condition is never true, and its stage would be skipped,
or held back, for ever. What can be answered comes from the form.
"""

from collections.abc import Iterator, Mapping
from math import inf

from cowork.domain.conditions import Condition, Test, Value, tests_in
from cowork.domain.specifications.codelists import choices
from cowork.domain.specifications.form import Field, FieldType, Form
from cowork.domain.workflows.definition import Workflow

_MOST_SHOWN = 20
_LONGEST_SHOWN = 40
_ONE = ("is", "is-not", "in", "present")
_LIST = ("contains", "at-least", "at-most", "present")
_NUMBER = (*_ONE, "at-least", "at-most")
_OPERATORS: Mapping[FieldType, tuple[str, ...]] = {
    FieldType.INTEGER: _NUMBER, FieldType.DECIMAL: _NUMBER, FieldType.CHOICES: _LIST, FieldType.TAGS: _LIST, FieldType.LINKS: _LIST,
    FieldType.ROWS: ("has-row", "at-least", "at-most", "present"),
}  # fmt: skip
"""What can be asked of an answer of each type; `_ONE` of the others."""
_RANGES = {"proposal.month": (1, 12), "proposal.day": (1, 31)}


def faults(workflow: Workflow, form: Form) -> tuple[str, ...]:
    """A sentence, beginning with its place, for each comparison that no answer can fulfil. Facts that are not known are left out."""
    return tuple(
        dict.fromkeys(
            f"{place}: `{name}` {fault}."
            for place, name, condition in _conditions(workflow)
            for test in tests_in(condition)
            for fault in _faults_of(test, form)
        )
    )


def _conditions(workflow: Workflow) -> Iterator[tuple[str, str, Condition]]:
    for number, stage in enumerate(workflow.stages, 1):
        place = f'Stage "{stage.key}"' if stage.key else f"Stage {number}"
        if stage.when is not None:
            yield place, "when", stage.when
        for position, needed in enumerate(stage.requires, 1):
            yield f"{place}, requirement {position}", "that", needed.that


def _faults_of(test: Test, form: Form) -> Iterator[str]:
    field = _field(test.fact, form)
    if field is None:
        return
    fitting = _OPERATORS.get(field.type, _ONE)
    if test.operator not in fitting:
        yield f'asks "{test.fact}" with `{test.operator}`, which is never true of it. Ask with one of: {", ".join(fitting)}'
    elif test.operator == "has-row" and isinstance(test.operand, Mapping):
        yield from _faults_of_row(test.fact, field, test.operand)
    elif test.operator in ("is", "is-not", "in", "contains") or (test.fact in _RANGES and test.operator != "present"):
        values = test.operand if test.operator == "in" and isinstance(test.operand, list) else [test.operand]
        yield from (fault for value in values if (fault := _mismatch(test.fact, field, value)))


def _field(fact: str, form: Form) -> Field | None:
    """The question that a fact answers; None where `reading` has checked its words, or does not know it."""
    section, _, key = fact.partition(".")
    if section in ("complete", "changed"):
        return Field(key, key, FieldType.YESNO)
    if section == "proposal" and key in ("round", "month", "day", "employers", "universities"):
        return Field(key, key, FieldType.INTEGER)
    return next((field for own in form.sections if own.key == section for field in own.fields if field.key == key), None)


def _faults_of_row(fact: str, field: Field, wanted: Mapping[str, Value]) -> Iterator[str]:
    columns = {column.key: column for column in field.columns}
    for name, value in wanted.items():
        if name not in columns:
            yield f'asks for a row of "{fact}" by {_shown(name)}, which is no column of it. Its columns are: {", ".join(columns)}'
        elif fault := _mismatch(f"{fact}, {name}", columns[name], value):
            yield fault


def _mismatch(fact: str, field: Field, value: Value) -> str | None:
    """What is wrong with comparing an answer with this value; None where they can be the same."""
    kind = _kind_needed(field.type, value)
    if kind:
        return f'compares "{fact}" with {_shown(value)}, but it is {kind}'
    first, last = _RANGES.get(fact, (-inf, inf))
    if isinstance(value, int | float) and not first <= value <= last:
        return f'compares "{fact}" with {_shown(value)}, but it is a number from {first} to {last}'
    known = [option.value for option in choices(field)]
    if not known or value in known:
        return None
    some = f" It is one of: {', '.join(known)}" if len(known) <= _MOST_SHOWN else " Look it up in the list of its choices"
    return f'compares "{fact}" with {_shown(value)}, which is none of its choices.{some}'


def _kind_needed(kind: FieldType, value: Value) -> str:
    if kind is FieldType.YESNO:
        return "" if isinstance(value, bool) else "true or false, without quotes"
    if kind in (FieldType.INTEGER, FieldType.DECIMAL):
        return "" if isinstance(value, int | float) and not isinstance(value, bool) else "a number, without quotes"
    return "" if isinstance(value, str) else "a text, in quotes"


def _shown(value: Value) -> str:
    words = " ".join(str(value).split()) if not isinstance(value, bool) else str(value).lower()
    return words[:_LONGEST_SHOWN] or "nothing"
