"""Putting on record that a refusal sent a proposal back by itself, in the commit in which that is found."""

from sqlalchemy.orm import Session

from cowork.domain.events import ReferredBack
from cowork.domain.ids import InterventionId, PersonId, ProposalId, RoundId
from cowork.domain.workflows.interventions import InterventionKind
from cowork.domain.workflows.interventions import referrals as on_record
from cowork.domain.workflows.progress import Progress
from cowork.services.context import Context
from cowork.store import interventions
from cowork.store.interventions import Acts


def record(
    session: Session, context: Context, proposal: ProposalId, round_: RoundId, acts: Acts, progress: Progress, by: PersonId
) -> list[ReferredBack]:
    """Keep what is not on record yet; its events. `by` is whose act led to it, or whoever submitted the round where time alone did.

    On record it holds, whatever is edited, and whoever votes anew, after it.
    """
    known = frozenset(on_record(acts.interventions))
    events = []
    for one in (one for one in progress.referrals if one not in known):
        payload = {"stage": one.stage, "to": one.to, "decisions": sorted(one.decisions)}
        key = InterventionId(context.new_id())
        interventions.add_intervention(session, key, proposal, round_, InterventionKind.REFERRED, payload, by, one.at, "")
        events.append(ReferredBack(round_, one.stage, one.to))
    return events
