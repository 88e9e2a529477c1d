"""The decision form: all verdicts, conditions row by row, going back to an earlier stage, and what an approval signs."""

from datetime import timedelta

import pytest

from cowork.domain.ids import ProposalId
from cowork.domain.organisations import Delegation
from cowork.domain.workflows.progress import Verdict
from cowork.services import delegations, proposals, reviews
from tests.steering import ADMIN, AUTHOR, BUSINESS, DEAN, HEAD, QUALITY, standings, steered
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of
from tests.world import World

DEPUTY = "nobody@northfield.example"


@pytest.fixture
def proposal(site: Site) -> ProposalId:
    with site.world() as world:
        found = steered(world)
        world.decide(HEAD, found)
        return found


def decisions_of(proposal: ProposalId) -> str:
    return f"/proposals/{proposal}/decisions"


def test_the_usual_verdicts_come_first_and_the_others_behind_more(site: Site, proposal: ProposalId) -> None:
    html = seen(site.signed_in(QUALITY).get(f"/proposals/{proposal}/review"))
    words = words_of(html)
    assert words.index("Request changes") < words.index("More ways to decide") < words.index("Recuse myself") < words.index("Put off")


def test_a_condition_is_added_row_by_row_and_nothing_typed_is_lost(site: Site, proposal: ProposalId) -> None:
    client = site.signed_in(QUALITY)
    data = form_of(seen(client.get(f"/proposals/{proposal}/review")), decisions_of(proposal))
    data["condition"], data["reason"], data["row"] = "Name the data set.", "Nearly there.", "add:conditions"
    html = seen(client.post(decisions_of(proposal), data=data))
    again = form_of(html, decisions_of(proposal))
    assert (again.getlist("condition"), again["reason"]) == (["Name the data set.", ""], "Nearly there.")
    assert again["verdict"] == "approve-with-conditions"
    again.setlist("condition_due", ["2026-03-31", ""])
    assert client.post(decisions_of(proposal), data=again).status_code == 303
    with site.world() as world:
        page = reviews.page(world.context, world.actor(AUTHOR), proposal)
        assert page.review is not None
        assert [(one.text, one.due.isoformat() if one.due else "") for one in page.review.acts.conditions] == [
            ("Name the data set.", "2026-03-31")
        ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"condition": ""}, "Write at least one condition"),
        ({"condition": "Name it", "condition_due": "soon"}, "Write the day of condition 1 as in 2026-03-31."),
        ({"condition": "Name it", "condition_owner": "nobody"}, "Choose for each condition who sees to it"),
    ],
)
def test_a_condition_that_says_too_little_is_refused_with_all_that_was_typed(
    site: Site, proposal: ProposalId, typed: dict[str, str], sentence: str
) -> None:
    client = site.signed_in(QUALITY)
    data = form_of(seen(client.get(f"/proposals/{proposal}/review")), decisions_of(proposal))
    data["verdict"] = "approve-with-conditions"
    for name, value in typed.items():
        data[name] = value
    html = seen(client.post(decisions_of(proposal), data=data), 422)
    assert sentence in html
    again = form_of(html, decisions_of(proposal))
    assert (again["verdict"], again["condition"]) == ("approve-with-conditions", typed["condition"])


def test_a_request_for_changes_can_go_back_to_an_earlier_stage(site: Site, proposal: ProposalId) -> None:
    client = site.signed_in(QUALITY)
    data = form_of(seen(client.get(f"/proposals/{proposal}/review")), decisions_of(proposal))
    data["verdict"], data["reason"], data["back_to"] = "request-changes", "The head has to look again.", "department"
    data.setlist("sections", ["need"])
    assert client.post(decisions_of(proposal), data=data).status_code == 303
    with site.world() as world:
        assert standings(world, proposal)["department"] == "open"
    assert "Your decision" in seen(site.signed_in(HEAD).get(f"/proposals/{proposal}/review"))


def test_a_later_stage_is_no_place_to_go_back_to(site: Site, proposal: ProposalId) -> None:
    client = site.signed_in(QUALITY)
    data = form_of(seen(client.get(f"/proposals/{proposal}/review")), decisions_of(proposal))
    data["verdict"], data["reason"], data["back_to"] = "request-changes", "To the dean.", "dean"
    data.setlist("sections", ["need"])
    assert "Choose a stage that comes before this one" in seen(client.post(decisions_of(proposal), data=data), 422)


def test_who_approves_reads_what_they_sign_and_the_route_repeats_it(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        world.decide(QUALITY, proposal)
        if standings(world, proposal)["business"] == "open":
            world.decide("business@northfield.example", proposal)
    client = site.signed_in(DEAN)
    html = seen(client.get(f"/proposals/{proposal}/review"))
    assert "By approving you signI have read the whole specification" in words_of(html)
    data = form_of(html, decisions_of(proposal))
    data["verdict"] = "approve"
    assert client.post(decisions_of(proposal), data=data).status_code == 303
    assert "Signed: “I have read the whole specification" in words_of(seen(client.get(f"/proposals/{proposal}/route")))


def test_a_deputy_decides_for_the_holder_and_every_page_names_both(site: Site) -> None:
    with site.world() as world:
        proposal = steered(world)
        head, deputy = world.actor(HEAD), world.actor(DEPUTY)
        day = world.moment.date()
        wanted = Delegation(head.person, deputy.person, None, day, day + timedelta(days=5), "On leave.")
        delegations.delegate(world.context, head, world.organisations["northfield"], wanted)
        reviewing_again(world, proposal)
    client = site.signed_in(DEPUTY)
    work = seen(client.get("/"))
    assert "for Head Of Northfield" in work
    html = seen(client.get(f"/proposals/{proposal}/review"))
    assert "Your decision for Head Of Northfield" in words_of(html)
    data = form_of(html, decisions_of(proposal))
    data["verdict"] = "reject"
    refused = seen(client.post(decisions_of(proposal), data=data), 422)
    data = form_of(refused, decisions_of(proposal))
    assert data["principal"] == head.person
    data["verdict"] = "approve"
    assert client.post(decisions_of(proposal), data=data).status_code == 303
    route = words_of(seen(client.get(f"/proposals/{proposal}/route")))
    assert "through Nobody Of Northfield" in route
    assert "Head Of Northfield (through Nobody Of Northfield) approved" in route


def reviewing_again(world: World, proposal: ProposalId) -> None:
    """What the calendar's daily run does: ask the deputies too."""
    reviews.refresh_by_calendar(world.context, proposal)


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.REQUEST_CHANGES])
def test_a_decision_after_a_colleague_ended_the_review_says_what_happened(site: Site, proposal: ProposalId, verdict: Verdict) -> None:
    business = site.signed_in(BUSINESS)
    data = form_of(seen(business.get(f"/proposals/{proposal}/review")), decisions_of(proposal))
    data["verdict"], data["reason"] = "approve", "The money is there."
    with site.world() as world:
        sections = ("need",) if verdict is Verdict.REQUEST_CHANGES else ()
        world.decide(QUALITY, proposal, verdict, reason="No.", sections=sections)
        sentence = proposals.case(world.context, world.actor(AUTHOR), proposal).state.sentence
    words = words_of(seen(business.post(decisions_of(proposal), data=data), 409))
    assert f"This review has ended, so there is nothing left to decide. {sentence}" in words
    assert "The money is there." in words
    for who, status in ((AUTHOR, 403), (ADMIN, 403), ("admin@rival.example", 404)):
        assert site.signed_in(who).post(decisions_of(proposal), data=data).status_code == status
