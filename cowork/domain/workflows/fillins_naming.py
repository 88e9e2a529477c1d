"""Who is named for each proposal, as the fields of a form and back: by which office, how many people at least and at most, of which office.

What they cannot say exactly is shown as TOML text.
"""

from collections.abc import Mapping

from cowork.domain.conditions import Value
from cowork.domain.workflows.fillins import Fields, number_or_text, one, parsed, shown, text_of

KEYS = ("by", "least", "most", "from")


def naming_fields(value: Value) -> dict[str, str]:
    """The fields, without their prefix, or "text" where these cannot say it."""
    fields = {name: shown(value.get(name)) for name in KEYS} if isinstance(value, Mapping) else {}
    again = read_naming({f"n-{name}": (text,) for name, text in fields.items()}, "n")
    return fields if again == value else {"text": text_of(value)}


def read_naming(fields: Fields, prefix: str) -> Value:
    """What the fields say, as parsed TOML; None where they are empty. A text wins."""
    if text := one(fields, f"{prefix}-text"):
        return parsed(text)
    typed = {name: one(fields, f"{prefix}-{name}") for name in KEYS}
    return {name: number_or_text(text) if name in ("least", "most") else text for name, text in typed.items() if text} or None
