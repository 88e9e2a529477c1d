"""An author appeals on the page on which everybody else decides."""

from cowork.domain.ids import ProposalId
from tests.services.test_appeals import refused
from tests.services.test_chains import AUTHOR, DEAN, HEAD
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of


def begun(site: Site) -> ProposalId:
    with site.world() as world:
        return refused(world)


def test_an_author_reads_until_when_and_appeals_with_reasons(site: Site) -> None:
    proposal, client = begun(site), site.signed_in(AUTHOR)
    html = seen(client.get(f"/proposals/{proposal}/review"))
    words = words_of(html)
    wanted = ("Your appeal", "You can appeal against Head until", "Accept the decision", "Why you appeal", "Read, and appeal")
    assert [text for text in wanted if text not in words] == []
    assert "Summary for the authors" not in words
    assert "Review and decide" not in words
    address = f"/proposals/{proposal}/replies"
    data = {**form_of(html, address), "verdict": "appeal"}
    assert "Say why you appeal" in words_of(seen(client.post(address, data=data), 422))
    assert client.post(address, data={**data, "reason": "Three employers asked for it."}).status_code == 303
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
