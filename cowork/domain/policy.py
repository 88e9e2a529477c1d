"""The one policy. Default deny: an action is allowed only by a line here.

`proposal_verdict(action, actor, subject)` answers for a proposal, the module `organisation_policy` for what organisations keep,
`scope(actor)` for lists. Views, templates, API, search, exports and mail ask nobody else. A property test proves that a
proposal is listed exactly when reading it is allowed.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from cowork.domain.identity import Actor
from cowork.domain.ids import OfficeId, OrganisationId, PersonId, Side
from cowork.domain.proposals import EDITABLE, ProposalFacts, Role, SectionRule, Standing
from cowork.domain.section_rights import is_widened


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
    SEARCH_CODES = "search-codes"
    # about one proposal
    READ_PROPOSAL = "read-proposal"
    WATCH_PROPOSAL = "watch-proposal"
    EDIT_PROPOSAL = "edit-proposal"
    COMMENT = "comment"
    RESOLVE_THREAD = "resolve-thread"
    ANSWER_SUGGESTION = "answer-suggestion"
    SUBMIT_PROPOSAL = "submit-proposal"
    WITHDRAW_PROPOSAL = "withdraw-proposal"
    DECIDE = "decide"
    REPLY = "reply"  # to a consultation, which decides nothing
    EXPORT_PROPOSAL = "export-proposal"
    SIGN_ROWS = "sign-rows"
    MANAGE_PARTICIPANTS = "manage-participants"
    ASK_TO_JOIN = "ask-to-join"
    ANSWER_REQUEST = "answer-request"
    # about its running review, beside deciding
    UNDO_DECISION = "undo-decision"
    SETTLE_CONDITION = "settle-condition"
    HOLD_REVIEW = "hold-review"
    REVIVE_PROPOSAL = "revive-proposal"
    ADD_STAGE = "add-stage"
    CHOOSE_REVIEWERS = "choose-reviewers"
    NAME_PEOPLE = "name-people"
    OVERRIDE_STAGE = "override-stage"
    EDIT_IN_REVIEW = "edit-in-review"
    MIGRATE_REVIEW = "migrate-review"
    # about the files of one proposal, and letters of support
    ATTACH_FILE = "attach-file"
    KEEP_FILE = "keep-file"
    WRITE_LETTER = "write-letter"
    KEEP_LETTER = "keep-letter"
    # about one organisation
    READ_ORGANISATION = "read-organisation"
    MANAGE_ORGANISATION = "manage-organisation"
    READ_RECORD = "read-record"
    DELEGATE = "delegate"
    REVOKE_DELEGATION = "revoke-delegation"
    # about meetings: one's own list, an office, one meeting
    LIST_MEETINGS = "list-meetings"
    PLAN_MEETING = "plan-meeting"
    READ_MEETING = "read-meeting"
    RUN_MEETING = "run-meeting"
    MANAGE_WORKFLOWS = "manage-workflows"
    MANAGE_QUESTIONS = "manage-questions"
    # about templates
    LIST_TEMPLATES = "list-templates"
    MAKE_TEMPLATE = "make-template"
    READ_TEMPLATE = "read-template"
    EDIT_TEMPLATE = "edit-template"
    SAVE_AS_TEMPLATE = "save-as-template"


OPEN_TO_ALL = frozenset({Action.SIGN_IN, Action.READ_PUBLIC, Action.READ_FEED})
OPEN_TO_SIGNED_IN = frozenset(
    {
        Action.SIGN_OUT, Action.OWN_ACCOUNT, Action.OWN_NOTIFICATIONS, Action.LIST_PROPOSALS, Action.START_PROPOSAL, Action.LIST_MEETINGS,
        Action.LIST_TEMPLATES, Action.MAKE_TEMPLATE, Action.SEARCH_CODES,
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


def writes(actor: Actor, subject: ProposalFacts) -> bool:
    """Whether this person writes the proposal, or ever did: they decide nothing about it, and record nobody's decision."""
    return role_of(actor, subject) is Role.AUTHOR or actor.person in subject.writers


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
            return _may_comment(actor, subject, role)
        case Action.DECIDE | Action.REPLY:
            return _may_decide(actor, subject) if action is Action.DECIDE else _may_reply(actor, subject)
        case Action.WITHDRAW_PROPOSAL:
            return _may_withdraw(subject, role)
        case Action.SIGN_ROWS:
            return _may_sign(actor, subject)
        case Action.ATTACH_FILE | Action.KEEP_FILE | Action.WRITE_LETTER | Action.KEEP_LETTER:
            return _may_file(action, actor, subject, role)
        case Action.ANSWER_SUGGESTION | Action.SAVE_AS_TEMPLATE:
            return _either(role is Role.AUTHOR, _AUTHORS_ALONE[action])
        case Action.MANAGE_PARTICIPANTS | Action.ANSWER_REQUEST | Action.ASK_TO_JOIN:
            return _may_choose_people(action, actor, subject, role)
        case Action.UNDO_DECISION | Action.SETTLE_CONDITION | Action.REVIVE_PROPOSAL | Action.EDIT_IN_REVIEW:
            return _may_follow_up(action, actor, subject, role)
        case _:
            return _may_steer(action, actor, subject, role)


