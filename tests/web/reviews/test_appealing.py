"""An author appeals on the page on which everybody else decides."""

import re

from cowork.domain.ids import ProposalId
from cowork.services import identity
from cowork.services.identity import ProfileCommand
from tests.services.test_appeals import STAGES, refused
from tests.services.test_chains import AUTHOR, DEAN, HEAD, submitted
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of

REPLY = """
[[stage]]
key = "reply"
title = "Reply"
kind = "consult"
due_days = 5
seat = [{ key = "authors", side = "both", participants = "author", title = "Authors" }]

[[stage]]
key = "dean"
title = "Dean"
kind = "decide"
seat = [{ key = "dean", side = "university", office = "dean", title = "Dean", rule = "any" }]
"""


def begun(site: Site) -> ProposalId:
    with site.world() as world:
        return refused(world)


def test_an_author_reads_until_when_and_appeals_with_reasons(site: Site) -> None:
    proposal, client = begun(site), site.signed_in(AUTHOR)
    html = seen(client.get(f"/proposals/{proposal}/review"))
    words = words_of(html)
    wanted = ("Your appeal", "You can appeal against Head until", "Accept the decision", "Why you appeal", "Read, and appeal")
    assert [text for text in wanted if text not in words] == []
    assert "Head Of Northfield rejected itNobody asked for it." in words
    assert "Summary for the authors" not in words
    assert "Review and decide" not in words
    address = f"/proposals/{proposal}/replies"
    data = {**form_of(html, address), "verdict": "appeal"}
    assert "Say why you appeal" in words_of(seen(client.post(address, data=data), 422))
    assert client.post(address, data={**data, "reason": "Three employers asked for it."}).status_code == 303
    heard = words_of(seen(site.signed_in(DEAN).get(f"/proposals/{proposal}/review")))
    assert "Head Of Northfield rejected itNobody asked for it." in heard
    assert "Author Of Northfield appealedThree employers asked for it." in heard
    review = seen(client.get(f"/proposals/{proposal}/review"))
    assert "Your appeal against Head. Take it back" in words_of(review)
    undo = next(word for word in re.findall(r'href="([^"]+)"', review) if word.endswith("/undo"))
    page = words_of(seen(client.get(undo)))
    assert "Take back your appeal? Your appeal of version 1 no longer counts, and you can appeal anew." in page
    route = words_of(seen(site.signed_in(DEAN).get(f"/proposals/{proposal}/route")))
    assert "Three employers asked for it." in route
    assert "Appeal lodged" in route


def test_others_read_that_the_authors_can_appeal_and_cannot(site: Site) -> None:
    proposal, client = begun(site), site.signed_in(HEAD)
    words = words_of(seen(client.get(f"/proposals/{proposal}/review")))
    assert "The authors can appeal until" in words
    assert "Your appeal" not in words
    route = words_of(seen(client.get(f"/proposals/{proposal}/route")))
    assert "Appeal open" in route


def test_whoever_rejects_reads_that_the_authors_can_appeal(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world, STAGES)
    words = words_of(seen(site.signed_in(HEAD).get(f"/proposals/{proposal}/review")))
    assert "RejectIs final unless an author appeals in time" in words


def test_an_author_who_accepts_the_decision_is_said_to_have(site: Site) -> None:
    proposal, client = begun(site), site.signed_in(AUTHOR)
    address = f"/proposals/{proposal}/replies"
    data = {**form_of(seen(client.get(f"/proposals/{proposal}/review")), address), "verdict": "no-objection"}
    assert client.post(address, data=data).status_code == 303
    words = words_of(seen(client.get(f"/proposals/{proposal}/review")))
    assert "Northfield University: everybody has accepted the decision" in words
    assert "Your answer of version 1 at Appeal. Take it back" in words


def test_a_day_that_does_not_fit_into_the_drawing_is_left_to_the_list_below_it(site: Site) -> None:
    proposal, client = begun(site), site.signed_in(AUTHOR)
    near = seen(client.get(f"/proposals/{proposal}/route"))
    assert "Appeal open, due Mon 16 Mar</text>" in near
    with site.world() as world:
        actor = world.actor(AUTHOR)
        identity.save_profile(world.context, actor, ProfileCommand(actor.name, "Pacific/Auckland", actor.theme, True))
        replied = submitted(world, REPLY)
    html = seen(client.get(f"/proposals/{replied}/route"))
    assert "Comments welcome</text>" in html
    assert "Due Tue 10 Mar 2026, 12:59" in words_of(html)
