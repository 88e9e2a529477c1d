"""Templates: finding one, making one, publishing its versions, and saying whom they are given to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cowork.domain import templates as rules
from cowork.domain.conditions import Content
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, ProposalId, Side, TemplateId
from cowork.domain.organisation_events import (
    TemplateAdopted,
    TemplateOffered,
    TemplatePublished,
    TemplateReachChanged,
    TemplateRetired,
)
from cowork.domain.organisation_policy import template_verdict
from cowork.domain.policy import Action
from cowork.domain.specifications import starters
from cowork.domain.specifications.form import FieldLane, Form
from cowork.domain.specifications.starters import Starter
from cowork.domain.specifications.values import clean, drop_dangling
from cowork.domain.templates import Details, Reach, TemplateFacts
from cowork.services import saving
from cowork.services.cases import Case, open_case
from cowork.services.context import Context
from cowork.store import audit, definitions, organisations, specifications, templates, unit
from cowork.store.organisations import OrganisationCard
from cowork.store.templates import Adoption, PublishedTemplate, TemplateLine, TemplateState

CHANGED = "Somebody else changed this template since you opened it. Load it again and look before you repeat what you did."


@dataclass(frozen=True, slots=True)
class TemplateList:
    """Templates by where they are from. Each line is already narrowed to what was looked for."""

    own: tuple[TemplateLine, ...]
    given: tuple[TemplateLine, ...]
    shipped: tuple[Starter, ...]


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """A template to read. For a shipped one `state` is None.

    `content` is the newest published version, or what is being worked on where none is, or where the actor changes it and asks for it.
    """

    key: str
    details: Details
    owner_name: str
    version: int
    form: Form
    content: Content
    state: TemplateState | None = None
    edits: bool = False
    unpublished: bool = False
    versions: tuple[PublishedTemplate, ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    given_to: tuple[OrganisationCard, ...] = ()
    source_title: str = ""
    newer_source: int = 0


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person can choose from who makes a template, and to whom it could be given."""

    own: tuple[OrganisationCard, ...]
    others: tuple[OrganisationCard, ...]


@dataclass(frozen=True, slots=True)
class SaveAsCommand:
    """What of a proposal becomes a template, of which organisation, and whether its other parties are given it."""

    owner: OrganisationId
    details: Details
    sections: frozenset[str]
    with_parties: bool


def listing(context: Context, actor: Actor, query: str = "", subject: str = "") -> TemplateList:
    """The templates that the actor can start from, and unpublished ones of their own organisations."""
    university = any(belonging.side is Side.UNIVERSITY for belonging in actor.memberships.values())
    with unit.reading() as session:
        lines = templates.lines(session, frozenset(actor.memberships), university=university)
    words = query.casefold().split()

    def fits(details: Details, owner: str) -> bool:
        text = f"{details.title} {details.summary} {rules.SUBJECTS.get(details.subject, '')} {owner}".casefold()
        return (not subject or details.subject == subject) and all(word in text for word in words)

    found = [line for line in lines if fits(line.details, line.owner_name)]
    shipped = [one for one in starters.shipped().values() if fits(details_of(one), "Cowork")]
    own = tuple(line for line in found if line.owner in actor.memberships)
    return TemplateList(own, tuple(line for line in found if line.owner not in actor.memberships), tuple(shipped))


def details_of(one: Starter) -> Details:
    return Details(one.title, one.subject, one.summary, one.guidance)


def page(context: Context, actor: Actor, key: str) -> TemplatePage:
    """A template to read, as it would be started from. Raises NotFound."""
    shipped = starters.shipped().get(key)
    if shipped is not None:
        with unit.reading() as session:
            form = saving.newest_form(session)
        return TemplatePage(key, details_of(shipped), "Cowork", shipped.version, form, starters.fitting(form, shipped.content))
    with unit.reading() as session:
        state = opened(session, actor, TemplateId(key), Action.READ_TEMPLATE)
        return _page(session, actor, state)


def _page(session: Session, actor: Actor, state: TemplateState) -> TemplatePage:
    own, key = state.facts.owner in actor.memberships, state.facts.template
    published = templates.versions(session, key)
    newest = published[0] if published else None
    working = templates.working_content(session, key) if own else {}
    shown = newest.content if newest is not None else working
    details = replace(state.details, title=newest.title, summary=newest.summary, guidance=newest.guidance) if newest else state.details
    source = templates.state(session, state.source) if own and state.source else None
    readable = source is not None and template_verdict(Action.READ_TEMPLATE, actor, source.facts).allowed
    return TemplatePage(
        key=key, details=details, owner_name=state.owner_name, version=state.facts.version,
        form=definitions.form(session, newest.form if newest else state.form), content=shown, state=state,
        edits=template_verdict(Action.EDIT_TEMPLATE, actor, state.facts).allowed,
        unpublished=own and (newest is None or working != newest.content or state.details != details),
        versions=tuple(published) if own else tuple(published[:1]),
        adoptions=tuple(templates.adoptions(session, key)) if own else (),
        given_to=tuple(organisations.cards(session, state.facts.given_to)) if own else (),
        source_title=source.details.title if source is not None and readable else "",
        newer_source=source.facts.version if source is not None and readable and source.facts.version > state.source_version else 0,
    )  # fmt: skip


