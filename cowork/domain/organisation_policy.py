"""The part of the one policy that speaks of organisations and what they keep: offices, delegations, meetings, templates, workflows."""

from cowork.domain.identity import Actor
from cowork.domain.ids import OfficeId, OrganisationId, PersonId, Side
from cowork.domain.policy import ALLOWED, HIDDEN, Action, Verdict
from cowork.domain.templates import Reach, TemplateFacts


def organisation_verdict(action: Action, actor: Actor, organisation: OrganisationId) -> Verdict:
    """Whether a person may do this to this organisation: members read it, its administrators manage it."""
    if organisation not in actor.memberships:
        return HIDDEN
    if action in (Action.READ_ORGANISATION, Action.DELEGATE):
        return ALLOWED
    what = _ADMINISTERED.get(action)
    if what is None:
        return Verdict(False, "This is not something one does to an organisation.")
    if actor.admin_of(organisation):
        return ALLOWED
    return Verdict(False, f"Only administrators of this organisation {what}. Ask one of them.")


_ADMINISTERED = {
    Action.MANAGE_ORGANISATION: "change its people and offices",
    Action.READ_RECORD: "read its record",
    Action.MANAGE_WORKFLOWS: "change its workflows",
    Action.MANAGE_QUESTIONS: "change its questions",
}
"""What is for the administrators of an organisation, in words."""


def delegation_verdict(
    action: Action, actor: Actor, organisation: OrganisationId, delegator: PersonId, delegate: PersonId | None = None
) -> Verdict:
    """Whether a person may let somebody act for this member, or end it: members for themselves, administrators for everybody."""
    if organisation not in actor.memberships:
        return HIDDEN
    concerned = {delegator} | ({delegate} if action is Action.REVOKE_DELEGATION else set())
    if action in (Action.DELEGATE, Action.REVOKE_DELEGATION) and (actor.person in concerned or actor.admin_of(organisation)):
        return ALLOWED
    return Verdict(False, "Only those concerned and the administrators of this organisation decide who acts for whom. Ask one of them.")


def meeting_verdict(action: Action, actor: Actor, organisation: OrganisationId, office: OfficeId, runners: frozenset[PersonId]) -> Verdict:
    """Whether a person may do this to a meeting of this office: who holds it (or acts for a holder) reads; its chair, its secretary
    (`runners`) and administrators of the organisation run it.
    """
    runs = actor.admin_of(organisation) or (actor.person in runners and office in actor.offices)
    if not runs and office not in actor.offices:
        return HIDDEN
    if action is Action.READ_MEETING or (runs and action in (Action.RUN_MEETING, Action.PLAN_MEETING)):
        return ALLOWED
    if action in (Action.RUN_MEETING, Action.PLAN_MEETING):
        return Verdict(False, "Only its chair, its secretary and administrators of the organisation run the meetings of this office.")
    return Verdict(False, "This is not something one does to a meeting.")


def template_verdict(action: Action, actor: Actor, subject: TemplateFacts) -> Verdict:
    """Whether a person may do this to a template: members of its owner read it, and those whom a published one is given to; whoever made
    it and administrators of its owner change it.
    """
    own = subject.owner in actor.memberships
    if not own and not _is_given(actor, subject):
        return HIDDEN
    if action is Action.READ_TEMPLATE:
        return ALLOWED
    if action is Action.EDIT_TEMPLATE and own and (actor.person == subject.created_by or actor.admin_of(subject.owner)):
        return ALLOWED
    return Verdict(False, "Whoever made this template and the administrators of its organisation change it. Make one of your own from it.")


def _is_given(actor: Actor, subject: TemplateFacts) -> bool:
    if subject.version == 0 or subject.retired:
        return False
    if subject.reach is Reach.UNIVERSITIES:
        return any(belonging.side is Side.UNIVERSITY for belonging in actor.memberships.values())
    return subject.reach is Reach.CHOSEN and any(one in actor.memberships for one in subject.given_to)
