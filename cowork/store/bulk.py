"""Copies of whole proposals, many at a time: the load that benchmarks need, with every digest and chain made anew.

A `Template` is a proposal as it lies in the tables. Each copy gets identifiers, a title and moments of its own; what depends on them
(digests of versions, decisions and programmes, the chain of events, the search index) is worked out again, never taken over.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.audit import EMPTY, link_hash
from cowork.domain.conditions import Content
from cowork.domain.ids import ProposalId
from cowork.domain.specifications import digests
from cowork.domain.specifications.canonical import canonical
from cowork.domain.specifications.form import FieldType, Form
from cowork.store import records, review_records, search

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""Rows by the name of their table."""

_TABLES = (
    records.Programme, records.Proposal, records.Party, records.Participant, records.Seating, records.Access, records.Version,
    records.Thread, records.Comment, review_records.Round, review_records.Decision, review_records.TurnRecord, records.Event,
)  # fmt: skip
"""In the order in which their foreign keys allow to write them."""

_OWN_IDS = ("programme", "proposal", "thread", "comment", "round", "decision")
"""Tables whose `id` each copy needs anew."""

_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class _Version:
    """A version's texts, each with the title at the same place: what is kept, what its digest covers, and its first section."""

    number: int
    title: str
    kept: str
    document: bytes
    identity: bytes
    sections: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Template:
    """A proposal to copy. `words` is its shared text for the search index."""

    rows: Rows
    versions: tuple[_Version, ...]
    words: str


def template(session: Session, form: Form, proposal: ProposalId, words: Callable[[Content], str]) -> Template:
    """Read a proposal as a template. Long texts are cut to their beginning, so that ten thousand copies fit on a laptop."""
    rows = {_name(table): _rows(session, table, proposal) for table in _TABLES}
    salt = rows["proposal"][0]["salt"]
    versions: list[_Version] = []
    known: dict[str, str] = {}
    for row in rows["version"]:
        content = _shortened(form, json.loads(row["content"]))
        sections = {key: str(value) for key, value in digests.section_digests(form, content).items()}
        known |= {str(old): sections[key] for key, old in row["section_digests"].items()}
        known[row["digest"]] = str(digests.digest(form, content))
        if row["private_digest"]:
            known[row["private_digest"]] = str(digests.private_digest(form, content, salt))
        versions.append(_version(form, row["number"], content, sections))
    last = _shortened(form, json.loads(rows["version"][-1]["content"]))
    mapped = {table: [_mapped(row, known) for row in found] for table, found in rows.items()}
    return Template(mapped, tuple(versions), words(last))


def _name(table: type[Any]) -> str:
    return str(table.__tablename__)


def _rows(session: Session, table: type[Any], proposal: ProposalId) -> list[Row]:
    columns = table.__table__
    if table is records.Programme:
        where = columns.c.id == sa.select(records.Proposal.programme).where(records.Proposal.id == proposal).scalar_subquery()
    elif table is records.Event:
        where = columns.c.stream == proposal
    else:
        where = (columns.c.id if table is records.Proposal else columns.c.proposal) == proposal
    order = [columns.c.seq] if table is records.Event else list(columns.primary_key)
    return [dict(row) for row in session.execute(sa.select(columns).where(where).order_by(*order)).mappings()]


def _shortened(form: Form, content: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    for section in form.sections:
        answers = content.get(section.key, {})
        for field in section.fields:
            found = answers.get(field.key)
            if field.type is FieldType.LONGTEXT and isinstance(found, str):
                answers[field.key] = found[:_LONGEST_TEXT].strip()
            elif field.type is FieldType.ROWS and isinstance(found, list):
                for row in found:
                    row |= {key: value[:_LONGEST_TEXT].strip() for key, value in row.items() if isinstance(value, str)}
    return content


def _version(form: Form, number: int, content: Content, sections: Mapping[str, str]) -> _Version:
    document = digests.document(form, content)
    shared = document["content"]
    identity = canonical({"section": "identity", "answers": shared["identity"] if isinstance(shared, dict) else {}})
    if sha256(identity).hexdigest() != sections["identity"]:
        raise RuntimeError("the digest of a section is no longer made as the bulk copies make it; bring `bulk._version` up to date")
    title = content["identity"]["title"]
    return _Version(number, str(title), canonical(content).decode(), canonical(document), identity, sections)


def copy(source: Template, mark: str, earlier: timedelta, new_id: Callable[[], str]) -> tuple[Rows, Row]:
    """One copy: its rows and its entry in the search index. Titles end in `mark`; every moment lies `earlier` than the template's.

    A proposal in review keeps its due dates, so move it by less than a day.
    """
    known: dict[str, Any] = {row["id"]: new_id() for table in _OWN_IDS for row in source.rows[table]}
    texts: dict[int, str] = {}
    for version in source.versions:
        old, new = _title(version.title), _title(version.title + mark)
        texts[version.number] = version.kept.replace(old, new, 1)
        document = version.document.replace(old.encode(), new.encode(), 1)
        known[sha256(version.document).hexdigest()] = sha256(document).hexdigest()
        known[version.sections["identity"]] = sha256(version.identity.replace(old.encode(), new.encode(), 1)).hexdigest()
    rows = {
        table: [_moved(_mapped(row, known), earlier) for row in found] for table, found in source.rows.items() if table != "event"
    }
    rows["version"] = [row | {"content": texts[row["number"]]} for row in rows["version"]]
    (proposal,), (programme,) = rows["proposal"], rows["programme"]
    rows["event"] = _chain(source.rows["event"], known, earlier)
    proposal["event_head"] = rows["event"][-1]["hash"]
    proposal["title"], programme["title"] = proposal["title"] + mark, programme["title"] + mark
    return rows, {"proposal": proposal["id"], "title": proposal["title"], "body": source.words + mark}


def _title(title: str) -> str:
    return f'"title":{canonical(title).decode()}'


def _mapped(value: Any, known: Mapping[str, Any]) -> Any:
    """The value with every known identifier and digest replaced, inside lists and objects too."""
    if isinstance(value, str):
        return known.get(value, value)
    if isinstance(value, dict):
        return {key: _mapped(part, known) for key, part in value.items()}
    if isinstance(value, list):
        return [_mapped(part, known) for part in value]
    return value


def _moved(row: Row, earlier: timedelta) -> Row:
    return {key: value - earlier if isinstance(value, datetime) and key != "due_at" else value for key, value in row.items()}


def _chain(events: Iterable[Row], known: Mapping[str, Any], earlier: timedelta) -> list[Row]:
    """The events of a copy, each bound to the one before."""
    head, chain = EMPTY, []
    for event in events:
        stream = known[event["stream"]]
        at = (datetime.fromisoformat(event["at"]) - earlier).isoformat(timespec="microseconds")
        payload = _mapped(json.loads(event["payload"]), known)
        digest = link_hash(stream, event["seq"], at, event["actor"], event["kind"], payload, head)
        chain.append(
            event | {"stream": stream, "at": at, "payload": canonical(payload).decode(), "prev_hash": head, "hash": digest}
        )
        head = digest
    return chain


def insert(session: Session, copies: Iterable[tuple[Rows, Row]]) -> None:
    """Write copies, table by table."""
    gathered = list(copies)
    for table in _TABLES:
        rows = [row for found, _ in gathered for row in found[_name(table)]]
        if rows:
            session.execute(sa.insert(table), rows)
    search.add(session, [entry for _, entry in gathered])


def marked(number: int) -> str:
    """What the title of a copy ends in."""
    return f" {number:05d}"
