"""Noting in the commit of an act that people are to be told of it. Whom and how is worked out after the commit, by the worker."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from cowork.domain.ids import JobId, MeetingId, PersonId, ProposalId
from cowork.domain.notifications import Kind, TurnChange
from cowork.domain.workflows.definition import StageKind
from cowork.domain.workflows.progress import Progress, StageStanding
from cowork.services.context import Context
from cowork.store import jobs

UNCHANGED = TurnChange()


def tell(
    session: Session, context: Context, proposal: ProposalId, after: int, count: int, turns: TurnChange = UNCHANGED,
    informed: Iterable[tuple[str, str]] = (),
) -> None:  # fmt: skip
    """Queue the telling of an act: its `count` events after number `after`, and who is asked anew and no longer. One statement or none."""
    if not count and not turns:
        return
    job, now = JobId(context.new_id()), context.now()
    payload = {
        "proposal": proposal, "first": after + 1, "last": after + count, "at": now.isoformat(), "informed": [list(one) for one in informed],
        "added": [one.written() for one in turns.added], "removed": [one.written() for one in turns.removed],
    }  # fmt: skip
    jobs.add(session, job, "tell", f"tell:{job}", payload, now)


def agenda_ready(session: Session, context: Context, meeting: MeetingId) -> None:
    """Queue the telling of a meeting whose agenda is complete. Told once a meeting, however often it is declared."""
    job, now = JobId(context.new_id()), context.now()
    jobs.add(session, job, "tell-meeting", f"tell-meeting:{job}", {"meeting": meeting, "at": now.isoformat()}, now)


def meeting_told(session: Session, context: Context, meeting: MeetingId, kind: Kind, by: PersonId) -> None:
    """Queue the telling of a meeting that somebody planned, moved or called off, to everybody else who holds its office."""
    job, now = JobId(context.new_id()), context.now()
    payload = {"meeting": meeting, "at": now.isoformat(), "kind": kind.value, "by": by}
    jobs.add(session, job, "tell-meeting", f"tell-meeting:{job}", payload, now)


def informed_by(progress: Progress) -> list[tuple[str, str]]:
    """Who sits at the stages of this round that tell and do not ask, as (person, stage), once they have told."""
    return sorted(
        {
            (holder.person, stage.stage.key)
            for stage in progress.stages
            if stage.stage.kind is StageKind.INFORM and stage.standing is StageStanding.MET
            for seat in stage.seats
            for holder in seat.bench.holders
        }
    )
