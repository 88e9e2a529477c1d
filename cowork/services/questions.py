"""An organisation's own questions: changing and publishing them, and moving a draft to the newest ones."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.events import FormChanged
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, OrganisationId, ProposalId
from cowork.domain.organisation_events import QuestionsPublished
from cowork.domain.policy import Action
from cowork.domain.specifications import forms
from cowork.domain.specifications.form import Form, may_read, read_by
from cowork.domain.specifications.questions import (
    EMPTY,
    Fitted,
    FormChanges,
    Loss,
    Table,
    changes,
    composed,
    fitted,
    free_key,
    odd_words,
    problems,
    tables,
    text_of,
)
from cowork.services import saving
from cowork.services.cases import Case, open_case, record
from cowork.services.context import Context
from cowork.services.cutting import MAX_NOTE, open_to_save
from cowork.services.organisations import open_organisation
from cowork.services.specifications import own_fields
from cowork.store import audit, definitions, questions, specifications, unit
from cowork.store.organisations import OrganisationCard
from cowork.store.questions import DraftSet, PublishedSet

STALE = "Somebody changed these questions meanwhile, so nothing was done. Look at them as they are now, then do it again."


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    """What an organisation asks. `tables` and `form` are of the draft where there is one and the actor may change it, else of the newest
    published set; `changes` is what publishing the draft would change; `seen` is the draft's count of saves (0: none).
    """

    card: OrganisationCard
    manages: bool
    seen: int
    draft: DraftSet | None
    versions: tuple[PublishedSet, ...]
    tables: tuple[Table, ...]
    form: Form
    changes: FormChanges


@dataclass(frozen=True, slots=True)
class NewerForm:
    """What moving a proposal to the newest questions of its parties changes: what is asked, and the answers that find no place (`lost`:
    those that the actor reads). `why_not` says whose answers would go, where they are not the actor's to drop.
    """

    case: Case
    form: Form
    changes: FormChanges
    fitted: Fitted
    lost: tuple[Loss, ...]
    why_not: str = ""


def page(context: Context, actor: Actor, organisation: OrganisationId) -> QuestionsPage:
    """The questions for members; their draft for those who change them. Raises NotFound."""
    with unit.reading() as session:
        card = open_organisation(session, actor, organisation, Action.READ_ORGANISATION)
        return _page(session, actor, card)


def _page(session: Session, actor: Actor, card: OrganisationCard) -> QuestionsPage:
    versions = tuple(questions.published(session, card.id))
    manages = actor.admin_of(card.id)
    draft = questions.draft(session, card.id) if manages else None
    before = versions[0].source if versions else EMPTY
    shown = draft.source if draft is not None else before
    form, old = _form(card, shown), _form(card, before)
    return QuestionsPage(card, manages, draft.saves if draft else 0, draft, versions, tuple(tables(shown)), form, changes(old, form))


def _form(card: OrganisationCard, text: str) -> Form:
    return definitions.read_form(composed(_base(), [(card.name, text)]))


def _base() -> str:
    return forms.sources()[forms.shipped().key]


def put(context: Context, actor: Actor, organisation: OrganisationId, seen: int, key: str, table: Table) -> str:
    """Add a question to the draft (`key` empty) or change one; its key. Raises Invalid with what is wrong, Conflict."""
    if found := odd_words(table):
        raise Invalid([("", sentence) for sentence in found])

    def changed(found: list[Table]) -> list[Table]:
        taken = {str(one["key"]) for one in found}
        if key and key not in taken:
            raise NotFound("question")
        table["key"] = key or free_key(organisation, str(table.get("label", "")), taken)
        return [table if one["key"] == key else one for one in found] if key else [*found, table]

    _change(context, actor, organisation, seen, changed)
    return str(table["key"])


def move(context: Context, actor: Actor, organisation: OrganisationId, seen: int, key: str, by: int) -> None:
    """Move a question up (-1) or down (1) among those of its section. Raises Conflict, NotFound."""

    def changed(found: list[Table]) -> list[Table]:
        at = _place(found, key)
        peers = [place for place, one in enumerate(found) if one["section"] == found[at]["section"]]
        to = peers.index(at) + by
        if 0 <= to < len(peers):
            found[at], found[peers[to]] = found[peers[to]], found[at]
        return found

    _change(context, actor, organisation, seen, changed)


def remove(context: Context, actor: Actor, organisation: OrganisationId, seen: int, key: str) -> None:
    """Take a question out of the draft. Raises Invalid where another one depends on it, Conflict, NotFound."""

    def changed(found: list[Table]) -> list[Table]:
        del found[_place(found, key)]
        return found

    _change(context, actor, organisation, seen, changed)


def _place(found: list[Table], key: str) -> int:
    try:
        return next(place for place, one in enumerate(found) if one["key"] == key)
    except StopIteration:
        raise NotFound("question") from None


def _change(
    context: Context, actor: Actor, organisation: OrganisationId, seen: int, changed: Callable[[list[Table]], list[Table]]
) -> None:
    """Save the draft with a change. What cannot be used is never kept, so that a draft can be published at any time."""
    with unit.writing() as session:
        card = open_organisation(session, actor, organisation, Action.MANAGE_QUESTIONS, lock=True)
        now = _page(session, actor, card)
        if now.seen != seen:
            raise Conflict(STALE)
        text = text_of(changed(list(now.tables)))
        if found := problems(_base(), text, organisation, card.side):
            raise Invalid([("", sentence) for sentence in found])
        if not questions.save_draft(session, organisation, seen, text, actor.person, context.now()):
            raise Conflict(STALE)


def discard(context: Context, actor: Actor, organisation: OrganisationId, seen: int) -> None:
    """Drop the draft: what is published stays. Raises Conflict."""
    with unit.writing() as session:
        open_organisation(session, actor, organisation, Action.MANAGE_QUESTIONS, lock=True)
        if not questions.remove_draft(session, organisation, seen):
            raise Conflict(STALE)


def publish(context: Context, actor: Actor, organisation: OrganisationId, seen: int) -> int:
    """Publish the draft as the next version; its number. Proposals that begin from now on ask it. Raises Conflict, Invalid."""
    with unit.writing() as session:
        card = open_organisation(session, actor, organisation, Action.MANAGE_QUESTIONS, lock=True)
        now = _page(session, actor, card)
        if now.draft is None or now.seen != seen:
            raise Conflict(STALE)
        text = now.draft.source
        if found := problems(_base(), text, organisation, card.side):
            raise Invalid([("", sentence) for sentence in found])
        version = now.versions[0].version + 1 if now.versions else 1
        questions.publish(session, organisation, version, text, actor.person, context.now())
        questions.remove_draft(session, organisation, seen)
        labels = [tuple(one.label for one in part) for part in (now.changes.added, now.changes.changed, now.changes.removed)]
        event = QuestionsPublished(version, Digest(hashlib.sha256(text.encode()).hexdigest()), *labels)
        audit.append_to_organisation(session, organisation, [event], actor.person, context.now())
        return version


def newer(context: Context, actor: Actor, proposal: ProposalId) -> NewerForm | None:
    """What the newest questions of its parties would change in a proposal that the actor may edit; None where it has them."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        return _newer(session, case) if case.may(Action.EDIT_PROPOSAL) else None


