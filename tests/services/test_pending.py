"""Comments that are kept until the decision: read by nobody else, sent in its transaction, or changed and thrown away."""

import pytest

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import CommentId, ProposalId
from cowork.domain.proposals import Right, Role, Standing
from cowork.domain.workflows.progress import Verdict
from cowork.services import audit, checks, comments, pending, proposals, reviews, section_rights
from cowork.services.proposals import ParticipantCommand
from cowork.services.section_rights import RightsCommand
from tests.world import World

UNIVERSITY, EMPLOYER = "author@northfield.example", "author@harbour.example"


@pytest.fixture
def proposal(world: World) -> ProposalId:
    found = world.complete_draft()
    world.submit(found)
    return found


def asked(world: World, proposal: ProposalId) -> str:
    page = reviews.page(world.context, world.actor(UNIVERSITY), proposal)
    assert page.review is not None
    return world.email_of(page.review.progress.turns[0].person)


def keep(world: World, proposal: ProposalId, who: str, body: str = "Keep this for later.", objection: bool = False) -> CommentId:
    command = OpenThreadCommand(body, Anchor("need", "audience", quote="some SQL"), None, objection, 1)
    world.pass_time()
    return pending.keep(world.context, world.actor(who), proposal, command)


def seen_by(world: World, proposal: ProposalId, who: str) -> list[str]:
    return [line.body for thread in comments.threads(world.context, world.actor(who), proposal) for line in thread.comments]


def test_a_kept_comment_is_read_by_its_author_alone_and_leaves_no_trace(world: World, proposal: ProposalId) -> None:
    who = asked(world, proposal)
    before = proposals.case(world.context, world.actor(UNIVERSITY), proposal).state
    keep(world, proposal, who, "A canary in my notes.", objection=True)
    assert [one.body for one in pending.mine(world.context, world.actor(who), proposal)[1]] == ["A canary in my notes."]
    for other in (UNIVERSITY, EMPLOYER, "admin@northfield.example", "admin@harbour.example"):
        assert seen_by(world, proposal, other) == []
        assert pending.mine(world.context, world.actor(other), proposal)[1] == ()
        assert reviews.page(world.context, world.actor(other), proposal).pending == ()
    assert seen_by(world, proposal, who) == [], "it is no comment yet"
    after = proposals.case(world.context, world.actor(UNIVERSITY), proposal).state
    assert (after.event_count, after.open_threads, after.open_objections) == (before.event_count, 0, 0)


def test_kept_comments_go_with_the_decision_in_its_transaction(world: World, proposal: ProposalId) -> None:
    who = asked(world, proposal)
    keep(world, proposal, who, "First.")
    keep(world, proposal, who, "Second.")
    world.decide(who, proposal)
    assert seen_by(world, proposal, EMPLOYER) == ["First.", "Second."]
    assert pending.mine(world.context, world.actor(who), proposal)[1] == ()
    kinds = [entry.kind for entry in audit.activity(world.context, world.actor(UNIVERSITY), proposal).entries]
    assert kinds[:5] == ["decision-made", "comment-added", "thread-opened", "comment-added", "thread-opened"]
    assert proposals.case(world.context, world.actor(UNIVERSITY), proposal).state.open_threads == 2
    assert checks.check(world.context)[1] == ()
    assert audit.verify(world.context).faults == ()


def test_a_kept_comment_is_reason_enough_to_request_changes(world: World, proposal: ProposalId) -> None:
    who = asked(world, proposal)
    keep(world, proposal, who)
    world.decide(who, proposal, Verdict.REQUEST_CHANGES, sections=("need",))
    assert proposals.case(world.context, world.actor(UNIVERSITY), proposal).state.standing is Standing.CHANGES_REQUESTED


