"""Where the alignment carries too much or too little: what an assessor or a committee would stumble over, in sentences."""

from collections.abc import Mapping

from cowork.domain.conditions import Content, Value
from cowork.domain.specifications.alignment import Alignment, Finding, alignment, called
from cowork.domain.specifications.values import rows

MOST_OUTCOMES_OF_AN_ASSESSMENT = 4
MOST_ASSESSMENTS_OF_AN_OUTCOME = 3
MOST_OUTCOMES_OF_A_TASK = 5
HEAVY = 70
"""An assessment with at least so many percent decides nearly alone."""
LIGHT, LARGE = 5, 50
"""Less than so many percent of all marks for an outcome is next to nothing, more than so many is most of it."""


def overloads(content: Content, matrix: Alignment | None = None) -> tuple[Finding, ...]:
    """What carries too much, and marks that are spread unevenly. `matrix` where it is known already."""
    matrix = matrix or alignment(content)
    return (*_crowded(content, matrix), *_weights(content, matrix))


def _crowded(content: Content, matrix: Alignment) -> list[Finding]:
    found = []
    for item in matrix.assessments:
        tested = [line for line in matrix.outcomes if item in line.assessments]
        if len(tested) > MOST_OUTCOMES_OF_AN_ASSESSMENT:
            sentence = f"{called(item)} tests {len(tested)} outcomes: one mark says little about each. Split it, or tie it to fewer."
            found.append(Finding(sentence, f"assessments.items.{item.id}.outcomes"))
    for line in matrix.outcomes:
        if len(line.assessments) > MOST_ASSESSMENTS_OF_AN_OUTCOME:
            sentence = f"{called(line.outcome)} is tested {len(line.assessments)} times. Keep the assessments that show it best."
            found.append(Finding(sentence, "assessments.items"))
    for task in matrix.tasks:
        if len(task.outcomes) > MOST_OUTCOMES_OF_A_TASK:
            sentence = f"{called(task.task)} rests on {len(task.outcomes)} outcomes. It may be several tasks: name them one by one."
            found.append(Finding(sentence, f"alignment.tasks.{task.task.id}.outcomes"))
    return found


def _weights(content: Content, matrix: Alignment) -> list[Finding]:
    weights = {str(row["id"]): _number(row.get("weight")) for row in rows(content, "assessments.items")}
    if not weights or any(weight is None for weight in weights.values()):
        return []
    found = []
    for item in matrix.assessments:
        weight = weights[item.id] or 0
        if weight >= HEAVY and len(weights) > 1:
            sentence = f"{called(item)} carries {weight:g} % of the marks: whoever fails it fails nearly everything. Spread the weight."
            found.append(Finding(sentence, f"assessments.items.{item.id}.weight"))
    shares = outcome_shares(weights, matrix)
    for line in matrix.outcomes:
        share = shares.get(line.outcome.id)
        if share is None or len(matrix.outcomes) < 3:
            continue
        if share < LIGHT:
            sentence = f"{called(line.outcome)} counts for about {share:.0f} % of the marks. Give what tests it more weight."
            found.append(Finding(sentence, "assessments.items"))
        elif share > LARGE:
            sentence = f"{called(line.outcome)} counts for about {share:.0f} % of the marks, more than all others. Spread the weight."
            found.append(Finding(sentence, "assessments.items"))
    return found


def outcome_shares(weights: Mapping[str, float | None], matrix: Alignment) -> dict[str, float]:
    """How many percent of all marks go to each outcome that is assessed, the weight of an assessment shared equally by its outcomes."""
    total = sum(weight or 0 for weight in weights.values())
    shares: dict[str, float] = {}
    if total <= 0:
        return shares
    for item in matrix.assessments:
        tested = [line.outcome.id for line in matrix.outcomes if item in line.assessments]
        for key in tested:
            shares[key] = shares.get(key, 0.0) + 100 * (weights[item.id] or 0) / total / len(tested)
    return shares


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
