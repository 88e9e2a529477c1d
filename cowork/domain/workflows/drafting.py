"""A workflow that is being written: the parsed TOML table as the fields of a form, one part at a time, and back.

Everything works on the raw table and not on a `Workflow`, so that a draft may be half finished and wrong, and nothing typed is lost.
The part is the general one (None) or the stage at an index. Keys that no field shows stay as they are.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping

from cowork.domain.conditions import Value
from cowork.domain.ids import Digest
from cowork.domain.proposals import Role
from cowork.domain.toml import dumps, listed
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.fillins import (
    MOST_ROWS,
    Fields,
    Kinds,
    condition_fields,
    number_or_text,
    one,
    parts,
    read_condition,
    read_rule,
    read_share,
    read_term,
    rule_fields,
    share_text,
    shown,
    term_text,
)
from cowork.domain.workflows.fillins_naming import naming_fields, read_naming
from cowork.domain.workflows.fillins_refusals import read_refusal, refusal_fields
from cowork.domain.workflows.reading import Reading
from cowork.domain.workflows.renaming import pointing
from cowork.domain.workflows.writing import prose

Table = dict[str, Value]
GENERAL = ("key", "title", "description", "source", "idle_days")
STAGE = (
    "key", "title", "kind", "guidance", "statement", "due_days", "least_days", "lapse", "needed", "needed_parties", "of", "quorum",
    "closes", "idle_days", "escalate_to", "outcome", "valid_days", "against", "votes", "ballot",
)  # fmt: skip
SEAT = ("key", "title", "side", "office", "otherwise", "person", "parties", "bench", "keys", "weight")
PROSE = frozenset({"description", "source", "guidance", "statement"})
NUMBERS = frozenset({"idle_days", "valid_days", "weight"})
TERMS = frozenset({"due_days", "least_days"})
"""Working days, or a span by the calendar, such as "30 calendar days" or "3 months"."""
SHARES = frozenset({"needed", "needed_parties", "quorum", "keys"})
"""Numbers that can be shares, such as "60 %" or "majority"."""
NAMED = "named"
"""How a form says that a seat stands for parties by name, which are in a field of their own."""
WORD_LISTS = frozenset({"office", "otherwise", "person"})
USUAL = {"parties": "each", "keys": "all"}
"""What a seat does where it says nothing, so it is not written."""


def parse(text: str) -> Table | None:
    """The table of a draft's text, or None where it is no TOML at all."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def stages(table: Mapping[str, Value]) -> list[Table]:
    """The stages of a draft; what stands there and is no table is left out."""
    found = table.get("stage")
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def seats(stage: Mapping[str, Value]) -> list[Table]:
    """The seats of a stage, in the same way."""
    found = stage.get("seat")
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def words(table: Mapping[str, Value], name: str) -> list[str]:
    """The texts of a value that is one text or a list of them."""
    return [word for word in listed(table.get(name)) if isinstance(word, str)]


def sketch(table: Table) -> Workflow:
    """The workflow as far as it can be read, to be drawn: its faults are passed over, and `after` names only stages that are there.

    The stages have keys of their own ("stage-1" …), so that wrong and missing ones do not matter.
    """
    own = stages(table)
    keys: dict[Value, str] = {}
    for number, stage in enumerate(own, 1):
        if isinstance(stage.get("key"), str):
            keys.setdefault(stage["key"], f"stage-{number}")
    return Reading(None).workflow({**table, "stage": [_drawn(n, stage, keys) for n, stage in enumerate(own, 1)]}, Digest(""))


def _drawn(number: int, stage: Table, keys: Mapping[Value, str]) -> Table:
    title = stage.get("title")
    named = title if isinstance(title, str) and title.strip() else stage.get("key")
    drawn = {**stage, "key": f"stage-{number}", "title": named if isinstance(named, str) and named.strip() else f"Stage {number}"}
    if "after" in stage:
        drawn["after"] = list(dict.fromkeys(keys[word] for word in words(stage, "after") if word in keys))
    return drawn


# From the table to fields


def fields_of(table: Table, part: int | None, kinds: Kinds) -> dict[str, list[str]]:
    """What the form of a part shows, by field name. Only checkboxes have several values."""
    if part is None:
        fields = {name: [_text(table, name)] for name in GENERAL}
        fields["outline"] = ["yes"] if table.get("outline") is True else []
        for number, window in enumerate(_tables(table, "window")):
            fields |= {f"window-{number}-{name}": [_text(window, name)] for name in ("opens", "closes")}
        return fields
    stage = stages(table)[part]
    fields = {name: [_text(stage, name)] for name in STAGE}
    fields |= {name: words(stage, name) for name in ("after", "apart", "reads", "edits")}
    fields["after-by"] = ["previous" if "after" not in stage else "chosen" if stage["after"] else "start"]
    fields["reads-by"] = ["chosen" if "reads" in stage else "all"]
    fields |= _named("refusal", refusal_fields(stage.get("refusal")))
    fields |= _named("when", condition_fields(stage.get("when"), kinds))
    for number, needed in enumerate(_tables(stage, "requires")):
        fields[f"requires-{number}-title"] = [_text(needed, "title")]
        fields |= _named(f"requires-{number}-that", condition_fields(needed.get("that"), kinds))
    for number, seat in enumerate(seats(stage)):
        fields |= {f"seat-{number}-{name}": [_text(seat, name) or USUAL.get(name, "")] for name in SEAT}
        chosen = [role.value for role in Role] if seat.get("participants") == "all" else words(seat, "participants")
        fields[f"seat-{number}-participants"] = chosen
        if isinstance(seat.get("parties"), list):
            fields |= {f"seat-{number}-parties": [NAMED], f"seat-{number}-named": [", ".join(words(seat, "parties"))]}
        fields |= _named(f"seat-{number}-rule", rule_fields(seat.get("rule")))
        fields |= _named(f"seat-{number}-naming", naming_fields(seat.get("named")))
    return fields


