"""Tying and signing rows on both databases: rights, merging, the record, notices, what a workflow and the document make of it."""

from typing import Any

import pytest

from cowork.domain.errors import Conflict, NotFound, Refused
from cowork.domain.ids import ProposalId
from cowork.domain.notifications import Kind
from cowork.domain.proposals import Right
from cowork.domain.specifications.signing import OUTCOMES, TASKS
from cowork.domain.workflows import loading
from cowork.services import alignment, audit, exports, jobs, notifications, overtaken, reviewing, specifications
from cowork.services.alignment import LinkCommand
from cowork.services.specifications import SaveCommand
from cowork.store import proposals as proposals_store
from cowork.store import signatures, unit
from tests.services.test_section_rights import say
from tests.services.test_telling import kinds
from tests.world import World

UNIVERSITY, EMPLOYER, SIGNER = "author@northfield.example", "author@harbour.example", "signer@harbour.example"


def unsigned(world: World, proposal: ProposalId, path: str = TASKS, who: str = EMPLOYER) -> list[tuple[str, str]]:
    found = alignment.view(world.context, world.actor(who), proposal).signed
    return [(one.reading.key, one.reading.digest) for one in found if one.reading.path == path and not one.valid]


def sign(world: World, proposal: ProposalId, path: str = TASKS, who: str = EMPLOYER) -> int:
    return alignment.sign(world.context, world.actor(who), proposal, unsigned(world, proposal, path, who))


def rename_assessment(world: World, proposal: ProposalId, title: str) -> None:
    draft = specifications.draft(world.context, world.actor(UNIVERSITY), proposal)
    rows: Any = draft.content["assessments"]["items"]
    command = SaveCommand("assessments", draft.version.number, {"items": [{**rows[0], "title": title}, *rows[1:]]})
    specifications.save_section(world.context, world.actor(UNIVERSITY), proposal, command)


def test_signing_is_recorded_once_and_the_chain_holds(world: World) -> None:
    proposal = world.complete_draft()
    wanted = unsigned(world, proposal)
    assert alignment.sign(world.context, world.actor(EMPLOYER), proposal, wanted) == len(wanted) > 0
    assert alignment.sign(world.context, world.actor(EMPLOYER), proposal, wanted) == 0, "the same again adds nothing"
    events = [entry for entry in audit.activity(world.context, world.actor(UNIVERSITY), proposal).entries if entry.kind == "rows-signed"]
    assert [(len(event.payload["rows"]), event.payload["version"]) for event in events] == [(len(wanted), 1)]  # type: ignore[arg-type]  # a list
    assert audit.verify(world.context).faults == ()


def test_a_change_makes_stale_and_signing_again_makes_valid(world: World) -> None:
    proposal = world.complete_draft()
    sign(world, proposal)
    assert unsigned(world, proposal) == []
    rename_assessment(world, proposal, "Something else")
    waiting = unsigned(world, proposal)
    assert waiting
    assert all(key.endswith("/as-on-the-job") for key, _ in waiting)
    view = alignment.view(world.context, world.actor(UNIVERSITY), proposal)
    assert all(view.before[(1, one.reading.key)] != one.reading.lines for one in view.signed if one.stale)
    assert sign(world, proposal) == len(waiting)
    rename_assessment(world, proposal, "Else again")
    with pytest.raises(Conflict):
        alignment.sign(world.context, world.actor(EMPLOYER), proposal, waiting)


def test_taking_back_counts_until_one_signs_again(world: World) -> None:
    proposal = world.complete_draft()
    sign(world, proposal)
    key = alignment.view(world.context, world.actor(EMPLOYER), proposal).signed[0].reading.key
    assert alignment.take_back(world.context, world.actor(EMPLOYER), proposal, key)
    assert not alignment.take_back(world.context, world.actor(EMPLOYER), proposal, key)
    assert [found for found, _ in unsigned(world, proposal)] == [key]
    assert sign(world, proposal) == 1
    with unit.reading() as session:
        assert signatures.count(session, proposal) == len(signatures.standing(session, proposal)) + 2


