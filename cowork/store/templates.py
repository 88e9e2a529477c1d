"""Templates of organisations, their published versions, and what proposals were started from."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.ids import Digest, OrganisationId, PersonId, ProposalId, Side, TemplateId
from cowork.domain.specifications.canonical import canonical
from cowork.domain.templates import Details, Reach, TemplateFacts
from cowork.store.records import Organisation, Party, Person
from cowork.store.starting_records import Origin, Template, TemplateReach, TemplateVersion


@dataclass(frozen=True, slots=True)
class TemplateState:
    """A template as it is being worked on. `saves` counts changes: who saves says which one they saw."""

    facts: TemplateFacts
    details: Details
    owner_name: str
    owner_side: Side
    form: Digest
    saves: int
    drawn_from: ProposalId | None
    updated_at: datetime
    source: TemplateId | None = None
    source_version: int = 0


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template in a list, as its newest published version calls it; one that is not published yet as it is now."""

    template: TemplateId
    details: Details
    owner: OrganisationId
    owner_name: str
    version: int
    retired: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PublishedTemplate:
    number: int
    form: Digest
    title: str
    summary: str
    guidance: str
    note: str
    by: str
    at: datetime
    content: Content


@dataclass(frozen=True, slots=True)
class OriginFull:
    """What a proposal was started from. `source` is a key, a template or a proposal by `kind`."""

    kind: str
    source: str
    version: int
    organisation: OrganisationId
    shown: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Adoption:
    """An organisation that started from a template, and lets its owner know: no more than that is told of it."""

    organisation: str
    version: int
    at: datetime


def add(
    session: Session,
    facts: TemplateFacts,
    details: Details,
    form: Digest,
    content: Content,
    at: datetime,
    drawn_from: ProposalId | None = None,
) -> None:
    """Keep a new template, not published yet."""
    values: dict[str, object] = {
        "id": facts.template, "owner": facts.owner, "form": form, "content": canonical(content).decode(), "reach": Reach.OWN.value,
        "drawn_from": drawn_from, "created_by": facts.created_by, "created_at": at, "updated_at": at, **_details(details),
    }  # fmt: skip
    session.execute(sa.insert(Template).values(**values))


def _details(details: Details) -> dict[str, object]:
    return {"title": details.title, "subject": details.subject, "summary": details.summary, "guidance": details.guidance}


def adopt(session: Session, template: TemplateId, source: TemplateId, version: int, shown: bool, at: datetime) -> None:
    """Note what a template of an organisation was made from, or up to which version it has looked at its changes."""
    values = {"source": source, "source_version": version, "source_shown": shown, "source_at": at}
    session.execute(sa.update(Template).where(Template.id == template).values(**values))


def state(session: Session, template: TemplateId, *, lock: bool = False) -> TemplateState | None:
    """A template, or None. `lock` holds its row until the transaction ends; SQLite has one writer anyway."""
    statement = sa.select(Template).where(Template.id == template)
    row = session.execute(statement.with_for_update(key_share=True) if lock else statement).scalar_one_or_none()
    if row is None:
        return None
    owner = session.execute(sa.select(Organisation.name, Organisation.side).where(Organisation.id == row.owner)).one()
    given = frozenset(
        OrganisationId(key) for key in session.scalars(sa.select(TemplateReach.organisation).where(TemplateReach.template == template))
    )
    found = TemplateState(
        TemplateFacts(
            template, OrganisationId(row.owner), PersonId(row.created_by), row.version, Reach(row.reach), given, row.retired_at is not None
        ),
        Details(row.title, row.subject, row.summary, row.guidance), owner.name, Side(owner.side), Digest(row.form), row.saves,
        ProposalId(row.drawn_from) if row.drawn_from else None, row.updated_at, TemplateId(row.source) if row.source else None,
        row.source_version or 0,
    )  # fmt: skip
    session.expunge(row)
    return found


def working_content(session: Session, template: TemplateId) -> Content:
    """What is being worked on."""
    content: Content = json.loads(session.execute(sa.select(Template.content).where(Template.id == template)).scalar_one())
    return content


def save(session: Session, template: TemplateId, seen: int, at: datetime, **columns: object) -> bool:
    """Change a template unless it was changed since `seen`."""
    values = {**columns, "saves": seen + 1, "updated_at": at}
    result = session.execute(sa.update(Template).where(Template.id == template, Template.saves == seen).values(**values))
    return bool(result.rowcount)  # type: ignore[attr-defined]  # a cursor result has it


def save_details(session: Session, template: TemplateId, seen: int, at: datetime, details: Details) -> bool:
    return save(session, template, seen, at, **_details(details))


def save_content(session: Session, template: TemplateId, seen: int, at: datetime, form: Digest, content: Content) -> bool:
    return save(session, template, seen, at, form=form, content=canonical(content).decode())


def publish(session: Session, state: TemplateState, content: Content, note: str, by: PersonId, at: datetime) -> int:
    """Keep what is being worked on as the next version; its number."""
    number = state.facts.version + 1
    details = state.details
    session.execute(
        sa.insert(TemplateVersion).values(
            template=state.facts.template, number=number, form=state.form, title=details.title, summary=details.summary,
            guidance=details.guidance, content=canonical(content).decode(), note=note, by=by, at=at,
        )
    )  # fmt: skip
    session.execute(sa.update(Template).where(Template.id == state.facts.template).values(version=number, updated_at=at))
    return number


