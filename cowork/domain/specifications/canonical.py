"""JSON canonicalisation after RFC 8785: one byte sequence for one JSON value, so that its SHA-256 can be compared and signed.

Object keys are sorted by UTF-16 code units, numbers are written as ECMAScript writes them, strings are escaped minimally, and there
is no white space. What has no exact JSON meaning is refused with a ValueError whose message is a sentence.
"""

import math
from collections.abc import Mapping
from json.encoder import encode_basestring

LARGEST = 2**53
"""The largest whole number that every JSON reader keeps exactly."""

DEEPEST = 64
"""How deep lists and objects may nest."""


def canonical(value: object) -> bytes:
    """The canonical UTF-8 bytes of a JSON value: None, bool, int, float, str, list, tuple or a mapping with text keys.

    Raises ValueError for not-a-number, infinities, whole numbers beyond 2^53, lone surrogates, other types and too deep nesting.
    """
    parts: list[str] = []
    _write(value, parts, 0)
    try:
        return "".join(parts).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("A text holds half of a character (a lone surrogate). Remove it or type the character again.") from error


def _write(value: object, parts: list[str], depth: int) -> None:
    if isinstance(value, str):
        parts.append(encode_basestring(value))
    elif value is None or isinstance(value, bool):
        parts.append("null" if value is None else "true" if value else "false")
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError(f"The whole number {_shortened(value)} is beyond 2^53 and would not survive in JSON. Write it as text.")
        parts.append(str(value))
    elif isinstance(value, float):
        parts.append(_number(value))
    elif depth >= DEEPEST:
        raise ValueError(f"Lists and objects nest deeper than {DEEPEST} levels. Flatten them.")
    elif isinstance(value, list | tuple):
        _write_list(value, parts, depth)
    elif isinstance(value, Mapping):
        _write_object(value, parts, depth)
    else:
        raise ValueError(f"A value of type {type(value).__name__} has no JSON form.")


def _write_list(value: list[object] | tuple[object, ...], parts: list[str], depth: int) -> None:
    parts.append("[")
    for number, entry in enumerate(value):
        if number:
            parts.append(",")
        _write(entry, parts, depth + 1)
    parts.append("]")


def _write_object(value: Mapping[object, object], parts: list[str], depth: int) -> None:
    keys: list[str] = []
    for key in value:
        if not isinstance(key, str):
            raise ValueError("The keys of a JSON object are texts.")
        keys.append(key)
    parts.append("{")
    for number, key in enumerate(sorted(keys, key=_utf16)):
        parts.append(f",{encode_basestring(key)}:" if number else f"{encode_basestring(key)}:")
        _write(value[key], parts, depth + 1)
    parts.append("}")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """ECMAScript's Number::toString: the shortest digits that read back as the same number."""
    if not math.isfinite(value):
        raise ValueError("A number is infinite or not a number. Give a finite number.")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{float.__repr__(abs(value))}e".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    point = len(whole) + int(exponent.rstrip("e") or 0)
    point -= len(digits) - len(digits.lstrip("0"))
    digits = digits.strip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """Digits with a decimal point after the first `point` of them."""
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def _shortened(number: int) -> str:
    return f"of about {number.bit_length()} bits" if number.bit_length() > 128 else str(number)
