"""Full-text search over titles and shared texts: FTS5 on SQLite, tsvector on PostgreSQL, behind one interface.

The index holds only what every party of a proposal may read; the caller's scope decides which proposals a person finds.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import ProposalId
from cowork.store.records import Proposal

MAX_TERMS = 8
LONGEST_BODY = 500_000


def terms(query: str) -> list[str]:
    """The words of a query, without anything that a search engine could read as syntax."""
    return re.findall(r"[^\W_]+", query.lower())[:MAX_TERMS]


def matching(session: Session, query: str) -> sa.Select[str]:
    """The proposals that hold every word of the query, the last one as a beginning. No word finds nothing."""
    words = terms(query)
    if not words:
        return sa.select(Proposal.id).where(sa.false())
    if session.get_bind().dialect.name == "sqlite":
        expression = " ".join(f'"{word}"*' if word is words[-1] else f'"{word}"' for word in words)
        table = sa.table("proposal_search", sa.column("rowid"), sa.column("proposal_search"))
        places = sa.table("proposal_search_place", sa.column("place"), sa.column("proposal", sa.String()))
        found = sa.select(table.c.rowid).where(table.c.proposal_search.op("MATCH")(expression))
        return sa.select(places.c.proposal).where(places.c.place.in_(found))
    expression = " & ".join(f"{word}:*" if word is words[-1] else word for word in words)
    indexed = sa.table("proposal_search", sa.column("proposal", sa.String()), sa.column("words"))
    return sa.select(indexed.c.proposal).where(indexed.c.words.op("@@")(sa.func.to_tsquery(sa.literal_column("'simple'"), expression)))


def index(session: Session, proposal: ProposalId, title: str, text: str) -> None:
    """Put a proposal's shared words into the index, replacing what was there."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("DELETE FROM proposal_search WHERE rowid = :place"), {"place": _place(proposal)})
    else:
        session.execute(sa.text("DELETE FROM proposal_search WHERE proposal = :proposal"), {"proposal": proposal})
    add(session, [{"proposal": proposal, "title": title, "body": text}])


def add(session: Session, entries: Sequence[Mapping[str, str]]) -> None:
    """Put proposals that are not in the index yet into it: each entry has `proposal`, `title` and `body`."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    if sqlite:
        statement = "INSERT INTO proposal_search (rowid, proposal, title, body) VALUES (:place, :proposal, :title, :body)"
    else:
        statement = (
            "INSERT INTO proposal_search (proposal, words) VALUES (:proposal,"
            " setweight(to_tsvector('simple', :title), 'A') || to_tsvector('simple', :body))"
        )
    rows = [
        {"proposal": entry["proposal"], "title": entry["title"], "body": entry["body"][:LONGEST_BODY], "place": _place(entry["proposal"])}
        for entry in entries
    ]
    if rows:
        session.execute(sa.text(statement), rows)
    if rows and sqlite:
        session.execute(sa.text("INSERT OR IGNORE INTO proposal_search_place (place, proposal) VALUES (:place, :proposal)"), rows)


def _place(proposal: str) -> int:
    """The row of a proposal in SQLite's index. Without it, replacing an entry would read the whole index to find the old one."""
    return int.from_bytes(hashlib.sha256(proposal.encode()).digest()[:8], "big") >> 1
