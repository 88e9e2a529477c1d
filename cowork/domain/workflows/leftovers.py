"""What was typed into the form of a stage and says nothing where it stands: saving leaves it out, and says so."""

from collections.abc import Iterator
from dataclasses import dataclass

from cowork.domain.workflows import rules
from cowork.domain.workflows.drafting import NAMED
from cowork.domain.workflows.fillins import Fields, one
from cowork.domain.workflows.fillins_refusals import BACK

_NO_RULE = "because no rule is chosen"
_OF_RULES = (
    ("number", "Number", ""), ("least", "And no fewer approvals than", ""), ("of", "Of", "members"), ("quorum", "Quorum", ""),
    ("quorum-number", "Number for the quorum", ""), ("each-party", "Of each party for the quorum", ""),
    ("each-side", "Of each side for the quorum", ""), ("with", "Among the quorum somebody of", ""), ("chair", "The chair", "votes"),
    ("dissent", "A single dissent", ""), ("objections", "Objections", ""), ("closes", "Closing", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leftover:
    """A field that was left out, by its name and its label, with what stood there and why it says nothing. `seat` counts from 0."""

    field: str
    label: str
    text: str
    why: str
    seat: int | None = None


def leftovers(fields: Fields) -> tuple[Leftover, ...]:
    """What of the form of a stage, as it was sent, is in no draft made of it."""
    found = [left for number in range(_seats(fields)) for left in _of_seat(fields, number)]
    return (*_of_stage(fields), *found)


def _seats(fields: Fields) -> int:
    return next(number for number in range(len(fields) + 1) if f"seat-{number}-key" not in fields)


def _of_stage(fields: Fields) -> Iterator[Leftover]:
    for boxes, label in (("after", "After these stages"), ("reads", "These sections")):
        ticked = [word for word in fields.get(boxes, ()) if word]
        if ticked and one(fields, f"{boxes}-by") not in ("chosen", ""):
            yield Leftover(boxes, label, ", ".join(ticked), f"because “{label}” is not chosen")
    if BACK not in (one(fields, "refusal-all"), one(fields, "refusal-changes")) and not one(fields, "refusal-text"):
        for name, label in (("to", "Back to"), ("times", "How often in a round"), ("then", "After that")):
            if text := one(fields, f"refusal-{name}"):
                yield Leftover(f"refusal-{name}", label, text, "because a refusal goes back nowhere")


def _of_seat(fields: Fields, number: int) -> Iterator[Leftover]:
    prefix = f"seat-{number}-"
    named = one(fields, f"{prefix}named")
    if named and one(fields, f"{prefix}parties") != NAMED:
        yield Leftover(f"{prefix}named", "Parties by name", named, "because “Those named beside” is not chosen", number)
    for name, label, usual in _OF_RULES:
        text = one(fields, f"{prefix}rule-{name}")
        if text and text != usual and (why := _why_not(fields, f"{prefix}rule-", name)):
            yield Leftover(f"{prefix}rule-{name}", label, text, why, number)


def _why_not(fields: Fields, prefix: str, name: str) -> str:
    """Why a field of a rule says nothing beside the others; empty where it says something."""
    kind, quorum = one(fields, f"{prefix}kind"), one(fields, f"{prefix}quorum")
    if one(fields, f"{prefix}text"):
        return ""
    if not kind:
        counts = name == "of" and one(fields, f"{prefix}of") == "parties" and one(fields, f"{prefix}fails-at")
        return "" if counts else _NO_RULE
    if name == "number" and kind not in ("at-least", *rules.MOST_PER_CENT):
        return "because the rule that is chosen takes none"
    if name == "least" and kind == "at-least":
        return "because the number of the rule says it already"
    return "because the quorum that is chosen takes none" if name == "quorum-number" and quorum in rules.PARTS else ""
