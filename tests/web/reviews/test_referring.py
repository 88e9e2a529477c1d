"""A refusal that goes back by itself, as the decision form, the route and the activity tell it."""

from cowork.domain.workflows.progress import Verdict
from cowork.services import reviews, undoing
from tests.services.test_chains import ADMIN, DEAN, HEAD, submitted
from tests.services.test_referring import REFERRING
from tests.web.conftest import Site, seen

ALONE = REFERRING.replace('rule = "majority" }]', 'rule = "any" }]')


def test_it_is_told_before_and_after(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world, ALONE)
        world.decide(HEAD, proposal)
    form = seen(site.signed_in(DEAN).get(f"/proposals/{proposal}/review"))
    assert form.count("Goes back to Head") == 2
    assert "No stage that you choose: it goes back to Head" in form
    with site.world() as world:
        world.decide(DEAN, proposal, Verdict.REJECT, reason="Not yet.")
    route = seen(site.signed_in(ADMIN).get(f"/proposals/{proposal}/route"))
    assert "Deans’ vote referred it back to Head on" in route
    assert "It referred the proposal back to Head" in route
    assert "“Deans’ vote” referred it back to “Head”" in route
    activity = seen(site.signed_in(ADMIN).get(f"/proposals/{proposal}/activity"))
    assert "The stage “Deans’ vote” referred the proposal back to “Head”" in activity
    with site.world() as world:
        world.decide(HEAD, proposal)
    again = seen(site.signed_in(DEAN).get(f"/proposals/{proposal}/review"))
    assert "Goes back to Head" not in again
    assert "Ends this proposal for everybody" in again


def test_one_that_fell_says_so_in_its_round(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world, ALONE)
        world.decide(HEAD, proposal)
        world.pass_time()
        world.decide(DEAN, proposal, Verdict.REJECT, reason="Not yet.")
    words = "It no longer counts: a decision on which it rested was taken back"
    assert words not in seen(site.signed_in(ADMIN).get(f"/proposals/{proposal}/route"))
    with site.world() as world:
        made = reviews.route(world.context, world.actor(DEAN), proposal).decisions[-1].id
        world.pass_time()
        undoing.undo(world.context, world.actor(DEAN), proposal, made, "A slip.")
    route = seen(site.signed_in(ADMIN).get(f"/proposals/{proposal}/route"))
    assert words in route
    assert "referred it back to Head on" not in route


def test_a_vote_says_what_follows_where_it_fails(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world, REFERRING)
        world.decide(HEAD, proposal)
    assert seen(site.signed_in(DEAN).get(f"/proposals/{proposal}/review")).count("If the vote fails so: goes back to Head") == 2
