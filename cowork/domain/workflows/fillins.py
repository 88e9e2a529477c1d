"""Conditions and rules as the fields of a form, and back.

Whatever stands in a draft is shown: where the fields cannot say it exactly, it is shown as TOML text instead. Whatever is typed is
kept: what cannot be read goes into the draft as the text it is, and `loading.problems` says what is wrong with it.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence

from cowork.domain.conditions import OPERATORS, Value
from cowork.domain.toml import inline
from cowork.domain.workflows import rules, suggestions
from cowork.domain.workflows.facts import Kind

Fields = Mapping[str, Sequence[str]]
"""A form as it was sent: the values of each name."""

Kinds = Mapping[str, Kind]
"""What the value of each fact is, by its path."""

MOST_ROWS = 40
_YES = {"yes": True, "no": False, "true": True, "false": False}
_LONGEST_NUMBER = 15
_MORE = "more than"
_SPANS = {"calendar": "calendar days", "months": "months"}
_TERM = re.compile(r"(\d{1,5}) *(calendar days?|months?|working days?)")
_TABLE = re.compile(r"\{ *(calendar|months) *= *([0-9]{1,5}) *\}")


def one(fields: Fields, name: str) -> str:
    """The value of a field, without spaces around it; empty where it was not sent."""
    values = fields.get(name) or ("",)
    return values[0].strip()


def parts(text: str) -> list[Value]:
    """The entries of a list that is typed in one field, with commas, semicolons or new lines between them."""
    return [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]


def number_or_text(text: str) -> Value:
    """A whole number, or the text where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else text


def shown(value: Value) -> str:
    """A value in a field for one line."""
    if value is None:
        return ""
    return value if isinstance(value, str) else inline(value)


def parsed(text: str) -> Value:
    """The value that a TOML text stands for, or the text itself where it is none."""
    try:
        return tomllib.loads(f"value = {text.strip()}\n")["value"] if text.strip() else ""
    except (ValueError, RecursionError):
        return text


def text_of(value: Value) -> str:
    """The TOML text of a value, such that `parsed` gives the value again; a text that is none stands as it is."""
    return value if isinstance(value, str) and parsed(value) == value else inline(value)


# Conditions: a name and, in rows, fact, operator and value


def condition_fields(value: Value, kinds: Kinds) -> dict[str, str]:
    """The fields of a condition, without their prefix: "join", "N-fact", "N-op", "N-value", or "text" where these cannot say it."""
    fields = _rows(value, kinds)
    again = read_condition(_prefixed(fields), "c", kinds)
    return fields if _alike(value, again) else {"text": text_of(value)}


def _prefixed(fields: Mapping[str, str]) -> dict[str, tuple[str]]:
    return {f"c-{name}": (text,) for name, text in fields.items()}


