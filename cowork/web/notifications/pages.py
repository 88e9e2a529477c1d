"""What the pages of notices show: tabs, the choices by kind, and mails in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cowork.domain.notification_words import CHANNEL_LABELS, LABELS
from cowork.domain.notifications import Channel, Kind
from cowork.store.notifications import ToldLine
from cowork.web.frame import Tab

MAIL_WORDS = {
    "queued": "Waiting to be sent", "sent": "Sent by mail", "kept": "Written, not sent: this server sends no mail there",
    "skipped": "Not sent: it was no longer for this person", "failed": "Not sent: the mail server refused it",
}  # fmt: skip
WAITING_WORDS = {
    Channel.PAGE: "On the page only", Channel.DAILY: "Waiting for the daily mail", Channel.WEEKLY: "Waiting for the weekly mail",
    Channel.INSTANT: "On the page",
}  # fmt: skip
TONES = {
    Kind.YOUR_TURN: "info", Kind.REMINDER: "warning", Kind.WINDOW_CLOSING: "warning", Kind.OVERDUE: "danger", Kind.ESCALATED: "danger",
    Kind.CHANGES_REQUESTED: "warning", Kind.APPROVED: "success", Kind.REJECTED: "danger", Kind.CONDITION_DUE: "warning",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A kind of notice with how it reaches the person now."""

    key: str
    label: str
    meaning: str
    channel: str


@dataclass(frozen=True, slots=True)
class ToldRow:
    """Something that somebody was told, and how. `in_digest` says that the subject is that of a mail with other things in it."""

    at: datetime
    name: str
    kind: str
    subject: str
    how: str
    private: bool


def tabs(read: bool, unread: int) -> list[Tab]:
    return [Tab("Unread", "/notifications", not read, unread), Tab("Read", "/notifications?show=read", read)]


def choice_rows(chosen: Mapping[Kind, Channel]) -> list[ChoiceRow]:
    return [ChoiceRow(kind.value, *LABELS[kind], chosen[kind].value) for kind in LABELS]


def channels() -> list[tuple[str, str]]:
    """The ways to choose from: value and label."""
    return [(channel.value, label) for channel, label in CHANNEL_LABELS.items()]


def told_rows(lines: Iterable[ToldLine]) -> list[ToldRow]:
    """What people were told, in words. The subject of a digest names other proposals, so it is not shown."""
    return [
        ToldRow(
            line.notice.created_at,
            line.name,
            LABELS[line.notice.kind][0],
            line.subject if line.notice.channel is Channel.INSTANT else "",
            MAIL_WORDS.get(line.standing) or WAITING_WORDS[line.notice.channel],
            bool(line.notice.facts.get("lane")),
        )
        for line in lines
    ]
