"""Whether the parties that seats name are organisations that there are, of the side that the seat asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from cowork.domain.ids import Side
from cowork.domain.workflows.drafting import Table, seats, stages, words
from cowork.domain.workflows.reading_values import place_of, shown


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation that a seat can name."""

    name: str
    side: Side


def faults(table: Table, known: Mapping[str, Named]) -> Iterator[str]:
    """A sentence, beginning with its place, for each name of a draft that is no short name of such an organisation."""
    for number, stage in enumerate(stages(table), 1):
        for position, seat in enumerate(seats(stage), 1):
            if isinstance(seat.get("parties"), list):
                place = f"{place_of('stage', stage, number)}, {place_of('seat', seat, position, start='seat')}"
                yield from (f"{place}: `parties` names {fault}." for word in words(seat, "parties") if (fault := _fault(word, seat, known)))


def _fault(word: str, seat: Table, known: Mapping[str, Named]) -> str:
    found, side = known.get(word), seat.get("side")
    if found is None:
        near = _meant(word, known)
        return f'"{shown(word)}", but no organisation has that short name' + (f'. Write "{near}" for {known[near].name}' if near else "")
    if side in [one.value for one in Side] and side != found.side.value:
        return f'"{word}", but {found.name} is of the side “{found.side.value}” and this seat of “{side}”'
    return ""


def _meant(word: str, known: Mapping[str, Named]) -> str:
    """The short name of the organisation that was meant: by its name, or nearly by either; empty where that cannot be told."""
    by_name = {one.name.casefold(): slug for slug, one in known.items()}
    near = get_close_matches(word.casefold(), [*by_name, *known], 1, 0.75)
    return by_name.get(near[0], near[0]) if near else ""
