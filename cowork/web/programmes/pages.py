"""What the pages of the register show."""

from datetime import datetime
from urllib.parse import urlencode

from cowork.domain.ids import ProgrammeId
from cowork.web import keysets

MAX_DIGEST = 200
"""Characters of a pasted digest that are looked at, blanks included."""


def older_than(place: tuple[datetime, ProgrammeId] | None) -> str:
    """The address of the page that follows; empty where there is none."""
    return f"/programmes?{urlencode({'after': keysets.written(place)})}" if place else ""
