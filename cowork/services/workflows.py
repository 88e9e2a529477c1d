"""The workflows of an organisation: what it can use, its own versions, and offering or retiring them."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.errors import Invalid, NotFound
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, OrganisationId
from cowork.domain.organisation_events import WorkflowOffered, WorkflowRetired
from cowork.domain.policy import Action, scope
from cowork.domain.specifications.form import Form
from cowork.domain.workflows.calendar import day_of
from cowork.domain.workflows.definition import Seat, Workflow
from cowork.domain.workflows.named_parties import Named
from cowork.domain.workflows.writing import unstamped
from cowork.services import saving
from cowork.services.context import Context
from cowork.services.organisations import open_organisation
from cowork.store import audit, definitions, organisations, unit, workflows
from cowork.store.organisations import OrganisationCard
from cowork.store.workflows import DraftLine, Published, RunningRound

MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Offices:
    """The offices of an organisation as a picture of a route needs them: kind → title, and kind → the names of its holders today.

    `parties` are the organisations that a seat can name, by their short names.
    """

    titles: Mapping[str, str]
    holders: Mapping[str, tuple[str, ...]]
    parties: Mapping[str, Named]

    def names(self, seat: Seat) -> tuple[str, ...]:
        """The names of the organisations for which a seat of named parties stands."""
        return tuple(self.parties[slug].name if slug in self.parties else slug for slug in seat.named)


@dataclass(frozen=True, slots=True)
class WorkflowLine:
    """A workflow in its newest version. `offered` says whether this organisation's new proposals can choose it."""

    newest: Published
    workflow: Workflow
    offered: bool


@dataclass(frozen=True, slots=True)
class WorkflowList:
    """`own` are those that the organisation published, `shipped` those that come with Cowork. Drafts are its administrators' affair."""

    card: OrganisationCard
    own: tuple[WorkflowLine, ...]
    shipped: tuple[WorkflowLine, ...]
    drafts: tuple[DraftLine, ...]
    manages: bool


