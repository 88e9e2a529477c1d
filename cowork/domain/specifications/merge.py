"""Three-way merge of one section: what a person typed on an old version, on top of what others have saved since.

A field that only one side changed takes that change. Lists of words, choices and links merge by their entries; rows merge by id and
column. What both sides changed differently is a conflict: the merged values then hold the saved ("current") answer, and the conflict
keeps all three for the person to choose from. The order of rows is no conflict: when both sides re-ordered, the saved order stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cowork.domain.conditions import Value
from cowork.domain.specifications.codelists import choices
from cowork.domain.specifications.form import Field, FieldType, Form

Answers = Mapping[str, Value]
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """`path` is ``section.field``, ``section.field.row`` (a row that one side removed and the other changed) or
    ``section.field.row.column``. None stands for no answer, or no row."""

    path: str
    base: Value
    current: Value
    mine: Value


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged answers of the section and what could not be merged. Save only when there are no conflicts."""

    values: dict[str, Value]
    conflicts: tuple[FieldConflict, ...]


def merge(form: Form, section_key: str, base: Answers, current: Answers, mine: Answers) -> Merged:
    """Merge cleaned answers of one section. All three hold the same lanes: what the author may not read is left out of all of them."""
    conflicts: list[FieldConflict] = []
    values = _merge(form.section(section_key).fields, section_key, base, current, mine, conflicts)
    return Merged(values, tuple(conflicts))


def _merge(
    fields: Iterable[Field], place: str, base: Answers, current: Answers, mine: Answers, conflicts: list[FieldConflict]
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for field in fields:
        was, now, wanted = (_answer(answers.get(field.key)) for answers in (base, current, mine))
        merged = _answer(_merge_field(field, f"{place}.{field.key}", was, now, wanted, conflicts))
        if merged is not None:
            values[field.key] = merged
    return values


def _merge_field(field: Field, path: str, base: Value, current: Value, mine: Value, conflicts: list[FieldConflict]) -> Value:
    if mine in (current, base):
        return current
    if base == current:
        return mine
    if field.type is FieldType.ROWS:
        return _merge_rows(field, path, _rows(base), _rows(current), _rows(mine), conflicts)
    if field.type in (FieldType.TAGS, FieldType.CHOICES, FieldType.LINKS):
        return _merge_entries(field, _entries(base), _entries(current), _entries(mine))
    conflicts.append(FieldConflict(path, base, current, mine))
    return current


def _merge_entries(field: Field, base: list[Value], current: list[Value], mine: list[Value]) -> list[Value]:
    removed = [entry for entry in base if entry not in mine]
    added = [entry for entry in mine if entry not in base and entry not in current]
    merged = [entry for entry in current if entry not in removed] + added
    if field.type is FieldType.CHOICES:
        return [option.value for option in choices(field) if option.value in merged]
    return merged


def _merge_rows(
    field: Field, path: str, base: dict[str, Row], current: dict[str, Row], mine: dict[str, Row], conflicts: list[FieldConflict]
) -> list[Value]:
    merged: dict[str, Row] = {}
    for row_id in dict.fromkeys((*current, *mine)):
        was, now, wanted = base.get(row_id), current.get(row_id), mine.get(row_id)
        if now is not None and wanted is not None:
            answers = _merge(field.columns, f"{path}.{row_id}", was or {}, now, wanted, conflicts)
            merged[row_id] = {"id": row_id, **answers}
        elif was is None:
            merged[row_id] = now or wanted or {}
        elif (now or wanted) != was:
            conflicts.append(FieldConflict(f"{path}.{row_id}", was, now, wanted))
            if now is not None:
                merged[row_id] = now
    return [merged[row_id] for row_id in _order(list(base), list(current), list(mine)) if row_id in merged]


def _order(base: list[str], current: list[str], mine: list[str]) -> list[str]:
    """The order of all rows: the saved order, or mine when only I re-ordered. A row of the other list follows its neighbour there."""
    lead, other = (mine, current) if _same_order(base, current) and not _same_order(base, mine) else (current, mine)
    order = list(lead)
    previous: str | None = None
    for row_id in other:
        if row_id not in order:
            order.insert(order.index(previous) + 1 if previous in order else 0, row_id)
        previous = row_id
    return order


def _same_order(left: list[str], right: list[str]) -> bool:
    return [row_id for row_id in left if row_id in right] == [row_id for row_id in right if row_id in left]


def _rows(value: Value) -> dict[str, Row]:
    return {str(row["id"]): row for row in _entries(value) if isinstance(row, Mapping) and "id" in row}


def _entries(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _answer(value: Value) -> Value:
    return None if value in ("", []) else value