def opened(session: Session, actor: Actor, key: TemplateId, action: Action, *, lock: bool = False) -> TemplateState:
    """Load a template for an action. Raises NotFound (unknown or hidden, alike) or Refused."""
    state = templates.state(session, key, lock=lock)
    ruling = template_verdict(action, actor, state.facts) if state is not None else None
    if state is None or ruling is None or ruling.hidden:
        raise NotFound("template")
    if not ruling.allowed:
        raise Refused(ruling.reason)
    return state


def startable(session: Session, actor: Actor, key: str) -> tuple[Starter | None, PublishedTemplate | None, TemplateState | None]:
    """The newest published version to start from. Raises NotFound, or Invalid for one that is retired or not published yet."""
    shipped = starters.shipped().get(key)
    if shipped is not None:
        return shipped, None, None
    state = opened(session, actor, TemplateId(key), Action.READ_TEMPLATE)
    if state.facts.retired:
        raise Invalid([("from", "This template is retired. Choose another one, or ask its owner to offer it again.")])
    if not state.facts.version:
        raise Invalid([("from", "This template is not published yet. Publish it first, then start from it.")])
    return None, templates.versions(session, state.facts.template, (state.facts.version,))[0], state


def choices(context: Context, actor: Actor) -> Choices:
    """The organisations that can own a template of the actor's, and all the others, by name."""
    with unit.reading() as session:
        cards = organisations.cards(session)
    own = tuple(card for card in cards if card.id in actor.memberships)
    return Choices(own, tuple(card for card in cards if card.id not in actor.memberships))


def create(context: Context, actor: Actor, owner: OrganisationId, details: Details, source: str = "", shown: bool = False) -> TemplateId:
    """Make a template of one's own organisation: an empty one, or from another that the actor may start from. Raises Invalid, NotFound."""
    with unit.writing() as session:
        _check(actor, owner, details)
        form = saving.newest_form(session)
        content: Content = {}
        shipped, published, state = startable(session, actor, source) if source else (None, None, None)
        if shipped is not None:
            content = starters.fitting(form, shipped.content)
        elif published is not None:
            content = starters.fitting(form, published.content)
        key = TemplateId(context.new_id())
        facts = TemplateFacts(key, owner, actor.person, 0, Reach.OWN, frozenset(), False)
        templates.add(session, facts, details, form.digest, content, context.now(), state.drawn_from if state else None)
        if state is not None and published is not None and state.facts.owner != owner:
            templates.adopt(session, key, state.facts.template, published.number, shown, context.now())
            event = TemplateAdopted(key, state.facts.template, published.number)
            audit.append_to_organisation(session, owner, [event], actor.person, context.now())
        return key


def _check(actor: Actor, owner: OrganisationId, details: Details) -> None:
    problems = rules.problems(details)
    if owner not in actor.memberships:
        problems.append(("owner", "Choose one of your own organisations."))
    if problems:
        raise Invalid(problems)


def savable(context: Context, actor: Actor, proposal: ProposalId) -> Case:
    """A proposal that the actor may save as a template. Raises NotFound, Refused."""
    with unit.reading() as session:
        return open_case(session, actor, proposal, Action.SAVE_AS_TEMPLATE)


def save_as(context: Context, actor: Actor, proposal: ProposalId, command: SaveAsCommand) -> TemplateId:
    """Make a template of what a proposal's parties share, and publish it. Private answers and signatures never go along.

    Raises NotFound, Refused, Invalid.
    """
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.SAVE_AS_TEMPLATE)
        _check(actor, command.owner, command.details)
        if command.owner not in case.lanes:
            raise Invalid([("owner", "Choose one of the parties of this proposal that you belong to.")])
        version = specifications.version(session, proposal, case.state.version)
        content = starters.only(starters.carried(case.form, version.content if version else {}), command.sections, case.form)
        if not content:
            raise Invalid([("sections", "Choose at least one section that has an answer everybody here may read.")])
        key, now = TemplateId(context.new_id()), context.now()
        facts = TemplateFacts(key, command.owner, actor.person, 0, Reach.OWN, frozenset(), False)
        templates.add(session, facts, command.details, case.form.digest, content, now, proposal)
        if command.with_parties:
            others = {party.organisation for party in case.state.facts.parties} - {command.owner}
            templates.give(session, key, Reach.CHOSEN, others)
        state = opened(session, actor, key, Action.READ_TEMPLATE)
        templates.publish(session, state, content, "", actor.person, now)
        event = TemplatePublished(key, 1, state.facts.reach.value)
        audit.append_to_organisation(session, command.owner, [event], actor.person, now)
        return key


