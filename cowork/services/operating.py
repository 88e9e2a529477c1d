"""What an operator does at the command line: they keep the database anyway, so no policy stands between them and a proposal."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.errors import Invalid, NotFound
from cowork.domain.ids import Digest, OrganisationId, PersonId, ProposalId
from cowork.domain.proposals import Standing
from cowork.exports import specification_json
from cowork.services import exports, identity, organisations, specifications
from cowork.services.context import Context
from cowork.services.exports import FORMATS, ExportFile, file_name
from cowork.services.proposals import StartCommand
from cowork.services.specifications import Brought
from cowork.store import definitions, parties, proposals, unit
from cowork.store import organisations as organisation_store
from cowork.store.proposals import ListFilter, ProposalLine

EVERYTHING = 1_000_000


@dataclass(frozen=True, slots=True)
class OperatorLine:
    """A proposal with the names of its parties, the lead first."""

    line: ProposalLine
    parties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportCommand:
    """Whom a proposal from a file belongs to: `author` is an e-mail address, `lead` and `partners` are short names of organisations.

    An empty `lead` is the author's only organisation; an empty `title` is the one in the file; `workflow` is a workflow's key.
    """

    author: str
    lead: str
    partners: tuple[str, ...]
    workflow: str
    title: str


def lines(context: Context, standing: Standing | None) -> list[OperatorLine]:
    """Every proposal of the instance, or those of one standing, newest first."""
    with unit.reading() as session:
        names = parties.names_by_proposal(session)
        found = proposals.page(session, None, ListFilter(standing=standing, limit=EVERYTHING))
    return [OperatorLine(line, names.get(line.id, ())) for line in found]


def export(context: Context, proposal: ProposalId, number: int | None, kind: str) -> ExportFile:
    """The file of a version, the newest when no number is given; `kind` is a key of FORMATS. Raises NotFound, RenderFailed."""
    with unit.reading() as session:
        state = proposals.state(session, proposal)
        if state is None:
            raise NotFound("proposal")
        chosen = state.version if number is None else number
        dossier = exports.dossier(session, context, state, chosen)
    content = specification_json.render(dossier) if kind == "json" else exports.make_pdf(context, proposal, chosen)
    return ExportFile(file_name(dossier.title, chosen, kind), FORMATS[kind], content)


def import_document(context: Context, command: ImportCommand, document: object) -> Brought:
    """Start a proposal from an exported document or plain answers, in its author's name. Raises NotFound, Invalid."""
    author = identity.actor(context, command.author)
    with unit.reading() as session:
        lead = _lead(session, command.lead, tuple(author.memberships))
        partners = tuple(_organisation(session, slug) for slug in command.partners)
        workflow = _workflow(session, command.workflow)
    title = command.title or _title(document)
    start = StartCommand(title, lead, partners, workflow)
    return specifications.import_draft(context, author, start, document)


def _lead(session: Session, slug: str, memberships: tuple[OrganisationId, ...]) -> OrganisationId:
    if slug:
        return _organisation(session, slug)
    if len(memberships) != 1:
        raise Invalid([("lead", "The author belongs to several organisations, or to none. Say which one leads.")])
    return memberships[0]


def _organisation(session: Session, slug: str) -> OrganisationId:
    card = organisation_store.by_slug(session, slug)
    if card is None:
        known = ", ".join(sorted(card.slug for card in organisation_store.cards(session))) or "none yet"
        raise Invalid([("organisation", f"No organisation has the short name “{slug}”. Known are: {known}.")])
    return card.id


def _workflow(session: Session, key: str) -> Digest:
    cards = {card.key: card.digest for card in definitions.cards(session, "workflow")}
    if key not in cards:
        raise Invalid([("workflow", f"No workflow has the key “{key}”. Known are: {', '.join(sorted(cards))}.")])
    return cards[key]


def _title(document: object) -> str:
    content = document.get("content", document) if isinstance(document, dict) else {}
    part = content.get("identity", {}) if isinstance(content, dict) else {}
    title = part.get("title", "") if isinstance(part, dict) else ""
    return title if isinstance(title, str) else ""


def make_member(context: Context, email: str, slug: str, *, admin: bool) -> None:
    """Make a person a member of an organisation without an administrator to ask. Raises NotFound, Invalid."""
    with unit.reading() as session:
        organisation = _organisation(session, slug)
    person: PersonId = identity.actor(context, email).person
    organisations.bootstrap_member(context, organisation, person, admin=admin)
