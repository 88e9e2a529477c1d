"""Later changes of the template that a proposal was started from: looking at them, taking some, leaving others."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.errors import Conflict, Invalid, NotFound
from cowork.domain.events import ChangesPulled, Event
from cowork.domain.identity import Actor
from cowork.domain.ids import ProposalId, TemplateId
from cowork.domain.policy import Action
from cowork.domain.specifications import pulling, starters
from cowork.domain.specifications.compare import Comparison, compare
from cowork.domain.specifications.pulling import Pull
from cowork.domain.specifications.values import changed_columns
from cowork.services import saving
from cowork.services.cases import Case, open_case, record
from cowork.services.context import Context
from cowork.services.cutting import kept_content, open_to_save
from cowork.services.specifications import why_not_write, writable_columns, writable_fields
from cowork.services.templates import opened
from cowork.store import specifications, templates, unit
from cowork.store.specifications import VersionFull
from cowork.store.templates import OriginFull, PublishedTemplate

GONE = "The template is not given to you any more, so its changes cannot be compared. What you started with stays yours."


@dataclass(frozen=True, slots=True)
class Offered:
    """A change with whether the actor may take it; `why_not` says why not."""

    pull: Pull
    why_not: str


@dataclass(frozen=True, slots=True)
class PullPage:
    """A proposal beside the template that it was started from. `difference` compares mine with the template's newest version."""

    case: Case
    version: VersionFull
    origin: OriginFull
    newest: PublishedTemplate
    since: tuple[PublishedTemplate, ...]
    owner: str
    offered: tuple[Offered, ...]
    difference: Comparison


@dataclass(frozen=True, slots=True)
class PullCommand:
    """What the page showed (the proposal's version and the template's), which changes to take, and whether the rest is settled."""

    version: int
    newest: int
    paths: frozenset[str]
    settled: bool


@dataclass(frozen=True, slots=True)
class _Loaded:
    case: Case
    version: VersionFull
    origin: OriginFull
    newest: PublishedTemplate
    published: tuple[PublishedTemplate, ...]
    owner: str
    base: Content
    theirs: Content


def page(context: Context, actor: Actor, proposal: ProposalId) -> PullPage:
    """What changed in the template, and how it differs from here. Raises NotFound where there is none, or none that may be read."""
    with unit.reading() as session:
        found = _load(session, open_case(session, actor, proposal, Action.READ_PROPOSAL))
    case, mine = found.case, found.case.readable(found.version.content)
    pulls = pulling.pulls(case.questions, found.base, found.theirs, mine)
    shared = starters.carried(case.questions, mine)
    return PullPage(
        case, found.version, found.origin, found.newest, tuple(one for one in found.published if one.number > found.origin.version),
        found.owner, tuple(Offered(pull, _why_not(case, pull)) for pull in pulls),
        compare(case.questions, found.theirs, shared, context.differ),
    )  # fmt: skip


def _why_not(case: Case, pull: Pull) -> str:
    if refused := case.why_not(Action.EDIT_PROPOSAL):
        return refused
    if pull.field.key in writable_fields(case, pull.section):
        foreign = changed_columns(pull.base, pull.theirs) - writable_columns(case, pull.field) if pull.field.columns else set()
        labels = ", ".join(column.label for column in pull.field.columns if column.key in foreign)
        return f"It also changes {labels}, which the other side writes. Ask its authors to take it." if foreign else ""
    return why_not_write(case, pull.section, pull.field)


def _load(session: Session, case: Case) -> _Loaded:
    proposal = case.state.id
    origin = templates.origin(session, proposal)
    if origin is None or origin.kind != "template":
        raise NotFound("template")
    state = opened(session, case.actor, TemplateId(origin.source), Action.READ_TEMPLATE)
    published = tuple(templates.versions(session, state.facts.template))
    versions = {one.number: one for one in published}
    version = specifications.version(session, proposal, case.state.version)
    if version is None or origin.version not in versions:
        raise NotFound("template")
    newest = published[0]
    return _Loaded(
        case, version, origin, newest, published, state.owner_name,
        starters.fitting(case.form, versions[origin.version].content), starters.fitting(case.form, newest.content),
    )  # fmt: skip


def pull(context: Context, actor: Actor, proposal: ProposalId, command: PullCommand) -> int:
    """Take these changes as one version; how many. Where the rest is settled, what was left does not come again.

    Raises Conflict where the proposal or the template is no longer what the page showed, Invalid for what the actor may not write.
    """
    with unit.writing() as session:
        found = _load(session, open_to_save(session, context, actor, proposal, Action.EDIT_PROPOSAL))
        case, version = found.case, found.version
        if (command.version, command.newest) != (version.number, found.newest.number):
            raise Conflict("The proposal or the template was changed since you opened this page. Look again, then take what you want.")
        offered = {one.path: one for one in pulling.pulls(case.questions, found.base, found.theirs, case.readable(version.content))}
        chosen = [offered[path] for path in command.paths if path in offered]
        if problems := [(pull.path, why) for pull in chosen if (why := _why_not(case, pull))]:
            raise Invalid(problems)
        if not chosen and not command.settled:
            raise Invalid([("take", "Tick at least one change to take, or leave them all.")])
        events, columns = _taken(session, context, found, [one.path for one in chosen])
        if command.settled:
            templates.follow(session, proposal, found.newest.number)
        events.append(ChangesPulled(found.origin.source, found.newest.number, len(chosen)))
        record(session, context, case.state, actor.person, events, **columns)
        return len(chosen)


def _taken(session: Session, context: Context, found: _Loaded, paths: Collection[str]) -> tuple[list[Event], dict[str, object]]:
    """A version with the changes, if any are taken."""
    case, version = found.case, found.version
    content = kept_content(case.form, pulling.taken(case.form, found.base, found.theirs, version.content, paths))
    if not paths or content == kept_content(case.form, version.content):
        return [], {}
    number = found.newest.number
    note = f"Taken from the template “{found.newest.title[:150]}”, version {number}"
    cut = saving.cut(session, context, case.state, case.form, case.actor, content, dict(version.section_digests), note)
    return [cut.event], cut.columns
