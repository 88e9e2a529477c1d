"""The unit of work: one reading or one writing transaction. This module holds the only commit of the whole application."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cowork.domain.errors import Conflict
from cowork.store.base import db
from cowork.store.constraints import sentence_for

AFTER = "after the commit"
"""Where a session keeps what is to be done once its transaction is committed."""


def after_commit(session: Session, act: Callable[[], None]) -> None:
    """Do this once what the transaction wrote is there for others to see; not at all when it is rolled back.

    It must not fail, and a process that dies before it never does it: what has to happen goes into the outbox.
    """
    session.info.setdefault(AFTER, []).append(act)


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
    session.info.pop(AFTER, None)
    session.connection(execution_options={"write": True})
    try:
        yield session
        session.commit()
        for act in session.info.pop(AFTER, ()):
            act()
    except IntegrityError as error:
        session.rollback()
        raise Conflict(sentence_for(error)) from error
    except BaseException:
        session.rollback()
        raise
