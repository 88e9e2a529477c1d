"""Submitting, withdrawing, and the route page before, during and after a review."""

from datetime import timedelta

import pytest

from cowork.domain.ids import ProposalId
from cowork.domain.workflows.progress import Verdict
from cowork.services import reminding, reviews
from tests.services.test_chains import submitted
from tests.services.test_outlines import filled
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of

AUTHOR, PARTNER = "author@northfield.example", "author@harbour.example"


@pytest.fixture
def draft(site: Site) -> ProposalId:
    with site.world() as world:
        return world.draft()


@pytest.fixture
def full(site: Site) -> ProposalId:
    with site.world() as world:
        return world.complete_draft()


def test_before_submission_the_route_is_a_dry_run_with_what_stands_in_the_way(site: Site, draft: ProposalId) -> None:
    html = seen(site.signed_in(AUTHOR).get(f"/proposals/{draft}/route"))
    assert "A dry run" in html
    assert "in the way of submitting" in html
    assert "Would open first, about " in html
    assert "Deciding now" not in html
    assert "Open since" not in html
    assert f"/proposals/{draft}/draft/identity" in html
    assert "<svg" in html


def test_an_incomplete_proposal_is_not_submitted_and_the_note_is_kept(site: Site, draft: ProposalId) -> None:
    client = site.signed_in(AUTHOR)
    data = form_of(seen(client.get(f"/proposals/{draft}/submit")), f"/proposals/{draft}/submit")
    data["note"] = "Please be quick."
    html = seen(client.post(f"/proposals/{draft}/submit", data=data), 422)
    assert form_of(html, f"/proposals/{draft}/submit")["note"] == "Please be quick."
    assert "answers are missing" in html


def test_an_outline_that_is_sent_is_said_to_be_at_intake(site: Site) -> None:
    with site.world() as world:
        outline = filled(world)
    client = site.signed_in(AUTHOR)
    address = f"/proposals/{outline}/submit"
    data = form_of(seen(client.get(address)), address)
    words = words_of(seen(client.post(address, data=data, follow_redirects=True)), "body")
    assert f"Version {data['version']} is at intake. Still needed: " in words
    assert "is in review." not in words


def test_a_complete_proposal_is_submitted_with_its_note_and_can_be_withdrawn(site: Site, full: ProposalId) -> None:
    client = site.signed_in(AUTHOR)
    html = seen(client.get(f"/proposals/{full}/submit"))
    assert "Version 1 is ready to be submitted" in html
    data = form_of(html, f"/proposals/{full}/submit")
    data["note"] = "Look at the legal part first."
    assert client.post(f"/proposals/{full}/submit", data=data).headers["Location"] == f"/proposals/{full}/route"
    html = seen(client.get(f"/proposals/{full}/route"))
    assert "Version 1 is in review." in html
    assert "Look at the legal part first." in html
    assert "It is up to" in html
    assert "Withdraw this proposal" in seen(client.get(f"/proposals/{full}/withdraw"))
    data = form_of(seen(client.get(f"/proposals/{full}/withdraw")), f"/proposals/{full}/withdraw")
    assert client.post(f"/proposals/{full}/withdraw", data=data).status_code == 303
    assert "A dry run" in seen(client.get(f"/proposals/{full}/route"))
    assert client.post(f"/proposals/{full}/withdraw", data=data).status_code == 403


def test_an_older_version_is_not_submitted_by_mistake(site: Site, full: ProposalId) -> None:
    client = site.signed_in(AUTHOR)
    data = form_of(seen(client.get(f"/proposals/{full}/submit")), f"/proposals/{full}/submit")
    data["note"] = "Ready."
    with site.world() as world:
        world.save(PARTNER, full, "need", sector="Shipping and ports")
    html = seen(client.post(f"/proposals/{full}/submit", data=data), 409)
    assert "Version 2 was saved since you opened this page." in html
    assert form_of(html, f"/proposals/{full}/submit")["note"] == "Ready."
    assert form_of(html, f"/proposals/{full}/submit")["version"] == "2"


