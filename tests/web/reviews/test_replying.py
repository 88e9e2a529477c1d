"""An author replies to what a consultation asks, on the page on which everybody else decides."""

import re

from cowork.domain.proposals import Role
from cowork.domain.workflows.progress import Verdict
from cowork.services import proposals
from cowork.services.proposals import ParticipantCommand
from tests.services.test_chains import submitted
from tests.services.test_replies import AUTHOR, DEAN, PARTNER, REPLY
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of


def test_the_partners_author_replies_and_the_dean_reads_it(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world, REPLY)
        proposals.add_participant(world.context, world.actor(AUTHOR), proposal, ParticipantCommand(PARTNER, Role.AUTHOR))
    client, address = site.signed_in(PARTNER), f"/proposals/{proposal}/replies"
    html = seen(client.get(f"/proposals/{proposal}/review"))
    assert "You are asked to comment at Authors’ reply, as Authors, Harbour Analytics." in words_of(html)
    data = form_of(html, address)
    data["verdict"], data["reason"] = "comment", "The workload is as in the pilot."
    assert client.post(address, data=data).status_code == 303
    html = seen(site.signed_in(DEAN).get(f"/proposals/{proposal}/route"))
    assert "The workload is as in the pilot." in html
    assert "Author Of Harbour answered" in words_of(html)


def test_where_no_office_is_named_a_line_begins_with_the_organisation(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world, REPLY)
        world.decide(AUTHOR, proposal, Verdict.COMMENT)
    html = seen(site.signed_in(DEAN).get(f"/proposals/{proposal}/route"))
    assert '<span class="muted small">Northfield University</span>' in html
    assert ">, Northfield University" not in html


def test_an_author_is_asked_for_a_reply_and_for_no_decision(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world, REPLY)
    client, address = site.signed_in(AUTHOR), f"/proposals/{proposal}/replies"
    html = seen(client.get(f"/proposals/{proposal}/review"))
    words = words_of(html)
    assert [text for text in ("Your reply", "Leave it empty if you have nothing to add.", "Send the reply") if text not in words] == []
    for other in ("Your decision", "Recuse myself", "What has to change", "Summary for the authors", "Submit decision"):
        assert other not in words
    for shown in ("0 of 2 seats answered", "Review and reply", "Authors, Harbour Analytics: nobody of them takes part"):
        assert shown in words
    assert "seats decided" not in words
    data = form_of(html, address)
    assert data["verdict"] == "comment"
    assert client.post(address, data={**data, "verdict": "recuse"}).status_code == 422
    assert client.post(address, data=data).status_code == 303


def test_a_reply_is_called_one_where_it_is_taken_back_or_came_too_late(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world, REPLY)
    client, address = site.signed_in(AUTHOR), f"/proposals/{proposal}/replies"
    data = form_of(seen(client.get(f"/proposals/{proposal}/review")), address)
    late = words_of(seen(client.post(address, data={**data, "digest": "0" * 64}), 409))
    assert "Your reply was not recorded" in late
    assert "Send it again, for version 1." in late
    client.post(address, data=data)
    html = seen(client.get(f"/proposals/{proposal}/review"))
    assert "Your decision" not in words_of(html)
    undo = re.findall(rf'href="(/proposals/{proposal}/decisions/[^"]+/undo)"', html)[0]
    asked = seen(client.get(undo))
    assert "Take back your reply?" in words_of(asked)
    assert "you can reply anew" in words_of(asked)
    client.post(undo, data={**form_of(asked, undo), "reason": "A slip."})
    assert "Your reply is taken back." in words_of(seen(client.get(f"/proposals/{proposal}/review")))