def test_an_objection_that_goes_with_an_approval_holds_it(world: World, proposal: ProposalId) -> None:
    for _ in range(30):
        page = reviews.page(world.context, world.actor("admin@northfield.example"), proposal)
        assert page.review is not None
        turns = page.review.progress.turns
        who = world.email_of(turns[0].person)
        if len(turns) == 1 and all(s.standing.value != "waiting" for s in page.review.progress.stages):
            keep(world, proposal, who, "Not like this.", objection=True)
        world.decide(who, proposal)
        if len(turns) == 1 and seen_by(world, proposal, UNIVERSITY):
            break
    state = proposals.case(world.context, world.actor(UNIVERSITY), proposal).state
    assert (state.standing, state.open_objections) == (Standing.IN_REVIEW, 1)


def test_a_decision_that_is_refused_sends_nothing(world: World, proposal: ProposalId) -> None:
    who = asked(world, proposal)
    keep(world, proposal, who)
    with pytest.raises(Invalid):
        world.decide(who, proposal, Verdict.REQUEST_CHANGES)
    with pytest.raises(Conflict):
        world.decide(who, proposal, version=9)
    assert seen_by(world, proposal, UNIVERSITY) == []
    assert len(pending.mine(world.context, world.actor(who), proposal)[1]) == 1


def test_it_is_changed_and_thrown_away_by_its_author_alone(world: World, proposal: ProposalId) -> None:
    who = asked(world, proposal)
    key = keep(world, proposal, who)
    for other in (UNIVERSITY, "admin@harbour.example"):
        with pytest.raises(Conflict):
            pending.edit(world.context, world.actor(other), proposal, key, "Mine now.")
        pending.discard(world.context, world.actor(other), proposal, key)
    pending.edit(world.context, world.actor(who), proposal, key, "Better.")
    assert pending.mine(world.context, world.actor(who), proposal)[1][0].body == "Better."
    with pytest.raises(Invalid):
        pending.edit(world.context, world.actor(who), proposal, key, " ")
    pending.discard(world.context, world.actor(who), proposal, key)
    pending.discard(world.context, world.actor(who), proposal, key)
    assert pending.mine(world.context, world.actor(who), proposal)[1] == ()


def test_without_a_decision_they_can_be_sent_on_their_own(world: World, proposal: ProposalId) -> None:
    keep(world, proposal, EMPLOYER, "Sent alone.", objection=True)
    thread = comments.open_thread(
        world.context, world.actor(UNIVERSITY), proposal, OpenThreadCommand("Question?", Anchor("legal"), None, False, 1)
    )
    pending.keep_reply(world.context, world.actor(EMPLOYER), proposal, thread, "An answer, kept.")
    assert pending.send(world.context, world.actor(EMPLOYER), proposal) == 2
    assert sorted(seen_by(world, proposal, UNIVERSITY)) == ["An answer, kept.", "Question?", "Sent alone."]
    assert proposals.case(world.context, world.actor(UNIVERSITY), proposal).state.open_objections == 1


def test_whoever_may_no_longer_comment_sends_nothing(world: World, proposal: ProposalId) -> None:
    author = world.actor(EMPLOYER)
    admin = world.actor("admin@harbour.example")
    proposals.add_participant(world.context, admin, proposal, ParticipantCommand("admin@harbour.example", Role.COMMENTER))
    keep(world, proposal, "admin@harbour.example")
    proposals.add_participant(world.context, author, proposal, ParticipantCommand("admin@harbour.example", Role.READER))
    with pytest.raises(Exception, match="reader"):
        pending.send(world.context, world.actor("admin@harbour.example"), proposal)
    assert seen_by(world, proposal, UNIVERSITY) == []


def test_a_decision_says_which_kept_comment_may_no_longer_be_sent(world: World, proposal: ProposalId) -> None:
    signer = "signer@harbour.example"
    proposals.add_participant(world.context, world.actor(EMPLOYER), proposal, ParticipantCommand(signer, Role.COMMENTER))
    keep(world, proposal, signer)
    command = RightsCommand("need", {(world.organisations["harbour"], world.actor(signer).person): Right.READ}, {})
    section_rights.set_rights(world.context, world.actor("admin@harbour.example"), proposal, command)
    with pytest.raises(Invalid, match=r"for later\.” can no longer be sent: You may read “Need”"):
        world.decide(signer, proposal)
