"""Reading who is named for each proposal: by which office, how many people, and of which office."""

from collections.abc import Mapping
from difflib import get_close_matches

from cowork.domain.workflows.definition import DECIDING, Naming, Rule, StageKind, ThresholdKind
from cowork.domain.workflows.reading_conditions import ConditionReading
from cowork.domain.workflows.reading_values import Table, shown

MOST_NAMED = 50
_KEYS = ("by", "least", "most", "from")
_MEANT = {
    "office": "by", "named-by": "by", "names": "by", "by-office": "by", "min": "least", "minimum": "least", "at-least": "least",
    "count": "least", "number": "least", "max": "most", "maximum": "most", "at-most": "most", "of": "from", "among": "from",
    "source": "from",
}  # fmt: skip
"""What people write in place of a key, and the key."""
_BESIDE = frozenset({"named-by", "names", "naming", "nominated", "nominated-by", "nominates", "appointed", "appointed-by"})
"""What people write in place of `named`."""


class NamingReading(ConditionReading):
    """The part of a pass that reads `named`."""

    def _with_naming(self, raw: Table, place: str) -> Table:
        """The seat without what was written in place of `named`, which is told."""
        meant = [key for key in raw if key.replace("_", "-") in _BESIDE]
        for key in meant:
            by = str(raw[key]) if isinstance(raw[key], str) else "dean"
            self._fault(place, f'`{shown(key)}` is not known here: write `named = {{ by = "{shown(by)}" }}`')
        kept = {key: value for key, value in raw.items() if key not in meant}
        return {"named": {"by": "dean"}, **kept} if meant else raw

    def _naming(self, raw: Table, place: str, kind: StageKind, rule: Rule) -> Naming | None:
        """How the people of a seat are named. None where that cannot be read."""
        table = raw["named"]
        if not isinstance(table, Mapping):
            self._fault(place, '`named` says who names how many people: write `named = { by = "dean", least = 2, most = 3 }`')
            return None
        self._fits_naming(raw, place, kind)
        for key in (key for key in table if key not in _KEYS):
            meant = next(iter(get_close_matches(key, _KEYS, 1, 0.75)), _MEANT.get(key, ""))
            self._fault(place, f"`named` knows no `{shown(key)}`{f': write `{meant}`' if meant else ''}. Known are: {', '.join(_KEYS)}")
        least = (self._number(table, "least", place, MOST_NAMED) or 1) if "least" in table else 1
        most = self._number(table, "most", place, MOST_NAMED) if "most" in table else None
        if most is not None and most < least:
            self._fault(place, f"`most` is fewer people than `least`, which asks for {least}")
        wanted = rule.approvals.number if rule.approvals.kind is ThresholdKind.COUNT else 0
        if most is not None and wanted > most:
            self._fault(place, f"the `rule` asks for {wanted} approvals, but at most {most} people are named")
        source = self._key(table, "from", place) if "from" in table else ""
        return Naming(self._key(table, "by", place), least, most, source)

    def _fits_naming(self, raw: Table, place: str, kind: StageKind) -> None:
        """Report what does not go together with people who are named."""
        for name in ("office", "person", "participants", "otherwise"):
            if name in raw:
                self._fault(place, f"who sits here is named for each proposal, so leave `{name}` out, or give it a seat of its own")
        if "bench" in raw:
            self._fault(place, "each party has its own people named, so leave `bench` out")
        if kind not in DECIDING and kind is not StageKind.CONSULT:
            self._fault(place, f'nobody is waited for at a stage of kind "{kind.value}", so nobody is `named` for it: name an `office`')
