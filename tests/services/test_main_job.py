"""The main job through the use cases: draft together, comment, submit, decide on an exact version, approve."""

from dataclasses import replace

import pytest

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.ids import Digest, ProposalId
from cowork.domain.proposals import Role, Standing
from cowork.domain.reviews import DecideCommand
from cowork.domain.workflows.progress import Outcome, Verdict
from cowork.services import audit, changes, checks, comments, exports, programmes, proposals, reviews, specifications
from cowork.services.reviews import SubmitCommand
from cowork.services.specifications import SaveCommand, StaleSave
from cowork.store.proposals import ListFilter
from tests.world import FakeRenderer, World

UNIVERSITY, EMPLOYER = "author@northfield.example", "author@harbour.example"


def test_a_complete_draft_is_approved_stage_by_stage_and_enters_the_register(world: World) -> None:
    proposal = world.complete_draft()
    assert world.submit(proposal).outcome is Outcome.IN_REVIEW
    world.approve_all(proposal)
    case = proposals.case(world.context, world.actor(UNIVERSITY), proposal)
    assert case.state.standing is Standing.APPROVED
    lines = programmes.register(world.context, world.actor(UNIVERSITY)).lines
    assert [(line.proposal, line.version) for line in lines] == [(proposal, case.state.version)]
    assert programmes.verify(world.context, world.actor(EMPLOYER), lines[0].digest).valid
    assert not programmes.verify(world.context, None, lines[0].digest).valid
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()


