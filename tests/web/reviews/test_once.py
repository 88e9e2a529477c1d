"""One vote in two seats: the page asks once and says for which seats, the vote counts in both, and taking it back leaves both."""

from datetime import date

from cowork.domain.ids import DecisionId, Digest, ProposalId
from cowork.domain.reviews import DecideCommand
from cowork.domain.workflows.progress import Progress, Verdict
from cowork.services import identity, organisations, reviews, specifications, undoing, workflow_drafts, workflows
from cowork.services.organisations import TermCommand
from cowork.services.proposals import StartCommand
from tests.services.test_chains import submitted
from tests.services.test_meetings import CHAIR
from tests.services.test_voting_once import STAGES
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of
from tests.world import PASSWORD, World, complete_content

ADMIN, PETRA = "admin@northfield.example", "petra@northfield.example"
RULE = "{ majority = true, quorum = 2 }"
SOURCE = f"""
key = "council-and-professors"
version = 1
title = "A council with its professors"
description = "A majority of the council, and one of its professors."
source = "Written for a test."

[[stage]]
key = "council"
title = "Council"
kind = "vote"
votes = "once"
seat = [
    {{ key = "council", side = "university", office = ["professors", "others"], title = "Faculty council", rule = {RULE} }},
    {{ key = "professors", side = "university", office = "professors", title = "Professors in it", rule = "majority" }},
]

[[stage]]
key = "dean"
title = "Dean"
kind = "decide"
seat = [{{ key = "dean", side = "university", office = "dean", title = "Dean", rule = "any" }}]
"""


def council(world: World) -> ProposalId:
    """A proposal in review by a council of two professors and another member."""
    admin, northfield = world.actor(ADMIN), world.organisations["northfield"]
    for kind in ("professors", "others"):
        organisations.add_office(world.context, admin, northfield, kind, kind.title())
    for name, kind in (("Petra", "professors"), ("Paul", "professors"), ("Olga", "others")):
        person = identity.create_person(world.context, f"{name.lower()}@northfield.example", name, PASSWORD)
        organisations.bootstrap_member(world.context, northfield, person, admin=False)
        office = world.office("northfield", kind)
        organisations.start_term(world.context, admin, northfield, TermCommand(office, person, date(2026, 1, 1), None))
    draft = workflow_drafts.import_text(world.context, admin, northfield, SOURCE)
    key, number = workflow_drafts.publish(world.context, admin, northfield, draft, 1)
    digest: Digest = workflows.page(world.context, admin, northfield, key, number).shown.digest
    content = complete_content()
    command = StartCommand(str(content["identity"]["title"]), northfield, (world.organisations["harbour"],), digest)
    proposal = specifications.import_draft(world.context, world.actor("author@northfield.example"), command, content).proposal
    world.submit(proposal)
    return proposal


def progress_of(world: World, proposal: ProposalId) -> Progress:
    review = reviews.page(world.context, world.actor(ADMIN), proposal).review
    assert review is not None
    return review.progress


def approve(world: World, email: str, proposal: ProposalId) -> DecisionId:
    actor = world.actor(email)
    page = reviews.page(world.context, actor, proposal)
    assert page.review is not None
    (turn,) = page.turns
    version = page.review.version
    reviews.decide(world.context, actor, proposal, DecideCommand("council", turn.seat, Verdict.APPROVE, version.number, version.digest))
    after = reviews.page(world.context, actor, proposal).review
    assert after is not None
    return after.decisions[-1].id


def test_a_no_that_ends_it_in_one_of_the_seats_is_said_to_end_it_and_shown_to_have(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world, STAGES)
    client = site.signed_in(CHAIR)
    html = seen(client.get(f"/proposals/{proposal}/review"))
    assert "Request changesGoes back to" in words_of(html)
    assert "RejectEnds this proposal for everybody" in words_of(html)
    address = f"/proposals/{proposal}/decisions"
    data = {**form_of(html, address), "verdict": "request-changes", "reason": "Nobody asked for it.", "sections": "need"}
    assert client.post(address, data=data).status_code == 303
    assert "(just now)Ended the round" in words_of(seen(client.get(f"/proposals/{proposal}/route")))


def counted(progress: Progress) -> list[int]:
    return [len(place.counted) for place in progress.stage("council").seats]


def test_a_professor_is_asked_once_and_counts_in_both_seats_until_they_take_it_back(site: Site) -> None:
    with site.world() as world:
        proposal = council(world)
    page = words_of(seen(site.signed_in(PETRA).get(f"/proposals/{proposal}/review")))
    assert "You are asked to decide at Council, as Faculty council and Professors in it, Northfield University" in page
    with site.world() as world:
        made = approve(world, PETRA, proposal)
        assert counted(progress_of(world, proposal)) == [1, 1]
        undoing.undo(world.context, world.actor(PETRA), proposal, made, "I read the wrong version.")
        assert counted(progress_of(world, proposal)) == [0, 0]
        approve(world, PETRA, proposal)
        approve(world, "olga@northfield.example", proposal)
        assert counted(progress_of(world, proposal)) == [2, 1]
        approve(world, "paul@northfield.example", proposal)
        assert progress_of(world, proposal).stage("council").standing == "met"
    review = words_of(seen(site.signed_in(PETRA).get(f"/proposals/{proposal}/review")))
    assert "Approved by Petra, Paul, Olga, Mon" in review
    assert "3 took part, where 2 make a quorum" in words_of(seen(site.signed_in(PETRA).get(f"/proposals/{proposal}/route")))
