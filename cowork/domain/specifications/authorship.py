"""Who wrote which words: every word of a version belongs to the version that brought it in.

Worked out by walking the word differences from version to version: what stays keeps its version, what comes in has the new one. Rows are
followed by their identity, so a moved row keeps its writers. Words of texts and tags count; choices, numbers and dates are nobody's
prose. A word that was taken out and typed again belongs to whoever typed it again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications.compare import Opcodes, tokens
from cowork.domain.specifications.form import Field, FieldType, Form

Runs = tuple[tuple[int, int], ...]
"""For the tokens of a text in order: (the version that brought them in, how many)."""
Authorship = Mapping[str, Runs]
"""The runs of each text, by its path: ``section.field``, or ``section.field.ROW.column`` in a list."""
WRITTEN = frozenset({FieldType.TEXT, FieldType.LONGTEXT, FieldType.TAGS})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that follow each other and came with one version."""

    text: str
    version: int


def texts(form: Form, content: Content) -> dict[str, str]:
    """Every text of a content by its path, in the order of the form. Pass only what the reader may read."""
    found: dict[str, str] = {}
    for section in form.sections:
        answers = content.get(section.key, {})
        for field in section.fields:
            value, path = answers.get(field.key), f"{section.key}.{field.key}"
            if field.type is FieldType.ROWS:
                found.update(_of_rows(field, value, path))
            elif field.type in WRITTEN and (text := _text(value)):
                found[path] = text
    return found


def _of_rows(field: Field, value: Value, path: str) -> Iterator[tuple[str, str]]:
    for row in value if isinstance(value, list) else ():
        if isinstance(row, Mapping) and "id" in row:
            for column in field.columns:
                if column.type in WRITTEN and (text := _text(row.get(column.key))):
                    yield f"{path}.{row['id']}.{column.key}", text


def _text(value: Value) -> str:
    if isinstance(value, list):
        return "; ".join(str(entry) for entry in value)
    return value if isinstance(value, str) else ""


def begin(found: Mapping[str, str], version: int) -> dict[str, Runs]:
    """The authorship of a first version: everything came with it."""
    return {path: ((version, len(tokens(text))),) for path, text in found.items()}


def advance(before: Authorship, old: Mapping[str, str], new: Mapping[str, str], version: int, opcodes: Opcodes) -> dict[str, Runs]:
    """The authorship of the next version, from that of the one before and the texts of both. Of a text that the form did not ask for when
    that was worked out nothing is known, so it counts as new.
    """
    result: dict[str, Runs] = {}
    for path, text in new.items():
        earlier = old.get(path) if path in before else None
        if earlier == text:
            result[path] = before[path]
        elif earlier is None:
            result[path] = ((version, len(tokens(text))),)
        else:
            result[path] = _merged(_followed(before[path], earlier, text, version, opcodes))
    return result


def _followed(runs: Runs, old: str, new: str, version: int, opcodes: Opcodes) -> Iterator[tuple[int, int]]:
    owners = [owner for owner, count in runs for _ in range(count)]
    ids: dict[str, int] = {}
    before, after = ([ids.setdefault(token, len(ids)) for token in tokens(text)] for text in (old, new))
    for tag, i1, i2, j1, j2 in opcodes(before, after):
        if tag == "equal":
            yield from ((owner, 1) for owner in owners[i1:i2])
        elif j2 > j1:
            yield version, j2 - j1


def _merged(runs: Iterable[tuple[int, int]]) -> Runs:
    return tuple((owner, sum(count for _, count in group)) for owner, group in groupby(runs, key=lambda run: run[0]))


def stretches(text: str, runs: Runs) -> tuple[Stretch, ...]:
    """A text in stretches of one version each. White space belongs to what stands before it."""
    parts, result, at = tokens(text), list[Stretch](), 0
    for version, count in runs:
        piece = "".join(parts[at : at + count])
        at += count
        if result and (piece.isspace() or result[-1].version == version):
            result[-1] = Stretch(result[-1].text + piece, result[-1].version)
        else:
            result.append(Stretch(piece, version))
    return tuple(result)


def counts(found: Mapping[str, str], authorship: Authorship, groups: Mapping[int, str]) -> dict[str, Counter[str]]:
    """How many words of each section came from each group (of a version, as `groups` says), by the key of the section."""
    result: dict[str, Counter[str]] = {}
    for path, text in found.items():
        words = result.setdefault(path.partition(".")[0], Counter())
        for owner, word in zip(_owners(authorship[path]), tokens(text), strict=True):
            if word[0].isalnum():
                words[groups.get(owner, "")] += 1
    return {section: words for section, words in result.items() if words}


def _owners(runs: Runs) -> Iterator[int]:
    return (owner for owner, count in runs for _ in range(count))


def packed(authorship: Authorship) -> dict[str, list[int]]:
    """The same as plain JSON values: version, count, version, count and so on."""
    return {path: [number for run in runs for number in run] for path, runs in authorship.items()}


def unpacked(stored: Mapping[str, Sequence[int]]) -> dict[str, Runs]:
    """What `packed` gave, as it was."""
    return {path: tuple(zip(numbers[::2], numbers[1::2], strict=True)) for path, numbers in stored.items()}