def _named(prefix: str, fields: Mapping[str, str]) -> dict[str, list[str]]:
    return {f"{prefix}-{name}": [text] for name, text in fields.items()}


def _text(table: Mapping[str, Value], name: str) -> str:
    value = table.get(name)
    if name in WORD_LISTS and isinstance(value, list) and all(isinstance(word, str) for word in value):
        return ", ".join(map(str, value))
    text = share_text(value) if name in SHARES and value is not None else term_text(value) if name in TERMS else shown(value)
    return " ".join(text.split()) if name in PROSE else text


def _tables(table: Mapping[str, Value], name: str) -> list[Table]:
    found = table.get(name)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


# From fields to the table


def filled(table: Table, part: int | None, fields: Fields, kinds: Kinds) -> Table:
    """The draft with a part as its form says. A part that is not there changes nothing."""
    if part is None:
        found = {"version": 1, **_set_all(table, GENERAL, fields, "")}
        outline = None if found.get("outline") is True else found.get("outline")
        found = _with(found, "outline", True if one(fields, "outline") else outline)
        windows: list[Value] = [window for n in range(MOST_ROWS) if (window := _window(fields, n))]
        return _with(found, "window", windows or None)
    if part >= len(stages(table)):
        return table
    before = stages(table)[part]
    after = _stage(before, fields, kinds)
    changed = {**table, "stage": [after if entry is before else entry for entry in stages(table)]}
    old, new = before.get("key"), after.get("key")
    if not (isinstance(old, str) and isinstance(new, str) and old and new and old != new):
        return changed
    alone = sum(entry.get("key") == old for entry in stages(table)) == 1
    return _renamed(changed, old, new) if alone else changed


def _window(fields: Fields, number: int) -> Table:
    days = {name: one(fields, f"window-{number}-{name}") for name in ("opens", "closes")}
    return {name: number_or_text(day) for name, day in days.items() if day}


def _stage(stage: Table, fields: Fields, kinds: Kinds) -> Table:
    found = _set_all(stage, STAGE, fields, "")
    by = one(fields, "after-by")
    if by:
        found = _with(found, "after", None if by == "previous" else [] if by == "start" else _same(stage, "after", fields))
    if one(fields, "reads-by"):
        found = _with(found, "apart", _same(stage, "apart", fields) or None)
        found = _with(found, "reads", None if one(fields, "reads-by") == "all" else _same(stage, "reads", fields))
        found = _with(found, "edits", _same(stage, "edits", fields) or None)
    if "refusal-all" in fields or "refusal-text" in fields:
        found = _with(found, "refusal", read_refusal(fields, "refusal"))
    found = _with(found, "when", read_condition(fields, "when", kinds))
    required: list[Value] = [needed for n in range(MOST_ROWS) if (needed := _requirement(fields, f"requires-{n}", kinds))]
    found = _with(found, "requires", required or None)
    held: list[Value] = [_seat(seat, fields, f"seat-{n}-") for n, seat in enumerate(seats(stage))]
    return _with(found, "seat", held or None)


def _requirement(fields: Fields, prefix: str, kinds: Kinds) -> Table:
    title, that = one(fields, f"{prefix}-title"), read_condition(fields, f"{prefix}-that", kinds)
    return ({"title": title} if title else {}) | ({"that": that} if that is not None else {})


def _seat(seat: Table, fields: Fields, prefix: str) -> Table:
    if f"{prefix}key" not in fields:
        return seat
    found = _set_all(seat, SEAT, fields, prefix)
    for name, usual in USUAL.items():
        if found.get(name) == usual:
            del found[name]
    if found.get("parties") == NAMED:
        found["parties"] = parts(one(fields, f"{prefix}named"))
    roles = _chosen(fields, f"{prefix}participants")
    everybody = len(roles) == len(Role)
    found = _with(found, "participants", "all" if everybody else (roles[0] if len(roles) == 1 else roles) or None)
    if f"{prefix}naming-by" in fields or f"{prefix}naming-text" in fields:
        found = _with(found, "named", read_naming(fields, f"{prefix}naming"))
    return _with(found, "rule", read_rule(fields, f"{prefix}rule"))


