"""Numbers that arrive in addresses and forms, read strictly."""

from werkzeug.exceptions import BadRequest

LARGEST = 1_000_000


def number(text: str | None) -> int:
    """A whole number from 1 to a million. Raises BadRequest for anything else."""
    found = optional_number(text)
    if found is None:
        raise BadRequest
    return found


def optional_number(text: str | None) -> int | None:
    """The same, or None where nothing was given."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and 1 <= int(text) <= LARGEST):
        raise BadRequest
    return int(text)
