"""What would follow from a decision: the evaluator asked about one that nobody has made."""

from dataclasses import replace

from cowork.domain.ids import DecisionId, Digest
from cowork.domain.reviews import DecideCommand, decision
from cowork.domain.workflows.evaluation import read_digests
from cowork.domain.workflows.progress import Progress, Turn, Verdict
from cowork.services.cases import Case
from cowork.services.context import Context
from cowork.services.reviewing import Review, with_decision
from cowork.store.reviews import DecisionFull


def if_approved(context: Context, case: Case, review: Review, turn: Turn) -> Progress:
    """Where the review would stand if the actor approved on this turn now. Nothing is written."""
    version = review.version
    side = next(party.side for party in case.state.facts.parties if party.organisation == turn.party)
    digests = read_digests(review.workflow.stage(turn.stage), side, review.submission.digests)
    command = DecideCommand(turn.stage, turn.seat, Verdict.APPROVE, version.number, Digest(version.digest))
    made = replace(
        decision(command, turn, case.actor.name, review.round.number, digests, review.workflow.digest, context.now()),
        id=DecisionId("foreseen"),
    )
    return with_decision(context, review, DecisionFull(DecisionId("foreseen"), made, "", "", version.digest, "", ())).progress
