"""Reading what follows when a stage is refused.

A word, a stage to go back to, or one of these for each of the two verdicts::

    refusal = "continues"
    refusal = { back-to = "committee", times = 1 }
    refusal = { reject = "ends", request-changes = { back-to = "committee", times = 2, then = "continues" } }
"""

from cowork.domain.conditions import Value
from cowork.domain.workflows.definition import DECIDING, NEVER_REFUSED, BackTo, ByVerdict, Refusal, StageKind
from cowork.domain.workflows.reading_seats import SeatReading
from cowork.domain.workflows.reading_values import KEY, Table

MOST_TIMES = 100
VERDICTS = ("reject", "request-changes")
BACK_KEYS = ("back-to", "times", "then")


class RefusalReading(SeatReading):
    """The part of a pass that reads what a refusal does."""

    def _refusal(self, raw: Table, place: str, kind: StageKind) -> Refusal | BackTo | ByVerdict:
        value = raw.get("refusal")
        if "refusal" not in raw:
            return Refusal.HOLDS if kind is StageKind.NOTICE else Refusal.ENDS
        if kind in NEVER_REFUSED:
            self._fault(place, f'a stage of kind "{kind.value}" is never refused, so leave `refusal` out')
        if not isinstance(value, dict) or "back-to" in value:
            return self._consequence(value, place, kind, "refusal")
        self._known_keys(value, (*VERDICTS, *BACK_KEYS), f"{place}, refusal")
        if not set(VERDICTS) & set(value):
            self._fault(place, "`refusal` is a table of `reject` and `request-changes`, or has `back-to` with the key of an earlier stage")
        elif set(BACK_KEYS) & set(value):
            self._fault(place, "`refusal` has `times` and `then` beside `back-to` only. Write them in the table that goes back")
        if kind not in DECIDING and kind not in NEVER_REFUSED:
            self._fault(place, "an objection is neither of the two verdicts, so `refusal` of a notice is one word, or has `back-to`")
        rejected, changes = (self._consequence(value.get(word, "ends"), place, kind, word) for word in VERDICTS)
        return rejected if rejected == changes else ByVerdict(rejected, changes)

    def _consequence(self, value: Value, place: str, kind: StageKind, name: str) -> Refusal | BackTo:
        if isinstance(value, dict):
            return self._back_to(value, place, name)
        found = self._word({name: value}, name, place, Refusal, Refusal.ENDS)
        if found is Refusal.HOLDS and kind is not StageKind.NOTICE and kind not in NEVER_REFUSED:
            self._fault(place, f'`{name}` is "holds" for notices only. Write "ends" or "continues"')
        return found

    def _back_to(self, raw: Table, place: str, name: str) -> Refusal | BackTo:
        inner = f"{place}, {name if name == 'refusal' else f'refusal, {name}'}"
        self._known_keys(raw, BACK_KEYS, inner)
        stage = raw.get("back-to")
        if not isinstance(stage, str) or not KEY.fullmatch(stage):
            self._fault(place, '`back-to` is the key of an earlier stage, such as { back-to = "committee" }')
            return Refusal.ENDS
        times = self._number(raw, "times", inner, MOST_TIMES) if "times" in raw else None
        then = self._word(raw, "then", inner, Refusal, Refusal.ENDS) if "then" in raw else Refusal.ENDS
        if then is Refusal.HOLDS:
            self._fault(inner, '`then` is "ends" or "continues"')
        elif "then" in raw and "times" not in raw:
            self._fault(inner, "without `times` it goes back each time, so `then` never comes. Add `times`, or leave `then` out")
        return BackTo(stage, times, then)
