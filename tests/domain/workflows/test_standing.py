"""For which parties a seat stands, some of them by name."""

from dataclasses import replace

import pytest

from cowork.domain.ids import OrganisationId, Side
from cowork.domain.proposals import PartyFacts
from cowork.domain.workflows.definition import Parties, Seat, Weighing
from cowork.domain.workflows.loading import load
from cowork.domain.workflows.standing import left_out, parties_of
from cowork.domain.workflows.writing import to_toml
from tests.domain.workflows.builders import ALL, bench, decision, progress_of, seat, stage, workflow
from tests.domain.workflows.test_loading import HEADING

NAMES = {"north": Side.UNIVERSITY, "south": Side.UNIVERSITY, "east": Side.UNIVERSITY, "harbour": Side.EMPLOYER}
THERE = [PartyFacts(OrganisationId(f"id-{slug}"), slug.title(), side, slug == "north", slug=slug) for slug, side in NAMES.items()]


def of(parties: Parties, *named: str, side: Side | None = Side.UNIVERSITY) -> Seat:
    return replace(seat(f"{parties}-{'-'.join(named)}"), parties=parties, named=named, side=side)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (of(Parties.EACH), ["north", "south", "east"]),
        (of(Parties.LEAD), ["north"]),
        (of(Parties.LEAD, side=Side.EMPLOYER), ["harbour"]),
        (of(Parties.PARTNERS, side=None), ["south", "east", "harbour"]),
        (of(Parties.NAMED, "south", "harbour"), ["south"]),
        (of(Parties.NAMED, "harbour", "west", side=None), ["harbour"]),
        (of(Parties.OTHERS), ["north", "east"]),
        (of(Parties.OTHERS, side=Side.EMPLOYER), ["harbour"]),
    ],
)
def test_a_seat_stands_for_these_parties(asked: Seat, expected: list[str]) -> None:
    place = stage("board", asked, of(Parties.NAMED, "south"))
    assert [party.slug for party in parties_of(THERE, place, asked)] == expected


def test_a_named_party_that_takes_no_part_is_said() -> None:
    flow = workflow(stage("board", of(Parties.NAMED, "west"), of(Parties.NAMED, "south", "harbour"), of(Parties.OTHERS)))
    assert left_out(THERE, flow) == (
        "“Board’s decision” asks Named-West of “west”, which takes no part as a university in this proposal. The seat is left out.",
        (
            "“Board’s decision” asks Named-South-Harbour of “harbour”, which takes no part as a university in this proposal. "
            "It is asked of the other parties that the seat names."
        ),
    )


@pytest.mark.parametrize("parties", [Parties.NAMED, Parties.OTHERS, Parties.PARTNERS])
def test_a_seat_none_of_whose_parties_takes_part_is_left_out_and_weighs_nothing(parties: Parties) -> None:
    away = replace(of(parties, "west"), weight=5)
    flow = workflow(stage("board", seat("board"), away))
    assert progress_of(flow, [bench("board", "Ada")], [decision("board", "Ada")]).outcome == "approved"
    assert progress_of(flow, [bench("board", "Ada")]).needs == (
        "Northfield University: Ada (Board) must approve at Board’s decision.",
    )
    weighed = replace(flow.stages[0], weighing=Weighing(ALL.approvals))
    assert progress_of(workflow(weighed), [bench("board", "Ada")], [decision("board", "Ada")]).outcome == "approved"


def test_names_are_read_and_written_back() -> None:
    own = '{ key = "n", side = "university", parties = ["north"], office = "dean", title = "N", rule = "any" }'
    rest = own.replace('"n"', '"o"').replace('["north"]', '"others"')
    flow = load(HEADING + f'[[stage]]\nkey = "s"\ntitle = "S"\nkind = "check"\nseat = [{own}, {rest}]\n')
    assert [(one.parties, one.named) for one in flow.stages[0].seats] == [(Parties.NAMED, ("north",)), (Parties.OTHERS, ())]
    assert replace(load(to_toml(flow)), digest=flow.digest) == flow
