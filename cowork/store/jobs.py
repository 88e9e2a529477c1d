"""Work for after the commit: queued in the commit that asks for it, done once, taken up again when a worker dies."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import JobId
from cowork.store.records import Job

LEASE = timedelta(minutes=3)
MAX_ATTEMPTS = 5
PATIENT_ATTEMPTS, LONGEST_PAUSE = 400, timedelta(minutes=15)
"""For what must reach people: a mail server may be away for days (400 pauses of up to 15 minutes are four days)."""
PATIENT = frozenset({"tell", "tell-meeting", "mail"})
SPENT = frozenset({"tell", "tell-meeting", "mail"})
"""Kinds whose finished jobs are of no more use."""
GIVEN_UP = "It was started several times and never came to an end. Ask for it again, or tell whoever runs this server."


@dataclass(frozen=True, slots=True)
class JobLine:
    """`standing` is queued, running, done or failed; `result` is what the job left (for an export, the name of its file)."""

    id: JobId
    kind: str
    key: str
    payload: dict[str, Any]
    standing: str
    attempts: int
    error: str
    result: str


def _line(row: Job) -> JobLine:
    return JobLine(JobId(row.id), row.kind, row.key, row.payload, row.standing, row.attempts, row.error, row.result)


def enqueue(
    session: Session, job: JobId, kind: str, key: str, payload: dict[str, Any], now: datetime, *, again: bool = False
) -> None:
    """Queue a job unless one with this key is there; a failed one is queued again, a finished one where `again` says so."""
    found = session.scalars(sa.select(Job).where(Job.key == key)).one_or_none()
    if found is None:
        values = {"id": job, "kind": kind, "key": key, "payload": payload, "run_at": now}
        session.execute(sa.insert(Job).values(**values))
    elif found.standing == "failed" or (again and found.standing == "done"):
        fresh = {"standing": "queued", "attempts": 0, "run_at": now, "error": "", "result": ""}
        session.execute(sa.update(Job).where(Job.id == found.id).values(**fresh))


def add(session: Session, job: JobId, kind: str, key: str, payload: dict[str, Any], now: datetime) -> None:
    """Queue a job whose key is new by its making, in one statement."""
    session.execute(sa.insert(Job).values(id=job, kind=kind, key=key, payload=payload, run_at=now))


def by_key(session: Session, key: str) -> JobLine | None:
    row = session.scalars(sa.select(Job).where(Job.key == key)).one_or_none()
    return _line(row) if row else None


def take(session: Session, now: datetime) -> JobLine | None:
    """Lease the next job that is due, or one whose worker's lease ran out; None when there is nothing to do.

    Mails come last, so that nothing waits behind a server that is slow to answer. A job whose workers died as often as it may be tried
    is given up, or it would take one after the other with it.
    """
    most = sa.case((Job.kind.in_(PATIENT), PATIENT_ATTEMPTS), else_=MAX_ATTEMPTS)
    deadly = (Job.standing == "running", Job.leased_until < now, Job.attempts >= most)
    given_up = {"standing": "failed", "finished_at": now, "leased_until": None, "error": GIVEN_UP}
    session.execute(sa.update(Job).where(*deadly).values(**given_up).execution_options(synchronize_session=False))
    due = sa.and_(Job.standing == "queued", Job.run_at <= now)
    lost = sa.and_(Job.standing == "running", Job.leased_until < now)
    statement = sa.select(Job.id).where(sa.or_(due, lost)).order_by(Job.kind == "mail", Job.run_at, Job.id).limit(1)
    key = session.scalar(statement.with_for_update(skip_locked=True))
    if key is None:
        return None
    leased = {"standing": "running", "attempts": Job.attempts + 1, "leased_until": now + LEASE}
    session.execute(sa.update(Job).where(Job.id == key).values(**leased))
    return _line(session.scalars(sa.select(Job).where(Job.id == key).execution_options(populate_existing=True)).one())


def finish(session: Session, line: JobLine, result: str, now: datetime) -> None:
    """Note that a job is done. The worker's own business is forgotten, what people asked for is kept."""
    if line.kind in SPENT:
        session.execute(sa.delete(Job).where(Job.id == line.id))
        return
    done = {"standing": "done", "result": result, "finished_at": now, "leased_until": None, "error": ""}
    session.execute(sa.update(Job).where(Job.id == line.id).values(**done))


def fail(session: Session, line: JobLine, error: str, now: datetime, *, final: bool = False) -> None:
    """Put a job off with growing pauses (10, 20, 40 … seconds); give up after its attempts, or at once when that is `final`."""
    if final or line.attempts >= (PATIENT_ATTEMPTS if line.kind in PATIENT else MAX_ATTEMPTS):
        values: dict[str, Any] = {"standing": "failed", "finished_at": now}
    else:
        values = {"standing": "queued", "run_at": now + pause(line.attempts)}
    session.execute(sa.update(Job).where(Job.id == line.id).values(**values, error=error[:500], leased_until=None))


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    return min(timedelta(seconds=5 * 2 ** min(attempts, 20)), LONGEST_PAUSE)


def put_off(session: Session, kind: str, now: datetime) -> None:
    """What all jobs of a kind need is away: let them wait together, as long as the one that was tried most often."""
    tried = session.scalar(sa.select(sa.func.max(Job.attempts)).where(Job.kind == kind, Job.standing == "queued")) or 1
    waiting = (Job.kind == kind, Job.standing == "queued", Job.run_at < now + pause(tried))
    session.execute(sa.update(Job).where(*waiting).values(run_at=now + pause(tried)))
