"""Stages that begin anew where they run: after an edit, after a file, after a meeting; told, on record, and repeatable."""

from dataclasses import replace
from datetime import timedelta

from cowork.domain.files import Place
from cowork.domain.ids import ProposalId
from cowork.domain.proposals import Standing
from cowork.domain.workflows.progress import Verdict
from cowork.services import audit, checks, moving, reminding, specifications
from cowork.services.moving import MovePreview
from cowork.services.specifications import SaveCommand
from tests.services.test_chains import AUTHOR, DEAN, state, submitted
from tests.services.test_files import SURVEY, attach
from tests.services.test_meetings import close, held
from tests.world import World

OBJECTED = """
[[stage]]
key = "notice"
title = "Notice"
kind = "notice"
due_days = 10
refusal = "continues"
seat = [{ key = "deans", side = "university", office = "dean", title = "Deans" }]

[[stage]]
key = "editor"
title = "Editor"
kind = "check"
edits = ["identity"]
when = { fact = "stage.notice", is = "refused" }
seat = [{ key = "head", side = "university", office = "department-head", title = "Head", rule = "any" }]
"""
MEETING = """
[[stage]]
key = "committee"
title = "Committee"
kind = "vote"

[[stage.seat]]
key = "members"
side = "university"
office = "curriculum-committee"
title = "Committee"
rule = { majority = true, of = "votes", quorum = "majority" }

[[stage]]
key = "dean"
title = "Dean"
kind = "decide"
seat = [{ key = "dean", side = "university", office = "dean", title = "Dean", rule = "any" }]
"""


def sound(world: World) -> None:
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()


def objected(world: World) -> ProposalId:
    proposal = submitted(world, OBJECTED)
    world.decide(DEAN, proposal, Verdict.OBJECT, reason="It takes over our course.")
    world.pass_time(timedelta(days=20))
    reminding.look(world.context)
    assert state(proposal).stages == "Editor"
    return proposal


def renewals(world: World, proposal: ProposalId) -> list[str]:
    entries = audit.activity(world.context, world.actor(AUTHOR), proposal).entries
    return [str(entry.payload["stage"]) for entry in entries if entry.kind == "stage-renewed"]


def test_an_edit_of_what_was_objected_to_asks_again_and_approves_nothing(world: World) -> None:
    proposal = objected(world)
    draft = specifications.draft(world.context, world.actor(AUTHOR), proposal)
    answers = {**draft.version.content["identity"], "summary": "Another summary, with one word changed."}
    save = SaveCommand("identity", draft.version.number, answers)
    found = moving.preview(world.context, world.actor(AUTHOR), proposal, save)
    assert isinstance(found, MovePreview)
    assert "Notice" in found.after.sentence, "the page before says that it is asked again"
    assert ("Notice" in found.changes.again, "Notice" in found.changes.stays) == (True, False)
    world.pass_time()
    moving.move(world.context, world.actor(AUTHOR), proposal, save, found.seen)
    assert (state(proposal).standing, state(proposal).stages) == (Standing.IN_REVIEW, "Notice")
    assert renewals(world, proposal) == ["notice"]
    sound(world)
    world.pass_time(timedelta(days=20))
    reminding.look(world.context)
    assert renewals(world, proposal) == ["notice"], "once for one change"
    sound(world)


def test_a_file_that_an_author_attaches_does_not_take_an_objection_away(world: World) -> None:
    proposal = objected(world)
    attach(world, proposal, replace(SURVEY, title="Of the whole", place=Place()))
    assert (state(proposal).standing, state(proposal).stages) == (Standing.IN_REVIEW, "Notice")
    assert renewals(world, proposal) == ["notice"]
    sound(world)


def test_a_file_after_a_closed_meeting_asks_the_committee_again_and_ends_nothing(world: World) -> None:
    proposal = submitted(world, MEETING)
    close(world, held(world, proposal))
    assert state(proposal).stages == "Dean"
    attach(world, proposal, replace(SURVEY, title="Of the whole", place=Place()))
    assert (state(proposal).standing, state(proposal).stages) == (Standing.IN_REVIEW, "Committee")
    sound(world)
    world.pass_time()
    close(world, held(world, proposal))
    assert state(proposal).stages == "Dean"
    world.decide(DEAN, proposal)
    assert state(proposal).standing is Standing.APPROVED
    sound(world)
