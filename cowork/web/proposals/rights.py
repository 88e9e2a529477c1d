"""Who may do what in which section: the matrix on the People page, and the page on which the rights in one section are set."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from cowork.domain.errors import Invalid
from cowork.domain.ids import OrganisationId, PersonId, ProposalId
from cowork.domain.policy import Action, section_rule_verdict
from cowork.domain.proposals import ParticipantFacts, PartyFacts, Right, SectionRule
from cowork.domain.section_rights import (
    MOST,
    ORDER,
    OTHER,
    can_grant,
    includes,
    is_granted,
    narrower,
    nobody_edits,
    right_of,
    rule_for,
    usual,
)
from cowork.domain.specifications.form import Section
from cowork.services import section_rights
from cowork.services.cases import Case
from cowork.services.section_rights import RightsCommand, Whose
from cowork.web import access
from cowork.web.proposals.forms import ROLE_WORDS
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.sides import WRITES

blueprint = Blueprint("rights", __name__)

Answer = Response | str | tuple[str, int]
DOES: dict[Right, str] = {Right.READ: "Reads", Right.COMMENT: "Comments", Right.SUGGEST: "Suggests", Right.EDIT: "Edits"}
MAY: dict[Right, str] = {
    Right.READ: "May read", Right.COMMENT: "May comment", Right.SUGGEST: "May suggest changes", Right.EDIT: "May edit",
}  # fmt: skip
ALL = "all"
USUAL = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What somebody may do in a section; `said` says that it was set beside what their role gives."""

    who: str
    word: str
    right: str
    said: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A section. `notes` are sentences about it."""

    label: str
    owner: str
    url: str
    cells: tuple[Cell, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    people: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


def matrix(case: Case) -> Matrix:
    """People × sections. Whoever takes part twice, for two parties, has two columns."""
    facts = case.state.facts
    names = {party.organisation: party.name for party in facts.parties}
    people = tuple((p.name, f"{ROLE_WORDS[p.role]}, {names.get(p.organisation, 'a former party')}") for p in facts.participants)
    return Matrix(people, tuple(_row(case, section) for section in case.form.sections))


def _row(case: Case, section: Section) -> Row:
    facts = case.state.facts
    cells = tuple(_cell(case, participant, section) for participant in facts.participants)
    granted = [party.name for party in facts.parties if is_granted(facts, party.organisation, section.key)]
    notes = [f"{' and '.join(granted)} may edit all of it"] if granted else []
    if nobody_edits(facts, section):
        notes.append("Nobody may edit it now")
    return Row(section.label, WRITES[section.owner], f"/proposals/{case.state.id}/rights/{section.key}", cells, tuple(notes))


def _cell(case: Case, participant: ParticipantFacts, section: Section) -> Cell:
    facts = case.state.facts
    held = right_of(facts, participant, section)
    said = held is not usual(facts, participant.organisation, participant.role, section)
    return Cell(participant.name, DOES[held], held.value, said)


@dataclass(frozen=True, slots=True)
class Choice:
    """A select: what can be said of somebody (or of all of a party), or in `fixed` why nothing can."""

    name: str
    label: str
    detail: str
    options: tuple[tuple[str, str, bool], ...]
    fixed: str


@dataclass(frozen=True, slots=True)
class Grant:
    organisation: str
    name: str
    granted: bool
    changeable: bool


@dataclass(frozen=True, slots=True)
class PartyRights:
    """`own` says that the reader sets the rights of its people."""

    party: PartyFacts
    own: bool
    everybody: Choice | None
    people: tuple[Choice, ...]
    grant: Grant | None


@dataclass(frozen=True, slots=True)
class RightsPage:
    frame: ProposalFrame
    section: Section
    owner: str
    parties: tuple[PartyRights, ...]
    sets: bool
    problems: tuple[tuple[str, str], ...]


def rights_page(case: Case, section: Section, problems: Iterable[tuple[str, str]] = ()) -> RightsPage:
    """The rights in one section, to be set by whoever may."""
    parties = tuple(_party(case, section, party) for party in case.state.facts.parties)
    sets = any(party.own or (party.grant is not None and party.grant.changeable) for party in parties)
    return RightsPage(proposal_frame(case, "people"), section, WRITES[section.owner], parties, sets, tuple(problems))


def _party(case: Case, section: Section, party: PartyFacts) -> PartyRights:
    facts, own = case.state.facts, case.chooses(party.organisation)
    people = [p for p in facts.participants if p.organisation == party.organisation]
    everybody = _everybody(case, section, party) if own and people else None
    grantable = can_grant(OTHER[party.side], section)
    rule = SectionRule(section.key, party.organisation, None, Right.EDIT, granted=True)
    changeable = case.may(Action.MANAGE_PARTICIPANTS) and section_rule_verdict(case.actor, facts, rule).allowed
    grant = Grant(party.organisation, party.name, is_granted(facts, party.organisation, section.key), changeable)
    choices = tuple(_choice(case, section, participant, own) for participant in people)
    return PartyRights(party, own, everybody, choices, grant if grantable else None)


def _everybody(case: Case, section: Section, party: PartyFacts) -> Choice:
    said = rule_for(case.state.facts, party.organisation, None, section.key)
    options = [(USUAL, "What each one’s role gives", said is None)]
    options += [(right.value, MAY[right], said is not None and said.right is right) for right in reversed(ORDER)]
    name, label = _name(party.organisation, None), f"Everybody of {party.name}"
    return Choice(name, label, "Unless said otherwise for one person below.", tuple(options), "")


def _choice(case: Case, section: Section, participant: ParticipantFacts, own: bool) -> Choice:
    facts = case.state.facts
    given = usual(facts, participant.organisation, participant.role, section)
    held, said = right_of(facts, participant, section), rule_for(facts, participant.organisation, participant.person, section.key)
    name, role = _name(participant.organisation, participant.person), ROLE_WORDS[participant.role]
    if not own:
        return Choice(name, participant.name, role, (), MAY[held])
    if participant.person == case.actor.person:
        return Choice(name, participant.name, role, (), f"{MAY[held]}. Nobody sets their own rights.")
    for_all = rule_for(facts, participant.organisation, None, section.key)
    plain = "As said for everybody" if for_all else f"What the role gives: {MAY[given].lower()}"
    most = narrower(MOST[participant.role], Right.EDIT if given is Right.EDIT else Right.SUGGEST)
    offered = [right for right in reversed(ORDER) if includes(most, right) or (said is not None and said.right is right)]
    options = [(USUAL, plain, said is None)]
    options += [(right.value, MAY[right], said is not None and said.right is right) for right in offered]
    return Choice(name, participant.name, role, tuple(options), "")


def _name(organisation: OrganisationId, person: PersonId | None) -> str:
    return f"right:{organisation}:{person or ALL}"


def command_of(section: str, form: MultiDict[str, str]) -> RightsCommand:
    """What a posted page asks for. Raises Invalid for a right that there is not."""
    rights: dict[Whose, Right | None] = {}
    for name, value in form.items():
        kind, _, whose = name.partition(":")
        organisation, _, person = whose.partition(":")
        if kind != "right" or not person:
            continue
        if value and value not in set(Right):
            raise Invalid([(name, "Choose a right from the list.")])
        rights[OrganisationId(organisation), None if person == ALL else PersonId(person)] = Right(value) if value else None
    grants = {OrganisationId(key): f"grant:{key}" in form for key in form.getlist("grantable")}
    return RightsCommand(section, rights, grants)


@access.route(blueprint, "/proposals/<string:proposal>/rights/<string:section>", Action.READ_PROPOSAL)
def rights(proposal: ProposalId, section: str) -> Answer:
    """Who may do what in a section."""
    case, found = section_rights.page(access.context(), access.actor(), proposal, section)
    return _shown(rights_page(case, found))


@access.route(blueprint, "/proposals/<string:proposal>/rights/<string:section>", Action.MANAGE_PARTICIPANTS, methods=("POST",))
def set_rights(proposal: ProposalId, section: str) -> Answer:
    """Set the rights in a section as the page says."""
    context, actor = access.context(), access.actor()
    try:
        changed = section_rights.set_rights(context, actor, proposal, command_of(section, request.form))
    except Invalid as error:
        case, found = section_rights.page(context, actor, proposal, section)
        problems = [("", sentence) for _, sentence in error.problems]
        return _shown(rights_page(case, found, problems)), 422
    flash("Who may do what has changed." if changed else "Nothing has changed.", "success" if changed else "info")
    return redirect(f"/proposals/{proposal}/people#rights", 303)


def _shown(page: RightsPage) -> str:
    return render_template("proposals/rights.html", page=page, frame=page.frame)
