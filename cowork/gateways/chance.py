"""Fresh identifiers and secrets, and the clock: what the rules are never allowed to draw themselves."""

import base64
import secrets
from datetime import UTC, datetime


def new_id() -> str:
    """80 random bits as 16 lower-case base-32 characters."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


def new_token() -> str:
    """A secret of 256 bits in URL-safe characters."""
    return secrets.token_urlsafe(32)


def utc_now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)
