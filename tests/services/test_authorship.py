"""Who wrote what, through the use cases: by version, person and party, within lanes."""

import time

import pytest

from cowork.domain.errors import NotFound
from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action
from cowork.domain.proposals import Role
from cowork.domain.specifications.authorship import stretches
from cowork.services import authorship, exports, proposals, saving
from cowork.services.authorship import KEEP_AFTER, TOGETHER
from cowork.services.cases import open_case, record
from cowork.services.proposals import ParticipantCommand
from cowork.services.specifications import draft
from cowork.store import authorship as store
from cowork.store import proposals as proposal_store
from cowork.store import unit
from tests.world import World

AUTHOR, PARTNER = "author@northfield.example", "author@harbour.example"
PATH = "need.problem"


def who(world: World, proposal: ProposalId, email: str = AUTHOR, number: int | None = None) -> authorship.WhoWrote:
    return authorship.page(world.context, world.actor(email), proposal, number)


def test_words_belong_to_those_who_brought_them_in(world: World) -> None:
    proposal = world.draft()
    world.save(PARTNER, proposal, "need", problem="We need people.")
    world.save(AUTHOR, proposal, "need", problem="We need well trained people.")
    found = who(world, proposal)
    northfield, harbour = world.organisations["northfield"], world.organisations["harbour"]
    said = found.provenance
    assert {part.text.strip(): said.groups[part.version] for part in stretches(said.texts[PATH], said.authorship[PATH])} == {
        "We need": harbour, "well trained": northfield, "people.": harbour,
    }  # fmt: skip
    assert said.shares()["need"] == {harbour: 3, northfield: 2}
    assert found.names[world.actor(PARTNER).person].startswith("Author")
    assert who(world, proposal, number=2).provenance.shares()["need"] == {harbour: 3}


def test_lanes_hold_for_words_and_for_shares(world: World) -> None:
    proposal = world.complete_draft()
    world.save(PARTNER, proposal, "legal", employer_note="A canary of the employer alone")
    theirs, ours = who(world, proposal, PARTNER).provenance, who(world, proposal).provenance
    assert "legal.employer_note" in theirs.texts
    assert "legal.employer_note" not in ours.texts
    assert "legal.employer_note" not in ours.authorship
    assert theirs.shares()["legal"].total() == ours.shares()["legal"].total() + 6 - len(ours.texts.get("legal.university_note", "").split())


def test_who_left_keeps_their_words(world: World) -> None:
    proposal = world.draft()
    person = "nobody@northfield.example"
    proposals.add_participant(world.context, world.actor(AUTHOR), proposal, ParticipantCommand(person, Role.AUTHOR))
    world.save(person, proposal, "need", problem="Words of somebody who left.")
    northfield = world.organisations["northfield"]
    proposals.remove_participant(world.context, world.actor(AUTHOR), proposal, world.actor(person).person, northfield)
    assert who(world, proposal).provenance.shares()["need"] == {northfield: 5}


def test_a_version_of_several_parties_is_written_together(world: World) -> None:
    proposal = world.draft()
    before = draft(world.context, world.actor(AUTHOR), proposal).content
    author, partner = world.actor(AUTHOR), world.actor(PARTNER).person
    with unit.writing() as session:
        case = open_case(session, author, proposal, Action.EDIT_PROPOSAL, lock=True)
        content = {**before, "need": {"problem": "Typed by both at once."}}
        cut = saving.cut(session, world.context, case.state, case.form, case.actor, content, {}, "", frozenset({partner}))
        record(session, world.context, case.state, case.actor.person, [cut.event], **cut.columns)
    assert who(world, proposal).provenance.shares()["need"] == {TOGETHER: 5}


def test_what_was_worked_out_is_kept_and_gives_the_same(world: World) -> None:
    proposal = world.draft()
    for number in range(KEEP_AFTER + 2):
        world.save((AUTHOR, PARTNER)[number % 2], proposal, "need", problem=" ".join(f"word{one}" for one in range(number + 1)))
    before = who(world, proposal)
    with unit.reading() as session:
        kept = store.kept(session, proposal, before.number)
    assert kept is not None
    assert kept[0] == before.number
    assert who(world, proposal).provenance == before.provenance
    world.save(AUTHOR, proposal, "need", problem="word0 and more")
    after = who(world, proposal)
    assert after.provenance.authorship[PATH][0] == (2, 1)


def test_it_is_hidden_from_whoever_may_not_read(world: World) -> None:
    proposal = world.draft()
    for email in ("admin@rival.example", "nobody@northfield.example"):
        with pytest.raises(NotFound):
            who(world, proposal, email)
    for number in (0, 9):
        with pytest.raises(NotFound):
            who(world, proposal, number=number)


@pytest.mark.slow
def test_two_hundred_versions_are_walked_in_a_moment_and_kept(world: World) -> None:
    proposal = world.complete_draft()
    writers = (world.actor(AUTHOR), world.actor(PARTNER))
    content = dict(draft(world.context, writers[0], proposal).version.content)
    with unit.writing() as session:
        for number in range(200):
            said = str(content["need"].get("problem", ""))
            content = {**content, "need": {**content["need"], "problem": f"{said} More words of step {number}."[-3000:]}}
            case = open_case(session, writers[number % 2], proposal, Action.EDIT_PROPOSAL, lock=True)
            cut = saving.cut(session, world.context, case.state, case.form, case.actor, content, {}, "")
            record(session, world.context, case.state, case.actor.person, [cut.event], **cut.columns)
    start = time.perf_counter()
    first = who(world, proposal)
    cold = time.perf_counter() - start
    start = time.perf_counter()
    assert who(world, proposal).provenance == first.provenance
    warm = time.perf_counter() - start
    print(f"200 versions: {cold * 1000:.0f} ms cold, {warm * 1000:.0f} ms kept")
    assert warm < 1.0


def test_documents_carry_the_co_design_record_of_the_shared_texts_alone(world: World) -> None:
    proposal = world.draft()
    world.save(PARTNER, proposal, "need", problem="We need people.")
    world.save(AUTHOR, proposal, "need", problem="We need well trained people.")
    world.save(PARTNER, proposal, "legal", employer_note="Not for everybody")
    with unit.reading() as session:
        state = proposal_store.state(session, proposal)
        assert state is not None
        found = exports.dossier(session, world.context, state, 4).shares
        assert exports.dossier(session, world.context, state, 4, whole=False).shares is None
    assert found is not None
    assert found.groups == ("Northfield University", "Harbour Analytics")
    rows = dict(found.rows)
    assert rows["Need"] == (2, 3)
    assert "Legal" not in rows
    assert rows["All sections"] == tuple(map(sum, zip(*[words for label, words in found.rows if label != "All sections"], strict=True)))
