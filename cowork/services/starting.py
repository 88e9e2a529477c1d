"""Starting from something: a template, another proposal that one may read, or an approved programme."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.errors import Invalid, NotFound
from cowork.domain.events import OriginNoted
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, ProgrammeId, ProposalId, Side
from cowork.domain.policy import Action, sides_of
from cowork.domain.proposals import ProposalFacts
from cowork.domain.specifications import starters
from cowork.domain.specifications.form import Form
from cowork.domain.specifications.questions import fitted
from cowork.domain.specifications.starters import DateToReview
from cowork.services import saving
from cowork.services.cases import Case, in_form, open_case
from cowork.services.context import Context
from cowork.services.proposals import StartCommand, first_answers, start_in
from cowork.services.templates import startable
from cowork.store import definitions, organisations, programmes, specifications, templates, unit
from cowork.store.templates import OriginFull


@dataclass(frozen=True, slots=True)
class Source:
    """Something to start from. `kind` is shipped, template or proposal; `name` is the text that stands for it in an address.

    `parties` are those who wrote it together, when it is a proposal or comes from one; `owner` is whose template it is.
    """

    name: str
    kind: str
    key: str
    version: int
    title: str
    owner: str
    form: Form
    content: Content
    facts: ProposalFacts | None = None
    parties: frozenset[OrganisationId] = frozenset()
    owner_id: OrganisationId | None = None


@dataclass(frozen=True, slots=True)
class OriginView:
    """What a proposal was started from, as far as the reader may know. `title` and `link` are empty where they may not read it.

    `newer` is a later version of the template, 0 where there is none to look at; `dates` came along and were not changed since.
    """

    origin: OriginFull
    title: str
    owner: str
    link: str
    newer: int
    dates: tuple[DateToReview, ...]


def source(context: Context, actor: Actor, name: str) -> Source:
    """What ``template:…``, ``proposal:…`` or ``programme:…`` stands for. Raises NotFound for what the actor may not start from."""
    with unit.reading() as session:
        return source_in(session, actor, name)


def source_in(session: Session, actor: Actor, name: str) -> Source:
    """The same inside a running transaction."""
    kind, _, key = name.partition(":")
    if kind == "template":
        return _template(session, actor, name, key)
    if kind == "proposal":
        return _proposal(session, actor, name, ProposalId(key))
    if kind == "programme":
        return _programme(session, actor, name, ProgrammeId(key))
    raise NotFound("template")


def _template(session: Session, actor: Actor, name: str, key: str) -> Source:
    shipped, published, state = startable(session, actor, key)
    if shipped is not None:
        form = saving.newest_form(session)
        return Source(name, "shipped", key, shipped.version, shipped.title, "Cowork", form, shipped.content)
    if published is None or state is None:
        raise NotFound("template")
    parties = templates.parties(session, state.drawn_from) if state.drawn_from else frozenset()
    form = definitions.form(session, published.form)
    return Source(
        name, "template", key, published.number, published.title, state.owner_name, form, published.content, parties=parties,
        owner_id=state.facts.owner,
    )  # fmt: skip


def _proposal(session: Session, actor: Actor, name: str, key: ProposalId) -> Source:
    case = open_case(session, actor, key, Action.READ_PROPOSAL)
    return _of_case(session, case, name)


def _of_case(session: Session, case: Case, name: str) -> Source:
    version = specifications.version(session, case.state.id, case.state.version)
    if version is None:
        raise NotFound("proposal")
    facts = case.state.facts
    return Source(
        name, "proposal", case.state.id, version.number, case.state.title, ", ".join(p.name for p in facts.parties), case.form,
        case.readable(version.content), facts, frozenset(party.organisation for party in facts.parties),
    )  # fmt: skip


def _programme(session: Session, actor: Actor, name: str, key: ProgrammeId) -> Source:
    """An approved programme: as its proposal for those who read that, else what the public register shows of it."""
    line = programmes.approved(session, key)
    if line is None:
        raise NotFound("programme")
    try:
        return _proposal(session, actor, name, line.proposal)
    except NotFound:
        if not line.public:
            raise NotFound("programme") from None
    version = specifications.version(session, line.proposal, line.version)
    found = programmes.form_of(session, line.proposal)
    if version is None or found is None:
        raise NotFound("programme")
    form = definitions.form(session, found)
    return Source(name, "programme", key, line.version, line.title, line.parties, form, starters.carried(form, version.content))


def start(context: Context, actor: Actor, command: StartCommand, name: str, shown: bool = False) -> ProposalId:
    """Start a proposal from something; `shown` lets the owner of a template know. Raises NotFound, Invalid."""
    with unit.writing() as session:
        found = source_in(session, actor, name)
        form = saving.newest_form(session, {command.organisation, *command.partners})
        carried = starters.carried(found.form, found.content, _private_sides(session, actor, command, found))
        content = starters.fitting(form, fitted(found.form, form, carried).content)
        for section, answers in first_answers(session, command).items():
            content[section] = {**answers, **content.get(section, {})} if section == "parties" else {**content.get(section, {}), **answers}
        noted = OriginNoted(found.kind, found.key, found.version)
        proposal = start_in(session, context, actor, command, content, [noted])
        foreign = found.owner_id is not None and found.owner_id not in actor.memberships
        origin = OriginFull(found.kind, found.key, found.version, command.organisation, shown and foreign, context.now())
        templates.note_origin(session, proposal, origin)
        return proposal


def _private_sides(session: Session, actor: Actor, command: StartCommand, found: Source) -> frozenset[Side]:
    """The side whose private answers go along: one's own, and only where nobody else of that side ever reads them, there or here."""
    belonging = actor.memberships.get(command.organisation)
    if found.facts is None or belonging is None or belonging.side not in sides_of(actor, found.facts):
        return frozenset()
    there = {party.organisation for party in found.facts.parties if party.side is belonging.side}
    cards = organisations.cards(session, frozenset({command.organisation, *command.partners}))
    here = {card.id for card in cards if card.side is belonging.side}
    return frozenset({belonging.side}) if there == here == {command.organisation} else frozenset()


def origin(context: Context, actor: Actor, proposal: ProposalId) -> OriginView | None:
    """What a proposal was started from, for those who read it; None for one that began empty. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        found = templates.origin(session, proposal)
        if found is None:
            return None
        try:
            title, owner, link, newest = _named(session, actor, found)
        except (NotFound, Invalid):
            title, owner, link, newest = "", "", "", 0
        return OriginView(found, title, owner, link, newest if newest > found.version else 0, _dates(session, case, found))


def _named(session: Session, actor: Actor, found: OriginFull) -> tuple[str, str, str, int]:
    kind = "template" if found.kind == "shipped" else found.kind
    read = source_in(session, actor, f"{kind}:{found.source}")
    places = {"template": "templates", "proposal": "proposals", "programme": "programmes"}
    newest = read.version if read.kind == "template" else 0
    return read.title, read.owner, f"/{places[kind]}/{found.source}", newest


def _dates(session: Session, case: Case, found: OriginFull) -> tuple[DateToReview, ...]:
    if found.kind not in ("proposal", "programme"):
        return ()
    kept = {one.number: one for one in specifications.versions(session, case.state.id, tuple(sorted({1, case.state.version})))}
    first, newest = kept.get(1), kept.get(case.state.version)
    if first is None or newest is None:
        return ()
    before = in_form(session, case, first.form).readable(first.content)
    return starters.dates_to_review(case.questions, before, case.readable(newest.content))