_AUTHORS_ALONE = {
    Action.ANSWER_SUGGESTION: "Its authors answer what is suggested. You can comment on it.",
    Action.SAVE_AS_TEMPLATE: "Only its authors save this proposal as a template.",
}
"""What nobody but an author does, and what whoever else asks is told."""


def _may_choose_people(action: Action, actor: Actor, subject: ProposalFacts, role: Role | None) -> Verdict:
    """Choosing who takes part and answering who asks to; asking is for the parties' members."""
    if action is Action.ASK_TO_JOIN:
        return _either(bool(organisations_of(actor, subject)), "Only members of its parties ask to take part in this proposal.")
    administers = any(actor.admin_of(party.organisation) for party in subject.parties)
    words = "Only its authors and the administrators of its parties choose who takes part."
    return _either(role is Role.AUTHOR or administers, words)


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


def _may_file(action: Action, actor: Actor, subject: ProposalFacts, role: Role | None) -> Verdict:
    """Attaching and keeping files is for authors; a letter of support is written by any member of a party. Whose file it is, is asked
    by `keeper_verdict`."""
    if action in (Action.ATTACH_FILE, Action.KEEP_FILE) and role is not Role.AUTHOR:
        return Verdict(False, "Only its authors attach files to this proposal. Ask one of them, or to be made an author.")
    if action in (Action.WRITE_LETTER, Action.KEEP_LETTER) and not organisations_of(actor, subject):
        return Verdict(False, "Only members of a party write letters for this proposal.")
    if subject.standing in (Standing.APPROVED, Standing.REJECTED):
        return Verdict(False, "This proposal has ended, so its files are kept as they are.")
    return ALLOWED


def keeper_verdict(actor: Actor, subject: ProposalFacts, owner: OrganisationId) -> Verdict:
    """Whether an author may change a file that this party attached: each party keeps its own."""
    if owner in actor.memberships:
        return ALLOWED
    party = subject.party(owner)
    return Verdict(False, f"{party.name if party else 'Another party'} attached this file and keeps it. Ask one of its authors.")


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
        case Action.NAME_PEOPLE:
            ruling = _either(is_seated(actor, subject), "Only whoever is asked to name people for this review names them.")
            if ruling.allowed and writes(actor, subject):
                ruling = Verdict(False, "Nobody names those who decide on a proposal they write. Another holder of the office has to.")
        case Action.OVERRIDE_STAGE:
            ruling = _either(actor.admin_of(lead), "Only administrators of the leading party pass a stage.")
            if ruling.allowed and writes(actor, subject):
                ruling = Verdict(False, "Nobody passes a stage of a proposal they write. Another administrator has to.")
        case Action.MIGRATE_REVIEW:
            ruling = _either(actor.admin_of(lead), "Only administrators of the leading party change the workflow of a running review.")
        case _:
            return Verdict(False, "This is not something one does to a proposal.")
    if ruling.allowed and subject.standing is not Standing.IN_REVIEW:
        return Verdict(False, "This proposal is not in review.")
    return ruling


