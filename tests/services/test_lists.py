"""Lists of proposals: page by page everything stands once, in order, for readers who see a proposal for one reason or several."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cowork.domain.ids import ProposalId
from cowork.domain.proposals import Standing
from cowork.services import checks, operating, proposals
from cowork.store.base import db
from cowork.store.proposals import ListFilter
from tests.world import World

READERS = (
    ("author@northfield.example", 8),
    ("admin@northfield.example", 8),
    ("quality@northfield.example", 2),
    ("admin@rival.example", 0),
)


def filled(world: World) -> list[ProposalId]:
    """Eight proposals: some saved at the same moment, two in review, one of them withdrawn again by its author."""
    made = []
    for number in range(6):
        made.append(world.draft(f"Proposal {number} about {'telehealth' if number % 2 else 'cloud'}"))
        if number % 3:
            world.pass_time(timedelta(hours=1))
    for _ in range(2):
        made.append(world.complete_draft())
        world.submit(made[-1])
        world.pass_time()
    return made


def in_order(world: World) -> list[ProposalId]:
    """Every proposal of the instance, newest first, as the operator's list has them."""
    lines = [entry.line for entry in operating.lines(world.context, None)]
    return [line.id for line in sorted(lines, key=lambda line: (line.updated_at, line.id), reverse=True)]


def pages(world: World, email: str, narrowed: ListFilter) -> list[ProposalId]:
    """Every page of a list, one after the other; going back from each gives the page before."""
    found: list[ProposalId] = []
    before: tuple[ProposalId, ...] = ()
    place = None
    while True:
        page = proposals.listing(world.context, world.actor(email), replace(narrowed, after=place))
        shown = tuple(line.id for line in page.lines)
        if place is not None:
            back = proposals.listing(world.context, world.actor(email), replace(narrowed, before=page.previous))
            assert tuple(line.id for line in back.lines) == before
        found += shown
        if page.next is None:
            return found
        before, place = shown, page.next


@pytest.mark.parametrize(("email", "number"), READERS)
def test_page_by_page_a_list_holds_everything_once_and_in_order(world: World, email: str, number: int) -> None:
    filled(world)
    actor = world.actor(email)
    all_at_once = [line.id for line in proposals.listing(world.context, actor, ListFilter(limit=100)).lines]
    assert pages(world, email, ListFilter(limit=3)) == all_at_once
    assert all_at_once == [key for key in in_order(world) if key in all_at_once]
    assert len(all_at_once) == number


def test_filters_narrow_the_same_list(world: World) -> None:
    filled(world)
    email = "author@northfield.example"
    whole = in_order(world)
    of_harbour = ListFilter(organisation=world.organisations["harbour"], limit=3)
    assert pages(world, email, of_harbour) == whole
    assert pages(world, email, ListFilter(organisation=world.organisations["rival"], limit=3)) == []
    in_review = pages(world, email, ListFilter(standing=Standing.IN_REVIEW, limit=1))
    assert in_review == whole[:2]
    assert pages(world, email, ListFilter(standing=Standing.DRAFT, limit=2)) == whole[2:]
    assert pages(world, email, ListFilter(author=world.actor(email).person, limit=3)) == whole
    assert pages(world, email, ListFilter(author=world.actor("dean@northfield.example").person, limit=3)) == []
    found = pages(world, email, ListFilter(query="telehealth prop", limit=2))
    assert len(found) == 3
    assert found == [key for key in whole if key in found]
    assert len(pages(world, email, ListFilter(query="telehealth", standing=Standing.DRAFT, limit=2))) == 3


def test_a_proposal_moves_up_when_something_happens_to_it(world: World) -> None:
    made = filled(world)
    world.pass_time()
    world.save("author@northfield.example", made[0], "identity", title="Moved to the top")
    for email in ("author@northfield.example", "admin@northfield.example"):
        lines = proposals.listing(world.context, world.actor(email), ListFilter(limit=2)).lines
        assert (lines[0].id, lines[0].title) == (made[0], "Moved to the top")


def test_a_wrong_place_in_lists_is_found_and_mended(world: World) -> None:
    filled(world)
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE access SET standing = 'approved' WHERE principal LIKE 'admin:%'"))
    assert len(checks.check(world.context)[1]) == 8
    checks.repair(world.context)
    assert checks.check(world.context) == (8, ())
