"""Later changes of a template, as proposals to whoever started from it: each can be taken or left by itself.

Three contents meet: `base`, the version that was started from; `theirs`, the newest one; `mine`, what it has become here. A change is one
answer, or one row of a list. Taking a change that both sides made replaces mine, which is why it says so first.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications.form import Field, FieldLane, FieldType, Form, Section
from cowork.domain.specifications.merge import FieldConflict, merge

Answers = Mapping[str, Value]
MERGED = frozenset({FieldType.TAGS, FieldType.CHOICES, FieldType.LINKS})
"""Lists of words: both sides' changes of them go together."""


class PullKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Pull:
    """A change that can be taken: at ``section.field``, or at ``section.field.row`` of a list.

    `clashes` says that the same was changed here too, so that taking it replaces what stands here.
    """

    path: str
    section: Section
    field: Field
    kind: PullKind
    base: Value
    theirs: Value
    mine: Value
    clashes: bool


def pulls(form: Form, base: Content, theirs: Content, mine: Content) -> tuple[Pull, ...]:
    """What changed from `base` to `theirs` and is not so in `mine` yet, in the order of the form. Private lanes take no part."""
    return tuple(
        pull
        for section in form.sections
        for field in section.fields
        if field.lane is FieldLane.SHARED and field.copied
        for pull in _of_field(section, field, *(_get(content, section, field) for content in (base, theirs, mine)))
    )


def taken(form: Form, base: Content, theirs: Content, mine: Content, paths: Collection[str]) -> dict[str, dict[str, Value]]:
    """Mine with the changes at these paths. Unknown paths change nothing; without any path it is mine, unchanged."""
    chosen = [pull for pull in pulls(form, base, theirs, mine) if pull.path in paths]
    result = {key: dict(answers) for key, answers in mine.items()}
    for section in form.sections:
        own = [pull for pull in chosen if pull.section.key == section.key]
        if own:
            result[section.key] = _merged(form, section.key, base.get(section.key, {}), mine.get(section.key, {}), own)
    return {key: answers for key, answers in result.items() if answers}


def _get(content: Content, section: Section, field: Field) -> Value:
    value = content.get(section.key, {}).get(field.key)
    return None if value in ("", []) else value


def _of_field(section: Section, field: Field, base: Value, theirs: Value, mine: Value) -> Iterator[Pull]:
    path = f"{section.key}.{field.key}"
    if field.type is not FieldType.ROWS:
        if theirs not in (base, mine) and not (field.type in MERGED and _has(base, theirs, mine)):
            yield Pull(path, section, field, _kind(base, theirs), base, theirs, mine, mine != base and field.type not in MERGED)
        return
    was, now, here = _rows(base), _rows(theirs), _rows(mine)
    for row_id in dict.fromkeys((*now, *was)):
        old, new, own = was.get(row_id), now.get(row_id), here.get(row_id)
        if new in (old, own) or _covers(old, new, own):
            continue
        yield Pull(f"{path}.{row_id}", section, field, _kind(old, new), old, new, own, own != old and _same_place(old, new, own))


def _has(base: Value, theirs: Value, mine: Value) -> bool:
    """Whether a list of words has every entry that came, and none that went."""
    before, after, here = ([*value] if isinstance(value, list) else [] for value in (base, theirs, mine))
    return all(entry in here for entry in after if entry not in before) and not any(e in here for e in before if e not in after)


def _kind(old: Value, new: Value) -> PullKind:
    return PullKind.ADDED if old is None else PullKind.REMOVED if new is None else PullKind.CHANGED


def _covers(old: Answers | None, new: Answers | None, own: Answers | None) -> bool:
    """Whether everything that changed from old to new is so in own already."""
    if new is None or own is None:
        return False
    was: Answers = old or {}
    return all(own.get(key) == new.get(key) for key in {*was, *new} if was.get(key) != new.get(key))


def _same_place(old: Answers | None, new: Answers | None, own: Answers | None) -> bool:
    """Whether a row that was changed here was changed there in the same column, or is gone on one side."""
    if old is None or new is None or own is None:
        return True
    return any(new.get(k) != old.get(k) and own.get(k) != old.get(k) and own.get(k) != new.get(k) for k in {*old, *new, *own})


def _merged(form: Form, section: str, base: Answers, mine: Answers, chosen: Collection[Pull]) -> dict[str, Value]:
    """Mine merged with the base as it would be after these changes. Where both clash, the base is taken to be mine, so that theirs wins."""
    wanted, ground = dict(base), dict(base)
    for pull in chosen:
        _put(wanted, pull, pull.theirs)
        if pull.clashes and pull.field.type is not FieldType.ROWS:
            _put(ground, pull, pull.mine)
    result = merge(form, section, ground, mine, wanted)
    for _ in range(len(result.conflicts) + 1):
        if not result.conflicts:
            break
        for conflict in result.conflicts:
            _concede(ground, conflict)
        result = merge(form, section, ground, mine, wanted)
    return result.values


def _put(answers: dict[str, Value], pull: Pull, value: Value) -> None:
    if pull.field.type is not FieldType.ROWS:
        answers[pull.field.key] = value
        return
    row_id = pull.path.rpartition(".")[2]
    rows = {**_rows(answers.get(pull.field.key)), row_id: value}
    answers[pull.field.key] = [row for row in rows.values() if row is not None]


def _concede(ground: dict[str, Value], conflict: FieldConflict) -> None:
    """Let the ground hold what stands here, so that theirs is the only change of it."""
    _, field, *rest = conflict.path.split(".")
    if not rest:
        ground[field] = conflict.current
        return
    rows = dict(_rows(ground.get(field)))
    if len(rest) == 1:
        if isinstance(conflict.current, Mapping):
            rows[rest[0]] = conflict.current
        else:
            rows.pop(rest[0], None)
    else:
        rows[rest[0]] = {**rows.get(rest[0], {"id": rest[0]}), rest[1]: conflict.current}
    ground[field] = list(rows.values())


def _rows(value: Value) -> dict[str, Answers]:
    found = value if isinstance(value, list) else []
    return {str(row["id"]): row for row in found if isinstance(row, Mapping) and "id" in row}