def _alike(one: Value, other: Value) -> bool:
    """Whether two values are the same and of the same types: 1, 1.0 and true are not alike."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return type(one) is type(other) and one == other


def _rows(value: Value, kinds: Kinds) -> dict[str, str]:
    if value is None:
        return {"join": "all"}
    join, parts = "all", [value]
    if isinstance(value, Mapping) and len(value) == 1:
        word = next(iter(value))
        if word in ("all", "any") and isinstance(value[word], list):
            join, parts = word, value[word]
    fields = {"join": join}
    for number, part in enumerate(parts):
        fields |= {f"{number}-{name}": text for name, text in _row(part, kinds).items()}
    return fields


def _row(part: Value, kinds: Kinds) -> dict[str, str]:
    if not isinstance(part, Mapping):
        return {}
    operator = next((key for key in part if key in OPERATORS), "is")
    return {"fact": shown(part.get("fact")), "op": operator, "value": _operand_text(operator, part.get(operator))}


def _operand_text(operator: str, operand: Value) -> str:
    if isinstance(operand, bool):
        return "yes" if operand else "no"
    if operator == "in" and isinstance(operand, list):
        return ", ".join(shown(entry) for entry in operand)
    return shown(operand)


def read_condition(fields: Fields, prefix: str, kinds: Kinds) -> Value:
    """What the fields of a condition say, as parsed TOML; None where they are empty. A text wins over rows."""
    text = one(fields, f"{prefix}-text")
    if text:
        return parsed(text)
    parts: list[Value] = []
    for number in range(MOST_ROWS):
        fact, operand = one(fields, f"{prefix}-{number}-fact"), one(fields, f"{prefix}-{number}-value")
        if fact or operand:
            operator = one(fields, f"{prefix}-{number}-op")
            operator = operator if operator in OPERATORS else "is"
            parts.append({"fact": fact, operator: _operand(operator, operand, kinds.get(fact, Kind.TEXT))})
    if len(parts) > 1 or (parts and one(fields, f"{prefix}-join") == "any"):
        return {"any" if one(fields, f"{prefix}-join") == "any" else "all": parts}
    return parts[0] if parts else None


def _operand(operator: str, text: str, kind: Kind) -> Value:
    match operator:
        case "present":
            return _YES.get(text.lower(), text)
        case "at-least" | "at-most":
            return _decimal(text)
        case "in":
            return [_scalar(part.strip(), kind) for part in text.split(",") if part.strip()]
        case "has-row":
            return parsed(text)
        case _:
            return _scalar(text, kind)


def _scalar(text: str, kind: Kind) -> Value:
    if kind is Kind.YESNO:
        return _YES.get(text.lower(), text)
    return _decimal(text) if kind is Kind.NUMBER else text


def _decimal(text: str) -> Value:
    value = parsed(text) if text[:1].isdigit() or text[:1] in "+-" else text
    return value if isinstance(value, int | float) and not isinstance(value, bool) else text


# Rules

_EACH = ("each-party", "each-side")
RULE_KINDS = (*rules.MOST_PER_CENT, "majority", "two-thirds", "all", "at-least")
"""What approves; `at-least` can also stand beside each of the others."""


def rule_fields(value: Value) -> dict[str, str]:
    """The fields of a rule, without their prefix, or "text" where these cannot say it."""
    fields = _rule_fields(value)
    again = read_rule(_prefixed(fields), "c")
    known = rules.read(value)
    same = _alike(value, again) or (not isinstance(known, str) and known == rules.read(again))
    return fields if same else {"text": text_of(value)}


def _rule_fields(value: Value) -> dict[str, str]:
    if value is None:
        return {"kind": ""}
    if isinstance(value, str):
        return {"kind": "at-least", "number": "1"} if value == "any" else {"kind": value}
    if not isinstance(value, Mapping):
        return {}
    if "fails-at" in value and set(value) <= {"fails-at", "of"}:  # all that the rule of a notice says: how many objections it takes
        return {"kind": "", "fails-at": share_text(value["fails-at"]), "of": shown(value.get("of"))}
    kind = next((word for word in RULE_KINDS if word in value), "at-least")
    fields = {"kind": kind, "number": "1" if kind == "at-least" else ""}
    if kind in ("at-least", *rules.MOST_PER_CENT) and kind in value:
        fields["number"] = shown(value[kind])
    fields |= {"least": share_text(value["at-least"])} if "at-least" in value and kind != "at-least" else {}
    fields |= {name: shown(value[name]) for name in ("of", "chair", "dissent") if name in value}
    fields |= {"fails-at": share_text(value["fails-at"])} if "fails-at" in value else {}
    quorum = value.get("quorum")
    if isinstance(quorum, Mapping) and set(quorum) & set(_EACH):
        fields |= {name: shown(quorum[name]) for name in _EACH if name in quorum}
        quorum = quorum.get("people")
    if isinstance(quorum, Mapping) and len(quorum) == 1 and (way := next(iter(quorum))) in rules.MOST_PER_CENT:
        fields |= {"quorum": way, "quorum-number": shown(quorum[way])}
    elif quorum in rules.PARTS:
        fields["quorum"] = str(quorum)
    elif quorum is not None:
        fields |= {"quorum": "people", "quorum-number": shown(quorum)}
    if "with" in value:
        fields["with"] = _with_text(value["with"])
    return fields | ({"objections": "block"} if "objections" in value else {}) | ({"closes": "at-term"} if "closes" in value else {})


def read_rule(fields: Fields, prefix: str) -> Value:
    """What the fields of a rule say, as parsed TOML: a word where one says it all; None where nothing was chosen. A text wins."""
    text, kind, fails_at = (one(fields, f"{prefix}-{name}") for name in ("text", "kind", "fails-at"))
    table: dict[str, Value] = {"fails-at": read_share(fails_at)} if fails_at else {}
    if text or not kind:
        parties = {"of": "parties"} if table and one(fields, f"{prefix}-of") == "parties" else {}
        return parsed(text) if text else {**table, **parties} or None
    if kind in ("at-least", *rules.MOST_PER_CENT):
        table[kind] = number_or_text(one(fields, f"{prefix}-number"))
    elif kind in RULE_KINDS:
        table[kind] = True
    else:
        return kind
    if kind != "at-least" and (least := one(fields, f"{prefix}-least")):
        table["at-least"] = read_share(least)
    for name, usual in (("of", "members"), ("chair", "votes"), ("dissent", "")):
        if (word := one(fields, f"{prefix}-{name}")) not in (usual, ""):
            table[name] = word
    if (quorum := _read_quorum(fields, prefix)) is not None:
        table["quorum"] = quorum
    if with_text := one(fields, f"{prefix}-with"):
        table["with"] = _read_with(with_text)
    table |= {name: one(fields, f"{prefix}-{name}") for name in ("objections", "closes") if one(fields, f"{prefix}-{name}")}
    if len(table) == 1:
        return {"majority": "majority", "two-thirds": "two-thirds", "all": "all"}.get(kind, "any" if table == {"at-least": 1} else table)
    return table


def _with_text(value: Value) -> str:
    """Kinds of office in one field, with how many holders where that is said: "student-member, 3 specialist"."""
    if isinstance(value, Mapping):
        return ", ".join(f"{shown(number)} {kind}" for kind, number in value.items())
    return ", ".join(shown(kind) for kind in (value if isinstance(value, list) else [value]))


def _read_with(text: str) -> Value:
    found = {kind: number for part in parts(text) for number, kind in re.findall(r"(?:(\d{1,4})\s+)?(.+)", shown(part))}
    if any(found.values()):
        return {kind: int(number or 1) for kind, number in found.items()}
    kinds = list(found)
    return kinds[0] if len(kinds) == 1 else kinds


def share_text(value: Value) -> str:
    """So many people in one field: "3", "25 %", "more than 25 %", "one-third"."""
    if isinstance(value, Mapping) and set(value) == {"percent"}:
        return f"{shown(value['percent'])} %"
    if isinstance(value, Mapping) and set(value) == {"more-than"}:
        return f"{_MORE} {shown(value['more-than'])} %"
    return shown(value)


def read_share(text: str) -> Value:
    if text.endswith("%") and text.lower().startswith(_MORE):
        return {"more-than": number_or_text(text[len(_MORE) : -1].strip())}
    if text.endswith("%"):
        return {"percent": number_or_text(text.removesuffix("%").strip())}
    return number_or_text(text)


def term_text(value: Value) -> str:
    """A term in one field: "10" for working days, "30 calendar days", "3 months"."""
    if isinstance(value, Mapping) and len(value) == 1 and (unit := next(iter(value))) in _SPANS:
        return f"{shown(value[unit])} {_SPANS[unit].removesuffix('s') if value[unit] == 1 else _SPANS[unit]}"
    return shown(value)


def read_term(text: str) -> Value:
    """The term that a field says, as people or as files say it ("2 weeks", "{ months = 3 }"); the text where it says none."""
    words = " ".join(text.lower().split())
    if (found := _TERM.fullmatch(words)) is None:
        table = _TABLE.fullmatch(words) or _TABLE.fullmatch(suggestions.of_term(words))
        return {table[1]: int(table[2])} if table is not None else number_or_text(text)
    unit = "months" if found[2].startswith("month") else "calendar" if found[2].startswith("calendar") else ""
    return {unit: number_or_text(found[1])} if unit else number_or_text(found[1])


def _read_quorum(fields: Fields, prefix: str) -> Value:
    """The people of a quorum, in a table where each party or side is asked for so many too."""
    people = _read_people(fields, prefix)
    each = {name: number_or_text(one(fields, f"{prefix}-{name}")) for name in _EACH if one(fields, f"{prefix}-{name}")}
    if not each:
        return people
    return each if people is None else {"people": people, **each}


def _read_people(fields: Fields, prefix: str) -> Value:
    kind, number = one(fields, f"{prefix}-quorum"), number_or_text(one(fields, f"{prefix}-quorum-number"))
    if kind in rules.MOST_PER_CENT:
        return {kind: number}
    if kind in rules.PARTS:
        return kind
    return number if kind == "people" or number != "" else None
