"""Places in a list that is read page by page, as they stand in an address: a moment and an identifier."""

from datetime import UTC, datetime

MAX_PLACE = 120


def written(place: tuple[datetime, str] | None) -> str:
    """The text for an address; empty for no place."""
    return f"{place[0].isoformat()}~{place[1]}" if place else ""


def read(text: str | None) -> tuple[datetime, str] | None:
    """The place that an address names; None for none and for anything that cannot be one."""
    moment, mark, key = (text or "")[:MAX_PLACE].replace(" ", "+").partition("~")
    if not mark or not key.isascii() or not key.isalnum():
        return None
    try:
        at = datetime.fromisoformat(moment)
        return (at.astimezone(UTC), key) if at.tzinfo is not None else None
    except (ValueError, OverflowError):  # the first and last day of the calendar do not exist in every zone
        return None
