"""Secret ballots: whatever people vote, nobody else can tell from anything that the application shows, keeps or sends."""

from datetime import timedelta
from pathlib import Path

import pytest

from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import DecisionId, ProposalId
from cowork.domain.meetings import ItemKind
from cowork.domain.organisations import Delegation
from cowork.domain.workflows.progress import Verdict
from cowork.services import (
    agendas,
    audit,
    checks,
    delegations,
    exports,
    meetings,
    moving,
    organisations,
    reviews,
    specifications,
    undoing,
)
from cowork.services.meetings import PlanCommand
from cowork.services.moving import MovePreview
from cowork.services.specifications import SaveCommand
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of
from tests.web.reviews.ballots import (
    ADMIN,
    AUTHOR,
    CHAIR,
    DEAN,
    MEMBER,
    THIRD,
    Act,
    Votes,
    addresses,
    answers,
    cast,
    close,
    instance,
    rendered,
    rows,
    submitted,
    take_back,
)
from tests.world import START, World

YES, NO, CHANGES, ABSTAIN = Verdict.APPROVE, Verdict.REJECT, Verdict.REQUEST_CHANGES, Verdict.ABSTAIN
OTHERS = (AUTHOR, ADMIN)
NOBODY = "nobody@northfield.example"


def nothing(world: World, proposal: ProposalId) -> None:
    """No more happens."""


def the_member_takes_it_back(world: World, proposal: ProposalId) -> None:
    take_back(world, MEMBER, proposal)


def it_is_edited(world: World, proposal: ProposalId) -> None:
    """The first vote is void with the text it was about, and what it was does not show in who is asked again."""
    world.pass_time()
    author = world.actor(AUTHOR)
    draft = specifications.draft(world.context, author, proposal)
    command = SaveCommand("business", draft.version.number, {"fee": 77})
    shown = moving.preview(world.context, author, proposal, command)
    assert isinstance(shown, MovePreview)
    moving.move(world.context, author, proposal, command, shown.seen)


def it_is_withdrawn_and_submitted_again(world: World, proposal: ProposalId) -> None:
    reviews.withdraw(world.context, world.actor(AUTHOR), proposal)
    world.submit(proposal)


def it_is_over(world: World, proposal: ProposalId) -> None:
    close(world)


def it_is_approved(world: World, proposal: ProposalId) -> None:
    close(world)
    world.decide(DEAN, proposal)
    world.work()
    exports.make_pdf(world.context, proposal, 1)


def the_chair_leaves_before_it_is_over(world: World, proposal: ProposalId) -> None:
    """A count with one vote less would tell what that was, so a vote that was given counts."""
    chair = world.actor(CHAIR).person
    organisations.remove_member(world.context, world.actor(ADMIN), world.organisations["northfield"], chair)
    close(world)


ONE = {CHAIR: YES, MEMBER: NO}
CASES: list[tuple[Act, Votes, Votes]] = [
    (nothing, ONE, {CHAIR: NO, MEMBER: ABSTAIN}),
    (nothing, {CHAIR: YES, MEMBER: YES, THIRD: YES}, {CHAIR: NO, MEMBER: CHANGES, THIRD: YES}),
    (the_member_takes_it_back, ONE, {CHAIR: CHANGES, MEMBER: YES}),
    (it_is_edited, ONE, {CHAIR: ABSTAIN, MEMBER: YES}),
    (it_is_withdrawn_and_submitted_again, ONE, {CHAIR: NO, MEMBER: NO}),
    (it_is_over, {CHAIR: YES, MEMBER: NO, THIRD: YES}, {CHAIR: NO, MEMBER: YES, THIRD: YES}),
    (it_is_over, {CHAIR: NO, MEMBER: YES, THIRD: NO}, {CHAIR: YES, MEMBER: NO, THIRD: NO}),
    (it_is_approved, {CHAIR: YES, MEMBER: ABSTAIN, THIRD: YES}, {CHAIR: ABSTAIN, MEMBER: YES, THIRD: YES}),
    (the_chair_leaves_before_it_is_over, {CHAIR: YES, MEMBER: NO, THIRD: YES}, {CHAIR: NO, MEMBER: YES, THIRD: YES}),
]


@pytest.mark.parametrize(
    ("act", "first", "second"),
    [
        pytest.param(*case, id=f"{number} {case[0].__name__}", marks=() if number in (0, 5) else pytest.mark.slow)
        for number, case in enumerate(CASES)
    ],
)
def test_nothing_that_others_can_see_tells_how_people_voted(
    populated: tuple[Path, World], tmp_path: Path, act: Act, first: Votes, second: Votes
) -> None:
    """Two instances in which all is the same but the votes; where the ballot is over, their counts are the same too."""
    told, paths = [], list[str]()
    for number, votes in enumerate((first, second)):
        with instance(populated, tmp_path / f"instance-{number}") as site:
            with site.world() as world:
                proposal = submitted(world)
                cast(world, proposal, votes)
                act(world, proposal)
                world.work()
                pages = rendered(world)
            kept = rows(site)
            paths = addresses(site, proposal)
            watching = OTHERS if first.get(THIRD) is not second.get(THIRD) else (*OTHERS, THIRD)
            shown = {email: answers(site.signed_in(email), paths) for email in watching}
        told.append((kept, pages, shown))
    (kept, pages, shown), (kept_too, pages_too, shown_too) = told
    assert {name for name in kept if kept[name] != kept_too[name]} == set()
    assert pages == pages_too
    assert len(paths) > 60
    for email, own in shown.items():
        assert {path for path, answer in own.items() if answer != shown_too[email][path]} == set(), email
        assert not {path for path, (status, _, _) in own.items() if status >= 500}


