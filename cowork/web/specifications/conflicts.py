"""A save that met another one: what each side wrote, and the answers that come of a person's choices.

The page carries the merged answers and one's own in hidden fields, so that nothing typed is lost however often it meets a newer save.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications import display
from cowork.domain.specifications.compare import Opcodes, segments
from cowork.domain.specifications.form import Field, FieldType, Section
from cowork.domain.specifications.merge import FieldConflict
from cowork.services.specifications import StaleSave
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.specifications.answers import posted, put, typed_answers
from cowork.web.specifications.changes import Mark, marks
from cowork.web.specifications.forms import ASKED, PREFIX, Posted

MINE = "mine-"
WRITTEN = frozenset(
    {FieldType.TEXT, FieldType.LONGTEXT, FieldType.INTEGER, FieldType.DECIMAL, FieldType.DATE, FieldType.URL, FieldType.EMAIL}
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One conflict to settle. `theirs` and `mine` mark what each side changed; `text` is one's own to start from, None for no text."""

    path: str
    label: str
    base: str
    theirs: tuple[Mark, ...]
    mine: tuple[Mark, ...]
    text: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """`kept` are hidden fields: names and values."""

    frame: ProposalFrame
    section: Section
    base: int
    newest: int
    author: str
    at: datetime
    choices: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    note: str
    then: str


def conflict_page(stale: StaleSave, section: Section, opcodes: Opcodes, note: str, then: str) -> ConflictPage:
    """The page for a save that was not made."""
    fields = tuple(field for field in section.fields if field.key in stale.mine)
    merged, mine = typed_answers(fields, stale.merged), typed_answers(fields, stale.mine)
    version = stale.draft.version
    return ConflictPage(
        frame=proposal_frame(stale.draft.case, "draft", version=version.number, saved_at=version.at),
        section=section,
        base=stale.base,
        newest=version.number,
        author=version.author_name,
        at=version.at,
        choices=tuple(_choice(conflict, section, stale, opcodes) for conflict in stale.conflicts),
        kept=(*((ASKED, field.key) for field in fields), *posted(merged, PREFIX), *posted(mine, MINE)),
        note=note,
        then=then,
    )


def _choice(conflict: FieldConflict, section: Section, stale: StaleSave, opcodes: Opcodes) -> Choice:
    _, key, *rest = conflict.path.split(".")
    field = section.field(key)
    shown = field if not rest else next((column for column in field.columns if column.key == rest[-1] and len(rest) == 2), field)
    content = stale.draft.content
    base, theirs, mine = (_words(shown, value, content) for value in (conflict.base, conflict.current, conflict.mine))
    text = _typed(shown, conflict.mine) if shown.type in WRITTEN else None
    return Choice(
        path=conflict.path,
        label=_label(section, field, shown, rest, stale),
        base=base,
        theirs=marks(segments(base, theirs, opcodes)),
        mine=marks(segments(base, mine, opcodes)),
        text=text,
        rows=6 if shown.type is FieldType.LONGTEXT else 2,
    )


def _typed(field: Field, value: Value) -> str:
    return str(typed_answers((field,), {field.key: value})[field.key])


def _words(field: Field, value: Value, content: Content) -> str:
    if isinstance(value, Mapping):
        parts = [(column.label, display.shown(column, value.get(column.key), content)) for column in field.columns]
        return "\n".join(f"{label}: {text}" for label, text in parts if text)
    return display.shown(field, value, content)


def _label(section: Section, field: Field, shown: Field, rest: Sequence[str], stale: StaleSave) -> str:
    if not rest:
        return field.label
    names = {**_names(section, field, stale.mine), **_names(section, field, stale.draft.content.get(section.key, {}))}
    row = names.get(rest[0], "an entry")
    return f"{field.label}, {row}: {shown.label}" if shown is not field else f"{field.label}, {row}"


def _names(section: Section, field: Field, answers: Mapping[str, Value]) -> dict[str, str]:
    return display.row_names({section.key: answers}, f"{section.key}.{field.key}", field.columns)


def is_settling(form: Posted) -> bool:
    """Whether the post comes from the conflict page."""
    return "conflict" in form


def settled(
    form: Posted, section: Section, merged: Mapping[str, Value], mine: Mapping[str, Value]
) -> tuple[dict[str, Value], list[tuple[str, str]]]:
    """The merged answers with each conflict settled as chosen, and a problem for each that was not.

    Where nothing was chosen the answer is one's own, because that one is kept nowhere else; it is not saved before the person agrees.
    """
    answers, problems = dict(merged), []
    for number, path in enumerate(form.getlist("conflict")):
        _, _, rest = path.partition(".")
        parts = rest.split(".")
        if path.partition(".")[0] != section.key or parts[0] not in merged or len(parts) > 3:
            continue
        chosen = form.get(f"choice-{number}", "")
        if chosen == "edited":
            answers = put(answers, parts, form.get(f"text-{number}", ""))
        elif chosen != "theirs":
            answers = put(answers, parts, _at(mine, parts))
        if chosen not in ("mine", "theirs", "edited"):
            problems.append((path, "You did not choose which text to keep. This is yours; save again to keep it."))
    return answers, problems


def _at(answers: Mapping[str, Value], parts: Sequence[str]) -> Value:
    found = answers.get(parts[0])
    for part in parts[1:2]:
        rows = found if isinstance(found, list) else []
        found = next((row for row in rows if isinstance(row, Mapping) and row.get("id") == part), None)
    return found.get(parts[2]) if len(parts) == 3 and isinstance(found, Mapping) else found
