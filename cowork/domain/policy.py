"""The one policy. Default deny: an action is allowed only by a line here.

`verdict(action, actor, subject)` answers for one thing, `scope(actor)` for lists. Views, templates, API, search, exports and mail ask
nobody else. A property test proves that a proposal is listed exactly when reading it is allowed.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from cowork.domain.identity import Actor
from cowork.domain.ids import OfficeId, OrganisationId, PersonId, Side
from cowork.domain.proposals import EDITABLE, ProposalFacts, Role, Standing


class Action(StrEnum):
    """Everything that a route can do. Every route names one."""

    # open to everybody
    SIGN_IN = "sign-in"
    READ_PUBLIC = "read-public"
    READ_FEED = "read-feed"  # of whoever knows its secret address
    # open to every signed-in person, about themselves or what their scope lists
    SIGN_OUT = "sign-out"
    OWN_ACCOUNT = "own-account"
    OWN_NOTIFICATIONS = "own-notifications"
    LIST_PROPOSALS = "list-proposals"
    START_PROPOSAL = "start-proposal"
    # about one proposal
    READ_PROPOSAL = "read-proposal"
    WATCH_PROPOSAL = "watch-proposal"
    EDIT_PROPOSAL = "edit-proposal"
    COMMENT = "comment"
    RESOLVE_THREAD = "resolve-thread"
    SUBMIT_PROPOSAL = "submit-proposal"
    WITHDRAW_PROPOSAL = "withdraw-proposal"
    DECIDE = "decide"
    EXPORT_PROPOSAL = "export-proposal"
    MANAGE_PARTICIPANTS = "manage-participants"
    # about its running review, beside deciding
    UNDO_DECISION = "undo-decision"
    SETTLE_CONDITION = "settle-condition"
    HOLD_REVIEW = "hold-review"
    REVIVE_PROPOSAL = "revive-proposal"
    ADD_STAGE = "add-stage"
    CHOOSE_REVIEWERS = "choose-reviewers"
    OVERRIDE_STAGE = "override-stage"
    EDIT_IN_REVIEW = "edit-in-review"
    MIGRATE_REVIEW = "migrate-review"
    # about one organisation
    READ_ORGANISATION = "read-organisation"
    MANAGE_ORGANISATION = "manage-organisation"
    DELEGATE = "delegate"
    REVOKE_DELEGATION = "revoke-delegation"
    # about meetings: one's own list, an office, one meeting
    LIST_MEETINGS = "list-meetings"
    PLAN_MEETING = "plan-meeting"
    READ_MEETING = "read-meeting"
    RUN_MEETING = "run-meeting"
    MANAGE_WORKFLOWS = "manage-workflows"


OPEN_TO_ALL = frozenset({Action.SIGN_IN, Action.READ_PUBLIC, Action.READ_FEED})
OPEN_TO_SIGNED_IN = frozenset(
    {
        Action.SIGN_OUT, Action.OWN_ACCOUNT, Action.OWN_NOTIFICATIONS, Action.LIST_PROPOSALS, Action.START_PROPOSAL, Action.LIST_MEETINGS,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """`hidden` says that the person may not even learn that the thing exists: answer as for an unknown one."""

    allowed: bool
    reason: str = ""
    hidden: bool = False


ALLOWED = Verdict(True)
HIDDEN = Verdict(False, "This does not exist, or it is not open to you.", hidden=True)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which proposals a person's lists hold.

    Those they take part in, those of organisations they administer, and those that ask an office they hold.
    """

    person: PersonId
    member_of: frozenset[OrganisationId]
    admin_of: frozenset[OrganisationId]
    offices: frozenset[OfficeId]

    def principals(self) -> tuple[str, ...]:
        """The same as plain keys, in the form that the access projection stores."""
        return (
            *sorted(member_key(self.person, organisation) for organisation in self.member_of),
            *sorted(admin_key(organisation) for organisation in self.admin_of),
            *sorted(office_key(office) for office in self.offices),
        )


def member_key(person: PersonId, organisation: OrganisationId) -> str:
    """A participant counts for the party they take part for: who leaves the organisation loses its proposals at once."""
    return f"member:{organisation}:{person}"


def admin_key(organisation: OrganisationId) -> str:
    return f"admin:{organisation}"


def office_key(office: OfficeId) -> str:
    return f"office:{office}"


def readers_of(subject: ProposalFacts) -> frozenset[str]:
    """The keys of everybody who may read a proposal: what the access projection must hold."""
    return frozenset(
        {member_key(p.person, p.organisation) for p in subject.participants}
        | {admin_key(party.organisation) for party in subject.parties}
        | {office_key(office) for office in subject.seated}
        | {member_key(person, organisation) for person, organisation in subject.seated_people}
    )


def scope(actor: Actor) -> Scope:
    """The scope of a person's lists."""
    return Scope(
        actor.person,
        frozenset(actor.memberships),
        frozenset(b.organisation for b in actor.memberships.values() if b.admin),
        actor.offices,
    )


def sides_of(actor: Actor, subject: ProposalFacts) -> frozenset[Side]:
    """The sides whose private lane this person reads in this proposal: those of the parties they belong to."""
    return frozenset(party.side for party in subject.parties if party.organisation in actor.memberships)


