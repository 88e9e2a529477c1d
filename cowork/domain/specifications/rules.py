"""What must hold between answers before a specification is complete. Each rule names the section it belongs to and speaks a
sentence when it is broken; it says nothing while the answers it compares are missing, because those are asked for on their own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from cowork.domain.conditions import Content, Value, fact_of
from cowork.domain.specifications.values import Problem, rows

MOST_SUMMARY_WORDS = 30
HOURS = ("contact_hours", "independent_hours", "workbased_hours", "assessment_hours")


@dataclass(frozen=True, slots=True)
class Rule:
    """`needs` are the facts the rule is about: it applies to forms that ask for all of them."""

    section: str
    needs: tuple[str, ...]
    broken: Callable[[Content], Iterator[Problem]]


def exact(value: Value) -> Decimal | None:
    """A number as it is written, without the dust of binary fractions; None when it is none."""
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


def plain(number: Decimal) -> str:
    """A number as people write it: 7.5, 12, 0.3."""
    return f"{number.normalize():f}"


def _summary_is_short(content: Content) -> Iterator[Problem]:
    words = len(str(fact_of(content, "identity.summary") or "").split())
    if words > MOST_SUMMARY_WORDS:
        message = f"The description has {words} words; at most {MOST_SUMMARY_WORDS} are allowed. Shorten it."
        yield Problem("identity.summary", message)


def _weights_add_up(content: Content) -> Iterator[Problem]:
    weights = [exact(row.get("weight")) for row in rows(content, "assessments.items")]
    known = [weight for weight in weights if weight is not None]
    if known and len(known) == len(weights) and sum(known) != 100:
        yield Problem("assessments.items", f"The weights of the assessments add up to {plain(Decimal(sum(known)))} %. Make them 100 %.")


def _outcomes_are_assessed(content: Content) -> Iterator[Problem]:
    assessed = {link for row in rows(content, "assessments.items") for link in _links(row.get("outcomes"))}
    for number, row in enumerate(rows(content, "outcomes.items"), 1):
        if row["id"] not in assessed:
            yield Problem("assessments.items", f"Outcome {number} is not assessed. Tie an assessment to it.")


def _hours_add_up(content: Content) -> Iterator[Problem]:
    total = exact(fact_of(content, "workload.total_hours"))
    parts = [exact(fact_of(content, f"workload.{key}")) for key in HOURS]
    known = [part for part in parts if part is not None]
    if total is not None and len(known) == len(parts) and sum(known) != total:
        message = f"The hours by kind add up to {plain(Decimal(sum(known)))}, but the total is {plain(total)}. Change one of them."
        yield Problem("workload.total_hours", message)


def _modules_fit(content: Content) -> Iterator[Problem]:
    total = exact(fact_of(content, "workload.total_hours"))
    taught = sum(exact(row.get("hours")) or Decimal(0) for row in rows(content, "modules.items"))
    if total is not None and taught > total:
        message = f"The modules take {plain(Decimal(taught))} hours, more than the total workload of {plain(total)}. Change one of them."
        yield Problem("modules.items", message)


def _ects_are_given(content: Content) -> Iterator[Problem]:
    ects = fact_of(content, "workload.scheme") == "ects" and fact_of(content, "identity.credit_bearing") == "credit"
    if ects and exact(fact_of(content, "workload.ects")) is None:
        yield Problem("workload.ects", "The credit scheme is ECTS. Say how many ECTS credits are awarded.")


def _statements_are_signed(content: Content) -> Iterator[Problem]:
    for key, name in (("demand", "The competency is in demand"), ("assessment", "The assessment reflects the job")):
        found = rows(content, f"employer_statements.{key}")
        if found and not any(row.get("signatory") and row.get("date") for row in found):
            yield Problem(f"employer_statements.{key}", f"“{name}” is not signed yet. Add the name of the person who signs and the date.")


def _cohort_is_in_order(content: Content) -> Iterator[Problem]:
    least, most = exact(fact_of(content, "delivery.cohort_min")), exact(fact_of(content, "delivery.cohort_max"))
    if least is not None and most is not None and least > most:
        yield Problem("delivery.cohort_max", "The largest cohort is smaller than the smallest one. Change one of them.")


def _in_order(earlier: str, later: str, message: str) -> Callable[[Content], Iterator[Problem]]:
    def broken(content: Content) -> Iterator[Problem]:
        first, last = fact_of(content, earlier), fact_of(content, later)
        if isinstance(first, str) and isinstance(last, str) and first > last:
            yield Problem(later, message)

    return broken


def _both_sides_answer(content: Content) -> Iterator[Problem]:
    found = rows(content, "signoffs.items")
    for side, name in (("university", "university"), ("employer", "employer")):
        if found and not any(row.get("side") == side for row in found):
            yield Problem("signoffs.items", f"Nobody answers for the {name} yet. Add a person who does.")


def _links(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


_OFFER_ENDS = "“Offered until” lies before “Offered from”. Change one of them."
_TERM_ENDS = "The agreement ends before it starts. Change one of the dates."

RULES = (
    Rule("identity", ("identity.summary",), _summary_is_short),
    Rule("employer_statements", ("employer_statements.demand", "employer_statements.assessment"), _statements_are_signed),
    Rule("modules", ("modules.items", "workload.total_hours"), _modules_fit),
    Rule("assessments", ("assessments.items",), _weights_add_up),
    Rule("assessments", ("assessments.items", "outcomes.items"), _outcomes_are_assessed),
    Rule("workload", tuple(f"workload.{key}" for key in (*HOURS, "total_hours")), _hours_add_up),
    Rule("workload", ("workload.scheme", "workload.ects", "identity.credit_bearing"), _ects_are_given),
    Rule("delivery", ("delivery.cohort_min", "delivery.cohort_max"), _cohort_is_in_order),
    Rule(
        "quality",
        ("quality.valid_from", "quality.valid_until"),
        _in_order("quality.valid_from", "quality.valid_until", _OFFER_ENDS),
    ),
    Rule("legal", ("legal.term_start", "legal.term_end"), _in_order("legal.term_start", "legal.term_end", _TERM_ENDS)),
    Rule("signoffs", ("signoffs.items",), _both_sides_answer),
)