def _newer(session: Session, case: Case) -> NewerForm | None:
    form = saving.newest_form(session, {party.organisation for party in case.state.facts.parties})
    if form.digest == case.form.digest or not (found := changes(read_by(case.form, case.sides), read_by(form, case.sides))):
        return None
    version = specifications.version(session, case.state.id, case.state.version)
    if version is None:
        raise NotFound("version")
    moved = fitted(case.form, form, version.content)
    lost = tuple(loss for loss in moved.lost if may_read(case.sides, case.form.section(loss.section).field(loss.field).lane))
    return NewerForm(case, form, found, moved, lost, _why_not(case, moved.lost, lost))


def _why_not(case: Case, losses: Sequence[Loss], read: Sequence[Loss]) -> str:
    """Why somebody cannot take questions over: others' answers would go with it. An empty text where they can."""
    foreign = [loss.label for loss in read if loss.field not in own_fields(case, case.form.section(loss.section))]
    unseen = len(losses) - len(read)
    if not foreign and not unseen:
        return ""
    hidden = [f"{unseen} answer{'' if unseen == 1 else 's'} that you do not read"] if unseen else []
    named = "; ".join([*(f"“{label}”" for label in foreign), *hidden])
    said = f"Answers that are not yours to write would go: {named}."
    return f"{said} Their authors can take the questions over, or empty these answers first."


def take_over(context: Context, actor: Actor, proposal: ProposalId, form: Digest) -> int:
    """Move a draft to the newest questions of its parties, as they were seen (`form`); the number of the version that this makes.

    Answers that find no place stay in the versions before. Raises Conflict where the questions are others by now, Refused where answers
    of others would go.
    """
    with unit.writing() as session:
        case = open_to_save(session, context, actor, proposal, Action.EDIT_PROPOSAL)
        found = _newer(session, case)
        if found is None or found.form.digest != form:
            raise Conflict("These questions have changed since. Look at what they change now, then take them over again.")
        if found.why_not:
            raise Refused(found.why_not)
        version = specifications.version(session, proposal, case.state.version)
        if version is None:
            raise NotFound("version")
        saving.pinned_form(session, {party.organisation for party in case.state.facts.parties})
        before = dict(version.section_digests)
        cut = saving.cut(session, context, case.state, found.form, actor, found.fitted.content, before, _note(case.form, found.form))
        taken = FormChanged(form, cut.number)
        record(session, context, case.state, actor.person, [cut.event, taken], form=form, **cut.columns)
        return cut.number


def _note(before: Form, after: Form) -> str:
    """What a version says that took questions over: those that everybody reads, by their labels."""
    found = changes(read_by(before, frozenset()), read_by(after, frozenset()))
    parts = [
        f"{what}: {', '.join(f'“{one.label}”' for one in asked)}"
        for what, asked in (("new", found.added), ("changed", found.changed), ("no longer asked", found.removed))
        if asked
    ]
    words = "Newest questions taken over" + (f" ({'; '.join(parts)})" if parts else "")
    return words if len(words) <= MAX_NOTE else words[: MAX_NOTE - 1] + "…"
