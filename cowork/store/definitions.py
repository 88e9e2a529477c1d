"""Forms and workflows as they were when proposals were pinned to them, by digest."""

from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import Digest
from cowork.domain.specifications import forms
from cowork.domain.specifications.form import Form
from cowork.domain.workflows import loading
from cowork.domain.workflows.definition import Workflow
from cowork.store.workflow_records import Definition, WorkflowOwner


@dataclass(frozen=True, slots=True)
class DefinitionCard:
    digest: Digest
    key: str
    version: int
    title: str


@lru_cache(maxsize=64)
def read_form(source: str) -> Form:
    """The form of a text, read once a process."""
    return forms.load(source)


@lru_cache(maxsize=256)
def _workflow(source: str) -> Workflow:
    return loading.load(source)


_SOURCES: dict[Digest, str] = {}


def source(session: Session, digest: Digest) -> str:
    """The text of a definition that the caller may read."""
    return _source(session, digest)


def _source(session: Session, digest: Digest) -> str:
    # A definition never changes under its digest, so it is read from the database once a process.
    if digest not in _SOURCES:
        _SOURCES[digest] = session.execute(sa.select(Definition.source).where(Definition.digest == digest)).scalar_one()
    return _SOURCES[digest]


def form(session: Session, digest: Digest) -> Form:
    """The form of this digest, which the caller read from a proposal."""
    return read_form(_source(session, digest))


def known_form(session: Session, digest: str | None) -> Form | None:
    """The form of a digest that stands in a file; None where this instance does not know it."""
    found = session.scalar(sa.select(Definition.source).where(Definition.digest == digest, Definition.kind == "form")) if digest else None
    return read_form(found) if found else None


def workflow(session: Session, digest: Digest) -> Workflow:
    """The workflow of this digest, which the caller read from a proposal or round."""
    return _workflow(_source(session, digest))


def keep(session: Session, kind: str, digest: Digest, key: str, version: int, title: str, source: str) -> None:
    """Keep a definition unless it is kept already."""
    if session.get(Definition, digest) is None:
        values = {"digest": digest, "kind": kind, "key": key, "version": version, "title": title, "source": source}
        session.execute(sa.insert(Definition).values(**values))


def cards(session: Session, kind: str) -> list[DefinitionCard]:
    """The newest version of every definition of a kind that is open to all, by title. What organisations own is not among them."""
    columns = (Definition.digest, Definition.key, Definition.version, Definition.title)
    owned = sa.exists().where(WorkflowOwner.digest == Definition.digest)
    statement = sa.select(*columns).where(Definition.kind == kind, ~owned).order_by(Definition.key, Definition.version)
    rows = session.execute(statement)
    newest = {row.key: DefinitionCard(Digest(row.digest), row.key, row.version, row.title) for row in rows}
    return sorted(newest.values(), key=lambda card: card.title)
