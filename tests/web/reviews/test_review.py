"""The review page: the text with its comments and changes, the decision, and what a late or foreign decision gets."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.ids import ProposalId
from cowork.domain.workflows.progress import Verdict
from cowork.services import comments, reviews, specifications
from cowork.store import base
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of
from tests.world import World

AUTHOR, PARTNER, LEAD = "author@northfield.example", "author@harbour.example", "release@northfield.example"
BUDGET = 9


@pytest.fixture
def submitted(site: Site) -> ProposalId:
    with site.world() as world:
        proposal = world.complete_draft()
        world.submit(proposal)
        return proposal


def first_decider(world: World, proposal: ProposalId) -> str:
    page = reviews.page(world.context, world.actor(AUTHOR), proposal)
    assert page.review is not None
    return world.email_of(page.review.progress.turns[0].person)


@pytest.fixture
def decider(site: Site, submitted: ProposalId) -> str:
    """Whoever is asked first."""
    with site.world() as world:
        return first_decider(world, submitted)


def page_of(proposal: ProposalId) -> str:
    return f"/proposals/{proposal}/review"


def decisions_of(proposal: ProposalId) -> str:
    return f"/proposals/{proposal}/decisions"


def comment(
    world: World, proposal: ProposalId, who: str, body: str, section: str | None = None, field: str | None = None, **more: bool
) -> str:
    command = OpenThreadCommand(body, Anchor(section, field), None, more.get("objection", False), 1)
    return comments.open_thread(world.context, world.actor(who), proposal, command)


def test_authors_and_deciders_read_the_same_text(site: Site, submitted: ProposalId, decider: str) -> None:
    for who in (AUTHOR, PARTNER, decider):
        words = words_of(seen(site.signed_in(who).get(page_of(submitted))))
        assert "Learning outcomes" in words
        assert "Where it stands" in words
    assert "Your decision" in seen(site.signed_in(decider).get(page_of(submitted)))
    assert "Nobody decides on a proposal they write." in seen(site.signed_in(AUTHOR).get(page_of(submitted)))


def test_a_draft_can_be_read_and_talked_about_before_it_is_submitted(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft()
    html = seen(site.signed_in(PARTNER).get(page_of(proposal)))
    assert "Check and submit" in html
    assert "Comment on" in html
    assert "Your decision" not in html


def test_each_verdict_says_what_follows(site: Site, submitted: ProposalId, decider: str) -> None:
    words = words_of(seen(site.signed_in(decider).get(page_of(submitted))))
    assert "Goes to" in words or "still needs" in words or "still open" in words
    assert "Goes back to" in words
    assert "Ends this proposal for everybody" in words


def test_an_approval_is_recorded_and_the_review_moves_on(site: Site, submitted: ProposalId, decider: str) -> None:
    client = site.signed_in(decider)
    data = form_of(seen(client.get(page_of(submitted))), decisions_of(submitted))
    data["verdict"] = "approve"
    answer = client.post(decisions_of(submitted), data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, page_of(submitted))
    html = seen(client.get(page_of(submitted)))
    assert "Your approval of version 1 is recorded." in html
    again = client.post(decisions_of(submitted), data=data)
    assert "Your decision was not recorded" in seen(again, 409)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choose a verdict"),
        ({"verdict": "burn it"}, "Choose a verdict"),
        ({"verdict": "request-changes", "reason": "Too short"}, "Choose the sections that have to change."),
        ({"verdict": "request-changes", "sections": "outcomes"}, "Say what has to change"),
        ({"verdict": "reject"}, "Give the reason for rejecting"),
        ({"verdict": "request-changes", "reason": "Too short", "sections": "nothing"}, "There is no section nothing."),
    ],
)
def test_an_incomplete_decision_keeps_what_was_typed(
    site: Site, submitted: ProposalId, decider: str, typed: dict[str, str], sentence: str
) -> None:
    client = site.signed_in(decider)
    data = form_of(seen(client.get(page_of(submitted))), decisions_of(submitted))
    for name, value in typed.items():
        data[name] = value
    html = seen(client.post(decisions_of(submitted), data=data), 422)
    assert sentence in html
    again = form_of(html, decisions_of(submitted))
    assert again.get("reason") == typed.get("reason", "")
    assert again.get("sections") == (typed.get("sections") if typed.get("sections") == "outcomes" else None)


def test_changes_are_requested_with_a_reason_and_sections(site: Site, submitted: ProposalId, decider: str) -> None:
    client = site.signed_in(decider)
    data = form_of(seen(client.get(page_of(submitted))), decisions_of(submitted))
    data["verdict"], data["reason"] = "request-changes", "Say which data <b>is</b> used."
    data.setlist("sections", ["outcomes", "legal"])
    assert client.post(decisions_of(submitted), data=data).status_code == 303
    html = seen(site.signed_in(AUTHOR).get(f"/proposals/{submitted}/route"))
    assert "Say which data &lt;b&gt;is&lt;/b&gt; used." in html
    assert "Sections: Learning outcomes, Legal" in html
    assert "Changes requested" in html


def test_a_decision_on_an_older_version_shows_what_changed_and_keeps_the_reason(site: Site, submitted: ProposalId, decider: str) -> None:
    client = site.signed_in(decider)
    data = form_of(seen(client.get(page_of(submitted))), decisions_of(submitted))
    data["verdict"], data["reason"] = "approve", "I had read it all."
    with site.world() as world:
        reviews.withdraw(world.context, world.actor(AUTHOR), submitted)
        world.save(PARTNER, submitted, "need", sector="Shipping and ports")
        world.submit(submitted)
    html = seen(client.post(decisions_of(submitted), data=data), 409)
    assert "Your decision was not recorded" in html
    assert "<ins>" in html
    again = form_of(html, decisions_of(submitted))
    assert (again["version"], again["reason"], again.get("verdict")) == ("2", "I had read it all.", None)
    again["verdict"] = "approve"
    assert client.post(decisions_of(submitted), data=again).status_code == 303


def test_changes_since_ones_own_decision_are_marked_in_place(site: Site, submitted: ProposalId, decider: str) -> None:
    with site.world() as world:
        world.decide(decider, submitted, Verdict.REQUEST_CHANGES, reason="More on the sector.", sections=("need",))
        world.save(PARTNER, submitted, "need", sector="Shipping and ports")
        world.submit(submitted)
    words = words_of(seen(site.signed_in(decider).get(page_of(submitted))))
    assert "Changed since your decision on version 1" in words
    assert "1 answer has changed." in words
    assert "Changed since version 1" in words
    assert "Changed since" not in words_of(seen(site.signed_in(AUTHOR).get(page_of(submitted))))


@pytest.mark.parametrize("broken", [{"version": "x"}, {"version": "0"}, {"digest": ""}, {"stage": "s" * 500}, {"seat": "s" * 500}])
def test_a_decision_that_no_page_posts_is_a_bad_request(site: Site, submitted: ProposalId, decider: str, broken: dict[str, str]) -> None:
    client = site.signed_in(decider)
    data = form_of(seen(client.get(page_of(submitted))), decisions_of(submitted))
    data["verdict"] = "approve"
    for name, value in broken.items():
        data[name] = value
    assert client.post(decisions_of(submitted), data=data).status_code == 400


def test_only_those_who_are_asked_can_decide(site: Site, submitted: ProposalId, decider: str) -> None:
    data = form_of(seen(site.signed_in(decider).get(page_of(submitted))), decisions_of(submitted))
    data["verdict"] = "approve"
    assert site.signed_in(AUTHOR).post(decisions_of(submitted), data=data).status_code == 403
    assert site.signed_in("admin@northfield.example").post(decisions_of(submitted), data=data).status_code == 403
    for who in ("admin@rival.example", "nobody@northfield.example"):
        outsider = site.signed_in(who)
        assert outsider.post(decisions_of(submitted), data=data).status_code == 404
        for place in ("review", "route", "submit", "withdraw"):
            assert outsider.get(f"/proposals/{submitted}/{place}").status_code == 404


def test_an_open_objection_is_said_beside_the_decision(site: Site, submitted: ProposalId, decider: str) -> None:
    with site.world() as world:
        comment(world, submitted, PARTNER, "We cannot offer the data.", "legal", "data", objection=True)
    html = seen(site.signed_in(decider).get(page_of(submitted)))
    assert "1 objection is open." in html
    assert "Objection: holds approval" in html


def test_a_link_opens_the_form_for_a_comment_on_one_question(site: Site, submitted: ProposalId) -> None:
    html = seen(site.signed_in(PARTNER).get(f"{page_of(submitted)}?comment=legal.data"))
    assert '<details class="new-thread" id="new-legal" open' in html
    assert '<option value="data" selected>' in html
    for odd in ("", "nothing", "nothing.x", "legal.nothing", "a.b.c", "%F0%9F%98%80", "x" * 3000):
        seen(site.signed_in(PARTNER).get(f"{page_of(submitted)}?comment={odd}"))


def test_the_review_page_needs_few_statements_however_many_comments(site: Site, submitted: ProposalId, decider: str) -> None:
    with site.world() as world:
        for number in range(50):
            section = ("outcomes", "legal", "need", None)[number % 4]
            comment(world, submitted, (PARTNER, AUTHOR)[number % 2], f"Comment {number}", section)
        world.decide(decider, submitted, Verdict.REQUEST_CHANGES, reason="More.", sections=("need",))
        world.save(PARTNER, submitted, "need", sector="Shipping and ports")
        world.submit(submitted)
    client = site.signed_in(decider)
    seen(client.get(page_of(submitted)))
    statements: list[str] = []
    with site.app.app_context():
        engine = base.db.engine

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    html = seen(client.get(page_of(submitted)))
    sa.event.remove(engine, "before_cursor_execute", note)
    asked = [statement for statement in statements if not statement.startswith("BEGIN")]
    assert html.count('class="comment"') == 50
    assert len(asked) <= BUDGET, "\n\n".join(asked)


def test_what_changed_is_marked_in_place_and_listed_first(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
    partner = site.signed_in(PARTNER)
    assert "Changed since" not in seen(partner.get(page_of(proposal)))
    with site.world() as world:
        world.pass_time(timedelta(hours=1))
        rows = specifications.draft(world.context, world.actor(AUTHOR), proposal).content["outcomes"]["items"]
        assert isinstance(rows, list)
        first, second, *others = rows
        world.save(AUTHOR, proposal, "outcomes", items=[*others[:1], first, *others[1:]])
        world.save(PARTNER, proposal, "need", sector="Banking for <people>")
    html = seen(partner.get(page_of(proposal)))
    words = words_of(html)
    assert "Changed since you last looked, at version 1" in words
    assert "answers have changed" in words
    assert 'href="#field-outcomes-items"' in html
    assert 'id="field-outcomes-items"' in html
    assert "moved from" in words
    assert isinstance(second, dict)
    assert f"2. {str(second['text'])[:30]}" in words, "the removed row is called by its name"
    assert "&lt;people&gt;" in html
    assert html.index("answers have changed") < html.index('id="section-proposal"')
    clean = seen(partner.get(f"{page_of(proposal)}?since=nothing"))
    assert "answers have changed" not in clean
    assert "<ins>" not in clean
    assert "Since I last looked" in clean