def _chosen(fields: Fields, name: str) -> list[Value]:
    return list(dict.fromkeys(word.strip() for word in fields.get(name, ()) if word.strip()))


def _same(stage: Table, name: str, fields: Fields) -> list[Value]:
    """What was chosen, in the order in which it stands in the draft where it is the same."""
    chosen, before = _chosen(fields, name), listed(stage.get(name))
    return before if sorted(map(str, before)) == sorted(map(str, chosen)) else chosen


def _set_all(table: Table, names: Iterable[str], fields: Fields, prefix: str) -> Table:
    found = dict(table)
    for name in names:
        if f"{prefix}{name}" in fields:
            found = _with(found, name, _typed(name, one(fields, f"{prefix}{name}")))
    return found


def _typed(name: str, text: str) -> Value:
    if not text:
        return None
    if name in PROSE:
        return prose(text)
    if name in SHARES:
        return read_share(text)
    if name in TERMS:
        return read_term(text)
    if name in WORD_LISTS:
        # An address holds no space, so that spaces can part addresses; the names of offices are parted by commas alone.
        found = text.split() if name == "person" and not re.search(r"[,;]", text) else parts(text)
        return found[0] if len(found) == 1 else found
    return number_or_text(text) if name in NUMBERS else text


def _with(table: Table, name: str, value: Value) -> Table:
    """The table with this value, or without it where it is None."""
    if value is None:
        return {key: kept for key, kept in table.items() if key != name}
    return {**table, name: value}


def _renamed(table: Table, old: str, new: str) -> Table:
    """Whatever names a stage by its key names it by the new one."""
    return {**table, "stage": [pointing(stage, old, new) for stage in stages(table)]}


# Adding, removing, moving


def act(table: Table, part: int | None, action: str) -> tuple[Table, int | None]:
    """Do what a button says ("stage-add", "stage-up:2", "stage-move:3:0", "seat-remove:1" …); the draft and the part to show then.

    What cannot be done changes nothing.
    """
    word, *numbers = action.split(":")
    places = [int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 4]
    what, _, how = word.partition("-")
    if what == "seat" and part is not None and part < len(stages(table)):
        own = stages(table)
        held = _moved(seats(own[part]), how, places, _new_seat(len(seats(own[part]))))
        own[part] = _with(own[part], "seat", held or None)
        return {**table, "stage": own}, part
    if what != "stage":
        return table, part
    return _stages_moved(table, part, how, places)


def _stages_moved(table: Table, part: int | None, how: str, places: list[int]) -> tuple[Table, int | None]:
    own = stages(table)
    new = _new_stage({str(stage.get("key")) for stage in own})
    moved = _moved(own, how, places, new)
    if how == "remove" and len(moved) < len(own):
        moved = _without(own, moved, places[0])
    shown_stage = own[part] if part is not None and part < len(own) else None
    if how == "add":
        return {**table, "stage": moved}, len(moved) - 1
    where = next((number for number, stage in enumerate(moved) if stage is shown_stage), None)
    return _with(table, "stage", moved or None), where


def _moved(entries: list[Table], how: str, places: list[int], new: Table) -> list[Table]:
    found = list(entries)
    if how == "add":
        return [*found, new]
    if not places or any(place >= len(found) for place in places):
        return found
    entry = found.pop(places[0])
    match how:
        case "remove":
            return found
        case "up":
            found.insert(max(places[0] - 1, 0), entry)
        case "down":
            found.insert(places[0] + 1, entry)
        case "move" if len(places) == 2:
            found.insert(places[1], entry)
        case _:
            return list(entries)
    return found


def _without(before: list[Table], left: list[Table], gone: int) -> list[Table]:
    """The stages that are left; those that waited for the one removed wait for what it waited for."""
    key = before[gone].get("key")
    earlier: list[Value] = [before[gone - 1].get("key")] if gone and "after" not in before[gone] else listed(before[gone].get("after"))
    found = []
    for stage in left:
        after = listed(stage.get("after"))
        at = after.index(key) if key in after else None
        joined = after if at is None else list(dict.fromkeys(map(str, [*after[:at], *earlier, *after[at + 1 :]])))
        changed = stage if at is None else {**stage, "after": joined}
        named = listed(stage.get("apart"))
        found.append(_with(changed, "apart", [word for word in named if word != key] or None) if key in named else changed)
    return found


def _new_stage(taken: set[str]) -> Table:
    number = next(n for n in range(len(taken) + 1, len(taken) * 2 + 3) if f"stage-{n}" not in taken)
    return {"key": f"stage-{number}", "title": f"Stage {number}", "kind": "decide", "seat": [_new_seat(0)]}


def _new_seat(number: int) -> Table:
    return {"key": f"seat-{number + 1}", "title": "", "side": "university", "rule": "any"}


def blank(key: str, title: str) -> str:
    """The text of a new draft: one stage, in which nobody sits yet."""
    return dumps({"key": key, "version": 1, "title": title, "stage": [_new_stage(set())]})