def organisations_of(actor: Actor, subject: ProposalFacts) -> frozenset[OrganisationId]:
    """The parties of this proposal that this person belongs to: whose own lane of comments they read."""
    return frozenset(party.organisation for party in subject.parties if party.organisation in actor.memberships)


def role_of(actor: Actor, subject: ProposalFacts) -> Role | None:
    """The strongest role of a person who still belongs to the party they take part for."""
    held = {p.role for p in subject.participants if p.person == actor.person and p.organisation in actor.memberships}
    return next((role for role in (Role.AUTHOR, Role.COMMENTER, Role.READER) if role in held), None)


def writing_sides(actor: Actor, subject: ProposalFacts) -> frozenset[Side]:
    """The sides for which this person writes the specification: those of the parties they are an author for."""
    written_for = {
        p.organisation
        for p in subject.participants
        if p.person == actor.person and p.role is Role.AUTHOR and p.organisation in actor.memberships
    }
    return frozenset(party.side for party in subject.parties if party.organisation in written_for)


def may_read(actor: Actor, subject: ProposalFacts) -> bool:
    """Reading a proposal; the same rule as `scope`, for one."""
    if role_of(actor, subject) is not None or is_seated(actor, subject):
        return True
    return any(actor.admin_of(party.organisation) for party in subject.parties)


def is_seated(actor: Actor, subject: ProposalFacts) -> bool:
    """Whether the review asks an office that this person holds, or asks them by name for an organisation they belong to."""
    named = any(person == actor.person and organisation in actor.memberships for person, organisation in subject.seated_people)
    return named or bool(actor.offices & subject.seated)


def proposal_verdict(action: Action, actor: Actor, subject: ProposalFacts) -> Verdict:
    """Whether a person may do this to this proposal."""
    if not may_read(actor, subject):
        return HIDDEN
    role = role_of(actor, subject)
    match action:
        case Action.READ_PROPOSAL | Action.WATCH_PROPOSAL | Action.EXPORT_PROPOSAL:
            return ALLOWED
        case Action.EDIT_PROPOSAL | Action.SUBMIT_PROPOSAL:
            return _may_edit(subject, role)
        case Action.COMMENT | Action.RESOLVE_THREAD:
            return _may_comment(role)
        case Action.DECIDE:
            return _may_decide(actor, subject, role)
        case Action.WITHDRAW_PROPOSAL:
            return _may_withdraw(subject, role)
        case Action.MANAGE_PARTICIPANTS:
            if role is Role.AUTHOR or any(actor.admin_of(party.organisation) for party in subject.parties):
                return ALLOWED
            return Verdict(False, "Only its authors and the administrators of its parties choose who takes part.")
        case Action.UNDO_DECISION | Action.SETTLE_CONDITION | Action.REVIVE_PROPOSAL | Action.EDIT_IN_REVIEW:
            return _may_follow_up(action, actor, subject, role)
        case _:
            return _may_steer(action, actor, subject, role)


def _may_follow_up(action: Action, actor: Actor, subject: ProposalFacts, role: Role | None) -> Verdict:
    """What is left to do after a decision: take it back, meet its condition, revive what was rejected, edit what a stage leaves open."""
    match action:
        case Action.UNDO_DECISION:
            if not is_seated(actor, subject):
                return Verdict(False, "Only whoever was asked in this review has a decision to take back.")
            if subject.standing not in (Standing.IN_REVIEW, Standing.CHANGES_REQUESTED, Standing.REJECTED):
                return Verdict(False, "This review has gone on since, so its decisions stay on record.")
        case Action.SETTLE_CONDITION:
            if subject.standing is not Standing.IN_REVIEW:
                return Verdict(False, "This proposal is not in review, so its conditions are not open.")
        case Action.REVIVE_PROPOSAL:
            if role is not Role.AUTHOR:
                return Verdict(False, "Only its authors can revive this proposal.")
            if subject.standing is not Standing.REJECTED:
                return Verdict(False, "Only a rejected proposal is revived.")
        case _:
            if role is not Role.AUTHOR:
                return Verdict(False, "Only its authors change this proposal. You can comment on it, or ask an author to add you.")
            if subject.standing is not Standing.IN_REVIEW:
                return Verdict(False, "This proposal is not in review. Edit its draft instead.")
    return ALLOWED


