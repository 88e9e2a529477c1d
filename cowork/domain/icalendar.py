"""Due dates as an iCalendar (RFC 5545): lines that end in CRLF, folded at 75 octets, with times in UTC."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

MOST_OCTETS = 75
"""Of a line, its end not counted (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is due. `uid` never changes for the same thing; `stamp` is when it last did."""

    uid: str
    stamp: datetime
    due_at: datetime
    summary: str
    description: str
    url: str


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """The calendar as it is sent. Times without a zone raise ValueError."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Cowork//Due dates//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{entry.uid}",
            f"DTSTAMP:{moment(entry.stamp)}",
            f"DTSTART:{moment(entry.due_at)}",
            f"SUMMARY:{escaped(entry.summary)}",
            f"DESCRIPTION:{escaped(entry.description)}",
            f"URL:{entry.url}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def moment(at: datetime) -> str:
    """A time in UTC, such as 20260302T090000Z."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone has no place in a calendar")
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """A text value: backslashes, commas, semicolons and line ends are escaped, other control characters left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in text if letter in "\n\t" or (ord(letter) >= 32 and ord(letter) != 127))
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> bytes:
    """The line with its end; a long one is continued on lines that begin with a space, never within a character."""
    parts, size = [bytearray()], 0
    for letter in line:
        octets = letter.encode()
        if size + len(octets) > MOST_OCTETS:
            parts.append(bytearray(b" "))
            size = 1
        parts[-1] += octets
        size += len(octets)
    return b"\r\n".join(bytes(part) for part in parts) + b"\r\n"
