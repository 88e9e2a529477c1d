"""Copies: what goes along, what never does, and who may know where a proposal came from."""

import pytest

from cowork.domain.errors import NotFound
from cowork.domain.ids import ProposalId
from cowork.domain.proposals import Phase, ProposalKind, Role
from cowork.services import programmes, proposals, specifications, starting
from cowork.services.proposals import ParticipantCommand, StartCommand
from tests.world import World

UNIVERSITY, EMPLOYER, OTHER, RIVAL = (
    "author@northfield.example", "author@harbour.example", "admin@southgate.example", "admin@rival.example",
)  # fmt: skip


def secretive(world: World) -> ProposalId:
    """A complete draft in which both sides have written what only they read."""
    proposal = world.complete_draft()
    world.save(EMPLOYER, proposal, "employer_statements", internal_note="HARBOUR alone")
    world.save(UNIVERSITY, proposal, "legal", university_note="NORTHFIELD alone")
    world.save(UNIVERSITY, proposal, "identity", code="ML-101")
    return proposal


def copied(
    world: World, source: ProposalId, who: str, own: str, *partners: str, name: str = "proposal", outline: bool = False
) -> ProposalId:
    keys = tuple(world.organisations[slug] for slug in partners)
    command = StartCommand("The copy", world.organisations[own], keys, world.workflow(), outline=outline)
    return starting.start(world.context, world.actor(who), command, f"{name}:{source}")


def whole(world: World, proposal: ProposalId, who: str) -> str:
    return str(specifications.draft(world.context, world.actor(who), proposal).content)


def test_a_copy_has_the_answers_and_none_of_what_the_other_side_keeps_to_itself(world: World) -> None:
    source = secretive(world)
    copy = copied(world, source, UNIVERSITY, "northfield", "harbour")
    proposals.add_participant(world.context, world.actor(UNIVERSITY), copy, ParticipantCommand(EMPLOYER, Role.AUTHOR))
    ours, theirs = whole(world, copy, UNIVERSITY), whole(world, copy, EMPLOYER)
    assert "NORTHFIELD alone" in ours
    assert "HARBOUR alone" not in ours + theirs
    assert "ML-101" not in ours + theirs
    assert "'title': 'The copy'" in ours


def test_private_answers_stay_behind_when_somebody_else_of_the_side_would_read_them(world: World) -> None:
    source = secretive(world)
    for partners in (("harbour", "southgate"), ("rival", "southgate")):
        assert "NORTHFIELD alone" not in whole(world, copied(world, source, UNIVERSITY, "northfield", *partners), UNIVERSITY)
    employer = copied(world, source, EMPLOYER, "harbour", "southgate")
    assert "HARBOUR alone" in whole(world, employer, EMPLOYER)
    assert "HARBOUR alone" not in whole(world, copied(world, source, EMPLOYER, "harbour", "southgate", "rival"), EMPLOYER)


@pytest.mark.parametrize("who", [OTHER, RIVAL, "nobody@northfield.example"])
def test_what_one_may_not_read_cannot_be_copied(world: World, who: str) -> None:
    source, actor = secretive(world), world.actor(who)
    own = next(iter(actor.memberships))
    command = StartCommand("Stolen", own, tuple(world.organisations.values()), world.workflow())
    for name in (f"proposal:{source}", f"programme:{source}", f"template:{source}"):
        with pytest.raises(NotFound):
            starting.start(world.context, actor, command, name)


def test_dates_that_came_along_are_named(world: World) -> None:
    copy = copied(world, secretive(world), UNIVERSITY, "northfield", "harbour")
    view = starting.origin(world.context, world.actor(UNIVERSITY), copy)
    assert view is not None
    assert any(one.section == "need" for one in view.dates)
    assert view.title == "Machine Learning for Business Analysts" or view.title


def test_a_copy_that_is_an_outline_names_only_dates_that_it_asks_for(world: World) -> None:
    copy = copied(world, secretive(world), UNIVERSITY, "northfield", "harbour", outline=True)
    view = starting.origin(world.context, world.actor(UNIVERSITY), copy)
    assert view is not None
    assert {one.section for one in view.dates} <= {"identity", "parties", "need", "outcomes"}
    assert not any(one.label.startswith("Evidence") for one in view.dates)


def test_the_origin_is_named_only_to_those_who_may_read_it(world: World) -> None:
    source = secretive(world)
    copy = copied(world, source, UNIVERSITY, "northfield", "rival")
    proposals.add_participant(world.context, world.actor(UNIVERSITY), copy, ParticipantCommand(RIVAL, Role.READER))
    for_us, for_rival = (starting.origin(world.context, world.actor(who), copy) for who in (UNIVERSITY, RIVAL))
    assert for_us is not None
    assert for_rival is not None
    assert for_us.link == f"/proposals/{source}"
    assert (for_rival.title, for_rival.owner, for_rival.link) == ("", "", "")
    with pytest.raises(NotFound):
        starting.origin(world.context, world.actor(OTHER), copy)


def test_a_public_programme_can_be_copied_by_anybody_and_a_closed_one_by_its_readers(world: World) -> None:
    source = secretive(world)
    world.submit(source)
    world.approve_all(source)
    line = programmes.register(world.context, world.actor(UNIVERSITY)).lines[0]
    programme = ProposalId(line.id)
    with pytest.raises(NotFound):
        copied(world, programme, OTHER, "southgate", "rival", name="programme")
    programmes.publish(world.context, world.actor(UNIVERSITY), line.id, True)
    copy = copied(world, programme, OTHER, "southgate", "rival", name="programme")
    text = whole(world, copy, OTHER)
    assert "HARBOUR" not in text
    assert "NORTHFIELD" not in text
    assert "outcomes" in text
    view = starting.origin(world.context, world.actor(OTHER), copy)
    assert view is not None
    assert view.link == f"/programmes/{line.id}"
    assert "NORTHFIELD alone" in whole(world, copied(world, programme, UNIVERSITY, "northfield", "harbour", name="programme"), UNIVERSITY)


def test_an_outline_keeps_what_the_whole_form_asks_later(world: World) -> None:
    copy = copied(world, secretive(world), UNIVERSITY, "northfield", "harbour", outline=True)
    draft = specifications.draft(world.context, world.actor(UNIVERSITY), copy)
    assert draft.case.state.phase is Phase.OUTLINE
    assert {section.section for section in draft.completeness.sections} == {"identity", "parties", "need", "outcomes"}
    assert draft.content["workload"]
    assert draft.case.state.kind is ProposalKind.NEW
