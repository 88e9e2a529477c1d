"""What people do to a running review beside deciding: what such an act must say, and when it has no place any more."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import OfficeId, OrganisationId, PersonId
from cowork.domain.workflows.definition import DECIDING, StageKind, Window, Workflow
from cowork.domain.workflows.progress import OVER, Decision, Outcome, Progress, StageProgress, StageStanding

MAX_REASON = 2_000
MAX_TITLE = 120
MAX_DAYS = 250
DAYS_AHEAD = 3_000
"""How far ahead a window is looked for: one on 29 February may be eight years away."""
LEAST_REASON_OF_OVERRIDE = 20
EXTRA_KINDS = (StageKind.CONSULT, StageKind.CHECK, StageKind.ENDORSE, StageKind.DECIDE)
"""The kinds that a stage can have which is added for one proposal."""


class ConditionStanding(StrEnum):
    OPEN = "open"
    REPORTED = "reported"  # its owner says that it is met
    CLOSED = "closed"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class ExtraStageCommand:
    """A stage for one proposal: who is asked (members of `party` by address, or those of an office of it), after which stages, and
    which stages wait for it. `due_days` are working days, None for no term.
    """

    title: str
    kind: StageKind
    party: OrganisationId
    emails: tuple[str, ...] = ()
    office: str = ""
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    due_days: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReviewerCommand:
    """A person to be asked, or no longer asked, in a seat of a party."""

    stage: str
    seat: str
    party: OrganisationId
    person: PersonId
    reason: str = ""


def reason_of(text: str, sentence: str, least: int = 1, field: str = "reason") -> str:
    """The reason without the space around it. Raises Invalid with `sentence` where it is shorter than `least` characters."""
    reason = text.strip()
    if len(reason) < least:
        raise Invalid([(field, sentence)])
    if len(reason) > MAX_REASON:
        raise Invalid([(field, f"Shorten the reason to {MAX_REASON:,} characters; put details in comments.")])
    return reason


def opens_on(windows: Sequence[Window], day: date) -> date | None:
    """The first day from `day` on at which proposals are taken: `day` itself where it lies in a window, None where none ever does."""
    if not windows:
        return day
    following = (day + timedelta(days=number) for number in range(DAYS_AHEAD))
    return next((one for one in following if any(window.holds(one) for window in windows)), None)


def why_not_submit(windows: Sequence[Window], day: date) -> str:
    """Why a proposal cannot be submitted on this day, with the day on which it can; an empty text where it can."""
    opens = opens_on(windows, day)
    if opens == day:
        return ""
    if opens is None:
        return "This way of approval takes no proposals at any time. Choose another one."
    return f"This way of approval takes proposals again from {opens.day} {opens:%B %Y}. Submit it then; what you wrote is kept."


def may_be_held(progress: Progress) -> None:
    """Raises Conflict where the review stands still already, or has ended."""
    _runs(progress)
    if progress.held is not None:
        raise Conflict(f"{progress.held.by_name} has put this review on hold already.")


def may_be_resumed(progress: Progress) -> None:
    """Raises Conflict where the review is not on hold."""
    _runs(progress)
    if progress.held is None:
        raise Conflict("This review is not on hold. Somebody has resumed it already.")


def _runs(progress: Progress) -> None:
    if progress.outcome is not Outcome.IN_REVIEW:
        raise Conflict("This review has ended. Open the proposal to see how it went.")


def may_be_overridden(progress: Progress, stage: str) -> None:
    """Raises Conflict where the stage is not open now."""
    _runs(progress)
    found = next((s for s in progress.stages if s.stage.key == stage), None)
    if found is not None and found.stage.kind is StageKind.APPEAL:
        raise Conflict("Only its authors appeal, so nobody passes this stage for them. It is over when its term ends.")
    if found is None or found.standing is not StageStanding.OPEN:
        raise Conflict("This stage is not open now, so there is nothing to pass. Open the route to see where it stands.")


def why_not_report(standing: str, owner: PersonId, person: PersonId) -> str:
    """Why this person cannot report a condition as done; an empty text where they can."""
    if owner != person:
        return "Only the person who sees to a condition reports it as done."
    if standing != ConditionStanding.OPEN:
        return "This condition is reported or closed already."
    return ""


def why_not_close(standing: str, person: PersonId, owner: PersonId, set_by: PersonId, *, sits: bool, administers: bool) -> str:
    """Why this person cannot close or waive a condition; an empty text where they can.

    It is for whoever set it, another holder of that seat (`sits`), or an administrator of their party (`administers`); never for its
    own owner, unless they set it themselves.
    """
    if standing in (ConditionStanding.CLOSED, ConditionStanding.WAIVED):
        return "This condition is closed already."
    if person == set_by or ((sits or administers) and person != owner):
        return ""
    return "Only the person who set this condition, another holder of that seat or an administrator of their organisation closes it."


def next_extra_key(workflow: Workflow) -> str:
    """A key that says nothing of what people typed: keys go into the record."""
    known = {stage.key for stage in workflow.stages}
    return next(key for number in range(1, len(known) + 2) if (key := f"extra-{number}") not in known)


def extra_stage_problems(command: ExtraStageCommand, workflow: Workflow, progress: Progress) -> list[tuple[str, str]]:
    """What is missing or wrong in a stage that somebody wants to add, as (field, sentence)."""
    problems: list[tuple[str, str]] = []
    known = {stage.key for stage in workflow.stages}
    title = " ".join(command.title.split())
    if not title or len(command.title) > MAX_TITLE:
        problems.append(("title", f"Give the stage a title of at most {MAX_TITLE} characters."))
    elif not title.isprintable():
        problems.append(("title", "The title holds characters that cannot be shown. Type it anew."))
    if command.kind not in EXTRA_KINDS:
        problems.append(("kind", "Choose what is asked of these people."))
    if bool(command.emails) is bool(command.office):
        problems.append(("emails", "Say who is asked: either people by their e-mail addresses, or an office."))
    if unknown := sorted({*command.after, *command.before} - known):
        problems.append(("before", f"There is no stage {', '.join(unknown)}. Choose from the list."))
    elif circle := _in_a_circle(command, workflow):
        problems.append(("before", f"“{circle}” cannot both come before this stage and wait for it."))
    if begun := _begun(command.before, progress):
        problems.append(("before", f"{begun} has begun already, so nothing can be put in front of it. Choose a later stage."))
    if command.due_days is not None and not 1 <= command.due_days <= MAX_DAYS:
        problems.append(("due_days", f"Give a term of 1 to {MAX_DAYS} working days, or none."))
    elif command.due_days is None and command.kind is StageKind.CONSULT:
        problems.append(("due_days", "Comments are asked for until a day: give a term in working days."))
    return problems


def _in_a_circle(command: ExtraStageCommand, workflow: Workflow) -> str:
    behind = frozenset[str]().union(*(workflow.behind(key) for key in command.before)) if command.before else frozenset()
    return next((workflow.stage(key).title for key in command.after if key in behind), "")


def _begun(keys: Collection[str], progress: Progress) -> str:
    waiting = {s.stage.key for s in progress.stages if s.standing is StageStanding.WAITING}
    return next((s.stage.title for s in progress.stages if s.stage.key in keys and s.stage.key not in waiting), "")


def stage_table(command: ExtraStageCommand, key: str, side: str) -> Mapping[str, Any]:
    """The stage as a table of TOML, for `interventions.extra_stage`."""
    seat: dict[str, Any] = {"key": "people", "title": command.title.strip(), "side": side, "rule": "any"}
    seat |= {"keys": "any"} | ({"office": command.office} if command.office else {"person": list(command.emails), "rule": "all"})
    table: dict[str, Any] = {
        "key": key, "title": command.title.strip(), "kind": command.kind.value, "after": list(command.after), "seat": [seat],
    }  # fmt: skip
    return table | ({"due_days": command.due_days} if command.due_days else {})


def may_be_added(person: PersonId, office: OfficeId | None, writers: Collection[PersonId], seated: Collection[PersonId]) -> None:
    """Raises Invalid for somebody who writes the proposal, or sits there already. `office` is that of the seat, if any."""
    if person in writers:
        raise Invalid([("email", "Nobody decides on a proposal they write. Choose somebody who does not.")])
    if person in seated:
        where = "holds this office" if office else "is asked here"
        raise Invalid([("email", f"This person {where} already. Choose somebody else.")])


@dataclass(frozen=True, slots=True)
class RouteChanges:
    """What a change of the facts or of the workflow does to a running route, as titles of stages.

    `opened` become needed, `closed` no longer are; `reopened` had decided and have to again; `again` are asked anew, as they were open
    already or decide nothing; `waits` had begun and wait again; `begins` have what they waited for; `stays` are all others. `stale` are
    approvals that stop counting, and `replies` what was said where nothing is decided, as (person, stage); `asked` are people who are
    asked anew, as (name, stage).
    """

    opened: tuple[str, ...]
    closed: tuple[str, ...]
    reopened: tuple[str, ...]
    again: tuple[str, ...]
    waits: tuple[str, ...]
    stays: tuple[str, ...]
    stale: tuple[tuple[str, str], ...]
    replies: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]
    begins: tuple[str, ...] = ()


def route_changes(before: Progress, after: Progress) -> RouteChanges:
    """Compare where a review stands with where it would stand."""
    was = {s.stage.key: s for s in before.stages}
    needed = {key for key, s in was.items() if s.standing is not StageStanding.SKIPPED}
    will = {s.stage.key: s for s in after.stages if s.standing is not StageStanding.SKIPPED}
    opened = [s.stage.title for key, s in will.items() if key not in needed]
    closed = [s.stage.title for key, s in was.items() if key in needed and key not in will]
    still = [(_change(was[key], s), s.stage.title) for key, s in will.items() if key in needed]
    kept = {(d.id, s.stage.key) for d, s in _counted(after)}
    lost = [(s.stage.kind in DECIDING, (d.person_name, s.stage.title)) for d, s in _counted(before) if (d.id, s.stage.key) not in kept]
    known = {(turn.person, turn.stage) for turn in before.turns}
    return RouteChanges(
        tuple(opened),
        tuple(closed),
        tuple(title for change, title in still if change == "reopened"),
        tuple(title for change, title in still if change == "again"),
        tuple(title for change, title in still if change == "waits"),
        tuple(title for change, title in still if not change),
        tuple(words for decides, words in lost if decides),
        tuple(words for decides, words in lost if not decides),
        tuple(dict.fromkeys(_asked(after, known))),
        tuple(title for change, title in still if change == "begins"),
    )


def _change(was: StageProgress, will: StageProgress) -> str:
    """What happens to a stage that is needed before and after it: the field of `RouteChanges`, empty where it stays as it is."""
    if was.standing in OVER and will.standing not in OVER and will.stage.kind in DECIDING:
        return "reopened"
    if was.standing is not StageStanding.WAITING and will.standing is StageStanding.WAITING:
        return "waits"
    if was.unmet and will.standing is StageStanding.OPEN:
        return "begins"
    if will.standing is not StageStanding.OPEN or was.standing is StageStanding.WAITING:
        return ""
    later = was.opened_at is not None and will.opened_at is not None and will.opened_at > was.opened_at
    return "again" if was.standing in OVER or later else ""


def _counted(progress: Progress) -> list[tuple[Decision, StageProgress]]:
    return [(d, s) for s in progress.stages for seat in s.seats for d in seat.counted]


def _asked(after: Progress, known: Collection[tuple[PersonId, str]]) -> list[tuple[str, str]]:
    """The people who are asked after it and were not before."""
    names = {holder.person: holder.name for s in after.stages for seat in s.seats for holder in seat.missing}
    names |= {holder.person: holder.name for s in after.stages for seat in s.unnamed for holder in seat.bench.namers}
    asked = [holder for s in after.stages for seat in s.seats for holder in (*seat.missing, *seat.bench.namers)]
    names |= {deputy.person: deputy.name for holder in asked for deputy in holder.deputies}
    new = [turn for turn in after.turns if (turn.person, turn.stage) not in known]
    return [(names.get(turn.person, ""), after.stage(turn.stage).stage.title) for turn in new]


def sections_open(progress: Progress) -> frozenset[str]:
    """The sections that authors may change now: what a stage edits that is open, or that waits for nothing but what it requires."""
    if progress.held is not None or progress.outcome is not Outcome.IN_REVIEW:
        return frozenset()
    return frozenset(key for s in progress.stages if s.standing is StageStanding.OPEN or s.unmet for key in s.stage.edits)
