"""The short form first: what an outline asks, who decides on it, and how the whole form opens with everything that was typed."""

import hashlib

import pytest

from cowork.domain.errors import Invalid, Refused
from cowork.domain.ids import ProposalId
from cowork.domain.proposals import Phase, Role, Standing
from cowork.domain.workflows.progress import Outcome, Verdict
from cowork.services import (
    audit,
    authorship,
    changes,
    checks,
    exports,
    marked,
    outlines,
    programmes,
    proposals,
    reviews,
    specifications,
    starting,
)
from cowork.services.proposals import ParticipantCommand, StartCommand
from cowork.services.specifications import SaveCommand
from cowork.store.proposals import ProposalState
from tests.world import FakeRenderer, World

AUTHOR, PARTNER = "author@northfield.example", "author@harbour.example"
OUTLINE: dict[str, dict[str, object]] = {
    "identity": {"title": "Telehealth for Nurses", "summary": "Care at a distance, safely."},
    "parties": {"lead_unit": "School of Nursing", "partners": [{"id": "p1", "name": "Harbour Analytics", "role": "co-designer"}]},
    "need": {
        "problem": "Nurses give care by video without having learnt how.", "audience": "Registered nurses.", "sector": "Health care",
        "employment_pathway": "Telehealth nurse.",
    },
    "outcomes": {"items": [{"id": f"o{n}", "text": f"Run a video visit of kind {n}.", "bloom": "apply"} for n in range(3)]},
}  # fmt: skip


def outline(world: World) -> ProposalId:
    author = world.actor(AUTHOR)
    harbour = world.organisations["harbour"]
    command = StartCommand("Telehealth for Nurses", world.organisations["northfield"], (harbour,), world.workflow(), outline=True)
    proposal = proposals.start(world.context, author, command)
    proposals.add_participant(world.context, author, proposal, ParticipantCommand(PARTNER, Role.AUTHOR))
    return proposal


def filled(world: World) -> ProposalId:
    proposal = outline(world)
    for section, answers in OUTLINE.items():
        world.save(AUTHOR, proposal, section, **answers)
    return proposal


def state(world: World, proposal: ProposalId) -> ProposalState:
    return proposals.case(world.context, world.actor(AUTHOR), proposal).state


def test_an_outline_asks_the_short_form_only_and_names_the_partners_itself(world: World) -> None:
    proposal = outline(world)
    draft = specifications.draft(world.context, world.actor(AUTHOR), proposal)
    assert {section.section for section in draft.completeness.sections} == {"identity", "parties", "need", "outcomes"}
    assert draft.content["parties"]["partners"] == [{"id": "p1", "name": "Harbour Analytics", "role": "co-designer"}]
    asked = [field for section in draft.case.questions.sections for field in section.fields]
    assert len(asked) <= 10, "twenty minutes are enough"
    assert "workload" not in draft.writable


def test_a_question_of_the_whole_form_cannot_be_answered_in_an_outline(world: World) -> None:
    proposal = outline(world)
    base = specifications.draft(world.context, world.actor(AUTHOR), proposal).version.number
    with pytest.raises(Refused):
        specifications.save_section(world.context, world.actor(AUTHOR), proposal, SaveCommand("workload", base, {"total_hours": 90}))
    world.save(AUTHOR, proposal, "need", problem="A problem.", mission="Smuggled in.")
    content = specifications.draft(world.context, world.actor(AUTHOR), proposal).content
    assert content["need"] == {"problem": "A problem."}


def test_an_incomplete_outline_is_not_sent_to_intake(world: World) -> None:
    proposal = outline(world)
    with pytest.raises(Invalid, match="Learning outcomes"):
        world.submit(proposal)


