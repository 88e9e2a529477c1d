"""Parties that seats name are organisations that there are, of the side of the seat."""

import pytest

from cowork.domain.ids import Side
from cowork.domain.workflows import named_parties
from cowork.domain.workflows.named_parties import Named
from cowork.domain.workflows.placing import Place, place_of

KNOWN = {
    "northfield": Named("Northfield University", Side.UNIVERSITY), "harbour": Named("Harbour Foods", Side.EMPLOYER),
}  # fmt: skip
AT = 'Stage "a", seat "s": `parties` names'


def draft(*parties: str, side: str = "university") -> dict[str, object]:
    return {"stage": [{"key": "a", "seat": [{"key": "s", "side": side, "parties": list(parties)}]}]}


@pytest.mark.parametrize(
    ("table", "found"),
    [
        (draft("northfield"), []),
        (draft("harbour", "northfield", side="both"), []),
        (draft("northfeld"), [f'{AT} "northfeld", but no organisation has that short name. Write "northfield" for Northfield University.']),
        (
            draft("Northfield University"),
            [f'{AT} "Northfield University", but no organisation has that short name. Write "northfield" for Northfield University.'],
        ),
        (draft("zzz"), [f'{AT} "zzz", but no organisation has that short name.']),
        (draft("harbour"), [f'{AT} "harbour", but Harbour Foods is of the side “employer” and this seat of “university”.']),
        ({"stage": [{"key": "a", "seat": [{"key": "s", "parties": "each"}]}]}, []),
    ],
)
def test_a_name_that_fits_nobody_is_told(table: dict[str, object], found: list[str]) -> None:
    assert list(named_parties.faults(table, KNOWN)) == found
    assert all(place_of(table, fault) == Place(0, "seat-0-named") for fault in found)