@dataclass(frozen=True, slots=True)
class Sheet:
    """A template as it is being worked on."""

    state: TemplateState
    form: Form
    content: Content


def sheet(context: Context, actor: Actor, key: TemplateId) -> Sheet:
    """A template to write in. Raises NotFound, Refused."""
    with unit.reading() as session:
        state = opened(session, actor, key, Action.EDIT_TEMPLATE)
        return Sheet(state, definitions.form(session, state.form), templates.working_content(session, key))


def save_details(context: Context, actor: Actor, key: TemplateId, seen: int, details: Details) -> None:
    """Change what a template says of itself. Others see it once it is published."""
    with unit.writing() as session:
        state = opened(session, actor, key, Action.EDIT_TEMPLATE, lock=True)
        _check(actor, state.facts.owner, details)
        _kept(templates.save_details(session, key, seen, context.now(), details))


def save_section(context: Context, actor: Actor, key: TemplateId, seen: int, section: str, answers: Mapping[str, object]) -> None:
    """Change the answers of a section. Private lanes have no place in a template. Raises Invalid, Conflict."""
    with unit.writing() as session:
        state = opened(session, actor, key, Action.EDIT_TEMPLATE, lock=True)
        form = definitions.form(session, state.form)
        content = templates.working_content(session, key)
        try:
            asked = {field.key for field in form.section(section).fields if field.lane is FieldLane.SHARED and field.copied}
        except KeyError:
            raise NotFound("section") from None
        cleaned = clean(form, section, {name: value for name, value in answers.items() if name in asked}, content)
        if cleaned.problems:
            raise Invalid([(problem.path, problem.message) for problem in cleaned.problems])
        rest = {name: value for name, value in content.get(section, {}).items() if name not in answers}
        merged = drop_dangling(form, {**content, section: {**rest, **cleaned.values}})
        kept = starters.carried(form, {name: values for name, values in merged.items() if values})
        _kept(templates.save_content(session, key, seen, context.now(), state.form, kept))


def _kept(saved: bool) -> None:
    if not saved:
        raise Conflict(CHANGED)


def publish(context: Context, actor: Actor, key: TemplateId, seen: int, note: str) -> int:
    """Keep what is being worked on as the next version, which others start from and compare with; its number."""
    note = " ".join(note.split())
    with unit.writing() as session:
        state = opened(session, actor, key, Action.EDIT_TEMPLATE, lock=True)
        content = templates.working_content(session, key)
        if len(note) > rules.MAX_NOTE:
            raise Invalid([("note", f"Shorten what is new to {rules.MAX_NOTE} characters.")])
        if not content:
            raise Invalid([("content", "There is nothing in this template yet. Fill in at least one section, then publish it.")])
        _kept(state.saves == seen)
        now = context.now()
        number = templates.publish(session, state, content, note, actor.person, now)
        event = TemplatePublished(key, number, state.facts.reach.value)
        audit.append_to_organisation(session, state.facts.owner, [event], actor.person, now)
        return number


def give(context: Context, actor: Actor, key: TemplateId, reach: Reach, wanted: frozenset[OrganisationId]) -> None:
    """Say whom the published versions are given to. Beyond the own organisation that is for its administrators to say."""
    with unit.writing() as session:
        state = opened(session, actor, key, Action.EDIT_TEMPLATE, lock=True)
        owner = state.facts.owner
        wanted = wanted - {owner} if reach is Reach.CHOSEN else frozenset()
        known = {card.id for card in organisations.cards(session, wanted)} if wanted else set()
        if wanted - known:
            raise Invalid([("organisations", "One of these organisations cannot be found. Choose from the list.")])
        confined = templates.parties(session, state.drawn_from) if state.drawn_from else None
        if problems := rules.reach_problems(reach, wanted, confined):
            raise Invalid(problems)
        if reach is not Reach.OWN and not actor.admin_of(owner):
            raise Refused("An administrator of your organisation gives templates to others. Ask one of them.")
        templates.give(session, key, reach, wanted)
        event = TemplateReachChanged(key, reach.value, tuple(sorted(wanted)))
        audit.append_to_organisation(session, owner, [event], actor.person, context.now())


def retire(context: Context, actor: Actor, key: TemplateId, retired: bool) -> None:
    """Stop offering a template, or offer it again. What was started from it stays."""
    with unit.writing() as session:
        state = opened(session, actor, key, Action.EDIT_TEMPLATE, lock=True)
        if state.facts.retired is retired:
            return
        at: datetime | None = context.now() if retired else None
        templates.retire(session, key, at)
        event = TemplateRetired(key) if retired else TemplateOffered(key)
        audit.append_to_organisation(session, state.facts.owner, [event], actor.person, context.now())
