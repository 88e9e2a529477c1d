"""What the conditions of a workflow may ask: the answers that every party reads, and what every proposal has.

Answers in a party's own lane are left out, because whether a stage runs shows on the route.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cowork.domain.conditions import All, Any, Condition, Not, Value
from cowork.domain.files import KIND_WORDS, SECTION
from cowork.domain.specifications.codelists import choices
from cowork.domain.specifications.form import Field, FieldLane, FieldType, Form
from cowork.domain.workflows import branching, comparing, loading, undeciding, weights
from cowork.domain.workflows.reading_conditions import SEAT_RESULTS, STAGE_RESULTS, WAYS_REFUSED

OPERATOR_WORDS = {
    "is": "is", "is-not": "is not", "in": "is one of", "contains": "contains", "present": "is given", "at-least": "is at least",
    "at-most": "is at most", "has-row": "has a row with",
}  # fmt: skip


class Kind(StrEnum):
    """What a fact's value is."""

    TEXT = "text"
    NUMBER = "number"
    YESNO = "yes-no"


@dataclass(frozen=True, slots=True)
class Fact:
    """`options` are its values with their labels, where there are few to choose from."""

    path: str
    label: str
    kind: Kind
    options: tuple[tuple[str, str], ...] = ()


_KINDS = {FieldType.INTEGER: Kind.NUMBER, FieldType.DECIMAL: Kind.NUMBER, FieldType.YESNO: Kind.YESNO}
_MOST_OPTIONS = 30
OF_PROPOSALS = (
    Fact("proposal.kind", "Kind of proposal", Kind.TEXT, tuple((w, w) for w in ("new", "revision", "renewal", "retirement"))),
    Fact("proposal.round", "Number of the round", Kind.NUMBER),
    Fact("proposal.month", "Month of the submission, 1 to 12", Kind.NUMBER),
    Fact("proposal.day", "Day of the month of the submission", Kind.NUMBER),
    Fact("proposal.employers", "Number of employers", Kind.NUMBER),
    Fact("proposal.universities", "Number of universities", Kind.NUMBER),
)
"""Facts that every proposal has, whatever its form."""
OF_SIGNATURES = tuple(
    Fact(f"signed.{key}", f"Every {what} is signed by an employer", Kind.YESNO, (("yes", "Yes"), ("no", "No")))
    for key, what in (("tasks", "job task"), ("outcomes", "learning outcome"))
)
"""What employers sign row by row: true while every row is signed as it reads now."""
OF_FILES = tuple(
    Fact(f"{SECTION}.{kind.value}", f"Attached, shared and not expired: {words}", Kind.NUMBER) for kind, words in KIND_WORDS.items()
)
"""How many files of each kind there are; a kind without any is not given."""


def of_form(form: Form) -> tuple[Fact, ...]:
    """The answers that conditions may ask, in the order of the form."""
    return tuple(
        Fact(f"{section.key}.{field.key}", f"{section.label}: {field.label}", _KINDS.get(field.type, Kind.TEXT), _options(field))
        for section in form.sections
        for field in section.fields
        if field.lane is FieldLane.SHARED
    )


def _options(field: Field) -> tuple[tuple[str, str], ...]:
    if field.type is FieldType.YESNO:
        return (("yes", "Yes"), ("no", "No"))
    if field.type not in (FieldType.CHOICE, FieldType.CHOICES):
        return ()
    found = choices(field)
    return tuple((option.value, option.label) for option in found) if len(found) <= _MOST_OPTIONS else ()


def paths(form: Form) -> frozenset[str]:
    """What `loading.problems` is given to check conditions and sections with."""
    return frozenset(fact.path for fact in of_form(form))


def faults(text: str, form: Form) -> tuple[str, ...]:
    """Every fault of a workflow for proposals with this form: what the page and the command line both say."""
    drawn, found = loading.read(text, paths(form))
    if drawn is None:
        return found
    return (*found, *comparing.faults(drawn, form), *branching.faults(drawn), *weights.faults(drawn), *undeciding.faults(drawn))


def every(form: Form, stages: Iterable[str] = (), seats: Iterable[tuple[str, str]] = ()) -> tuple[Fact, ...]:
    """Everything that a condition may ask: also whether sections are complete or have changed, and how these stages ended, and their
    seats (stage, seat).
    """
    complete = (Fact(f"complete.{s.key}", f"{s.label} is complete", Kind.YESNO, (("yes", "Yes"), ("no", "No"))) for s in form.sections)
    changed = (Fact(f"changed.{s.key}", f"{s.label} has changed", Kind.YESNO, (("yes", "Yes"), ("no", "No"))) for s in form.sections)
    ends, ways, held = (tuple((word, word) for word in words) for words in (STAGE_RESULTS, WAYS_REFUSED, SEAT_RESULTS))
    named = [key for key in stages if key]
    ended = [Fact(f"stage.{key}", f"How stage “{key}” ended", Kind.TEXT, ends) for key in named]
    ended += [Fact(f"refused.{key}", f"How stage “{key}” was refused", Kind.TEXT, ways) for key in named]
    ended += [Fact(f"stage.{key}.{seat}", f"How seat “{seat}” of stage “{key}” ended", Kind.TEXT, held) for key, seat in seats]
    return (*of_form(form), *OF_PROPOSALS, *OF_FILES, *complete, *changed, *OF_SIGNATURES, *ended)


def changed_since(sections: Iterable[str], before: Mapping[str, str] | None, now: Mapping[str, str]) -> dict[str, bool]:
    """Whether the shared answers of each section differ from before, by their digests; every one does where there is no before."""
    return {section: before is None or before.get(section) != now.get(section) for section in sections}


def in_words(condition: Condition, labels: Mapping[str, str]) -> str:
    """A condition as people say it; `labels` names facts by their path."""
    match condition:
        case All(parts):
            return " and ".join(_inner(part, labels) for part in parts)
        case Any(parts):
            return " or ".join(_inner(part, labels) for part in parts)
        case Not(part):
            return f"not ({in_words(part, labels)})"
        case test:
            label = f"“{labels.get(test.fact, test.fact)}”"
            if test.operator == "present":
                return f"{label} is {'given' if test.operand else 'not given'}"
            return f"{label} {OPERATOR_WORDS[test.operator]} {_words(test.operand)}"


def _inner(part: Condition, labels: Mapping[str, str]) -> str:
    return f"({in_words(part, labels)})" if isinstance(part, All | Any) else in_words(part, labels)


def _words(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " or ".join(_words(entry) for entry in value) or "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_words(entry)}" for key, entry in value.items())
    return str(value)