def signs_for(actor: Actor, subject: ProposalFacts) -> tuple[OrganisationId, ...]:
    """The employers for which this person signs rows of the alignment: as their author, or because the review asks them."""
    written = {p.organisation for p in subject.participants if p.person == actor.person and p.role is Role.AUTHOR}
    seated = is_seated(actor, subject)
    return tuple(
        party.organisation
        for party in subject.parties
        if party.side is Side.EMPLOYER and party.organisation in actor.memberships and (seated or party.organisation in written)
    )


def _may_sign(actor: Actor, subject: ProposalFacts) -> Verdict:
    if not signs_for(actor, subject):
        return Verdict(False, "Only authors of an employer, and whoever the review asks for an employer, sign rows of the alignment.")
    if subject.standing in (Standing.APPROVED, Standing.REJECTED):
        return Verdict(False, "This proposal is closed, so its rows are signed no more.")
    return ALLOWED


def _either(allowed: bool, reason: str) -> Verdict:
    return ALLOWED if allowed else Verdict(False, reason)


def _may_comment(actor: Actor, subject: ProposalFacts, role: Role | None) -> Verdict:
    """Commenting at all; in which sections is said by `section_rights.right_in`."""
    if role is Role.READER and not is_widened(actor, subject):
        return Verdict(False, "You take part as a reader. Ask on the People page to be let comment.")
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


def _may_decide(actor: Actor, subject: ProposalFacts) -> Verdict:
    if subject.standing is Standing.IN_REVIEW and writes(actor, subject):
        return Verdict(False, "Nobody decides on a proposal they write. Another holder of the office has to.")
    return _may_reply(actor, subject)


def _may_reply(actor: Actor, subject: ProposalFacts) -> Verdict:
    """Answering what a consultation asks: its authors do so too, where it asks them."""
    if subject.standing is not Standing.IN_REVIEW:
        return Verdict(False, "This proposal is not in review, so there is nothing to decide.")
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


def section_rule_verdict(actor: Actor, subject: ProposalFacts, rule: SectionRule) -> Verdict:
    """Whether somebody who manages participants may set this right: for others of their own party, or as a grant to the other side."""
    party = subject.party(rule.organisation)
    if party is None:
        return Verdict(False, "Choose one of the parties of this proposal.")
    if rule.granted:
        own = {one.side for one in subject.parties if one.organisation in actor.memberships}
        if own - {party.side}:
            return ALLOWED
        return Verdict(False, f"What {party.name} may edit beside its own is granted by the other side. Ask one of its authors.")
    if rule.organisation not in actor.memberships:
        return Verdict(False, f"{party.name} sets the rights of its own people. Ask one of its authors or administrators.")
    if rule.person == actor.person:
        return Verdict(False, "Nobody sets their own rights. Ask another author or an administrator of your organisation.")
    return ALLOWED


def joining_verdict(actor: Actor, subject: ProposalFacts, opened: frozenset[OrganisationId]) -> Verdict:
    """Whether somebody who may not read a proposal may see that it exists and ask to join: members of a party whose authors opened it."""
    if not may_read(actor, subject) and opened & organisations_of(actor, subject):
        return ALLOWED
    return HIDDEN


def general_verdict(action: Action, actor: Actor | None) -> Verdict:
    """Actions that concern no single proposal or organisation."""
    if action in OPEN_TO_ALL:
        return ALLOWED
    if actor is None:
        return Verdict(False, "Sign in to go on.")
    if action in OPEN_TO_SIGNED_IN:
        return ALLOWED
    return Verdict(False, "This action needs a proposal or an organisation to act on.")
