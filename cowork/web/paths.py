"""Where a redirect may lead: to paths of this application and nowhere else."""

from urllib.parse import urlsplit

MAX_PATH = 2_000


def own_path(target: str | None) -> str | None:
    """The target when it is a path of our own, with its query and fragment; None for anything else.

    Browsers read "//host", "/\\\\host" and addresses with control characters as other sites, so those are refused too.
    """
    if not target or len(target) > MAX_PATH or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(character) < 0x20 or ord(character) == 0x7F or character == "\\" for character in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return target if not parts.scheme and not parts.netloc else None


def own_referrer(referrer: str | None, host: str) -> str | None:
    """The path of the page that a request came from, when that page is ours; `host` is the one this request was made to."""
    try:
        parts = urlsplit(referrer or "")
    except ValueError:
        return None
    if parts.netloc != host:
        return None
    return own_path(f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/")
