"""Full-text search over titles and shared texts: FTS5 on SQLite, tsvector on PostgreSQL, behind one interface.

The index holds only what every party of a proposal may read; the caller's scope decides which proposals a person finds.
"""

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import ProposalId
from cowork.store.records import Proposal

MAX_TERMS = 8


def terms(query: str) -> list[str]:
    """The words of a query, without anything that a search engine could read as syntax."""
    return re.findall(r"[^\W_]+", query.lower())[:MAX_TERMS]


def matching(session: Session, query: str) -> sa.ColumnElement[bool]:
    """The condition that a proposal holds every word of the query, the last one as a beginning. No word finds nothing."""
    words = terms(query)
    if not words:
        return sa.false()
    if session.get_bind().dialect.name == "sqlite":
        expression = " ".join(f'"{word}"*' if word is words[-1] else f'"{word}"' for word in words)
        table = sa.table("proposal_search", sa.column("proposal"), sa.column("proposal_search"))
        return Proposal.id.in_(sa.select(table.c.proposal).where(table.c.proposal_search.op("MATCH")(expression)))
    expression = " & ".join(f"{word}:*" if word is words[-1] else word for word in words)
    indexed = sa.table("proposal_search", sa.column("proposal"), sa.column("words"))
    found = indexed.c.words.op("@@")(sa.func.to_tsquery(sa.literal_column("'simple'"), expression))
    return Proposal.id.in_(sa.select(indexed.c.proposal).where(found))


def index(session: Session, proposal: ProposalId, title: str, text: str) -> None:
    """Put a proposal's shared words into the index, replacing what was there."""
    session.execute(sa.text("DELETE FROM proposal_search WHERE proposal = :proposal"), {"proposal": proposal})
    if session.get_bind().dialect.name == "sqlite":
        statement = "INSERT INTO proposal_search (proposal, title, body) VALUES (:proposal, :title, :body)"
    else:
        statement = (
            "INSERT INTO proposal_search (proposal, words) VALUES (:proposal,"
            " setweight(to_tsvector('simple', :title), 'A') || to_tsvector('simple', :body))"
        )
    session.execute(sa.text(statement), {"proposal": proposal, "title": title, "body": text[:500_000]})
