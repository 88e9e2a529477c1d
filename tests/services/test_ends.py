"""A stage at which the round ends, where it runs: reached by a decision, and told as what it is."""

from cowork.domain.proposals import Standing
from cowork.domain.workflows.progress import Verdict
from cowork.services import audit, checks
from tests.services.test_chains import ADMIN, AUTHOR, HEAD, QUALITY, standings, state, submitted
from tests.world import World

ENDING = """
[[stage]]
key = "head"
title = "Head"
kind = "endorse"
refusal = "continues"
seat = [{ key = "head", side = "university", office = "department-head", title = "Head", rule = "any" }]

[[stage]]
key = "office"
title = "Quality office"
kind = "check"
refusal = "continues"
seat = [{ key = "office", side = "university", office = "quality-office", title = "Quality office", rule = "any" }]

[[stage]]
key = "neither"
title = "Neither the head nor the quality office supports it"
kind = "end"
outcome = "changes-requested"
when = { all = [{ fact = "stage.head.head", is = "refused" }, { fact = "stage.office.office", is = "refused" }] }

[[stage]]
key = "dean"
title = "Dean"
kind = "decide"
after = ["office"]
seat = [{ key = "dean", side = "university", office = "dean", title = "Dean", rule = "any" }]
"""


def test_two_refusals_end_the_round_and_its_authors_submit_again(world: World) -> None:
    proposal = submitted(world, ENDING)
    world.decide(HEAD, proposal, Verdict.REJECT, reason="No.")
    assert standings(world, proposal) == {"head": "refused", "office": "open", "neither": "waiting", "dean": "waiting"}
    world.decide(QUALITY, proposal, Verdict.REJECT, reason="No.")
    found = state(proposal)
    assert found.standing is Standing.CHANGES_REQUESTED
    assert found.sentence.startswith("Not approved on ")
    assert found.sentence.endswith(": Neither the head nor the quality office supports it. Revise the proposal and submit it again.")
    told = audit.activity(world.context, world.actor(ADMIN), proposal).entries
    assert [entry.payload["stage"] for entry in told if entry.kind == "changes-requested"] == ["neither"]
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()
    world.submit(proposal, AUTHOR)
    assert standings(world, proposal)["head"] == "open"
