"""Putting on record what a round does by itself, in the commit in which that is found: a refusal sent the proposal back, or a change began
a stage anew.
"""

from sqlalchemy.orm import Session

from cowork.domain.events import ReferredBack, StageRenewed
from cowork.domain.ids import InterventionId, PersonId, ProposalId, RoundId
from cowork.domain.workflows.interventions import InterventionKind
from cowork.domain.workflows.interventions import referrals as referred
from cowork.domain.workflows.interventions import renewals as renewed
from cowork.domain.workflows.progress import Progress, Submission
from cowork.services.context import Context
from cowork.store import interventions
from cowork.store.interventions import Acts


def record(
    session: Session, context: Context, proposal: ProposalId, round_: RoundId, acts: Acts, submission: Submission, progress: Progress,
    by: PersonId,
) -> list[ReferredBack | StageRenewed]:  # fmt: skip
    """Keep what is not on record yet; its events. `by` is whose act led to it, or whoever submitted the round where time alone did.

    On record it holds, whatever is edited, and whoever votes anew, after it.
    """
    known, begun = frozenset(referred(acts.interventions)), frozenset(renewed(acts.interventions))
    events: list[ReferredBack | StageRenewed] = []
    for stage in (one for one in submission.renewals if one not in begun):
        voided = {"stage": stage.stage, "voided": sorted(at.isoformat() for at in stage.voided)}
        key = InterventionId(context.new_id())
        interventions.add_intervention(session, key, proposal, round_, InterventionKind.RENEWED, voided, by, stage.at, "")
        events.append(StageRenewed(round_, stage.stage))
    for one in (one for one in progress.referrals if one not in known):
        payload = {"stage": one.stage, "to": one.to, "decisions": sorted(one.decisions)}
        key = InterventionId(context.new_id())
        interventions.add_intervention(session, key, proposal, round_, InterventionKind.REFERRED, payload, by, one.at, "")
        events.append(ReferredBack(round_, one.stage, one.to))
    return events
