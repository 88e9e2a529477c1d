"""The tables of writing together: rooms, and the log of what was written in each."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cowork.store.base import Base, Key, key, ref


class LiveRoom(Base):
    """A room of a section. `seq` is the newest entry of its log; `entries` and `size` (in bytes) say when to make the log shorter.

    `typed_at` is when somebody last wrote what no version holds yet, and `writers` are those who did; both empty once a version is cut.
    """

    __tablename__ = "live_room"
    id: Mapped[str] = key()
    proposal: Mapped[str] = ref("proposal")
    section: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(40))
    seq: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    typed_at: Mapped[datetime | None] = mapped_column(index=True)
    writers: Mapped[list[str]]
    __table_args__ = (sa.UniqueConstraint("proposal", "section", "name"),)


class LiveUpdate(Base):
    """One entry of a room's log: a change of its document. Nobody's (`person` empty) are those that a saved version brought in, and the
    sum of older entries.
    """

    __tablename__ = "live_update"
    room: Mapped[str] = mapped_column(Key, sa.ForeignKey("live_room.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str | None] = mapped_column(Key, sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    bytes: Mapped[bytes] = mapped_column(sa.LargeBinary)