def _may_steer(action: Action, actor: Actor, subject: ProposalFacts, role: Role | None) -> Verdict:
    """Holding a running review, changing its route or people, passing a stage."""
    lead = subject.lead().organisation
    administers = any(actor.admin_of(party.organisation) for party in subject.parties)
    leads = role is Role.AUTHOR and any(p.person == actor.person and p.organisation == lead for p in subject.participants)
    match action:
        case Action.HOLD_REVIEW:
            ruling = _either(administers or leads, "Only authors of the leading party and administrators of a party hold a review.")
        case Action.ADD_STAGE:
            ruling = _either(
                administers or (is_seated(actor, subject) and role is not Role.AUTHOR),
                "Only administrators of a party and those who are asked in this review add a stage.",
            )
        case Action.CHOOSE_REVIEWERS:
            ruling = _either(administers, "Only administrators of a party choose who is asked for it in a review.")
        case Action.OVERRIDE_STAGE:
            ruling = _either(actor.admin_of(lead), "Only administrators of the leading party pass a stage.")
            if ruling.allowed and (role is Role.AUTHOR or actor.person in subject.writers):
                ruling = Verdict(False, "Nobody passes a stage of a proposal they write. Another administrator has to.")
        case Action.MIGRATE_REVIEW:
            ruling = _either(actor.admin_of(lead), "Only administrators of the leading party change the workflow of a running review.")
        case _:
            return Verdict(False, "This is not something one does to a proposal.")
    if ruling.allowed and subject.standing is not Standing.IN_REVIEW:
        return Verdict(False, "This proposal is not in review.")
    return ruling


def _either(allowed: bool, reason: str) -> Verdict:
    return ALLOWED if allowed else Verdict(False, reason)


def _may_comment(role: Role | None) -> Verdict:
    if role is Role.READER:
        return Verdict(False, "You take part as a reader. Ask an author to let you comment.")
    return ALLOWED


def _may_edit(subject: ProposalFacts, role: Role | None) -> Verdict:
    if role is not Role.AUTHOR:
        return Verdict(False, "Only its authors change this proposal. You can comment on it, or ask an author to add you.")
    return _editable(subject.standing)


def _may_withdraw(subject: ProposalFacts, role: Role | None) -> Verdict:
    if role is not Role.AUTHOR:
        return Verdict(False, "Only its authors can withdraw this proposal.")
    if subject.standing is not Standing.IN_REVIEW:
        return Verdict(False, "Only a proposal in review can be withdrawn.")
    return ALLOWED


def _editable(standing: Standing) -> Verdict:
    if standing in EDITABLE:
        return ALLOWED
    match standing:
        case Standing.IN_REVIEW:
            return Verdict(False, "The text is locked while it is in review. Withdraw the proposal to change it, or wait for the decision.")
        case Standing.APPROVED:
            return Verdict(False, "An approved specification cannot be changed. Start a revision of its programme instead.")
        case Standing.REJECTED:
            return Verdict(False, "This proposal was rejected and is kept as a record. Start a new one instead.")
        case Standing.DRAFT | Standing.CHANGES_REQUESTED | Standing.WITHDRAWN:
            return ALLOWED
        case _ as never:
            assert_never(never)


def _may_decide(actor: Actor, subject: ProposalFacts, role: Role | None) -> Verdict:
    if subject.standing is not Standing.IN_REVIEW:
        return Verdict(False, "This proposal is not in review, so there is nothing to decide.")
    if role is Role.AUTHOR or actor.person in subject.writers:
        return Verdict(False, "Nobody decides on a proposal they write. Another holder of the office has to.")
    if not is_seated(actor, subject):
        return Verdict(False, "Neither you nor any of your offices is asked in this review.")
    return ALLOWED


def participant_verdict(actor: Actor, subject: ProposalFacts, person: PersonId, organisation: OrganisationId, role: Role | None) -> Verdict:
    """Whether somebody who manages participants may give this person this role, or end their part (role None).

    Each party chooses its own people. Others may bring in somebody new, so that drafting can begin and a question can be asked; but not
    change or end anybody's part, nor make a further author for a party that has one: authors lose their vote, so that would silence it.
    """
    if organisation in actor.memberships:
        return ALLOWED
    of_party = [p for p in subject.participants if p.organisation == organisation]
    known = any(p.person == person for p in of_party)
    if not known and (role is not Role.AUTHOR or all(p.role is not Role.AUTHOR for p in of_party)):
        return ALLOWED
    party = subject.party(organisation)
    name = party.name if party else "That party"
    return Verdict(False, f"{name} chooses its own people. Ask one of its authors or administrators.")


def organisation_verdict(action: Action, actor: Actor, organisation: OrganisationId) -> Verdict:
    """Whether a person may do this to this organisation: members read it, its administrators manage it."""
    if organisation not in actor.memberships:
        return HIDDEN
    if action in (Action.READ_ORGANISATION, Action.DELEGATE):
        return ALLOWED
    if action is Action.MANAGE_ORGANISATION:
        if actor.admin_of(organisation):
            return ALLOWED
        return Verdict(False, "Only administrators of this organisation change its people and offices. Ask one of them.")
    if action is Action.MANAGE_WORKFLOWS:
        if actor.admin_of(organisation):
            return ALLOWED
        return Verdict(False, "Only administrators of this organisation change its workflows. Ask one of them.")
    return Verdict(False, "This is not something one does to an organisation.")


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


def general_verdict(action: Action, actor: Actor | None) -> Verdict:
    """Actions that concern no single proposal or organisation."""
    if action in OPEN_TO_ALL:
        return ALLOWED
    if actor is None:
        return Verdict(False, "Sign in to go on.")
    if action in OPEN_TO_SIGNED_IN:
        return ALLOWED
    return Verdict(False, "This action needs a proposal or an organisation to act on.")