def test_the_page_asks_without_a_reason_says_who_has_voted_and_counts_once_it_is_over(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world)
        cast(world, proposal, {CHAIR: YES})
    client = site.signed_in(MEMBER)
    html = seen(client.get(f"/proposals/{proposal}/review"))
    form = form_of(html, f"/proposals/{proposal}/decisions")
    assert not {"reason", "sections", "condition", "back_to"} & set(form)
    assert "You are asked to vote in secret at Ballot of the committee" in words_of(html)
    assert "1 of 3 have voted" in words_of(html, "body")
    form["verdict"] = "request-changes"
    after = seen(client.post(f"/proposals/{proposal}/decisions", data=form, follow_redirects=True))
    assert "Your vote on version 1 is recorded" in after
    assert "Your request for changes of version 1 at Ballot of the committee" in words_of(after, "body")
    route = words_of(seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/route")))
    assert "Voted in secret" in route
    assert "2 of 3 have voted" in route
    assert "for, " not in route.replace("for approval", "")
    with site.world() as world:
        cast(world, proposal, {THIRD: YES})
        close(world)
    route = words_of(seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/route")))
    assert "2 for, 1 against" in route
    client = site.signed_in(MEMBER)
    assert "Request changes" in words_of(seen(client.get(f"/proposals/{proposal}/route"))), "one’s own vote stays there to be seen"


def test_a_vote_is_taken_back_without_a_reason_until_the_ballot_is_over(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world)
        cast(world, proposal, {CHAIR: YES, MEMBER: NO})
    client = site.signed_in(MEMBER)
    (made,) = own(site, MEMBER, proposal)
    page = words_of(seen(client.get(f"/proposals/{proposal}/decisions/{made}/undo")))
    assert "Take back your vote?" in page
    assert "with your reason" not in page
    assert client.post(f"/proposals/{proposal}/decisions/{made}/undo").status_code == 303
    with site.world() as world:
        cast(world, proposal, {MEMBER: YES})
    (again,) = own(site, MEMBER, proposal)
    with site.world() as world:
        close(world)
        with pytest.raises(Conflict, match="This ballot is over"):
            undoing.page(world.context, world.actor(MEMBER), proposal, again)
        assert not reviews.page(world.context, world.actor(MEMBER), proposal).undoable


def own(site: Site, email: str, proposal: ProposalId) -> list[DecisionId]:
    with site.world() as world:
        return [made.id for made in reviews.page(world.context, world.actor(email), proposal).undoable]


def test_a_reason_a_condition_and_a_stage_to_go_back_to_are_refused(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world)
        wrong = ((NO, {"reason": "A distinctive reason."}), (CHANGES, {"sections": ("business",)}), (CHANGES, {"back_to": "dean"}))
        for verdict, more in wrong:
            with pytest.raises(Invalid):
                world.decide(CHAIR, proposal, verdict, **more)
        with pytest.raises(Invalid):
            world.decide(CHAIR, proposal, Verdict.APPROVE_WITH_CONDITIONS)


def test_a_review_in_which_people_voted_in_secret_stays_under_its_workflow(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world)
        cast(world, proposal, {CHAIR: YES})
    page = words_of(seen(site.signed_in(ADMIN).get(f"/proposals/{proposal}/route/migrate")))
    assert "In this round people have voted in a secret ballot, so it stays under the workflow" in page


def test_no_meeting_is_offered_a_secret_ballot(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world)
        admin = world.actor(ADMIN)
        command = PlanCommand("Committee", world.moment + timedelta(days=1), "Room 1")
        key = meetings.plan(world.context, admin, world.office("northfield", "curriculum-committee"), command)
        page = meetings.page(world.context, admin, key)
        assert page.candidates == ()
        with pytest.raises(Conflict, match="no longer waits for this office"):
            agendas.add_items(world.context, admin, key, page.meeting.saves, [(proposal, "ballot", "members")], ItemKind.DISCUSSION)


def test_what_is_shown_is_still_what_the_record_says(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world)
        cast(world, proposal, {CHAIR: YES, MEMBER: NO, THIRD: YES})
        assert checks.check(world.context)[1] == ()
        close(world)
        assert checks.check(world.context)[1] == ()
        told = [entry.payload.get("verdict") for entry in audit.activity(world.context, world.actor(ADMIN), proposal).entries]
        assert {verdict for verdict in told if verdict} == {"voted"}


def test_a_deputy_votes_for_a_holder_and_both_see_how_and_nobody_else(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world)
        member, nobody = world.actor(MEMBER).person, world.actor(NOBODY).person
        given = Delegation(member, nobody, None, START.date(), START.date(), "On leave.")
        delegations.delegate(world.context, world.actor(MEMBER), world.organisations["northfield"], given)
        world.decide(NOBODY, proposal, NO)
        for email, verdict in ((NOBODY, NO), (MEMBER, NO), (CHAIR, Verdict.VOTED), (ADMIN, Verdict.VOTED)):
            (made,) = reviews.route(world.context, world.actor(email), proposal).decisions
            assert made.decision.verdict is verdict, email
