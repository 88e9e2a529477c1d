"""Writing a workflow: drafts, importing a text, and publishing a draft as the next version."""

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.errors import Conflict, Invalid, NotFound
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, OrganisationId
from cowork.domain.organisation_events import WorkflowImported, WorkflowPublished
from cowork.domain.policy import Action
from cowork.domain.specifications.form import Form
from cowork.domain.toml import dumps
from cowork.domain.workflows import drafting, facts, loading, named_parties
from cowork.domain.workflows.writing import published, unstamped
from cowork.services import saving
from cowork.services.context import Context
from cowork.services.organisations import open_organisation
from cowork.services.workflows import Offices, offices_of, version_of, versions_of
from cowork.store import audit, definitions, unit, workflows
from cowork.store.organisations import OrganisationCard
from cowork.store.workflows import DraftFull

MAX_DRAFTS = 100
MAX_TITLE = 120
UNTITLED = "Untitled workflow"
GONE = "This draft was published or deleted meanwhile. Copy what you typed, then look at the list of workflows."


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft with what its form and picture need. `text` may be one that is not saved; then `draft` is the saved one."""

    card: OrganisationCard
    draft: DraftFull
    text: str
    problems: tuple[str, ...]
    form: Form
    offices: Offices


@dataclass(frozen=True, slots=True)
class StaleDraft:
    """Somebody else saved since. Nothing was saved; `page` is the draft as it is now, `mine` the text that was sent."""

    page: DraftPage
    mine: str


def editor_of(context: Context, actor: Actor, organisation: OrganisationId) -> OrganisationCard:
    """The organisation, for whoever may write its workflows. Raises NotFound, Refused."""
    with unit.reading() as session:
        return open_organisation(session, actor, organisation, Action.MANAGE_WORKFLOWS)


def page(context: Context, actor: Actor, organisation: OrganisationId, draft: str, text: str | None = None) -> DraftPage:
    """A draft for its editors, with another text than the saved one where it is given. Raises NotFound, Refused."""
    with unit.reading() as session:
        card = open_organisation(session, actor, organisation, Action.MANAGE_WORKFLOWS)
        return _page(session, context, card, _draft(session, organisation, draft), text)


def _page(session: Session, context: Context, card: OrganisationCard, draft: DraftFull, text: str | None) -> DraftPage:
    form, shown = saving.newest_form(session, {card.id}), draft.source if text is None else text
    offices = offices_of(session, context, card)
    return DraftPage(card, draft, shown, _faults(shown, form, offices), form, offices)


def _faults(text: str, form: Form, offices: Offices) -> tuple[str, ...]:
    """Every fault of a draft, with what only the organisations that there are can tell."""
    return (*facts.faults(text, form), *named_parties.faults(drafting.parse(text) or {}, offices.parties))


def _draft(session: Session, organisation: OrganisationId, draft: str) -> DraftFull:
    found = workflows.draft(session, organisation, draft)
    if found is None:
        raise NotFound("draft")
    return found


def create(context: Context, actor: Actor, organisation: OrganisationId) -> str:
    """Begin a workflow from nothing. The id of the draft."""
    with unit.writing() as session:
        card = open_organisation(session, actor, organisation, Action.MANAGE_WORKFLOWS, lock=True)
        key = _free_key(session, card, "our-workflow")
        return _add(session, context, actor, card, drafting.blank(key, "Our workflow"))


def copy(context: Context, actor: Actor, organisation: OrganisationId, key: str, number: int | None, *, revise: bool) -> str:
    """Begin a draft from a version: of a new workflow, or (`revise`) of the next version of one's own. The id of the draft."""
    with unit.writing() as session:
        card = open_organisation(session, actor, organisation, Action.MANAGE_WORKFLOWS, lock=True)
        source = version_of(versions_of(session, organisation, key), number)
        if revise and source.owner is None:
            raise Invalid([("key", "This workflow comes with Cowork and stays as it is. Duplicate it and change the copy.")])
        text = unstamped(definitions.source(session, source.digest))
        if not revise:
            table = drafting.parse(text) or {}
            title = f"{source.title} ({card.name})"
            table |= {"key": _free_key(session, card, key), "version": 1, "title": title if len(title) <= MAX_TITLE else source.title}
            text = dumps(table)
        return _add(session, context, actor, card, text)


def _free_key(session: Session, card: OrganisationCard, wanted: str) -> str:
    """A key that no workflow has that this organisation sees, made of the wanted one and the organisation's short name."""
    taken = {one.key for one in workflows.published(session, {card.id})}
    stem = wanted if wanted.endswith(f"-{card.slug}") else f"{wanted[: 55 - len(card.slug)]}-{card.slug}"
    return next(key for key in (stem, *(f"{stem}-{number}" for number in range(2, 999))) if key not in taken)


