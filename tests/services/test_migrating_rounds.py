"""A running review goes on under another version of its workflow, after it was shown who is affected."""

import pytest
import sqlalchemy as sa

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.ids import Digest, ProposalId
from cowork.domain.workflows.progress import Verdict
from cowork.services import audit, checks, migrating, proposals, reviews
from cowork.store import unit
from cowork.store.workflow_records import WorkflowOwner
from tests.steering import ADMIN, AUTHOR, DEAN, HEAD, PARTNER_ADMIN, QUALITY, STEERED, keep, review, standings, steered
from tests.world import World

NEWER = STEERED.replace("version = 1", "version = 2").replace(
    '[[stage]]\nkey = "dean"',
    '[[stage]]\nkey = "registry"\ntitle = "Registry"\nkind = "check"\nafter = ["department"]\n\n[[stage.seat]]\nkey = "registry"\n'
    'side = "university"\noffice = "registry"\ntitle = "Registry"\nrule = "any"\n\n[[stage]]\nkey = "dean"',
)
NEWER = NEWER.replace('after = ["quality", "business"]', 'after = ["quality", "registry"]')
assert NEWER.count("[[stage]]") == 5
WITHOUT_BUSINESS = NEWER[: NEWER.index('[[stage]]\nkey = "business"')] + NEWER[NEWER.index('[[stage]]\nkey = "registry"') :]


def sound(world: World) -> None:
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()


def migrate(world: World, proposal: ProposalId, to: Digest, who: str = ADMIN, reason: str = "The rules changed.") -> None:
    seen = migrating.page(world.context, world.actor(AUTHOR), proposal, to).seen
    migrating.migrate(world.context, world.actor(who), proposal, to, seen, reason)


def test_it_is_shown_who_is_affected_then_done_and_decisions_still_count(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal)
    newer = keep(WITHOUT_BUSINESS)
    found = migrating.page(world.context, world.actor(ADMIN), proposal)
    assert found.target is not None
    assert found.changes is not None
    assert found.target.digest == newer
    assert (found.changes.opened, found.changes.closed) == (("Registry",), ("Business check",))
    assert found.changes.stale == ()
    assert [stage for _, stage in found.changes.asked] == ["Registry"]
    assert review(world, proposal).workflow.version == 1, "looking changes nothing"
    migrate(world, proposal, newer)
    assert standings(world, proposal) == {"department": "met", "quality": "open", "registry": "open", "dean": "waiting"}
    sound(world)
    for who in (QUALITY, "business@northfield.example", DEAN):
        world.decide(who, proposal)
    assert proposals.case(world.context, world.actor(AUTHOR), proposal).state.standing.value == "approved"
    sound(world)


def test_the_next_round_takes_the_new_version_and_keeps_what_was_approved(world: World) -> None:
    proposal = steered(world)
    world.decide(HEAD, proposal)
    migrate(world, proposal, keep(NEWER))
    world.decide(QUALITY, proposal, Verdict.REQUEST_CHANGES, reason="Say more.", sections=("need",))
    world.save(AUTHOR, proposal, "need", sector="Shipping")
    world.submit(proposal)
    assert review(world, proposal).workflow.version == 2
    assert standings(world, proposal)["department"] == "met"
    sound(world)


@pytest.mark.parametrize("who", [AUTHOR, HEAD, PARTNER_ADMIN])
def test_only_administrators_of_the_leading_party_do_it(world: World, who: str) -> None:
    proposal = steered(world)
    newer = keep(NEWER)
    with pytest.raises(Refused):
        migrate(world, proposal, newer, who)


def test_it_needs_a_reason_a_version_of_the_same_workflow_and_a_fresh_look(world: World) -> None:
    proposal = steered(world)
    newer = keep(NEWER)
    with pytest.raises(Invalid, match="Say why"):
        migrate(world, proposal, newer, reason=" ")
    foreign = world.workflow("joint-employer-university")
    with pytest.raises(NotFound):
        migrating.page(world.context, world.actor(ADMIN), proposal, foreign)
    with pytest.raises(Invalid, match="Choose another version"):
        migrating.migrate(world.context, world.actor(ADMIN), proposal, foreign, "", "The rules changed.")
    seen = migrating.page(world.context, world.actor(ADMIN), proposal, newer).seen
    world.decide(HEAD, proposal)
    with pytest.raises(Conflict, match="Something has happened"):
        migrating.migrate(world.context, world.actor(ADMIN), proposal, newer, seen, "The rules changed.")
    assert reviews.route(world.context, world.actor(AUTHOR), proposal).workflow.version == 1


def test_a_version_of_a_strangers_is_neither_shown_nor_taken(world: World) -> None:
    proposal = steered(world)
    foreign, publisher = keep(NEWER), world.actor("admin@rival.example").person
    with unit.writing() as session:
        values = {"digest": foreign, "organisation": world.organisations["rival"], "published_at": world.moment}
        session.execute(sa.insert(WorkflowOwner).values(**values, published_by=publisher))
    assert migrating.page(world.context, world.actor(ADMIN), proposal).versions == ()
    with pytest.raises(NotFound):
        migrating.page(world.context, world.actor(ADMIN), proposal, foreign)
    with pytest.raises(Invalid, match="Choose another version"):
        migrating.migrate(world.context, world.actor(ADMIN), proposal, foreign, "", "The rules changed.")
