"""Writing while the proposal is in review, where an open stage allows it: the page in between, and the confirmation."""

import pytest

from cowork.domain.comments import Anchor
from cowork.domain.ids import ProposalId
from cowork.domain.suggestions import SuggestionKind
from cowork.services import suggesting
from cowork.services.suggesting import SuggestCommand
from tests.steering import AUTHOR, BUSINESS, HEAD, PARTNER, QUALITY, review, standings, steered
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of


@pytest.fixture
def proposal(site: Site) -> ProposalId:
    with site.world() as world:
        found = steered(world)
        world.decide(HEAD, found)
        return found


def test_the_page_in_between_says_what_follows_and_its_confirmation_saves(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        world.decide(BUSINESS, proposal)
    here = f"/proposals/{proposal}/draft/business"
    client = site.signed_in(AUTHOR)
    assert "except for what a stage lets you change now: Need" in words_of(seen(client.get(f"/proposals/{proposal}/draft")))
    data = form_of(seen(client.get(here)), here)
    fee = next(name for name in data if name.endswith("-fee"))
    data[fee] = "0"
    between = seen(client.post(here, data=data))
    words = words_of(between)
    assert "Nothing is saved yet." in words
    assert "Is no longer neededBusiness check" in words
    assert "These approvals no longer countBusiness Of Northfield, Business check" in words
    answer = client.post(f"{here}/move", data=form_of(between, f"{here}/move"))
    assert answer.status_code == 303
    assert "The review goes on with this version." in seen(client.get(answer.headers["Location"]))
    with site.world() as world:
        assert standings(world, proposal)["business"] == "skipped"
        assert review(world, proposal).version.number == 2
    assert "let the review go on with version 2" in words_of(seen(client.get(f"/proposals/{proposal}/activity")))


def test_a_confirmation_that_came_late_is_asked_again(site: Site, proposal: ProposalId) -> None:
    here = f"/proposals/{proposal}/draft/business"
    client = site.signed_in(AUTHOR)
    data = form_of(seen(client.get(here)), here)
    data[next(name for name in data if name.endswith("-fee"))] = "0"
    confirmation = form_of(seen(client.post(here, data=data)), f"{here}/move")
    with site.world() as world:
        world.decide(BUSINESS, proposal)
    again = seen(client.post(f"{here}/move", data=confirmation), 409)
    assert "Something has happened in this review since." in again
    assert client.post(f"{here}/move", data=form_of(again, f"{here}/move")).status_code == 303


def test_a_suggestion_is_taken_over_in_review_after_the_same_page(site: Site, proposal: ProposalId) -> None:
    with site.world() as world:
        fee = SuggestCommand(SuggestionKind.FIELD, Anchor("business", "fee"), 0, None, 1)
        suggesting.suggest(world.context, world.actor(PARTNER), proposal, fee)
    client, accept = site.signed_in(AUTHOR), f"/proposals/{proposal}/suggestions/accept"
    between = seen(client.post(accept, data=form_of(seen(client.get(f"/proposals/{proposal}/review")), accept)))
    assert "Is no longer neededBusiness check" in words_of(between)
    answer = client.post(accept, data=form_of(between, accept))
    assert (answer.status_code, answer.headers["Location"].partition("#")[0]) == (303, f"/proposals/{proposal}/review")
    assert "The suggestion is taken over: version 2. Still needed" in words_of(seen(client.get(answer.headers["Location"])))
    again = client.post(accept, data=form_of(between, accept))
    assert "Somebody has settled this already." in words_of(seen(client.get(again.headers["Location"])))


def test_other_sections_and_other_people_stay_out(site: Site, proposal: ProposalId) -> None:
    client = site.signed_in(AUTHOR)
    assert "locked while it is in review" in seen(client.get(f"/proposals/{proposal}/draft/outcomes"))
    assert client.post(f"/proposals/{proposal}/draft/outcomes/move", data={"base": "1"}).status_code == 409
    assert site.signed_in(QUALITY).post(f"/proposals/{proposal}/draft/business/move", data={"base": "1"}).status_code == 403
