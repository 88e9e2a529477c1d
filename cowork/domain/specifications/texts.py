"""Cleaning of text as people type, paste or send it. Every function is idempotent and raises BadText with a sentence."""

import re
import unicodedata

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OVERRIDES = re.compile("[\u202d\u202e]")
"""They turn letters that have a direction of their own: a text would read as another on one page than on the next."""
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_NEWLINE = re.compile("\r\n|[\r\u2028\u2029]")
_SPACES = re.compile("[\\s]+")
_EMAIL = re.compile(r"[^@\s,;:<>()\[\]\\\"]{1,64}@[^@\s,;:<>()\[\]\\\"./_]+(?:\.[^@\s,;:<>()\[\]\\\"./_]+)+")


class BadText(ValueError):
    """A text that cannot be stored; the message says why and what to do."""


def one_line(raw: str) -> str:
    """A text of one line: line breaks and runs of white space become one space, invisible characters go."""
    text = _INVISIBLE.sub("", _safe(raw))
    if _BIDI.search(text):
        raise BadText("It holds characters that turn the direction of writing. Remove them: they can make a text read as another.")
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def many_lines(raw: str) -> str:
    """A longer text (Markdown): line breaks become "\\n", white space at both ends goes, and so do marks that turn letters round."""
    return unicodedata.normalize("NFC", _OVERRIDES.sub("", _safe(raw))).strip()


def email(raw: str) -> str:
    """An e-mail address, of the plain form name@example.org."""
    text = one_line(raw)
    if text and (len(text) > 254 or not _EMAIL.fullmatch(text)):
        raise BadText("This is not an e-mail address. Write it like name@example.org.")
    return text


def _safe(raw: str) -> str:
    text = _NEWLINE.sub("\n", raw)
    if _SURROGATE.search(text):
        raise BadText("It holds half of a character. Delete the odd sign and type it again.")
    if _CONTROL.search(text):
        raise BadText("It holds control characters that cannot be shown or printed. Type the text again instead of pasting it.")
    return text