@dataclass(frozen=True, slots=True)
class WorkflowPage:
    """A version of a workflow; `versions` are all of them, the newest first. `running` are rounds on older ones that the actor reads."""

    card: OrganisationCard
    shown: Published
    workflow: Workflow
    source: str
    versions: tuple[Published, ...]
    offered: bool
    manages: bool
    running: tuple[RunningRound, ...]
    offices: Offices
    form: Form


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions as lines: (" ", "-" or "+", text). "?" stands for lines left out because both have them."""

    card: OrganisationCard
    old: Published
    new: Published
    versions: tuple[Published, ...]
    lines: tuple[tuple[str, str], ...]


def offices_of(session: Session, context: Context, card: OrganisationCard) -> Offices:
    """Who holds what today."""
    today, found = day_of(context.now(), card.zone), organisations.offices(session, card.id)
    holders = {
        office.kind: tuple(
            dict.fromkeys(t.name for t in office.terms if t.starts <= today and (t.ends is None or today <= t.ends) and not t.ended_at)
        )
        for office in found
    }
    parties = {one.slug: Named(one.name, one.side) for one in organisations.cards(session)}
    return Offices({office.kind: office.title for office in found}, holders, parties)


def listing(context: Context, actor: Actor, organisation: OrganisationId) -> WorkflowList:
    """The workflows of an organisation for its members. Raises NotFound."""
    with unit.reading() as session:
        card = open_organisation(session, actor, organisation, Action.READ_ORGANISATION)
        gone = {key for _, key in workflows.retired(session, {organisation})}
        newest = workflows.newest(workflows.published(session, {organisation}))
        lines = [WorkflowLine(one, definitions.workflow(session, one.digest), one.key not in gone) for one in newest]
        manages = actor.admin_of(organisation)
        drafts = tuple(workflows.drafts(session, organisation)) if manages else ()
    own, shipped = (tuple(line for line in lines if (line.newest.owner is not None) is owned) for owned in (True, False))
    return WorkflowList(card, own, shipped, drafts, manages)


def versions_of(session: Session, organisation: OrganisationId, key: str) -> list[Published]:
    """The versions of a workflow that this organisation may see, the newest first: its own, else those of Cowork. Raises NotFound."""
    found = workflows.published(session, {organisation}, key[:60])
    own = [one for one in found if one.owner is not None] or found
    if not own:
        raise NotFound("workflow")
    return own


def version_of(versions: Sequence[Published], number: int | None) -> Published:
    """One of these versions, the newest where no number is given. Raises NotFound."""
    found = next((one for one in versions if number in (None, one.version)), None)
    if found is None:
        raise NotFound("version")
    return found


def page(context: Context, actor: Actor, organisation: OrganisationId, key: str, number: int | None = None) -> WorkflowPage:
    """A version of a workflow, the newest where no number is given. Raises NotFound."""
    with unit.reading() as session:
        card = open_organisation(session, actor, organisation, Action.READ_ORGANISATION)
        versions = versions_of(session, organisation, key)
        shown = version_of(versions, number)
        older = {one.digest for one in versions[1:]}
        return WorkflowPage(
            card=card,
            shown=shown,
            workflow=definitions.workflow(session, shown.digest),
            source=definitions.source(session, shown.digest),
            versions=tuple(versions),
            offered=(organisation, key) not in workflows.retired(session, {organisation}),
            manages=actor.admin_of(organisation),
            running=tuple(workflows.running(session, older, scope(actor).principals(), MOST_ROUNDS)) if older else (),
            offices=offices_of(session, context, card),
            form=saving.newest_form(session, {card.id}),
        )


def compare(context: Context, actor: Actor, organisation: OrganisationId, key: str, old: int | None, new: int | None) -> Comparison:
    """Two versions of a workflow as text, by default the newest and the one before. Raises NotFound."""
    with unit.reading() as session:
        card = open_organisation(session, actor, organisation, Action.READ_ORGANISATION)
        versions = versions_of(session, organisation, key)
        right = version_of(versions, new)
        at = versions.index(right)
        left = version_of(versions, old) if old is not None else versions[min(at + 1, len(versions) - 1)]
        before, after = (unstamped(definitions.source(session, one.digest)) for one in (left, right))
    return Comparison(card, left, right, tuple(versions), line_changes(before, after))


def line_changes(old: str, new: str, around: int = 3) -> tuple[tuple[str, str], ...]:
    """The lines of two texts: those in the old one alone ("-"), in the new one alone ("+") and some around (" "); "?" marks a gap."""
    before, after = old.splitlines(), new.splitlines()
    found: list[tuple[str, str]] = []
    for number, group in enumerate(difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(around)):
        found += [("?", "")] if number or group[0][1] else []
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [(" ", line) for line in before[i1:i2]]
            else:
                found += [("-", line) for line in before[i1:i2]] + [("+", line) for line in after[j1:j2]]
    return tuple(found)


def set_offered(context: Context, actor: Actor, organisation: OrganisationId, key: str, offered: bool) -> None:
    """Retire a workflow, so that new proposals of this organisation cannot choose it; or offer it again. Rounds that run go on."""
    with unit.writing() as session:
        open_organisation(session, actor, organisation, Action.MANAGE_WORKFLOWS, lock=True)
        versions_of(session, organisation, key)
        is_offered = (organisation, key) not in workflows.retired(session, {organisation})
        if is_offered is offered:
            return
        if not offered and not _others(session, organisation, key):
            raise Invalid([("key", "This is the last workflow that is offered. Offer another one first.")])
        (workflows.offer if offered else workflows.retire)(session, organisation, key)
        event = WorkflowOffered(key) if offered else WorkflowRetired(key)
        audit.append_to_organisation(session, organisation, [event], actor.person, context.now())


def _others(session: Session, organisation: OrganisationId, key: str) -> bool:
    gone = {retired for _, retired in workflows.retired(session, {organisation})}
    others = (one for one in workflows.published(session, {organisation}) if one.key != key and one.key not in gone)
    return any(not definitions.workflow(session, one.digest).outline for one in others)


def text_of(context: Context, actor: Actor, organisation: OrganisationId, key: str, number: int | None = None) -> tuple[Published, str]:
    """The TOML of a version to take away. Raises NotFound."""
    with unit.reading() as session:
        open_organisation(session, actor, organisation, Action.READ_ORGANISATION)
        shown = version_of(versions_of(session, organisation, key), number)
        return shown, definitions.source(session, shown.digest)


@dataclass(frozen=True, slots=True)
class OperatorLine:
    """A workflow in its newest version, for whoever runs the instance; `owner` is a short name, empty for those of Cowork."""

    digest: Digest
    key: str
    version: int
    title: str
    owner: str


def everything(context: Context) -> tuple[OperatorLine, ...]:
    """Every workflow of the instance, those that come with Cowork first (for an operator at the command line)."""
    with unit.reading() as session:
        slugs = {card.id: card.slug for card in organisations.cards(session)}
        newest = workflows.newest(workflows.published(session, frozenset(slugs)))
    lines = [OperatorLine(one.digest, one.key, one.version, one.title, slugs[one.owner] if one.owner else "") for one in newest]
    return tuple(sorted(lines, key=lambda line: (line.owner, line.key)))


def source_for_operator(context: Context, key: str, owner: str = "") -> str:
    """The TOML of a workflow in its newest version (for an operator at the command line). Raises NotFound."""
    line = next((line for line in everything(context) if (line.key, line.owner) == (key, owner)), None)
    if line is None:
        raise NotFound("workflow")
    with unit.reading() as session:
        return definitions.source(session, line.digest)
