"""The record of a proposal in sentences."""

import typing

import pytest

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.events import ProposalEvent, kind_of
from cowork.domain.ids import OrganisationId, ProposalId
from cowork.domain.workflows.progress import Verdict
from cowork.services import audit, comments, proposals
from cowork.web.audit.sentences import ORIGIN_WORDS, TELLERS
from tests.web.conftest import Site, seen
from tests.world import World

AUTHOR, PARTNER, SIGNER, STRANGER = "author@northfield.example", "author@harbour.example", "signer@harbour.example", "admin@rival.example"


def comment(world: World, email: str, proposal: ProposalId, lane: OrganisationId | None, body: str = "Name the tools.") -> None:
    command = OpenThreadCommand(body, Anchor("outcomes"), lane, False, 1)
    comments.open_thread(world.context, world.actor(email), proposal, command)


def test_every_event_of_a_proposal_has_a_sentence() -> None:
    assert {kind_of(event) for event in typing.get_args(ProposalEvent)} == set(TELLERS)


def test_every_kind_of_origin_has_its_words() -> None:
    assert set(ORIGIN_WORDS) == {"shipped", "template", "proposal", "programme"}


def test_what_happened_is_told_with_who_and_when(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        comment(world, PARTNER, proposal, None)
        world.submit(proposal)
        world.decide(SIGNER, proposal, Verdict.REQUEST_CHANGES, reason="Name the tools.", sections=("outcomes",))
        world.save(AUTHOR, proposal, "outcomes", items=[{"id": "lo1", "text": "Explain models", "bloom": "understand"}])
        proposals.choose_workflow(world.context, world.actor(AUTHOR), proposal, world.workflow("umbc-short-form"))
    html = " ".join(seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/activity")).split())
    for words in (
        "started this proposal for a new programme", "made Author Of Harbour an author for Harbour Analytics", "saved version 1",
        "opened a comment on Learning outcomes, version 1", "submitted version 1 for approval by “", "Mon 2 Mar 2026",
        "<strong>Signer Of Harbour</strong> asked for changes to version 1 in Learning outcomes for Harbour Analytics",
        "The proposal went back to its authors", "saved version 2: Learning outcomes", "changes?old=1&amp;new=2", "as the way of approval",
        "head of the chain",
    ):  # fmt: skip
        assert words in html, words


def test_a_comment_of_one_party_is_no_news_to_the_other(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        comment(world, PARTNER, proposal, world.organisations["harbour"])
    page = f"/proposals/{proposal}/activity"
    assert "Only Harbour Analytics sees this" in seen(site.signed_in(PARTNER).get(page))
    html = seen(site.signed_in(AUTHOR).get(page))
    assert "comment on" not in html
    assert "Only Harbour Analytics" not in html


def test_the_record_is_read_page_by_page(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        for number in range(30):
            comment(world, PARTNER, proposal, None, f"Name tool {number}.")
    client = site.signed_in(AUTHOR)
    first = seen(client.get(f"/proposals/{proposal}/activity"))
    assert first.count('<details class="chain">') == 25
    assert first.count("<p><code") == 50 + 1
    older = first.split('rel="next" href="')[1].split('"')[0]
    second = seen(client.get(older))
    assert "started this proposal" in second
    assert 'rel="next"' not in second
    assert f'rel="prev" href="/proposals/{proposal}/activity"' in second
    assert "Nothing older is recorded" in seen(client.get(f"/proposals/{proposal}/activity?before=1"))


def test_what_is_hidden_takes_no_place_and_is_not_counted(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        seen_before = audit.activity(world.context, world.actor(AUTHOR), proposal)
        for number in range(30):
            comment(world, PARTNER, proposal, world.organisations["harbour"], f'My "lane":"{number}" words.')
        found = audit.activity(world.context, world.actor(AUTHOR), proposal)
        own = audit.activity(world.context, world.actor(PARTNER), proposal)
    assert (found.entries, found.next) == (seen_before.entries, None)
    assert (len(own.entries), own.count) == (50, found.count + 60)
    html = seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/activity"))
    assert f"{len(found.entries)} events are listed for you" in " ".join(html.split())


@pytest.mark.parametrize("before", ["x", "-1", "0", "99999999999", "1.5", "%F0%9F%92%A9"])
def test_a_place_that_is_no_number_is_refused(site: Site, before: str) -> None:
    with site.world() as world:
        proposal = world.draft()
    seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/activity?before={before}"), 400)


def test_others_do_not_see_it(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft()
    seen(site.signed_in(STRANGER).get(f"/proposals/{proposal}/activity"), 404)
    assert site.client().get(f"/proposals/{proposal}/activity").headers["Location"] == f"/sign-in?next=/proposals/{proposal}/activity"