def test_only_employers_authors_and_whoever_the_review_asks_for_one_sign(world: World) -> None:
    proposal = world.complete_draft()
    for who in (UNIVERSITY, "admin@harbour.example"):
        with pytest.raises(Refused):
            alignment.sign(world.context, world.actor(who), proposal, unsigned(world, proposal))
    for who in (SIGNER, "admin@rival.example"):
        with pytest.raises(NotFound):
            alignment.sign(world.context, world.actor(who), proposal, [("x", "y")])
    with pytest.raises(Refused):
        alignment.sign(world.context, world.actor(EMPLOYER), proposal, unsigned(world, proposal), world.organisations["northfield"])
    world.submit(proposal)
    assert sign(world, proposal, who=SIGNER) > 0
    world.approve_all(proposal)
    with pytest.raises(Refused):
        alignment.sign(world.context, world.actor(EMPLOYER), proposal, [("x", "y")])


def test_ties_go_through_saving_a_section(world: World) -> None:
    proposal = world.complete_draft()
    view = alignment.view(world.context, world.actor(EMPLOYER), proposal)
    assert view.why_not["assessments.items.outcomes"]
    assert view.why_not["alignment.tasks.outcomes"] == ""
    grid = next(one for one in view.grids if one.relation.key == "alignment.tasks.outcomes")
    fewer = frozenset(sorted(grid.links)[1:])
    saved = alignment.link(world.context, world.actor(EMPLOYER), proposal, LinkCommand(1, {"alignment.tasks.outcomes": fewer}))
    assert saved == alignment.Linked(specifications.Saved(2, True), ("alignment.tasks.outcomes",))
    found = alignment.view(world.context, world.actor(UNIVERSITY), proposal)
    assert next(one for one in found.grids if one.relation.key == "alignment.tasks.outcomes").links == fewer
    _, lines = specifications.history(world.context, world.actor(UNIVERSITY), proposal)
    assert lines[0].changed == ("alignment",)
    with pytest.raises(Refused):
        alignment.link(world.context, world.actor(EMPLOYER), proposal, LinkCommand(2, {"assessments.items.outcomes": frozenset()}))
    world.submit(proposal)
    with pytest.raises(Refused):
        alignment.link(world.context, world.actor(EMPLOYER), proposal, LinkCommand(2, {"alignment.tasks.outcomes": frozenset()}))
    assert alignment.view(world.context, world.actor(EMPLOYER), proposal).why_not["alignment.tasks.outcomes"]


def test_whoever_may_not_tie_rows_is_told_who_decided_that(world: World) -> None:
    proposal = world.complete_draft()
    say(world, "admin@northfield.example", proposal, "alignment", UNIVERSITY, Right.READ)
    why_not = alignment.view(world.context, world.actor(UNIVERSITY), proposal).why_not
    assert why_not["alignment.tasks.outcomes"].startswith("Your organisation has not given you the right to edit")
    assert why_not["assessments.items.outcomes"] == ""
    with pytest.raises(Refused, match="Your organisation has not given you"):
        alignment.link(world.context, world.actor(UNIVERSITY), proposal, LinkCommand(1, {"alignment.tasks.outcomes": frozenset()}))
    theirs = alignment.view(world.context, world.actor(EMPLOYER), proposal).why_not
    assert "is written by the university" in theirs["assessments.items.outcomes"]


def test_a_workflow_can_ask_that_every_row_is_signed(world: World) -> None:
    proposal = world.complete_draft()
    workflow = next(flow for flow in loading.shipped() if flow.key == "joint-employer-university")
    needed = loading.load(
        next(text for text in loading.sources() if 'key = "joint-employer-university"' in text).replace(
            "[[stage]]", '[[stage]]\nrequires = [{ title = "every job task is signed", that = { fact = "signed.tasks", is = true } }]', 1
        )
    )
    for flow, facts in ((workflow, {}), (needed, {"signed": {"tasks": False, "outcomes": False}})):
        assert signed_facts(world, proposal, flow) == facts
    sign(world, proposal)
    assert signed_facts(world, proposal, needed) == {"signed": {"tasks": True, "outcomes": False}}
    sign(world, proposal, OUTCOMES)
    assert signed_facts(world, proposal, needed) == {"signed": {"tasks": True, "outcomes": True}}
    rename_assessment(world, proposal, "Else")
    assert signed_facts(world, proposal, needed) == {"signed": {"tasks": False, "outcomes": False}}


