"""A version names everybody whose words it brought in, and all of them count as its writers."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action
from cowork.services import audit, saving, specifications
from cowork.services.cases import open_case, record
from cowork.store import specifications as versions
from cowork.store import unit
from cowork.store.base import db
from cowork.web.audit.sentences import event_rows
from tests.world import World

AUTHOR, PARTNER = "author@northfield.example", "author@harbour.example"


def cut_together(world: World, proposal: ProposalId) -> None:
    """The academic author saves a version in which the partner's author wrote too."""
    actor, other = world.actor(AUTHOR), world.actor(PARTNER)
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.EDIT_PROPOSAL, lock=True)
        current = versions.version(session, proposal, case.state.version)
        assert current is not None
        content = {**current.content, "identity": {**current.content["identity"], "summary": "Written by two."}}
        before = dict(current.section_digests)
        writers = frozenset({actor.person, other.person})
        cut = saving.cut(session, world.context, case.state, case.form, actor, content, before, "Together", writers)
        record(session, world.context, case.state, actor.person, [cut.event], **cut.columns)


def test_a_version_written_together_names_both_and_both_are_its_writers(world: World) -> None:
    proposal = world.draft()
    before = world.actor(PARTNER).person in specifications.draft(world.context, world.actor(AUTHOR), proposal).case.state.facts.writers
    cut_together(world, proposal)
    draft = specifications.draft(world.context, world.actor(AUTHOR), proposal)
    assert not before
    assert draft.version.author_name == f"{world.actor(AUTHOR).name} and {world.actor(PARTNER).name}"
    assert {world.actor(AUTHOR).person, world.actor(PARTNER).person} <= draft.case.state.facts.writers
    _, lines = specifications.history(world.context, world.actor(AUTHOR), proposal)
    assert lines[0].author_name == draft.version.author_name
    assert lines[-1].author_name == world.actor(AUTHOR).name


def test_the_record_says_who_wrote_with_whoever_saved(world: World) -> None:
    proposal = world.draft()
    cut_together(world, proposal)
    activity = audit.activity(world.context, world.actor(AUTHOR), proposal)
    assert f"written with {world.actor(PARTNER).name}" in event_rows(activity)[0].text


def test_the_writers_of_a_version_are_never_changed(world: World) -> None:
    cut_together(world, world.draft())
    with db.engine.begin() as connection, pytest.raises(DatabaseError, match="never changed or removed"):
        connection.execute(sa.text("DELETE FROM version_writer"))
