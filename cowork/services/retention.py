"""Bytes that are kept no more: those that nothing names, and those of withdrawn files whose time is over.

First a commit says that the bytes of a file are kept no more, with an event; a day later at the earliest the bytes go, if nothing else
names them. A server that ends in between leaves bytes that the next turn removes, and never a name without bytes.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from sqlalchemy.orm import Session

from cowork.domain.evidence_events import FileForgotten
from cowork.domain.ids import Digest, FileId, ProposalId
from cowork.domain.proposals import Standing
from cowork.services.cases import write
from cowork.services.context import Context
from cowork.store import files, proposals, unit

FORGOTTEN_AFTER = 24 * 3600.0
"""Bytes that nobody has asked to keep for so many seconds, and that nothing names, are removed."""
AT_ONCE = 200
OPEN_TO_FORGET = frozenset({Standing.DRAFT, Standing.CHANGES_REQUESTED, Standing.WITHDRAWN, Standing.REJECTED})
"""What was approved keeps all that was there, and what is in review is still decided on."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What is kept on the disk. `unnamed` is part of `kept`: the worker removes it a day after it was last asked for. `due` are withdrawn
    files whose time is over; `missing` are contents that files name and that are not there.
    """

    kept: int
    kept_bytes: int
    unnamed: int
    unnamed_bytes: int
    due: int
    missing: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How many withdrawn files were forgotten, and how many contents removed, with their bytes."""

    forgotten: int
    removed: int
    removed_bytes: int


def holding(context: Context) -> Holding:
    """What the disk holds, compared with what files name."""
    with unit.reading() as session:
        used, due = files.all_used(session), len(_due(context, session))
    # Names are read first: what is attached meanwhile is on the disk already, and counts as unnamed only for a moment.
    sizes = dict(context.blobs.everything())
    unnamed = [size for digest, size in sizes.items() if digest not in used]
    missing = tuple(sorted(used - sizes.keys()))
    return Holding(len(sizes), sum(sizes.values()), len(unnamed), sum(unnamed), due, missing)


def clean(context: Context) -> Cleaned:
    """Forget what its time is over, and remove what nothing has named for a day. Doing it twice does it once."""
    forgotten = forget_withdrawn(context)
    removed, freed = sweep(context)
    return Cleaned(forgotten, removed, freed)


def forget_withdrawn(context: Context) -> int:
    """Note of withdrawn files whose time is over that their bytes are kept no more; how many. Without a time all are kept."""
    with unit.reading() as session:
        due = _due(context, session)
    return sum(_forget(context, file, proposal) for file, proposal in due)


def _due(context: Context, session: Session) -> list[tuple[FileId, ProposalId]]:
    if not context.withdrawn_days:
        return []
    before = context.now() - timedelta(days=context.withdrawn_days)
    return files.withdrawn_before(session, before, {standing.value for standing in OPEN_TO_FORGET})


def _forget(context: Context, file: FileId, proposal: ProposalId) -> bool:
    with unit.writing() as session:
        state = proposals.state(session, proposal, lock=True)
        found = files.by_id(session, file)
        if state is None or state.standing not in OPEN_TO_FORGET or found is None or found.version.removed:
            return False
        # A backup that took the database a moment ago finds the bytes for another day.
        for digest in files.contents(session, file):
            context.blobs.spare(digest)
        files.forget(session, file)
        write(session, context, state, None, [FileForgotten(file, found.lane)])
        return True


def sweep(context: Context) -> tuple[int, int]:
    """Remove bytes that no file names any more, or never did because the server ended between keeping and naming them: how many contents,
    and how many bytes they were.
    """
    removed, freed = 0, 0
    # Looked at a few at a time: what somebody asks to keep while others are removed is not among the old any more.
    old = context.blobs.older_than(FORGOTTEN_AFTER)
    while batch := list(islice(old, AT_ONCE)):
        # The write lock keeps an upload of the same bytes from being named meanwhile.
        with unit.writing() as session:
            unused = sorted(set(batch) - files.are_used(session, batch))
            freed += sum(context.blobs.remove(one) for one in unused)
        removed += len(unused)
    return removed, freed