def test_when_every_party_wants_to_go_on_the_whole_form_opens_with_everything_typed(world: World) -> None:
    proposal = filled(world)
    assert state(world, proposal).percent == 100
    assert world.submit(proposal).outcome is Outcome.IN_REVIEW
    world.decide("release@northfield.example", proposal)
    assert state(world, proposal).phase is Phase.OUTLINE, "one side alone opens nothing"
    world.decide("signer@harbour.example", proposal)
    now = state(world, proposal)
    assert (now.phase, now.standing, now.workflow, now.intake_rounds) == (Phase.FULL, Standing.DRAFT, world.workflow(), 1)
    assert now.percent < 100
    draft = specifications.draft(world.context, world.actor(AUTHOR), proposal)
    assert draft.content["outcomes"] == OUTLINE["outcomes"]
    assert "workload" in draft.writable
    assert programmes.register(world.context, world.actor(AUTHOR)).lines == (), "nothing is approved yet"
    assert reviews.page(world.context, world.actor(AUTHOR), proposal).review is None
    assert reviews.route(world.context, world.actor(AUTHOR), proposal).dry_run
    assert checks.check(world.context)[1] == ()
    assert audit.verify(world.context).faults == ()


def test_the_first_round_after_intake_is_the_first_for_conditions_and_needs_every_decision_anew(world: World) -> None:
    proposal = filled(world)
    world.submit(proposal)
    world.approve_all(proposal)
    route = reviews.route(world.context, world.actor(AUTHOR), proposal)
    assert not any(seat.counted for stage in route.progress.stages for seat in stage.seats)
    review = route.rounds[0]
    assert (review.number, review.outcome) == (1, "outline-approved")


def test_changes_can_be_asked_for_and_a_declined_outline_is_kept(world: World) -> None:
    proposal = filled(world)
    world.submit(proposal)
    world.decide("signer@harbour.example", proposal, Verdict.REQUEST_CHANGES, reason="Say more.", sections=("need",))
    assert (state(world, proposal).standing, state(world, proposal).phase) == (Standing.CHANGES_REQUESTED, Phase.OUTLINE)
    world.submit(proposal)
    world.decide("signer@harbour.example", proposal, Verdict.REJECT, reason="No need here.")
    assert (state(world, proposal).standing, state(world, proposal).phase) == (Standing.REJECTED, Phase.OUTLINE)
    assert checks.check(world.context)[1] == ()


def test_changes_are_asked_for_in_sections_that_the_outline_has(world: World) -> None:
    proposal = filled(world)
    world.submit(proposal)
    with pytest.raises(Invalid):
        world.decide("signer@harbour.example", proposal, Verdict.REQUEST_CHANGES, reason="Say more.", sections=("workload",))
    world.decide("signer@harbour.example", proposal, Verdict.REQUEST_CHANGES, reason="Say more.", sections=("need",))


def copied_outline(world: World) -> ProposalId:
    """An outline that holds answers to questions that it does not ask: it began as a copy."""
    source, author = world.complete_draft(), world.actor(AUTHOR)
    command = StartCommand("Short", world.organisations["northfield"], (world.organisations["harbour"],), world.workflow(), outline=True)
    return starting.start(world.context, author, command, f"proposal:{source}")


def test_documents_of_an_outline_hold_what_it_asks_and_call_it_an_outline(world: World) -> None:
    proposal, renderer = copied_outline(world), world.context.renderer
    assert isinstance(renderer, FakeRenderer)
    asked = exports.request_pdf(world.context, world.actor(AUTHOR), proposal, 1)
    world.work()
    html = renderer.pages[-1]
    assert "Outline of a programme" in html
    assert "of the outline of a proposal" in html
    assert "Programme specification" not in html
    assert "Workload" not in html
    assert "Job tasks and what covers them" not in html
    whole = exports.json_file(world.context, world.actor(AUTHOR), proposal, 1).content
    assert hashlib.sha256(whole).hexdigest() == specifications.draft(world.context, world.actor(AUTHOR), proposal).version.digest
    accepted(world, proposal)
    assert exports.page(world.context, world.actor(AUTHOR), proposal, 1).pdf.key != asked.key, "the whole form is another document"


def test_changes_and_authorship_of_an_outline_tell_of_what_it_asks(world: World) -> None:
    proposal = copied_outline(world)
    world.save(AUTHOR, proposal, "need", problem="Another problem.")
    actor = world.actor(AUTHOR)
    written = authorship.page(world.context, actor, proposal).provenance
    assert {path.partition(".")[0] for path in written.texts} <= {"identity", "parties", "need", "outcomes"}
    assert "need.mission" not in written.texts
    key = marked.request(world.context, actor, proposal, 1, 2).key
    accepted(world, proposal)
    assert marked.request(world.context, actor, proposal, 1, 2).key == key, "what was an outline stays one"


