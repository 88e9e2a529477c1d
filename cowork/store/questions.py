"""The questions of organisations: every published set, and the one that is being worked on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import OrganisationId, PersonId
from cowork.store.question_records import QuestionDraft, QuestionSet
from cowork.store.records import Organisation, Person


@dataclass(frozen=True, slots=True)
class PublishedSet:
    """`by` is the name of whoever published it."""

    version: int
    source: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftSet:
    """`saves` counts changes; `by` is the name of whoever made the last one."""

    source: str
    saves: int
    by: str
    at: datetime


def newest(session: Session, organisations: Collection[OrganisationId]) -> list[tuple[str, str]]:
    """The name and the newest set of each of these organisations that has one, by name."""
    last = (
        sa.select(QuestionSet.organisation, sa.func.max(QuestionSet.version).label("version"))
        .where(QuestionSet.organisation.in_(sorted(organisations)))
        .group_by(QuestionSet.organisation)
        .subquery()
    )
    rows = session.execute(
        sa.select(Organisation.name, QuestionSet.source)
        .join(QuestionSet, QuestionSet.organisation == Organisation.id)
        .join(last, sa.and_(last.c.organisation == QuestionSet.organisation, last.c.version == QuestionSet.version))
        .order_by(Organisation.name, Organisation.id)
    )
    return [(row.name, row.source) for row in rows]


def published(session: Session, organisation: OrganisationId) -> list[PublishedSet]:
    """Every set that an organisation published, the newest first."""
    rows = session.execute(
        sa.select(QuestionSet.version, QuestionSet.source, Person.name, QuestionSet.published_at)
        .join(Person, Person.id == QuestionSet.published_by)
        .where(QuestionSet.organisation == organisation)
        .order_by(QuestionSet.version.desc())
    )
    return [PublishedSet(row.version, row.source, row.name, row.published_at) for row in rows]


def publish(session: Session, organisation: OrganisationId, version: int, source: str, by: PersonId, at: datetime) -> None:
    """Keep a set as the organisation's next version."""
    values = {"organisation": organisation, "version": version, "source": source, "published_by": by, "published_at": at}
    session.execute(sa.insert(QuestionSet).values(**values))


def draft(session: Session, organisation: OrganisationId) -> DraftSet | None:
    """The set that is being worked on, or None."""
    row = session.execute(
        sa.select(QuestionDraft.source, QuestionDraft.saves, Person.name, QuestionDraft.updated_at)
        .join(Person, Person.id == QuestionDraft.updated_by)
        .where(QuestionDraft.organisation == organisation)
    ).one_or_none()
    return DraftSet(row.source, row.saves, row.name, row.updated_at) if row is not None else None


def save_draft(session: Session, organisation: OrganisationId, seen: int, source: str, by: PersonId, at: datetime) -> bool:
    """Save the draft as the next after the one that was seen (0: there was none); False where somebody else was faster."""
    values = {"source": source, "updated_by": by, "updated_at": at}
    if seen == 0:
        if draft(session, organisation) is not None:
            return False
        session.execute(sa.insert(QuestionDraft).values(organisation=organisation, saves=1, **values))
        return True
    where = (QuestionDraft.organisation == organisation, QuestionDraft.saves == seen)
    done = session.execute(sa.update(QuestionDraft).where(*where).values(saves=seen + 1, **values))
    return bool(done.rowcount)  # type: ignore[attr-defined]  # a cursor result has it


def remove_draft(session: Session, organisation: OrganisationId, seen: int) -> bool:
    """Remove the draft as it was seen; False where it is another one by now."""
    where = (QuestionDraft.organisation == organisation, QuestionDraft.saves == seen)
    done = session.execute(sa.delete(QuestionDraft).where(*where))
    return bool(done.rowcount)  # type: ignore[attr-defined]  # as above
