"""A stage of a draft got another key: what names it follows."""

from cowork.domain.conditions import Value
from cowork.domain.toml import listed

Table = dict[str, Value]


def pointing(stage: Table, old: str, new: str) -> Table:
    """The table of a stage that names another one by its new key wherever it named it by the old one."""
    found = dict(stage)
    for name in ("after", "apart"):
        if isinstance(found.get(name), list):
            found[name] = [new if word == old else word for word in listed(found[name])]
    if "against" in found:
        found["against"] = _key(found["against"], old, new)
    for name in ("when", "requires", "refusal"):
        if name in found:
            found[name] = _asking(found[name], old, new)
    return found


def _asking(value: Value, old: str, new: str) -> Value:
    """A condition, or what a refusal does, with the new key of a stage."""
    if isinstance(value, list):
        return [_asking(entry, old, new) for entry in value]
    if isinstance(value, dict):
        known = {"fact": _fact, "back-to": _key}
        return {key: known[key](entry, old, new) if key in known else _asking(entry, old, new) for key, entry in value.items()}
    return value


def _fact(value: Value, old: str, new: str) -> Value:
    section, key, *seat = value.split(".") if isinstance(value, str) and "." in value else ("", "")
    return ".".join([section, new, *seat]) if section in ("stage", "refused") and key == old else value


def _key(value: Value, old: str, new: str) -> Value:
    return new if value == old else value