def import_text(context: Context, actor: Actor, organisation: OrganisationId, text: str) -> str:
    """Take a TOML text into a new draft. It may have faults, but it has to be TOML. The id of the draft. Raises Invalid."""
    text = _tidy(text)
    with unit.writing() as session:
        card = open_organisation(session, actor, organisation, Action.MANAGE_WORKFLOWS, lock=True)
        if not text.strip():
            raise Invalid([("text", "Choose a file, or paste the text of a workflow.")])
        if len(text) > loading.MAX_TEXT:
            raise Invalid([("text", f"The text has {len(text):,} characters, but at most {loading.MAX_TEXT:,} can be imported.")])
        if drafting.parse(text) is None:
            raise Invalid([("text", loading.problems(text)[0])])
        draft = _add(session, context, actor, card, _numbered(unstamped(text)))
        event = WorkflowImported(Digest(hashlib.sha256(text.encode()).hexdigest()))
        audit.append_to_organisation(session, organisation, [event], actor.person, context.now())
        return draft


def _numbered(text: str) -> str:
    """The text with a version. Publishing gives it the next one, so nobody has to think of one."""
    return text if "version" in (drafting.parse(text) or {}) else f"version = 1\n{text}"


def _tidy(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _add(session: Session, context: Context, actor: Actor, card: OrganisationCard, text: str) -> str:
    if len(workflows.drafts(session, card.id)) >= MAX_DRAFTS:
        raise Invalid([("draft", f"There are {MAX_DRAFTS} drafts already. Publish or delete some first.")])
    draft = context.new_id()
    workflows.add_draft(session, draft, card.id, _title(text), text, actor.person, context.now())
    return draft


def _title(text: str) -> str:
    """The title of a draft for lists, whatever its text is."""
    title = (drafting.parse(text) or {}).get("title")
    words = " ".join(title.split())[:MAX_TITLE] if isinstance(title, str) else ""
    return words or UNTITLED


def save(context: Context, actor: Actor, organisation: OrganisationId, draft: str, seen: int, text: str) -> DraftPage | StaleDraft:
    """Save a draft, whatever faults it has, unless it was saved by somebody else since `seen`. Raises NotFound, Refused, Invalid."""
    text = _tidy(text)
    with unit.writing() as session:
        card = open_organisation(session, actor, organisation, Action.MANAGE_WORKFLOWS)
        found = _draft(session, organisation, draft)
        if len(text) > loading.MAX_TEXT:
            raise Invalid([("text", f"The text has {len(text):,} characters, but at most {loading.MAX_TEXT:,} are kept. Shorten it.")])
        if found.saves == seen and found.source == text:
            return _page(session, context, card, found, None)
        if not workflows.save_draft(session, draft, seen, _title(text), text, actor.person, context.now()):
            return StaleDraft(_page(session, context, card, _draft(session, organisation, draft), None), text)
        return _page(session, context, card, _draft(session, organisation, draft), None)


def delete(context: Context, actor: Actor, organisation: OrganisationId, draft: str, seen: int) -> None:
    """Delete a draft as it was seen. Raises Conflict where somebody changed it meanwhile."""
    with unit.writing() as session:
        open_organisation(session, actor, organisation, Action.MANAGE_WORKFLOWS)
        _draft(session, organisation, draft)
        if not workflows.remove_draft(session, draft, seen):
            raise Conflict("Somebody changed this draft meanwhile, so it was not deleted. Look at it again first.")


def publish(context: Context, actor: Actor, organisation: OrganisationId, draft: str, seen: int) -> tuple[str, int]:
    """Publish a draft as the next version of its workflow; its key and number. The draft is gone then.

    Rounds that run keep the version they began with. Raises Invalid with every fault, Conflict where the draft is not as it was seen.
    """
    with unit.writing() as session:
        card = open_organisation(session, actor, organisation, Action.MANAGE_WORKFLOWS, lock=True)
        found = _draft(session, organisation, draft)
        if found.saves != seen:
            raise Conflict("Somebody changed this draft meanwhile, so it was not published. Look at it again first.")
        form = saving.newest_form(session, {card.id})
        if problems := _faults(found.source, form, offices_of(session, context, card)):
            raise Invalid([("text", problem) for problem in problems])
        key, number = _next(session, card, loading.load(found.source).key)
        text = published(found.source, number, f"{card.slug} ({card.id})")
        if problems := facts.faults(text, form):
            raise Invalid([("text", problem) for problem in problems])
        flow = loading.load(text)
        definitions.keep(session, "workflow", flow.digest, key, number, flow.title, text)
        workflows.own(session, flow.digest, organisation, actor.person, context.now())
        workflows.remove_draft(session, draft, seen)
        event = WorkflowPublished(flow.digest, key, number)
        audit.append_to_organisation(session, organisation, [event], actor.person, context.now())
        return key, number


def _next(session: Session, card: OrganisationCard, key: str) -> tuple[str, int]:
    """The key with the number of its next version. A key of Cowork’s own is refused, because lists could not tell the two apart."""
    versions = workflows.published(session, {card.id}, key)
    if any(one.owner is None for one in versions):
        raise Invalid([("key", f'Workflow: `key` "{key}" belongs to a workflow that comes with Cowork. Choose another one.')])
    return key, max((one.version for one in versions), default=0) + 1
