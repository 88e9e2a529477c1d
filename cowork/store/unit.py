"""The unit of work: one reading or one writing transaction. This module holds the only commit of the whole application."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cowork.domain.errors import Conflict
from cowork.store.base import db
from cowork.store.constraints import sentence_for


@contextmanager
def reading() -> Iterator[Session]:
    """A transaction that only reads: one snapshot for the whole page, so that a count, a chain and its head fit together.

    SQLite gives that by itself, PostgreSQL only when it is asked to.
    """
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield session
    finally:
        session.rollback()


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction that writes; it is committed when the block ends without an error, else rolled back.

    On SQLite it takes the write lock at its start (BEGIN IMMEDIATE), so that checking and acting are one step; on PostgreSQL the
    service locks the row it decides on. A constraint that refuses becomes a Conflict with a sentence.
    """
    session = db.session()
    session.rollback()
    session.connection(execution_options={"write": True})
    try:
        yield session
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Conflict(sentence_for(error)) from error
    except BaseException:
        session.rollback()
        raise
