"""The record of a proposal or an organisation: what happened, by whom, and how to prove that nothing of it was changed."""

from flask import Blueprint, render_template, request

from cowork.domain.ids import OrganisationId, ProposalId
from cowork.domain.policy import Action
from cowork.services import audit
from cowork.web import access
from cowork.web.audit.organisation import record_rows
from cowork.web.audit.sentences import event_rows
from cowork.web.parameters import optional_number
from cowork.web.proposals.pages import proposal_frame

blueprint = Blueprint("audit", __name__)


@access.route(blueprint, "/proposals/<string:proposal>/activity", Action.READ_PROPOSAL)
def activity(proposal: str) -> str:
    before = optional_number(request.args.get("before"))
    found = audit.activity(access.context(), access.actor(), ProposalId(proposal), before)
    base = f"/proposals/{found.case.state.id}/activity"
    older = f"{base}?before={found.next}" if found.next else ""
    frame = proposal_frame(found.case, "activity")
    newest = base if before else ""
    return render_template(
        "audit/activity.html", frame=frame, rows=event_rows(found), newer=newest, older=older,
        count=found.count, head=found.case.state.event_head,
    )  # fmt: skip


@access.route(blueprint, "/organisations/<string:organisation>/record", Action.READ_RECORD)
def record(organisation: str) -> str:
    before = optional_number(request.args.get("before"))
    found = audit.of_organisation(access.context(), access.actor(), OrganisationId(organisation), before)
    base = f"/organisations/{found.card.id}/record"
    older = f"{base}?before={found.next}" if found.next else ""
    return render_template(
        "audit/record.html", card=found.card, rows=record_rows(found), newer=base if before else "", older=older, count=found.count,
        head=found.head, base=base,
    )  # fmt: skip
