"""An end on the route: what it says while it may come, once it has, and where it did not."""

from cowork.domain.workflows.progress import Verdict
from tests.services.test_chains import ADMIN, HEAD, QUALITY, submitted
from tests.services.test_ends import ENDING
from tests.web.conftest import Site, seen


def test_the_route_says_that_the_round_ends_there(site: Site) -> None:
    with site.world() as world:
        proposal = submitted(world, ENDING.replace("changes-requested", "rejected"))
        world.decide(HEAD, proposal, Verdict.REJECT, reason="No.")
    client = site.signed_in(ADMIN)
    assert "Would end the round" in seen(client.get(f"/proposals/{proposal}/route"))
    with site.world() as world:
        world.decide(QUALITY, proposal, Verdict.REJECT, reason="No.")
    ended = seen(client.get(f"/proposals/{proposal}/route"))
    assert "The round ends here" in ended
    assert "Neither the head nor the quality office supports it." in ended
