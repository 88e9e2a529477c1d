"""Cutting a version: the one way in which a specification's text is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content, fact_of
from cowork.domain.events import VersionSaved
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, PersonId
from cowork.domain.proposals import Phase
from cowork.domain.specifications import digests, forms
from cowork.domain.specifications.completeness import completeness
from cowork.domain.specifications.form import Form, readable
from cowork.domain.specifications.questions import composed
from cowork.services import bringing
from cowork.services.context import Context
from cowork.store import definitions, programmes, questions, search, specifications
from cowork.store.proposals import ProposalState


@dataclass(frozen=True, slots=True)
class Cut:
    """A version that was written: its event and the projections for the proposal's row."""

    number: int
    event: VersionSaved
    columns: dict[str, object]


def newest_form(session: Session, parties: Collection[OrganisationId] = ()) -> Form:
    """The form that comes with Cowork, with the questions that these organisations ask beside its own."""
    return definitions.read_form(_newest_text(session, parties))


def pinned_form(session: Session, parties: Collection[OrganisationId]) -> Form:
    """The newest form of these parties, kept so that their proposal can be pinned to it."""
    text = _newest_text(session, parties)
    form = definitions.read_form(text)
    definitions.keep(session, "form", form.digest, form.key, form.version, form.title, text)
    return form


def _newest_text(session: Session, parties: Collection[OrganisationId]) -> str:
    return _composed(tuple(questions.newest(session, parties)) if parties else ())


@lru_cache(maxsize=64)
def _composed(sets: tuple[tuple[str, str], ...]) -> str:
    return composed(forms.sources()[forms.shipped().key], sets)


def changed_sections(before: dict[str, str], after: dict[str, str]) -> tuple[str, ...]:
    """The keys of the sections whose digests differ, lanes folded into their section, in the order of `after`."""
    differing = [key for key in {**after, **before} if before.get(key) != after.get(key)]
    return tuple(dict.fromkeys(key.partition("@")[0] for key in differing))


def cut(
    session: Session,
    context: Context,
    state: ProposalState,
    form: Form,
    actor: Actor,
    content: Content,
    before: dict[str, str],
    note: str,
    writers: frozenset[PersonId] = frozenset(),
    live: frozenset[str] = frozenset(),
) -> Cut:
    """Write the next version of a proposal and what follows from it (title, completeness, search). `before` are the digests so far;
    `writers` are those whose words it brings in beside the actor's; `live` are the sections whose answers come from writing together.
    """
    number = state.version + 1
    sections = {key: str(value) for key, value in digests.section_digests(form, content).items()}
    digest = digests.digest(form, content)
    private = digests.private_digest(form, content, state.salt)
    changed = changed_sections(before, sections) if before else ()
    specifications.add(
        session, state.id, number, actor.person, context.now(), note, form.digest, content, digest, private, sections, changed, writers
    )
    if before:
        bringing.bring_in(session, context, state, form, content, live)
    shown = projections(state, form, content)
    title = str(shown["title"])
    code = fact_of(content, "identity.code")
    programmes.rename(session, state.programme, title, code if isinstance(code, str) else "")
    shared = readable(form, content, frozenset())
    search.index(session, state.id, title, " ".join(words_of(shared)))
    others = tuple(sorted(writers - {actor.person})) or None
    return Cut(number, VersionSaved(number, digest, private, changed, others), {"version": number, **shown})


def projections(state: ProposalState, form: Form, content: Content) -> dict[str, object]:
    """The columns of a proposal's row that repeat its newest version; the title stays where the version has none."""
    asked = form.outline() if state.phase is Phase.OUTLINE else form
    return {"title": title_of(content) or state.title, "percent": completeness(asked, content).percent}


def title_of(content: Content) -> str:
    """The title as it is written in the specification, or an empty text."""
    title = fact_of(content, "identity.title")
    return title[:300] if isinstance(title, str) else ""


def words_of(value: object) -> list[str]:
    """Every text inside a JSON value, in order, row ids left out."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, part in value.items() if key != "id" for text in words_of(part)]
    if isinstance(value, list):
        return [text for part in value for text in words_of(part)]
    return []
