"""The pages of what is done to a running review beside deciding."""

from datetime import date

import pytest

from cowork.domain.ids import ProposalId
from cowork.domain.reviews import ConditionCommand
from cowork.domain.workflows.progress import Verdict
from tests.steering import ADMIN, AUTHOR, HEAD, QUALITY, STEERED, keep, review, steered
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of


@pytest.fixture
def proposal(site: Site) -> ProposalId:
    with site.world() as world:
        return steered(world)


def acted(site: Site, who: str, address: str, **typed: str) -> str:
    """Open the page of an act, fill in its form, send it, and give the page that follows."""
    client = site.signed_in(who)
    data = form_of(seen(client.get(address)), address)
    for name, value in typed.items():
        data[name] = value
    answer = client.post(address, data=data)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    return seen(client.get(answer.headers["Location"]))


def test_a_decision_is_taken_back_from_the_review_page(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        world.decide(HEAD, proposal)
        address = f"/proposals/{proposal}/decisions/{review(world, proposal).decisions[0].id}/undo"
    client = site.signed_in(HEAD)
    assert address in seen(client.get(f"/proposals/{proposal}/review"))
    assert "Say why you take it back" in seen(client.post(address, data={"reason": ""}), 422)
    assert "Your decision is taken back." in acted(site, HEAD, address, reason="The wrong one.")
    route = seen(client.get(f"/proposals/{proposal}/route"))
    assert '<strong class="struck">Approve</strong>' in route
    assert "The wrong one." in route
    assert address not in route
    assert "took back a decision at “Department’s check”" in words_of(seen(client.get(f"/proposals/{proposal}/activity")))
    assert "already" in client.get(address).get_data(as_text=True)


def test_a_condition_is_reported_and_closed_from_its_page(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        command = ConditionCommand("Name the <b>data</b> set.", world.actor(AUTHOR).person, date(2026, 3, 31))
        world.decide(HEAD, proposal, Verdict.APPROVE_WITH_CONDITIONS, conditions=(command,))
        condition = review(world, proposal).acts.conditions[0].id
    address = f"/proposals/{proposal}/conditions/{condition}"
    work = seen(site.signed_in(AUTHOR).get("/"))
    assert address in work
    assert "Name the &lt;b&gt;data&lt;/b&gt; set." in work
    assert "Due 31 March 2026" in work
    assert "Report it as done" not in seen(site.signed_in(QUALITY).get(address))
    assert "Say what was done" in seen(site.signed_in(AUTHOR).post(address, data={"act": "report", "reason": ""}), 422)
    assert "The condition is reported as done." in acted(site, AUTHOR, address, act="report", reason="See the need section.")
    assert address in seen(site.signed_in(HEAD).get("/"))
    assert "The condition is waived." in acted(site, HEAD, address, act="waive", reason="Not needed any more.")
    for page in ("review", "route"):
        words = words_of(seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/{page}")))
        assert "See the need section." in words
        assert "Not needed any more." in words
    words = words_of(seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/activity")))
    assert "set a condition at the stage" in words
    assert "waived a condition" in words


def test_a_review_is_held_and_resumed_from_its_route(site: Site, proposal: ProposalId) -> None:
    root = f"/proposals/{proposal}"
    client = site.signed_in(AUTHOR)
    assert f"{root}/hold" in seen(client.get(f"{root}/route"))
    assert "Say why the review stops" in seen(client.post(f"{root}/hold", data={"reason": ""}), 422)
    held = acted(site, AUTHOR, f"{root}/hold", reason="The partner is being sold.")
    assert "The review is on hold." in held
    assert f"{root}/resume" in held
    words = words_of(seen(site.signed_in(HEAD).get(f"{root}/review")))
    assert "On hold since" in words
    assert "Your decision" not in words
    assert "You cannot do this now" in seen(site.signed_in(HEAD).get(f"{root}/hold"))
    resumed = words_of(acted(site, ADMIN, f"{root}/resume", reason="It is sold."))
    assert "The review goes on." in resumed
    assert "put the review on hold" in resumed
    assert "It is sold." in resumed


def test_a_passed_stage_shows_on_route_review_and_activity(site: Site, proposal: ProposalId) -> None:
    root = f"/proposals/{proposal}"
    address = f"{root}/stages/department/override"
    assert address not in seen(site.signed_in(AUTHOR).get(f"{root}/route"))
    assert address in seen(site.signed_in(ADMIN).get(f"{root}/route"))
    assert "at least 20 characters" in seen(site.signed_in(ADMIN).post(address, data={"reason": "Slow."}), 422)
    assert "The stage is passed." in acted(site, ADMIN, address, reason="The office is empty until autumn, and it is urgent.")
    route = words_of(seen(site.signed_in(AUTHOR).get(f"{root}/route")))
    assert "The office is empty until autumn" in route
    assert "Passed by an administrator" in route
    assert "as an administrator" in words_of(seen(site.signed_in(QUALITY).get(f"{root}/review")))
    assert "passed the stage “Department’s check”" in words_of(seen(site.signed_in(AUTHOR).get(f"{root}/activity")))
    assert "not open now" in seen(site.signed_in(ADMIN).get(address))
    assert site.signed_in(ADMIN).get(f"{root}/stages/unknown/override").status_code == 404


def test_a_rejected_proposal_is_revived_from_its_route(site: Site, proposal: ProposalId) -> None:
    root = f"/proposals/{proposal}"
    with site.world() as world:
        world.decide(HEAD, proposal, Verdict.REJECT, reason="No need.")
    assert f"{root}/revive" in seen(site.signed_in(AUTHOR).get(f"{root}/route"))
    assert "Say why it is taken up again" in seen(site.signed_in(AUTHOR).post(f"{root}/revive", data={"reason": " "}), 422)
    assert "The proposal is revived." in acted(site, AUTHOR, f"{root}/revive", reason="The need is proven.")
    words = words_of(seen(site.signed_in(AUTHOR).get(f"{root}/route")))
    assert "revived the proposal" in words
    assert "Rejected" in words


def test_a_stage_is_drawn_before_it_is_added(site: Site, proposal: ProposalId) -> None:
    address = f"/proposals/{proposal}/stages/new"
    client = site.signed_in(ADMIN)
    data = form_of(seen(client.get(address)), address)
    data["title"], data["emails"], data["reason"] = "Ethics <b>now</b>", "author@northfield.example", "Health data."
    refused = seen(client.post(address, data=data), 422)
    assert "nobody decides on what they write" in refused
    data = form_of(refused, address)
    assert data["title"] == "Ethics <b>now</b>"
    data["emails"], data["due_days"] = "nobody@northfield.example", "soon"
    assert "as a number of working days" in seen(client.post(address, data=data), 422)
    data["due_days"] = "5"
    data.setlist("before", ["dean"])
    drawn = seen(client.post(address, data={**data.to_dict(flat=False), "act": "preview"}))
    assert "Nothing is added yet." in drawn
    assert "Ethics &lt;b&gt;now&lt;/b&gt;" in drawn
    again = form_of(drawn, address)
    assert client.post(address, data={**again.to_dict(flat=False), "act": "add"}).status_code == 303
    route = seen(client.get(f"/proposals/{proposal}/route"))
    assert "Ethics &lt;b&gt;now&lt;/b&gt;" in route
    assert "added the stage “Ethics" in words_of(seen(client.get(f"/proposals/{proposal}/activity")))


def test_people_are_added_and_removed_from_a_page(site: Site, proposal: ProposalId) -> None:
    address = f"/proposals/{proposal}/reviewers"
    client = site.signed_in(ADMIN)
    data = form_of(seen(client.get(address)), address)
    data["email"], data["reason"], data["act"] = "author@northfield.example", "On leave.", "add"
    refused = seen(client.post(address, data=data), 422)
    assert "Nobody decides on a proposal they write" in refused
    assert form_of(refused, address)["reason"] == "On leave."
    words = words_of(acted(site, ADMIN, address, email="nobody@northfield.example", reason="On leave.", act="add"))
    assert "nobody@northfield.example is asked there." in words
    assert "Nobody Of Northfield" in words
    assert "You cannot do this now" in seen(site.signed_in(HEAD).get(address))
    assert "to those asked at “Department’s check”" in words_of(seen(client.get(f"/proposals/{proposal}/activity")))


def test_a_review_goes_on_under_another_version_after_its_changes_were_shown(site: Site, proposal: ProposalId) -> None:
    address = f"/proposals/{proposal}/route/migrate"
    client = site.signed_in(ADMIN)
    assert "the only version of its workflow" in seen(client.get(address))
    with site.world():
        older = keep(STEERED.replace("version = 1", "version = 2").replace("when = {", "# when = {"))
        keep(STEERED.replace("version = 1", "version = 3").replace("due_days = 10", "due_days = 3"))
    page = seen(client.get(address))
    assert "A steered way, version 3" in page
    assert "Every approval given so far still counts." in page
    assert "It would go on under A steered way, version 2" in words_of(seen(client.get(f"{address}?workflow={older}")))
    assert client.get(f"{address}?workflow=unknown").status_code == 404
    assert "You cannot do this now" in seen(site.signed_in(AUTHOR).get(address))
    data = form_of(page.replace('method="get" action', "data-x"), address)
    data["reason"] = " "
    assert "Say why the review goes on" in seen(client.post(address, data=data), 422)
    data["reason"] = "The rules changed."
    assert client.post(address, data=data).status_code == 303
    words = words_of(seen(client.get(f"/proposals/{proposal}/route")))
    assert "moved the review to another workflow" in words
    assert "The rules changed." in words
    assert "let the review go on under “A steered way”" in words_of(seen(client.get(f"/proposals/{proposal}/activity")))


def test_outside_its_window_the_submit_page_says_when_it_opens(site: Site) -> None:
    opens = 'source = "Made for tests."\n\n[[window]]\nopens = "03-10"\ncloses = "04-30"'
    with site.world() as world:
        keep(STEERED.replace('source = "Made for tests."', opens))
        draft = world.complete_draft("steered")
    client = site.signed_in(AUTHOR)
    address = f"/proposals/{draft}/submit"
    html = seen(client.get(address))
    assert "takes proposals again from 10 March 2026" in html
    assert client.post(address, data=form_of(html, address)).status_code == 422