def test_versions_of_an_accepted_outline_are_shown_as_what_they_were(world: World) -> None:
    proposal, actor, renderer = copied_outline(world), world.actor(AUTHOR), world.context.renderer
    assert isinstance(renderer, FakeRenderer)
    world.save(AUTHOR, proposal, "need", problem="Another problem.")
    accepted(world, proposal)
    whole = world.save(AUTHOR, proposal, "workload", total_hours=77).version
    assert whole == 3
    again = world.save(AUTHOR, proposal, "need", mission="A mission.").version
    for number, outline_then in ((1, True), (2, True), (whole, False), (again, False)):
        assert exports.page(world.context, actor, proposal, number).outline is outline_then
        exports.request_pdf(world.context, actor, proposal, number)
        world.work()
        html = renderer.pages[-1]
        assert ("Outline of a programme" in html) is outline_then
        assert ("Workload" in html) is not outline_then
    written = authorship.page(world.context, actor, proposal, 2).provenance
    assert "need.mission" not in written.texts
    assert "need.mission" in authorship.page(world.context, actor, proposal, again).provenance.texts
    page = changes.page(world.context, actor, proposal, 1, 2)
    assert page.outlines == {1, 2}
    assert [section.section.key for section in page.comparison.sections] == ["need"]
    assert page.comparison.sections[0].section.field("problem").key == "problem", "by the questions of the outline"
    with pytest.raises(LookupError):
        page.comparison.sections[0].section.field("mission")
    page = changes.page(world.context, actor, proposal, 2, whole)
    assert [section.section.key for section in page.comparison.sections] == ["workload"]
    html = marked_page(world, proposal, 1, 2)
    assert "Another" in html
    assert "Workload" not in html


def marked_page(world: World, proposal: ProposalId, old: int, new: int) -> str:
    """What the marked-up PDF of two versions is made from."""
    renderer = world.context.renderer
    assert isinstance(renderer, FakeRenderer)
    marked.request(world.context, world.actor(AUTHOR), proposal, old, new)
    world.work()
    return renderer.pages[-1]


def test_a_proposal_that_was_none_first_has_no_outlines_among_its_versions(world: World) -> None:
    proposal = world.complete_draft()
    world.save(AUTHOR, proposal, "need", problem="Another problem.")
    assert changes.page(world.context, world.actor(AUTHOR), proposal).outlines == frozenset()
    assert not exports.page(world.context, world.actor(AUTHOR), proposal, 1).outline


def accepted(world: World, proposal: ProposalId) -> None:
    proposals.add_participant(world.context, world.actor(AUTHOR), proposal, ParticipantCommand(PARTNER, Role.AUTHOR))
    world.submit(proposal)
    world.approve_all(proposal)
    assert state(world, proposal).phase is Phase.FULL


def test_an_organisation_can_require_outlines(world: World) -> None:
    northfield, admin = world.organisations["northfield"], world.actor("admin@northfield.example")
    with pytest.raises(Refused):
        outlines.require_outlines(world.context, world.actor(AUTHOR), northfield, True)
    outlines.require_outlines(world.context, admin, northfield, True)
    with pytest.raises(Invalid, match="begins every proposal with an outline"):
        world.draft()
    assert outline(world)
    outlines.require_outlines(world.context, admin, northfield, False)
    assert world.draft()


def test_the_way_of_approval_can_change_while_the_outline_is_written(world: World) -> None:
    proposal = outline(world)
    before = state(world, proposal).workflow
    proposals.choose_workflow(world.context, world.actor(AUTHOR), proposal, world.workflow("two-thirds-board"))
    now = state(world, proposal)
    assert (now.workflow, now.full_workflow) == (before, world.workflow("two-thirds-board"))
    with pytest.raises(Invalid):
        proposals.choose_workflow(world.context, world.actor(AUTHOR), proposal, before)
