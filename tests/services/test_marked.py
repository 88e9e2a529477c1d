"""The marked-up PDF through the use cases: made by the worker, for each side its own."""

import pytest

from cowork.domain.errors import Conflict, NotFound
from cowork.services import audit, marked, proposals
from cowork.store import unit
from tests.world import FakeRenderer, World

AUTHOR, PARTNER, RIVAL = "author@northfield.example", "author@harbour.example", "admin@rival.example"


def test_each_side_gets_what_it_reads_and_no_more(world: World) -> None:
    proposal = world.complete_draft()
    world.save(PARTNER, proposal, "legal", employer_note="CANARY-E of the employer alone")
    world.save(AUTHOR, proposal, "legal", university_note="CANARY-U of the university alone")
    renderer = world.context.renderer
    assert isinstance(renderer, FakeRenderer)
    seen = {}
    for who in (AUTHOR, PARTNER):
        assert marked.request(world.context, world.actor(who), proposal, 1, 3).standing == "queued"
        with pytest.raises(Conflict, match="not ready"):
            marked.file(world.context, world.actor(who), proposal, 1, 3)
        renderer.pages.clear()
        world.work()
        seen[who] = " ".join(renderer.pages)
        assert marked.request(world.context, world.actor(who), proposal, 1, 3).standing == "done"
        assert marked.file(world.context, world.actor(who), proposal, 1, 3).content.startswith(b"%PDF")
    assert "CANARY-U" in seen[AUTHOR]
    assert "CANARY-E" not in seen[AUTHOR]
    assert "CANARY-E" in seen[PARTNER]
    assert "CANARY-U" not in seen[PARTNER]
    files = {marked.file(world.context, world.actor(who), proposal, 1, 3).content for who in (AUTHOR, PARTNER)}
    assert len(files) == 2
    entries = audit.activity(world.context, world.actor(AUTHOR), proposal).entries
    assert sum(entry.kind == "exported" for entry in entries) == 2
    assert audit.verify(world.context).faults == ()


def test_unknown_versions_and_foreign_proposals_are_not_there(world: World) -> None:
    proposal = world.complete_draft()
    for who, old, new in ((AUTHOR, 1, 9), (AUTHOR, 0, 1), (RIVAL, 1, 1)):
        with pytest.raises(NotFound):
            marked.request(world.context, world.actor(who), proposal, old, new)
        with pytest.raises(NotFound):
            marked.file(world.context, world.actor(who), proposal, old, new)


def test_the_key_depends_on_the_versions_and_on_the_side(world: World) -> None:
    proposal = world.complete_draft()
    cases = [proposals.case(world.context, world.actor(who), proposal) for who in (AUTHOR, PARTNER, "signer@harbour.example")[:2]]
    with unit.reading() as session:
        assert len({marked.key_of(session, case, *pair) for case in cases for pair in ((1, 2), (2, 1))}) == 4
