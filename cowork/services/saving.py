"""Cutting a version: the one way in which a specification's text is kept."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content, fact_of
from cowork.domain.events import VersionSaved
from cowork.domain.identity import Actor
from cowork.domain.specifications import digests, forms
from cowork.domain.specifications.completeness import completeness
from cowork.domain.specifications.form import Form, readable
from cowork.services.context import Context
from cowork.store import definitions, programmes, search, specifications
from cowork.store.proposals import ProposalState


@dataclass(frozen=True, slots=True)
class Cut:
    """A version that was written: its event and the projections for the proposal's row."""

    number: int
    event: VersionSaved
    columns: dict[str, object]


def newest_form(session: Session) -> Form:
    """The form for new proposals. It is in the database, because every start of the application keeps the shipped one there."""
    shipped = forms.shipped()
    return definitions.form(session, shipped.digest)


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
) -> Cut:
    """Write the next version of a proposal and what follows from it (title, completeness, search). `before` are the digests so far."""
    number = state.version + 1
    sections = {key: str(value) for key, value in digests.section_digests(form, content).items()}
    digest = digests.digest(form, content)
    private = digests.private_digest(form, content, state.salt)
    changed = changed_sections(before, sections) if before else ()
    specifications.add(
        session, state.id, number, actor.person, context.now(), note, content, digest, private, sections, changed
    )
    shown = projections(form, content, state.title)
    title = str(shown["title"])
    code = fact_of(content, "identity.code")
    programmes.rename(session, state.programme, title, code if isinstance(code, str) else "")
    shared = readable(form, content, frozenset())
    search.index(session, state.id, title, " ".join(words_of(shared)))
    return Cut(number, VersionSaved(number, digest, private, changed), {"version": number, **shown})


def projections(form: Form, content: Content, otherwise: str) -> dict[str, object]:
    """The columns of a proposal's row that repeat its newest version; `otherwise` is the title where the version has none."""
    return {"title": title_of(content) or otherwise, "percent": completeness(form, content).percent}


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