def give(session: Session, template: TemplateId, reach: Reach, organisations: Collection[OrganisationId]) -> None:
    session.execute(sa.delete(TemplateReach).where(TemplateReach.template == template))
    rows = [{"template": template, "organisation": key} for key in sorted(organisations)]
    if rows:
        session.execute(sa.insert(TemplateReach), rows)
    session.execute(sa.update(Template).where(Template.id == template).values(reach=reach.value))


def retire(session: Session, template: TemplateId, at: datetime | None) -> None:
    session.execute(sa.update(Template).where(Template.id == template).values(retired_at=at))


def versions(session: Session, template: TemplateId, numbers: Collection[int] | None = None) -> list[PublishedTemplate]:
    """The published versions, or these of them, the newest first."""
    statement = sa.select(TemplateVersion.__table__, Person.name).join(Person, Person.id == TemplateVersion.by)
    statement = statement.where(TemplateVersion.template == template).order_by(TemplateVersion.number.desc())
    if numbers is not None:
        statement = statement.where(TemplateVersion.number.in_(sorted(numbers)))
    return [
        PublishedTemplate(r.number, Digest(r.form), r.title, r.summary, r.guidance, r.note, r.name, r.at, json.loads(r.content))
        for r in session.execute(statement)
    ]


def lines(session: Session, own: Collection[OrganisationId], *, university: bool, limit: int = 500) -> list[TemplateLine]:
    """The templates of these organisations and those that are given to them, by title. `university` says that one of them is one."""
    named = sa.exists().where(TemplateReach.template == Template.id, TemplateReach.organisation.in_(sorted(own)))
    reached = sa.and_(Template.reach == Reach.CHOSEN.value, named)
    if university:
        reached = sa.or_(reached, Template.reach == Reach.UNIVERSITIES.value)
    given = sa.and_(Template.version > 0, Template.retired_at.is_(None), reached)
    newest = sa.and_(TemplateVersion.template == Template.id, TemplateVersion.number == Template.version)
    statement = (
        sa.select(Template.id, Template.owner, Organisation.name, Template.version, Template.retired_at, Template.updated_at)
        .add_columns(Template.subject, sa.func.coalesce(TemplateVersion.title, Template.title).label("title"))
        .add_columns(sa.func.coalesce(TemplateVersion.summary, Template.summary).label("summary"))
        .join(Organisation, Organisation.id == Template.owner)
        .outerjoin(TemplateVersion, newest)
        .where(sa.or_(Template.owner.in_(sorted(own)), given))
        .order_by(sa.func.lower(sa.func.coalesce(TemplateVersion.title, Template.title)), Template.id)
        .limit(limit)
    )
    return [
        TemplateLine(
            TemplateId(r.id), Details(r.title, r.subject, r.summary, ""), OrganisationId(r.owner), r.name, r.version,
            r.retired_at is not None, r.updated_at,
        )
        for r in session.execute(statement)
    ]  # fmt: skip


def titles(session: Session, keys: Collection[TemplateId]) -> dict[str, str]:
    """What these templates are called."""
    return {r.id: r.title for r in session.execute(sa.select(Template.id, Template.title).where(Template.id.in_(sorted(keys))))}


def note_origin(session: Session, proposal: ProposalId, origin: OriginFull) -> None:
    values: Mapping[str, object] = {
        "proposal": proposal, "kind": origin.kind, "source": origin.source, "version": origin.version,
        "organisation": origin.organisation, "shown": origin.shown, "at": origin.at,
    }  # fmt: skip
    session.execute(sa.insert(Origin).values(**values))


def origin(session: Session, proposal: ProposalId) -> OriginFull | None:
    """What a proposal was started from, or None."""
    row = session.execute(sa.select(Origin.__table__).where(Origin.proposal == proposal)).one_or_none()
    return OriginFull(row.kind, row.source, row.version, OrganisationId(row.organisation), row.shown, row.at) if row else None


def follow(session: Session, proposal: ProposalId, version: int) -> None:
    """Note up to which version of its template a proposal has looked at the changes."""
    session.execute(sa.update(Origin).where(Origin.proposal == proposal).values(version=version))


def adoptions(session: Session, template: TemplateId) -> list[Adoption]:
    """Who started from a template and lets its owner know, the latest first: as a proposal, or as a template of their own."""
    started = (
        sa.select(Organisation.name, Origin.version, Origin.at)
        .join(Organisation, Organisation.id == Origin.organisation)
        .where(Origin.kind == "template", Origin.source == template, Origin.shown)
    )
    made = (
        sa.select(Organisation.name, Template.source_version, Template.source_at)
        .join(Organisation, Organisation.id == Template.owner)
        .where(Template.source == template, Template.source_shown)
    )
    rows = sorted([*session.execute(started), *session.execute(made)], key=lambda row: row[2], reverse=True)
    return [Adoption(*row) for row in rows]


def parties(session: Session, proposal: ProposalId) -> frozenset[OrganisationId]:
    return frozenset(OrganisationId(key) for key in session.scalars(sa.select(Party.organisation).where(Party.proposal == proposal)))