def signed_facts(world: World, proposal: ProposalId, workflow: Any) -> object:
    draft = specifications.draft(world.context, world.actor(UNIVERSITY), proposal)
    with unit.reading() as session:
        state = proposals_store.state(session, proposal)
        assert state is not None
        return reviewing.signed_facts(session, state, draft.case.form, workflow, draft.version.content)


def test_whoever_may_sign_is_told_when_they_are_asked(world: World) -> None:
    proposal = world.complete_draft()
    alignment.ask(world.context, world.actor(UNIVERSITY), proposal)
    work(world)
    assert Kind.ASKED_TO_SIGN in kinds(world, EMPLOYER)
    assert Kind.ASKED_TO_SIGN not in kinds(world, UNIVERSITY)
    sign(world, proposal)
    sign(world, proposal, OUTCOMES)
    with pytest.raises(Conflict):
        alignment.ask(world.context, world.actor(UNIVERSITY), proposal)


def work(world: World) -> None:
    while jobs.run_next(world.context):
        pass


def told_of_stale(world: World, who: str) -> list[str]:
    rows = notifications.page(world.context, world.actor(who), False).rows
    return [row.words.sentence for row in rows if row.kind is Kind.SIGNATURE_STALE]


def test_whoever_signed_is_told_once_when_a_save_changes_what_they_signed(world: World) -> None:
    proposal = world.complete_draft()
    sign(world, proposal)
    sign(world, proposal, OUTCOMES)
    work(world)
    assert told_of_stale(world, EMPLOYER) == []
    rename_assessment(world, proposal, "Something else")
    work(world)
    (sentence,) = told_of_stale(world, EMPLOYER)
    assert "of your signatures rest on" in sentence
    assert told_of_stale(world, UNIVERSITY) == []
    rename_assessment(world, proposal, "Else again")
    work(world)
    assert len(told_of_stale(world, EMPLOYER)) == 1, "what was stale already is not told again"
    sign(world, proposal)
    rename_assessment(world, proposal, "A third time")
    work(world)
    assert len(told_of_stale(world, EMPLOYER)) == 2


def test_the_notice_is_read_once_a_version_brings_back_what_was_signed(world: World) -> None:
    proposal = world.complete_draft()
    sign(world, proposal)
    rows: Any = specifications.draft(world.context, world.actor(UNIVERSITY), proposal).content["assessments"]["items"]
    work(world)

    def unread() -> int:
        page = notifications.page(world.context, world.actor(EMPLOYER), True)
        return sum(row.kind is Kind.SIGNATURE_STALE for row in page.rows)

    rename_assessment(world, proposal, "Something else")
    work(world)
    assert told_of_stale(world, EMPLOYER)
    rename_assessment(world, proposal, rows[0]["title"])
    work(world)
    assert not told_of_stale(world, EMPLOYER)
    assert unread() == 1


def test_a_notice_of_a_stale_signature_is_not_mailed_once_it_was_given_anew(world: World) -> None:
    proposal = world.complete_draft()
    sign(world, proposal)
    rename_assessment(world, proposal, "Something else")
    actor = world.actor(EMPLOYER)

    def waits() -> bool:
        with unit.reading() as session:
            state = proposals_store.state(session, proposal)
            assert state is not None
            return overtaken.waits_for(session, state, actor.person)

    assert waits()
    sign(world, proposal)
    assert not waits()


def test_the_document_holds_the_signatures_and_is_made_anew_when_one_is_added(world: World) -> None:
    proposal = world.complete_draft()

    def key() -> str:
        with unit.reading() as session:
            state = proposals_store.state(session, proposal)
            assert state is not None
            return exports.pdf_key(session, state, 1)

    before = key()
    sign(world, proposal)
    assert key() != before
    exports.make_pdf(world.context, proposal, 1)
    page = world.context.renderer.pages[-1]  # type: ignore[attr-defined]  # the tests' renderer
    assert "Job tasks and what covers them" in page
    assert "Harbour Analytics, on version 1" in page
    rename_assessment(world, proposal, "Else")
    exports.make_pdf(world.context, proposal, 2)
    after = world.context.renderer.pages[-1]  # type: ignore[attr-defined]  # as above
    assert 0 < after.count("on version 1") < page.count("on version 1")