def test_an_approved_version_gets_its_document_from_the_worker_and_cannot_be_edited(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    world.approve_all(proposal)
    author = world.actor(UNIVERSITY)
    assert exports.page(world.context, author, proposal, None).pdf.standing == "queued"
    world.work()
    assert exports.pdf_file(world.context, author, proposal, 1).content.startswith(b"%PDF")
    with pytest.raises(Refused, match="revision"):
        world.save(UNIVERSITY, proposal, "identity", title="Another title")


def test_a_request_for_changes_returns_the_text_and_an_edit_voids_only_what_read_it(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    first = _decide_one(world, proposal)
    asked = _asked(world, proposal)
    assert asked, "somebody else is asked next"
    world.decide(asked[0], proposal, Verdict.REQUEST_CHANGES, reason="Say who assesses.", sections=("assessments",))
    assert _standing(world, proposal) is Standing.CHANGES_REQUESTED
    world.save(UNIVERSITY, proposal, "assessments", strategy="Every outcome is assessed twice, by two people.")
    progress = world.submit(proposal)
    counted = {d.person_name for stage in progress.stages for seat in stage.seats for d in seat.counted}
    stale = {d.person_name for stage in progress.stages for seat in stage.seats for d in seat.stale}
    assert first in counted | stale
    for stage in progress.stages:
        for seat in stage.seats:
            reads = stage.stage.reads
            for decision in seat.stale:
                assert reads is None or "assessments" in reads, f"{decision.person_name} never read what was changed"
            for _ in seat.counted:
                assert reads is not None
                assert "assessments" not in reads
    world.approve_all(proposal)
    assert _standing(world, proposal) is Standing.APPROVED
    assert checks.check(world.context)[1] == ()


def test_nobody_decides_on_what_they_wrote(world: World) -> None:
    proposal = world.complete_draft()
    head = world.actor("head@northfield.example")
    from_admin = world.actor("admin@northfield.example")
    proposals.add_participant(
        world.context, from_admin, proposal, proposals.ParticipantCommand("head@northfield.example", Role.AUTHOR)
    )
    world.save("head@northfield.example", proposal, "need", mission="It fits our strategy.")
    proposals.remove_participant(world.context, from_admin, proposal, head.person, world.organisations["northfield"])
    progress = world.submit(proposal)
    conflicted = {holder.name for stage in progress.stages for seat in stage.seats for holder in seat.bench.conflicted}
    assert conflicted == {head.name}, "having left the authors does not undo having written"


def test_a_decision_on_a_version_that_is_not_in_review_is_refused_with_what_to_do(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    email = _asked(world, proposal)[0]
    page = reviews.page(world.context, world.actor(email), proposal)
    assert page.review is not None
    turn = page.turns[0]
    command = DecideCommand(turn.stage, turn.seat, Verdict.APPROVE, 1, Digest("0" * 64))
    with pytest.raises(Conflict, match="version"):
        reviews.decide(world.context, world.actor(email), proposal, command)
    seen = page.review.version
    right = replace(command, version=seen.number, digest=seen.digest)
    reviews.decide(world.context, world.actor(email), proposal, right)
    with pytest.raises((Conflict, Refused)):
        reviews.decide(world.context, world.actor(email), proposal, right)


def test_an_incomplete_proposal_is_not_submitted_and_says_what_is_missing(world: World) -> None:
    proposal = world.draft()
    draft = specifications.draft(world.context, world.actor(UNIVERSITY), proposal)
    with pytest.raises(Invalid) as refused:
        reviews.submit(world.context, world.actor(UNIVERSITY), proposal, SubmitCommand(draft.version.number, draft.version.digest))
    assert any("missing" in sentence for _, sentence in refused.value.problems)


def test_two_authors_merge_where_they_changed_different_fields_and_clash_where_the_same(world: World) -> None:
    proposal = world.draft()
    base = specifications.draft(world.context, world.actor(UNIVERSITY), proposal).version.number
    mine = SaveCommand("need", base, {"problem": "Analysts wait too long."})
    theirs = SaveCommand("need", base, {"audience": "Working analysts."})
    clash = SaveCommand("need", base, {"problem": "Something else."})
    specifications.save_section(world.context, world.actor(UNIVERSITY), proposal, mine)
    specifications.save_section(world.context, world.actor(EMPLOYER), proposal, theirs)
    content = specifications.draft(world.context, world.actor(EMPLOYER), proposal).content["need"]
    assert (content["problem"], content["audience"]) == ("Analysts wait too long.", "Working analysts.")
    stale = specifications.save_section(world.context, world.actor(EMPLOYER), proposal, clash)
    assert isinstance(stale, StaleSave)
    assert stale.mine["problem"] == "Something else."
    assert specifications.draft(world.context, world.actor(EMPLOYER), proposal).content["need"] == content


def test_an_objection_holds_approval_until_it_is_resolved(world: World) -> None:
    proposal = world.complete_draft()
    objection = OpenThreadCommand("The brand may not be used like this.", Anchor("legal"), None, True, 1)
    thread = comments.open_thread(world.context, world.actor(EMPLOYER), proposal, objection)
    world.submit(proposal)
    world.approve_all(proposal)
    assert _standing(world, proposal) is Standing.IN_REVIEW
    assert "objection" in proposals.case(world.context, world.actor(EMPLOYER), proposal).state.sentence
    with pytest.raises(Invalid):
        comments.resolve(world.context, world.actor(UNIVERSITY), proposal, thread)
    comments.resolve(world.context, world.actor(EMPLOYER), proposal, thread)
    assert _standing(world, proposal) is Standing.APPROVED


def test_a_partys_own_lane_is_invisible_to_the_other_side(world: World) -> None:
    proposal = world.draft()
    own = OpenThreadCommand("Our fee floor is 900.", Anchor("business"), world.organisations["northfield"], False, 1)
    thread = comments.open_thread(world.context, world.actor(UNIVERSITY), proposal, own)
    assert [t.id for t in comments.threads(world.context, world.actor(UNIVERSITY), proposal)] == [thread]
    assert comments.threads(world.context, world.actor(EMPLOYER), proposal) == []
    with pytest.raises(NotFound):
        comments.reply(world.context, world.actor(EMPLOYER), proposal, thread, "I see you")
    kinds = [entry.kind for entry in audit.activity(world.context, world.actor(EMPLOYER), proposal).entries]
    assert "thread-opened" not in kinds
    assert proposals.case(world.context, world.actor(EMPLOYER), proposal).state.open_threads == 0


def test_a_rival_learns_nothing(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    rival = world.actor("admin@rival.example")
    assert proposals.listing(world.context, rival, ListFilter(query="Machine")).lines == ()
    for attempt in (
        lambda: reviews.page(world.context, rival, proposal),
        lambda: changes.page(world.context, rival, proposal, None, None),
        lambda: exports.json_file(world.context, rival, proposal, 1),
        lambda: audit.activity(world.context, rival, proposal),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_a_withdrawn_proposal_can_be_edited_and_submitted_again(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    with pytest.raises(Refused, match="locked"):
        world.save(UNIVERSITY, proposal, "need", mission="Changed")
    reviews.withdraw(world.context, world.actor(EMPLOYER), proposal)
    world.save(UNIVERSITY, proposal, "need", mission="Changed")
    assert world.submit(proposal).outcome is Outcome.IN_REVIEW


def test_a_rejection_needs_a_reason_and_ends_the_review(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    email = _asked(world, proposal)[0]
    with pytest.raises(Invalid, match="reason"):
        world.decide(email, proposal, Verdict.REJECT)
    world.decide(email, proposal, Verdict.REJECT, reason="It exists already.")
    assert _standing(world, proposal) is Standing.REJECTED


def _asked(world: World, proposal: ProposalId) -> list[str]:
    page = reviews.page(world.context, world.actor("admin@northfield.example"), proposal)
    assert page.review is not None
    return [world.email_of(turn.person) for turn in page.review.progress.turns]


def _decide_one(world: World, proposal: ProposalId) -> str:
    email = _asked(world, proposal)[0]
    world.decide(email, proposal)
    return world.actor(email).name


def _standing(world: World, proposal: ProposalId) -> Standing:
    return proposals.case(world.context, world.actor(UNIVERSITY), proposal).state.standing


def test_a_document_asked_for_in_review_can_be_downloaded_and_a_decision_asks_for_a_new_one(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    author = world.actor(UNIVERSITY)
    assert exports.request_pdf(world.context, author, proposal, 1).standing == "queued"
    world.work()
    assert exports.page(world.context, author, proposal, 1).pdf.standing == "done"
    assert exports.pdf_file(world.context, author, proposal, 1).content.startswith(b"%PDF")
    _decide_one(world, proposal)
    assert exports.page(world.context, author, proposal, 1).pdf.standing == "none"


def test_a_document_that_was_overtaken_is_not_made(world: World) -> None:
    proposal = world.complete_draft()
    author = world.actor(UNIVERSITY)
    exports.request_pdf(world.context, author, proposal, 1)
    world.submit(proposal)
    world.work()
    assert isinstance(world.context.renderer, FakeRenderer)
    assert world.context.renderer.pages == []
