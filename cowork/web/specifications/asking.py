"""When a question is asked, in words: the condition of a field as a person would say it."""

from cowork.domain.conditions import All, Any, Condition, Content, Not, Test, Value, facts_in, holds
from cowork.domain.specifications import codelists
from cowork.domain.specifications.form import Field, FieldType, Form, Section


def on_the_page(section: Section, field: Field, content: Content) -> bool:
    """Whether the page of a section holds this question: it is asked now, or an answer on the same page can make it asked."""
    return field.when is None or holds(field.when, content) or depends_on(section, field)


def depends_on(section: Section, field: Field) -> bool:
    """Whether the question depends on another answer of its own section."""
    return field.when is not None and any(path.partition(".")[0] == section.key for path in facts_in(field.when))


def in_words(form: Form, condition: Condition) -> str:
    """The condition as part of a sentence: “Country” is “New Zealand”."""
    return _words(form, condition, False)


def _words(form: Form, condition: Condition, negated: bool) -> str:
    match condition:
        case Not(part):
            return _words(form, part, not negated)
        case All(parts):
            return (" or " if negated else " and ").join(_words(form, part, negated) for part in _telling(parts))
        case Any(parts):
            return (" and " if negated else " or ").join(_words(form, part, negated) for part in parts)
        case Test(fact, operator, operand):
            return _test(form, fact, operator, operand, negated)


def _telling(parts: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The parts without “is answered” where another part says more about the same answer."""
    said = {fact for part in parts if not _presence(part) for fact in facts_in(part)}
    return tuple(part for part in parts if not (_presence(part) and set(facts_in(part)) <= said))


def _presence(part: Condition) -> bool:
    return isinstance(part, Test) and part.operator == "present" and part.operand is True


def _test(form: Form, fact: str, operator: str, operand: Value, negated: bool) -> str:
    field = field_at(form, fact)
    name = f"“{field.label if field else fact}”"
    match operator:
        case "present":
            return f"{name} is {'answered' if operand is not negated else 'not answered'}"
        case "is" | "is-not":
            return f"{name} is {'' if (operator == 'is') is not negated else 'not '}{_label(field, operand)}"
        case "in":
            entries = operand if isinstance(operand, list) else [operand]
            joined = " or ".join(_label(field, entry) for entry in entries)
            return f"{name} is {'neither ' if negated and len(entries) > 1 else 'not ' if negated else ''}{_neither(joined, negated)}"
        case "contains":
            return f"{name} {'does not include' if negated else 'includes'} {_label(field, operand)}"
        case _:
            words = {"at-least": ("at least", "less than"), "at-most": ("at most", "more than")}
            return f"{name} is {words[operator][negated]} {operand}"


def _neither(joined: str, negated: bool) -> str:
    return joined.replace(" or ", " nor ") if negated else joined


def _label(field: Field | None, value: Value) -> str:
    if isinstance(value, bool):
        return "“Yes”" if value else "“No”"
    if field is not None and field.type in (FieldType.CHOICE, FieldType.CHOICES):
        return f"“{codelists.label(field, str(value))}”"
    return f"“{value}”"


def field_at(form: Form, path: str) -> Field | None:
    """The field at ``section.field``, or None."""
    section, _, key = path.partition(".")
    try:
        return form.section(section).field(key)
    except KeyError:
        return None
