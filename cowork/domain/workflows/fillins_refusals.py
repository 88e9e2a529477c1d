"""What a refusal does, as the fields of a form and back.

The fields: what it does for each of the two verdicts ("all": both, or a rejection where "changes" says something else), and where, how
often and with what end it goes back, for whichever of them is "back". What they cannot say exactly is shown as TOML text.
"""

from collections.abc import Mapping

from cowork.domain.conditions import Value
from cowork.domain.workflows.fillins import Fields, number_or_text, one, parsed, shown, text_of

BACK = "back"
_PARTS = {"to": "back-to", "times": "times", "then": "then"}


def refusal_fields(value: Value) -> dict[str, str]:
    """The fields, without their prefix, or "text" where these cannot say it."""
    fields, meant = _fields(value), _without_ends(value)
    again = read_refusal({f"r-{name}": (text,) for name, text in fields.items()}, "r")
    return fields if again == meant and type(again) is type(meant) else {"text": text_of(value)}


def _without_ends(value: Value) -> Value:
    """The same without what holds anyway for one verdict: that the refusal ends the round. Where nothing else is said, as it is."""
    if not isinstance(value, Mapping) or "back-to" in value:
        return value
    return {verdict: found for verdict, found in value.items() if found != "ends"} or value


def _fields(value: Value) -> dict[str, str]:
    by_verdict = isinstance(value, Mapping) and "back-to" not in value
    both = [value.get("reject"), value.get("request-changes", "ends")] if by_verdict and isinstance(value, Mapping) else [value, None]
    backs = [one for one in both if isinstance(one, Mapping)]
    fields = {name: shown(backs[0].get(key)) for name, key in _PARTS.items()} if backs else {}
    words = [BACK if isinstance(one, Mapping) else shown(one) for one in both]
    return {"all": words[0] or ("ends" if by_verdict else ""), "changes": words[1], **fields}


def read_refusal(fields: Fields, prefix: str) -> Value:
    """What the fields say, as parsed TOML; None where nothing was chosen. A text wins."""
    if text := one(fields, f"{prefix}-text"):
        return parsed(text)
    every, changes = (_consequence(fields, prefix, one(fields, f"{prefix}-{name}")) for name in ("all", "changes"))
    if changes is None:
        return every
    table = {"reject": every, "request-changes": changes}
    kept = {verdict: found for verdict, found in table.items() if found not in (None, "ends")}
    return kept or "ends"


def _consequence(fields: Fields, prefix: str, word: str) -> Value:
    if word != BACK:
        return word or None
    found: dict[str, Value] = {"back-to": one(fields, f"{prefix}-to")}
    if times := one(fields, f"{prefix}-times"):
        found["times"] = number_or_text(times)
    if then := one(fields, f"{prefix}-then"):
        found["then"] = then
    return found
