"""Whether what stages ask of how earlier ones ended fits how those can end.

Told where somebody writes a workflow; one that runs already is read without it.
"""

from collections.abc import Iterable, Iterator

from cowork.domain.conditions import All, Any, Condition, Not, Test, holds, tests_in
from cowork.domain.workflows import refusals
from cowork.domain.workflows.appeals import LODGED
from cowork.domain.workflows.definition import DECIDING, NEVER_REFUSED, Stage, StageKind, Workflow
from cowork.domain.workflows.progress import SeatEnd
from cowork.domain.workflows.reading_conditions import STAGE_RESULTS, WAYS_REFUSED

_WORDS = {"stage": frozenset(STAGE_RESULTS), "refused": frozenset(WAYS_REFUSED)}
_PASSED = ("approved-with-conditions", "overridden")
_ANSWERED = (SeatEnd.APPROVED.value, SeatEnd.OPEN.value)


def faults(workflow: Workflow) -> tuple[str, ...]:
    """A sentence, beginning with its place, for each branch that can never be taken, and each end of a stage that branches forget."""
    found = [(stage.key, fault) for stage in workflow.stages for fault in _of(workflow, stage)]
    return tuple(f'Stage "{key}": {fault}.' for key, fault in found)


def _of(workflow: Workflow, stage: Stage) -> Iterator[str]:
    yield from _never(workflow, stage)
    yield from _forgotten(workflow, stage)
    yield from _unheard(workflow, stage)


def _ends_of(stage: Stage) -> tuple[str, ...]:
    """How a stage can end and the route go on, as conditions call it."""
    if stage.kind is StageKind.APPEAL:
        return (LODGED, "skipped")
    ends = ["approved", *(_PASSED if stage.kind in DECIDING else _PASSED[1:])]
    ends += ["refused"] if refusals.going_on(stage) else []
    return (*ends, "skipped")


def _answers_to(section: str, stage: Stage) -> tuple[str, ...]:
    """What a question about how a stage ended, or was refused, can be answered with."""
    return _ends_of(stage) if section == "stage" else tuple(how.value for how in refusals.going_on(stage))


def _never(workflow: Workflow, stage: Stage) -> Iterator[str]:
    """Questions about an earlier stage to which the answer is never yes."""
    known = {earlier.key: earlier for earlier in workflow.stages}
    for test in tests_in(stage.when) if stage.when is not None else ():
        section, key, *seats = test.fact.split(".")
        if section not in ("stage", "refused") or key not in known or test.operator not in ("is", "in"):
            continue
        if seats:
            if known[key].kind in NEVER_REFUSED and section == "stage" and not _holds_for(test, _ANSWERED):
                yield (
                    f'`when` asks "{test.fact}" for what a seat of a stage of kind "{known[key].kind.value}" never is, so it is never '
                    f"true. Known are: {', '.join(_ANSWERED)}: everybody has answered, or not"
                )
            continue
        if not {str(word) for word in (test.operand if isinstance(test.operand, list) else [test.operand])} <= _WORDS[section]:
            continue  # that it compares with what is no end is said already
        answers = _answers_to(section, known[key])
        if not _holds_for(test, answers):
            yield (
                f'`when` asks "{test.fact}" for an end that the round never goes on with, so it is never true. Known are: '
                f'{", ".join(answers) or "none"}; a refusal goes on with `refusal = "continues"` in stage "{key}"'
            )


def _holds_for(test: Test, answers: Iterable[str]) -> bool:
    """Whether a question is answered with yes by any of these answers."""
    section, _, key = test.fact.partition(".")
    return any(holds(test, {section: {key: answer}}) for answer in answers)


def _forgotten(workflow: Workflow, stage: Stage) -> Iterator[str]:
    """Ends that are as good as approved, where stages ask with `is` for "approved" alone."""
    fact = f"stage.{stage.key}"
    asking = [other.when for other in workflow.stages if other.when is not None and any(t.fact == fact for t in tests_in(other.when))]
    if not any(t == Test(fact, "is", "approved") for when in asking for t in tests_in(when)):
        return
    taken = [end for end in _ends_of(stage) if any(True in _truths(when, stage.key, end) for when in asking)]
    left = [end for end in _PASSED if end in _ends_of(stage) and end not in taken]
    if "approved" in taken and left:
        named = '" or "'.join(left)
        yield (
            f'stages ask whether "{fact}" is "approved", but none runs where it is "{named}". '
            'Ask with `is-not = "refused"`, or name each with `in`'
        )


def _unheard(workflow: Workflow, stage: Stage) -> Iterator[str]:
    """An appeal with nobody to decide on it, after which the refusal would count for nothing."""
    behind = workflow.behind(stage.key) - {stage.key}
    deciding = [other.when for other in workflow.stages if other.key in behind and other.kind not in NEVER_REFUSED]
    if stage.kind is StageKind.APPEAL and not any(when is None or True in _truths(when, stage.key, LODGED) for when in deciding):
        yield (
            "nobody decides once an appeal is lodged, so lodging it would settle the refusal: add a stage behind it that decides, on "
            f'the condition that "stage.{stage.key}" is "{LODGED}"'
        )


def _truths(condition: Condition, key: str, end: str) -> frozenset[bool]:
    """Whether a condition can be true, and whether it can be false, when that stage ended so."""
    match condition:
        case Not(part):
            return frozenset(not truth for truth in _truths(part, key, end))
        case All(parts) | Any(parts):
            found = [_truths(part, key, end) for part in parts]
            strong = isinstance(condition, Any)  # the truth that one part alone settles
            one = {strong} if any(strong in truths for truths in found) else set()
            every = {not strong} if all((not strong) in truths for truths in found) else set()
            return frozenset(one | every)
        case Test(fact):
            return frozenset({holds(condition, {"stage": {key: end}})}) if fact == f"stage.{key}" else frozenset({True, False})
