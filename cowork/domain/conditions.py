"""Conditions on the answers of a specification, shared by forms (when to ask) and workflows (when to run a stage).

In TOML::

    when = { fact = "identity.credit_bearing", is = "credit" }
    when = { fact = "workload.total_hours", at-least = 100 }
    when = { any = [ { fact = "legal.exclusivity", is = true }, { fact = "business.fee", present = true } ] }

A fact is ``section.field``; one of a seat of an earlier stage of a workflow is ``stage.STAGE.SEAT``.

Operators: ``is``, ``is-not``, ``in``, ``contains`` (a value of a multiple choice), ``present`` (true or false), ``at-least``,
``at-most`` (numbers, or the number of rows of a list), ``has-row`` (a list of rows has one in which these columns have these values).
``all`` and ``any`` combine; ``not`` turns round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OPERATORS = ("is", "is-not", "in", "contains", "present", "at-least", "at-most", "has-row")

DEEPEST = 20
"""How deep conditions may stand in each other."""

Value = object
"""A JSON value: None, bool, int, float, str, list or dict."""

Content = Mapping[str, Mapping[str, Value]]
"""The answers of a specification: section key → field key → JSON value. Unanswered fields are absent."""


@dataclass(frozen=True, slots=True)
class Test:
    """One question about one fact, named by its path ``section.field``."""

    fact: str
    operator: str
    operand: Value


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple["Condition", ...]


Condition = Test | Not | All | Any


class BadCondition(ValueError):
    """A condition that cannot be read; the message is a sentence for the person who wrote it."""


def parse(raw: Value, depth: int = 1) -> Condition:
    """Read a condition from parsed TOML or JSON, which stands in `depth` - 1 others. Raises BadCondition with a sentence."""
    if depth > DEEPEST:
        raise BadCondition(f"conditions stand in each other more than {DEEPEST} deep. Write it flatter")
    if not isinstance(raw, Mapping):
        raise BadCondition("a condition is a table such as { fact = \"section.field\", is = \"value\" }")
    for word, kind in (("all", All), ("any", Any)):
        if word in raw:
            parts = raw[word]
            if len(raw) > 1 or not isinstance(parts, Sequence) or isinstance(parts, str) or not parts:
                raise BadCondition(f"`{word}` stands alone and holds a list of at least one condition")
            return kind(tuple(parse(part, depth + 1) for part in parts))
    if "not" in raw:
        if len(raw) > 1:
            raise BadCondition("`not` stands alone and holds one condition")
        return Not(parse(raw["not"], depth + 1))
    return _parse_test(raw)


def _parse_test(raw: Mapping[str, Value]) -> Test:
    fact = raw.get("fact")
    operators = [key for key in raw if key != "fact"]
    if not isinstance(fact, str) or fact.count(".") not in ((1, 2) if fact.startswith("stage.") else (1,)):
        raise BadCondition("`fact` names an answer as \"section.field\"")
    if len(operators) != 1 or operators[0] not in OPERATORS:
        raise BadCondition(f"the condition on {fact} needs exactly one of: {', '.join(OPERATORS)}")
    operator, operand = operators[0], raw[operators[0]]
    if operator in ("at-least", "at-most") and (isinstance(operand, bool) or not isinstance(operand, int | float)):
        raise BadCondition(f"`{operator}` in the condition on {fact} needs a number")
    if operator == "present" and not isinstance(operand, bool):
        raise BadCondition(f"`present` in the condition on {fact} is true or false")
    if operator == "in" and not isinstance(operand, list):
        raise BadCondition(f"`in` in the condition on {fact} needs a list of values")
    if operator == "has-row" and not (isinstance(operand, Mapping) and operand):
        raise BadCondition(f"`has-row` in the condition on {fact} needs a table of columns and values, such as {{ kind = \"letter\" }}")
    return Test(fact, operator, operand)


def holds(condition: Condition, content: Content) -> bool:
    """Whether the condition is true of these answers."""
    match condition:
        case All(parts):
            return all(holds(part, content) for part in parts)
        case Any(parts):
            return any(holds(part, content) for part in parts)
        case Not(part):
            return not holds(part, content)
        case Test(fact, operator, operand):
            return _test(fact_of(content, fact), operator, operand)


def fact_of(content: Content, path: str) -> Value:
    """The answer at ``section.field``, or None where there is none."""
    section, _, field = path.partition(".")
    return content.get(section, {}).get(field)


def tests_in(condition: Condition) -> tuple[Test, ...]:
    """The questions that a condition is made of, in order."""
    match condition:
        case All(parts) | Any(parts):
            return tuple(test for part in parts for test in tests_in(part))
        case Not(part):
            return tests_in(part)
        case Test():
            return (condition,)


def facts_in(condition: Condition) -> tuple[str, ...]:
    """The paths that a condition asks about, in order."""
    return tuple(test.fact for test in tests_in(condition))


def _test(value: Value, operator: str, operand: Value) -> bool:
    present = value is not None and value not in ("", [])
    if operator == "present":
        return present is operand
    if operator == "is-not":
        return value != operand
    if not present:
        return False
    if operator == "is":
        return value == operand
    if operator == "in":
        return isinstance(operand, list) and value in operand
    if operator == "contains":
        return isinstance(value, list) and operand in value
    if operator == "has-row":
        return isinstance(value, list) and isinstance(operand, Mapping) and any(_has(row, operand) for row in value)
    size = len(value) if isinstance(value, list) else value
    if isinstance(size, bool) or not isinstance(size, int | float) or not isinstance(operand, int | float):
        return False
    return size >= operand if operator == "at-least" else size <= operand


def _has(row: Value, columns: Mapping[str, Value]) -> bool:
    """Whether a row has these values; for a column that holds a list, whether the value is in it."""
    if not isinstance(row, Mapping):
        return False
    return all(
        row.get(column) == wanted or (isinstance(held := row.get(column), list) and wanted in held) for column, wanted in columns.items()
    )
