"""What is similar is shown to whoever writes, and never a draft that they may not see."""

import pytest

from cowork.domain.errors import NotFound, TooMany
from cowork.domain.proposals import Role
from cowork.services import programmes, proposals, similar
from cowork.services.proposals import ParticipantCommand, StartCommand
from tests.world import World

UNIVERSITY, PARTNER, OTHER, RIVAL = (
    "author@northfield.example", "author@harbour.example", "admin@southgate.example", "admin@rival.example",
)  # fmt: skip


def titles(world: World, who: str, title: str, *outcomes: str) -> list[str]:
    return [one.title for one in similar.look(world.context, world.actor(who), title, outcomes)]


def test_a_similar_title_is_found_in_other_words(world: World) -> None:
    world.draft("Machine Learning for Business Analysts")
    world.draft("Telehealth for Nurses")
    assert titles(world, UNIVERSITY, "Machine learning for business analysis") == ["Machine Learning for Business Analysts"]
    assert titles(world, UNIVERSITY, "Tele-health nursing and telehealth") == ["Telehealth for Nurses"]
    assert titles(world, UNIVERSITY, "Baking bread") == []
    assert titles(world, UNIVERSITY, "") == titles(world, UNIVERSITY, '"" OR * - c++ NEAR(') == []


def test_a_draft_of_others_is_never_shown_by_title_outcome_or_number(world: World) -> None:
    world.draft("CANARY Quantum Brewing")
    actor = world.actor(RIVAL)
    own = StartCommand("Quantum Brewing of our own", world.organisations["rival"], (world.organisations["southgate"],), world.workflow())
    proposals.start(world.context, actor, own)
    for who in (RIVAL, OTHER, "nobody@northfield.example"):
        found = titles(world, who, "CANARY Quantum Brewing", "Frame a question")
        assert not any("CANARY" in title for title in found)
    assert titles(world, RIVAL, "CANARY Quantum Brewing") == ["Quantum Brewing of our own"]
    assert "CANARY Quantum Brewing" in titles(world, UNIVERSITY, "CANARY Quantum Brewing")
    assert "CANARY Quantum Brewing" in titles(world, PARTNER, "CANARY Quantum Brewing")


def test_who_loses_the_proposal_loses_sight_of_it_here_too(world: World) -> None:
    proposal, author = world.draft("CANARY Quantum Brewing"), world.actor(UNIVERSITY)
    nobody = world.actor("nobody@northfield.example")
    proposals.add_participant(world.context, author, proposal, ParticipantCommand(nobody.email, Role.READER))
    assert titles(world, nobody.email, "Quantum Brewing") == ["CANARY Quantum Brewing"]
    proposals.remove_participant(world.context, author, proposal, nobody.person, world.organisations["northfield"])
    assert titles(world, nobody.email, "Quantum Brewing") == []


def test_public_programmes_are_shown_to_everybody_and_closed_ones_are_not(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    world.approve_all(proposal)
    line = programmes.register(world.context, world.actor(UNIVERSITY)).lines[0]
    assert titles(world, RIVAL, line.title) == []
    programmes.publish(world.context, world.actor(UNIVERSITY), line.id, True)
    (found,) = similar.look(world.context, world.actor(RIVAL), line.title)
    assert (found.link, found.words) == (f"/programmes/{line.id}", "Programme in the public register")
    (own,) = similar.look(world.context, world.actor(UNIVERSITY), line.title)
    assert own.link == f"/proposals/{proposal}"


def test_outcomes_bring_forward_what_does_the_same(world: World) -> None:
    first, second = world.draft("Learning one"), world.draft("Learning two")
    world.save(UNIVERSITY, second, "outcomes", items=[{"id": "o1", "text": "Triage alerts by severity and evidence.", "bloom": "apply"}])
    found = titles(world, UNIVERSITY, "Learning", "Triage alerts by their severity")
    assert found[0] == "Learning two"
    assert first


def test_a_proposal_is_not_similar_to_itself_and_its_page_is_for_its_readers(world: World) -> None:
    first, second = world.draft("Telehealth for Nurses"), world.draft("Telehealth for Nurses, again")
    assert [one.link for one in similar.of_proposal(world.context, world.actor(UNIVERSITY), first)] == [f"/proposals/{second}"]
    with pytest.raises(NotFound):
        similar.of_proposal(world.context, world.actor(RIVAL), first)


def test_looking_is_limited_and_the_limit_is_ones_own(world: World) -> None:
    for _ in range(similar.LOOKS):
        similar.look(world.context, world.actor(RIVAL), "Anything at all")
    with pytest.raises(TooMany):
        similar.look(world.context, world.actor(RIVAL), "Anything at all")
    assert titles(world, UNIVERSITY, "Anything at all") == []
    world.pass_time(similar.WINDOW)
    world.pass_time()
    assert titles(world, RIVAL, "Anything at all") == []
