"""Reading the seats of a stage: who sits there, for which parties, and by what rule each approves."""

import re
from dataclasses import replace

from cowork.domain.ids import Side
from cowork.domain.proposals import Role
from cowork.domain.workflows import rules
from cowork.domain.workflows.definition import ALL, ANY, DECIDING, Base, Dissent, Parties, Rule, Seat, StageKind, Threshold, ThresholdKind
from cowork.domain.workflows.reading_naming import NamingReading
from cowork.domain.workflows.reading_values import KEY, Table, place_of

MAX_SEATS = 20
MAX_TITLE = 120
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_SEAT_KEYS = (
    "key", "side", "office", "otherwise", "person", "participants", "named", "parties", "bench", "keys", "weight", "title", "rule",
)  # fmt: skip
_BOTH = "both"
_PARTIES = tuple(word for word in Parties if word is not Parties.NAMED)


class SeatReading(NamingReading):
    """The part of a pass that reads seats."""

    def _seats(self, raw: Table, place: str, kind: StageKind) -> tuple[Seat, ...]:
        seats = []
        for number, table in enumerate(self._tables(raw, "seat", place, MAX_SEATS), 1):
            inner = f"{place}, {place_of('seat', table, number, start='seat')}"
            own = self._with_naming(self._with_its_rule(table, inner), inner)
            self._known_keys(own, _SEAT_KEYS, inner)
            seats.append(self._seat(own, inner, kind))
        self._no_twins([seat.key for seat in seats], place, "seats")
        if any(seat.parties is Parties.OTHERS for seat in seats) and not any(seat.named for seat in seats):
            self._fault(place, '`parties = "others"` means those that no other seat here names, but none does: write "each"')
        return tuple(seats)

    def _with_its_rule(self, raw: Table, place: str) -> Table:
        """The seat with what was written beside its rule where it belongs, so that the rest is read as it was meant."""
        beside = {key: raw[key] for key in raw if key in rules.KEYS}
        if not beside:
            return raw
        names, verb = "` and `".join(beside), "belongs" if len(beside) == 1 else "belong"
        self._fault(place, f"`{names}` {verb} into `rule`: write `rule = {rules.within(raw.get('rule'), beside)}`")
        return {**{key: raw[key] for key in raw if key not in beside}, "rule": rules.together(raw.get("rule"), beside)}

    def _seat(self, raw: Table, place: str, kind: StageKind) -> Seat:
        sources = [name for name in ("office", "person", "participants", "named") if name in raw]
        if not sources:
            self._fault(place, "say who sits here: `office`, `person`, `participants` or `named`")
        offices = self._one_or_more(raw, "office", place, KEY, 'kinds of office such as "dean"')
        rule = self._rule(raw, place, kind)
        if strange := [kind for kind in rule.quorum_with if kind not in offices]:
            self._fault(place, f'`with` names "{strange[0]}", but nobody sits here by that office: add it to `office`')
        seat = Seat(
            key=self._key(raw, "key", place),
            side=None if raw.get("side") == _BOTH else self._side(raw, place),
            offices=offices,
            title=self._text(raw, "title", place, MAX_TITLE),
            rule=rule,
            people=tuple(p.lower() for p in self._one_or_more(raw, "person", place, _EMAIL, "e-mail addresses")),
            participants=self._roles(raw, place),
            parties=self._parties(raw, place),
            keys=self._seat_keys(raw, place),
            weight=self._weight(raw, place, kind),
            joint=self._joint(raw, place),
            otherwise=self._otherwise(raw, place),
            named=self._named(raw, place),
            naming=self._naming(raw, place, kind, rule) if "named" in raw else None,
        )
        if (seat.rule.each_party or seat.rule.each_side) and not seat.joint:
            self._fault(place, '`each-party` and `each-side` count the people of a joint bench: write `bench = "joint"`, or leave them out')
        if seat.joint and seat.rule.of is Base.PARTIES:
            self._fault(place, 'a joint bench is one body, so `of = "parties"` counts nothing there: leave `of` out')
        return seat

    def _parties(self, raw: Table, place: str) -> Parties:
        value = raw.get("parties", Parties.EACH.value)
        if isinstance(value, list):
            return Parties.NAMED
        for word in _PARTIES:
            if word.value == value:
                return word
        known = ", ".join(f'"{word.value}"' for word in _PARTIES)
        self._fault(place, f'`parties` is one of: {known}, or a list of short names of organisations, such as ["northfield-university"]')
        return Parties.EACH

    def _named(self, raw: Table, place: str) -> tuple[str, ...]:
        """The organisations that a seat names. Which there are is not known here."""
        if not isinstance(raw.get("parties"), list):
            return ()
        return self._one_or_more(raw, "parties", place, KEY, 'the short names of organisations, such as "northfield-university"')

    def _otherwise(self, raw: Table, place: str) -> tuple[str, ...]:
        """The offices whose holders sit where at a party nobody else can."""
        found = self._one_or_more(raw, "otherwise", place, KEY, 'kinds of office such as "deputy-dean"')
        if found and "office" not in raw:
            self._fault(place, "`otherwise` says who sits where nobody of the seat’s `office` can, so name that office")
        own = raw.get("office")
        if twice := sorted(set(found) & set(own if isinstance(own, list) else [own])):
            self._fault(place, f'`otherwise` names "{twice[0]}", which is the `office` of this seat already. Name another one')
        return found

    def _joint(self, raw: Table, place: str) -> bool:
        """Whether all parties sit on one bench."""
        if "bench" not in raw:
            return False
        if raw["bench"] != "joint":
            self._fault(place, '`bench` is "joint", or left out where each party has its own')
        elif raw.get("parties") == Parties.LEAD.value:
            self._fault(place, 'one party alone has no joint bench: leave `bench` out, or write `parties = "each"`')
        elif "keys" in raw:
            self._fault(place, "a joint bench votes as one body, so leave `keys` out")
        return True

    def _side(self, raw: Table, place: str) -> Side:
        value = raw.get("side")
        for side in Side:
            if side.value == value:
                return side
        self._fault(place, f'`side` is one of: {", ".join(side.value for side in Side)}, {_BOTH}')
        return Side.UNIVERSITY

    def _roles(self, raw: Table, place: str) -> tuple[str, ...]:
        if raw.get("participants") == "all":
            return tuple(role.value for role in Role)
        found = self._one_or_more(raw, "participants", place, KEY, 'roles: "author", "commenter", "reader", or "all"')
        if unknown := sorted(set(found) - {role.value for role in Role}):
            self._fault(place, f'`participants` names "{unknown[0]}". Known are: author, commenter, reader, all')
        return found

    def _seat_keys(self, raw: Table, place: str) -> Threshold:
        found = rules.read_keys(raw)
        if isinstance(found, str):
            self._fault(place, found)
            return Threshold(ThresholdKind.ALL)
        return found

    def _weight(self, raw: Table, place: str, kind: StageKind) -> int | None:
        if "weight" not in raw:
            return None
        if kind not in DECIDING:
            instead = '; where objections are to weigh, write a vote with `lapse = "passed"`' if kind is StageKind.NOTICE else ""
            self._fault(place, f'nobody approves at a stage of kind "{kind.value}", so no vote has a `weight`{instead}')
        if "keys" in raw:
            instead = "how many parties must be for it too is `needed_parties` of the stage"
            self._fault(place, f"with a `weight` the vote of every party is counted by it, so leave `keys` out; {instead}")
        return self._number(raw, "weight", place, rules.MAX_COUNT)

    def _rule(self, raw: Table, place: str, kind: StageKind) -> Rule:
        if kind in DECIDING:
            found = rules.read(raw.get("rule"))
        elif kind is StageKind.NOTICE and "rule" in raw:
            found = rules.read_notice(raw["rule"])
        elif "rule" in raw and kind is not StageKind.CONSULT:
            self._fault(place, f'nobody approves at a stage of kind "{kind.value}", so it has no `rule`')
            return ALL
        else:
            found = rules.read(raw.get("rule", "all"))
        if isinstance(found, str):
            self._fault(place, found)
            return ANY
        return found if kind in DECIDING else replace(found, dissent=Dissent.COUNTS)
