"""Stages that begin anew, because what was said there in this round was voided by a change of what they read.

Without that an edit would turn round what was said: an objection would be void and its term over, so that silence would consent; a
meeting would be closed with its votes gone; a term would have ended without the approval that was given in time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from cowork.domain.workflows.case import sides_of
from cowork.domain.workflows.definition import DECIDING, Dissent, StageKind, Workflow
from cowork.domain.workflows.progress import DISSENTS, Bench, Decision, Renewal, Submission, Verdict
from cowork.domain.workflows.voting import read_digests

_ASKED_AGAIN = DECIDING | {StageKind.NOTICE}


def renewed(
    workflow: Workflow, submission: Submission, decisions: Iterable[Decision], benches: Sequence[Bench], now: datetime
) -> Submission:
    """The submission with what is on record and, from now on, a renewal of each stage where something is void that none is for yet.

    A stage that an administrator has passed stays passed.
    """
    known = {(one.stage, key) for one in submission.renewals if one.round == submission.round for key in one.voided}
    passed = {one.stage for one in submission.overrides}
    accepted = {workflow.digest, *submission.earlier_workflows}
    own = [d for d in decisions if d.round == submission.round and d.undone_at is None and d.workflow in accepted]
    found = list(submission.renewals)
    for stage in workflow.stages:
        if stage.kind not in _ASKED_AGAIN or stage.key in passed:
            continue
        void = {d.at for d in own if d.stage == stage.key and _is_void(workflow, submission, benches, d)}
        if fresh := {at for at in void if (stage.key, at) not in known}:
            found.append(Renewal(stage.key, now, submission.round, frozenset(fresh)))
    return replace(submission, renewals=tuple(found))


def _is_void(workflow: Workflow, submission: Submission, benches: Sequence[Bench], decision: Decision) -> bool:
    """Whether a decision was on another text than the one in review. A dissent that ends the round alone, and a recusal, last."""
    stage = workflow.stage(decision.stage)
    seat = next((seat for seat in stage.seats if seat.key == decision.seat), None)
    if seat is None or decision.verdict in (Verdict.RECUSE, Verdict.TABLE):
        return False
    if decision.verdict in DISSENTS and seat.rule.dissent is Dissent.ENDS:
        return False
    side = sides_of(workflow, benches).get(decision.party, seat.side)
    return read_digests(stage, side, decision.digests) != read_digests(stage, side, submission.digests)
