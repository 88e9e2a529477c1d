"""Reading what conditions ask and which sections are named, held against what the form asks."""

from collections.abc import Collection
from difflib import get_close_matches

from cowork.domain.conditions import BadCondition, Condition, facts_in, parse, tests_in
from cowork.domain.files import SECTION as FILES
from cowork.domain.files import FileKind
from cowork.domain.proposals import ProposalKind
from cowork.domain.workflows.definition import RefusedAs
from cowork.domain.workflows.progress import SeatEnd
from cowork.domain.workflows.reading_values import SECTION, Table, ValueReading, shown

STAGE_RESULTS = ("approved", "approved-with-conditions", "refused", "skipped", "overridden", "lodged")
"""How a stage can have ended, as conditions call it; `lodged` only an appeal."""
WAYS_REFUSED = tuple(how.value for how in RefusedAs)
"""How a stage can have been refused, as conditions call it."""
SEAT_RESULTS = tuple(how.value for how in SeatEnd)
"""How a seat of a stage can have stood when that was over."""
_SIGNED_FACTS = ("tasks", "outcomes")
_FILE_KINDS = frozenset(FileKind)
_PROPOSAL_FACTS = ("kind", "round", "month", "day", "employers", "universities")


class ConditionReading(ValueReading):
    """`facts` are the paths that the form has; None where they are not known, so that they are not checked."""

    def __init__(self, facts: Collection[str] | None) -> None:
        super().__init__()
        self._facts = None if facts is None else frozenset(facts)

    def _condition(self, raw: Table, name: str, place: str) -> Condition | None:
        try:
            condition = parse(raw.get(name))
        except BadCondition as error:
            self._fault(place, f"in `{name}`, {error}")
            return None
        for fact in dict.fromkeys(facts_in(condition)):
            if not self._is_known(fact):
                self._fault(place, f'`{name}` asks about "{fact}", which the form does not have{self._near(fact)}')
        for test in tests_in(condition):
            for value in test.operand if isinstance(test.operand, list) else [test.operand]:
                known = _words_of(test.fact) if test.operator in ("is", "is-not", "in") else ()
                if known and value not in known:
                    lapse = f"; a lapse is `{test.fact}.SEAT` is `open`" if value == "lapsed" and known is STAGE_RESULTS else ""
                    self._fault(place, f'`{name}` compares "{test.fact}" with {shown(str(value))}. It is one of: {", ".join(known)}{lapse}')
        return condition

    def _near(self, fact: str) -> str:
        """The answer that is written most like it, where there is one."""
        section = fact.partition(".")[0]
        if section == "proposal":
            return f". Of a proposal it can ask: {', '.join(_PROPOSAL_FACTS)}"
        near = get_close_matches(fact, sorted(self._facts or ()), 1, 0.8)
        return f'; it has "{near[0]}"' if near else ""

    def _is_known(self, fact: str) -> bool:
        """Whether a fact is an answer of the form, or one of those that every proposal has. Those of stages are checked with the order."""
        section, _, field = fact.partition(".")
        if section in ("stage", "refused"):
            return True
        if section == "proposal":
            return field in _PROPOSAL_FACTS
        if section == FILES:
            return field in _FILE_KINDS
        if self._facts is None:
            return True
        if section == "signed":
            return field in _SIGNED_FACTS
        if section in ("complete", "changed"):
            return field in {known.partition(".")[0] for known in self._facts}
        return fact in self._facts

    def _sections(self, raw: Table, name: str, place: str) -> tuple[str, ...] | None:
        found = self._words(raw, name, place, SECTION)
        if found == () and raw[name] == []:
            if name == "reads":
                known = "Name sections, such as those that no later stage edits, or leave it out to read all"
                self._fault(place, f"`reads` is empty, so no edit could ever void a decision. {known}")
            else:
                self._fault(place, f"`{name}` is empty. Name sections, or leave it out")
        if self._facts is not None:
            sections = {fact.partition(".")[0] for fact in self._facts}
            for section in found or ():
                if section not in sections:
                    self._fault(place, f'`{name}` names the section "{section}", which the form does not have')
        return found


def _words_of(fact: str) -> tuple[str, ...]:
    """The words that a fact can be, where they are known to every form; empty where they are not."""
    if fact == "proposal.kind":
        return tuple(kind.value for kind in ProposalKind)
    section, _, field = fact.partition(".")
    if section == "stage" and "." in field:
        return SEAT_RESULTS
    return {"stage": STAGE_RESULTS, "refused": WAYS_REFUSED}.get(section, ())