def test_readers_see_the_dry_run_but_cannot_submit_or_withdraw(site: Site, full: ProposalId) -> None:
    client = site.signed_in("admin@northfield.example")
    assert "You cannot submit it" in seen(client.get(f"/proposals/{full}/submit"))
    assert client.post(f"/proposals/{full}/submit", data={"version": "1", "digest": "x"}).status_code == 403
    assert "cannot be withdrawn by you" in seen(client.get(f"/proposals/{full}/withdraw"))
    assert client.post(f"/proposals/{full}/withdraw").status_code == 403


@pytest.mark.parametrize("version", ["", "x", "0", "-3", "1e3", "9" * 40])
def test_an_odd_version_is_a_bad_request(site: Site, full: ProposalId, version: str) -> None:
    assert site.signed_in(AUTHOR).post(f"/proposals/{full}/submit", data={"version": version, "digest": "x"}).status_code == 400


def test_decisions_of_earlier_rounds_say_whether_they_still_count(site: Site, full: ProposalId) -> None:
    with site.world() as world:
        world.submit(full)
        page = reviews.page(world.context, world.actor(AUTHOR), full)
        assert page.review is not None
        first = world.email_of(page.review.progress.turns[0].person)
        world.decide(first, full)
        reviews.withdraw(world.context, world.actor(AUTHOR), full)
    client = site.signed_in(AUTHOR)
    assert "Carried over" in seen(client.get(f"/proposals/{full}/route"))
    with site.world() as world:
        for section, answers in (("need", {"sector": "Ports"}), ("identity", {"code": "ML-2"}), ("badge", {"criteria": "Another."})):
            world.save(AUTHOR, full, section, **answers)
        world.submit(full)
    words = words_of(seen(client.get(f"/proposals/{full}/route")))
    assert "Text has changed since" in words
    assert "Round 2" in words


def test_the_route_of_an_approved_proposal_names_everybody(site: Site, full: ProposalId) -> None:
    with site.world() as world:
        world.submit(full)
        world.approve_all(full)
    words = words_of(seen(site.signed_in(PARTNER).get(f"/proposals/{full}/route")))
    assert "Approved" in words
    assert "Counts" in words
    seen(site.signed_in(PARTNER).get(f"/proposals/{full}/review"))


def test_the_route_of_a_rejected_proposal_says_who_ended_it(site: Site, full: ProposalId) -> None:
    with site.world() as world:
        world.submit(full)
        page = reviews.page(world.context, world.actor(AUTHOR), full)
        assert page.review is not None
        world.decide(world.email_of(page.review.progress.turns[0].person), full, Verdict.REJECT, reason="No need is shown.")
    words = words_of(seen(site.signed_in(AUTHOR).get(f"/proposals/{full}/route")))
    assert "Rejected by" in words
    assert "Ended the round" in words
    assert "No need is shown." in words


COMMITTEE = """
[[stage]]
key = "committee"
title = "Committee"
kind = "vote"
seat = [{ key = "committee", side = "university", office = "curriculum-committee", title = "Committee", rule = "majority" }]
"""


def test_a_vote_that_failed_is_the_committees_and_not_its_last_voters(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world, COMMITTEE)
        for name in ("chair", "member"):
            world.decide(f"{name}@northfield.example", proposal, Verdict.REJECT, reason="No need is shown.")
    words = words_of(seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/route")))
    assert "Rejected at Committee" in words
    assert "(0 for, 2 against)" in words
    assert "Ended the round" not in words


APART = """
[[stage]]
key = "check"
title = "Check"
kind = "check"
due_days = 5
lapse = "passed"
seat = [{ key = "head", side = "university", office = "department-head", title = "Head", rule = "any" }]

[[stage]]
key = "release"
title = "Release"
kind = "decide"
apart = ["check"]
seat = [{ key = "head", side = "university", office = "department-head", title = "Head", rule = "any" }]
"""


def test_the_route_names_who_may_not_decide_because_they_decided_before(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world, APART)
        world.decide("head@northfield.example", proposal)
    words = words_of(seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/route")))
    assert "has decided at another stage and may not decide at Release" in words
    assert "decided at another stage and may not decide here" in words


def test_the_route_says_that_a_stage_was_passed_by_the_end_of_its_term(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world, APART)
        world.pass_time(timedelta(days=14))
        assert reminding.look(world.context) == 1
    words = words_of(seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/route")))
    assert "Undecided when its term ended, and so passed" in words
