"""The alignment matrix, derived from the links between rows: job task × skill × outcome × assessment × evidence, with its gaps."""

from collections.abc import Mapping
from dataclasses import dataclass

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications.display import Item, items
from cowork.domain.specifications.values import rows

Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One outcome and what is tied to it."""

    outcome: Item
    assessments: tuple[Item, ...]
    skills: tuple[Item, ...]
    modules: tuple[Item, ...]
    tasks: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One job task and what proves it. `via_outcomes` are assessments reached through its outcomes though not named in the row."""

    task: Item
    skills: tuple[Item, ...]
    outcomes: tuple[Item, ...]
    assessments: tuple[Item, ...]
    via_outcomes: tuple[Item, ...]
    evidence: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend, in a sentence. `path` is where: ``section.field`` or ``section.field.row.column``."""

    sentence: str
    path: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """The whole matrix. `findings` are its gaps, most serious first."""

    outcomes: tuple[OutcomeLine, ...]
    assessments: tuple[Item, ...]
    tasks: tuple[TaskLine, ...]
    findings: tuple[Finding, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """The gaps as sentences."""
        return tuple(found.sentence for found in self.findings)


def alignment(content: Content) -> Alignment:
    """The matrix of these answers. Links to rows that no longer exist are passed over."""
    outcomes = _items(content, "outcomes.items")
    assessments = _items(content, "assessments.items")
    skills = _items(content, "skills.items")
    modules = _items(content, "modules.items")
    evidence = _items(content, "need.evidence")
    tasks = _items(content, "alignment.tasks")
    task_rows = rows(content, "alignment.tasks")
    lines = tuple(
        OutcomeLine(
            outcome,
            _pointing(rows(content, "assessments.items"), assessments, outcome),
            _pointing(rows(content, "skills.items"), skills, outcome),
            _pointing(rows(content, "modules.items"), modules, outcome),
            _pointing(task_rows, tasks, outcome),
        )
        for outcome in outcomes.values()
    )
    by_outcome = {line.outcome.id: line.assessments for line in lines}
    task_lines = tuple(_task_line(row, tasks, skills, outcomes, assessments, evidence, by_outcome) for row in task_rows)
    gaps = (*_outcome_gaps(lines), *_task_gaps(task_lines), *_unused(content, assessments, skills, modules, task_lines))
    return Alignment(lines, tuple(assessments.values()), task_lines, gaps)


def _items(content: Content, path: str) -> dict[str, Item]:
    return {item.id: item for item in items(content, path)}


def _linked(row: Row, column: str, items: Mapping[str, Item]) -> tuple[Item, ...]:
    links = row.get(column)
    return tuple(items[link] for link in links if link in items) if isinstance(links, list) else ()


def _pointing(found: tuple[Row, ...], items: Mapping[str, Item], outcome: Item) -> tuple[Item, ...]:
    return tuple(items[str(row["id"])] for row in found if outcome.id in _ids(row.get("outcomes")))


def _ids(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _task_line(
    row: Row,
    tasks: Mapping[str, Item],
    skills: Mapping[str, Item],
    outcomes: Mapping[str, Item],
    assessments: Mapping[str, Item],
    evidence: Mapping[str, Item],
    by_outcome: Mapping[str, tuple[Item, ...]],
) -> TaskLine:
    named = _linked(row, "assessments", assessments)
    reached = {item for outcome in _linked(row, "outcomes", outcomes) for item in by_outcome[outcome.id]}
    return TaskLine(
        task=tasks[str(row["id"])],
        skills=_linked(row, "skills", skills),
        outcomes=_linked(row, "outcomes", outcomes),
        assessments=named,
        via_outcomes=tuple(item for item in assessments.values() if item in reached and item not in named),
        evidence=_linked(row, "evidence", evidence),
    )


def _outcome_gaps(lines: tuple[OutcomeLine, ...]) -> tuple[Finding, ...]:
    found = []
    for line in lines:
        name = called(line.outcome)
        if not line.assessments:
            found.append(Finding(f"{name} is not assessed. Tie an assessment to it.", "assessments.items"))
        if not line.modules:
            found.append(Finding(f"{name} is not taught in any module. Tie a module to it.", "modules.items"))
        if not line.skills:
            found.append(Finding(f"{name} shows no skill. Tie a skill to it.", "skills.items"))
        if not line.tasks:
            found.append(Finding(f"{name} serves no job task. Name the task it prepares for.", "alignment.tasks"))
    return tuple(found)


def _task_gaps(lines: tuple[TaskLine, ...]) -> tuple[Finding, ...]:
    found = []
    for line in lines:
        name, row = called(line.task), f"alignment.tasks.{line.task.id}"
        if not line.outcomes:
            found.append(Finding(f"{name} is built by no outcome. Tie an outcome to it.", f"{row}.outcomes"))
        if not line.assessments and not line.via_outcomes:
            found.append(Finding(f"{name} is proved by no assessment. Tie an assessment to it.", f"{row}.assessments"))
        if not line.skills:
            found.append(Finding(f"{name} names no skill. Tie a skill to it.", f"{row}.skills"))
        if not line.evidence:
            found.append(Finding(f"{name} rests on no evidence of need. Tie an item of evidence to it.", f"{row}.evidence"))
    return tuple(found)


def _unused(
    content: Content,
    assessments: Mapping[str, Item],
    skills: Mapping[str, Item],
    modules: Mapping[str, Item],
    tasks: tuple[TaskLine, ...],
) -> tuple[Finding, ...]:
    found = []
    used = {item.id for line in tasks for item in line.skills}
    for path, named, verb in (
        ("assessments.items", assessments, "assesses"),
        ("modules.items", modules, "serves"),
        ("skills.items", skills, "is shown by"),
    ):
        for row in rows(content, path):
            item = named[str(row["id"])]
            if not row.get("outcomes") and not (path == "skills.items" and item.id in used):
                sentence = f"{called(item)} {verb} no outcome. Tie one to it or remove the entry."
                found.append(Finding(sentence, f"{path}.{item.id}.outcomes"))
    return tuple(found)


def called(item: Item) -> str:
    """A row as sentences name it."""
    return f"{item.short} “{_brief(item.text)}”"


def _brief(text: str) -> str:
    return text if len(text) <= 70 else text[:69].rstrip() + "…"
