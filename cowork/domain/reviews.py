"""Deciding: what a decision must be to be taken, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import DecisionId, Digest, PersonId
from cowork.domain.workflows.definition import DECIDING, Dissent, Seat, Stage, StageKind, Workflow
from cowork.domain.workflows.progress import Decision, Outcome, Progress, StageProgress, StageStanding, Turn, Verdict

MAX_REASON = 5_000
MAX_CONDITIONS = 20
MAX_CONDITION = 2_000
LONGEST_CONDITION = timedelta(days=5 * 366)
REASON_NEEDED: dict[Verdict, str] = {
    Verdict.REJECT: "Give the reason for rejecting: it is kept with the proposal.",
    Verdict.OBJECT: "Say what you object to, so that it can be answered.",
    Verdict.APPEAL: "Say why you appeal: whoever hears the appeal decides on your reasons.",
    Verdict.TABLE: "Say why it is put off, so that the authors know what to expect.",
}

REPLIES = frozenset({StageKind.CONSULT, StageKind.APPEAL})
"""Kinds of stage at which people answer and decide nothing, so that authors can."""


@dataclass(frozen=True, slots=True)
class ConditionCommand:
    """What an approval asks for beside the text: by whom, and until which day."""

    text: str
    owner: PersonId
    due: date | None = None


@dataclass(frozen=True, slots=True)
class DecideCommand:
    """A person's decision on what they saw: the version's number and digest come back from the page that showed it.

    `back_to` is the earlier stage that a request for changes sends the proposal to, None for its authors. `principal` is whose vote
    it is, where the person acts as a deputy. `files` is what the page showed of the files that the stage reads (see `files.seen`),
    None where none were shown.
    """

    stage: str
    seat: str
    verdict: Verdict
    version: int
    digest: Digest
    reason: str = ""
    sections: tuple[str, ...] = ()
    back_to: str | None = None
    conditions: tuple[ConditionCommand, ...] = ()
    principal: PersonId | None = None
    files: str | None = None


def choices(stage: Stage, seat: Seat, writes: bool = False) -> tuple[Verdict, ...]:
    """The verdicts that can be given in a seat, the most usual first. `writes`: by an author, who leaves their reply to nobody else."""
    if stage.kind is StageKind.CONSULT:
        return (Verdict.COMMENT,) if writes else (Verdict.COMMENT, Verdict.RECUSE)
    if stage.kind is StageKind.APPEAL:
        return (Verdict.APPEAL, Verdict.NO_OBJECTION) if writes else ()
    if stage.kind is StageKind.NOTICE:
        return (Verdict.NO_OBJECTION, Verdict.OBJECT, Verdict.RECUSE)
    if stage.kind not in DECIDING:
        return ()
    if stage.secret:
        return (Verdict.APPROVE, Verdict.REQUEST_CHANGES, Verdict.REJECT, Verdict.ABSTAIN, Verdict.RECUSE)
    blocking = (Verdict.NO_OBJECTION, Verdict.OBJECT) if seat.rule.objections_block else ()
    return (
        Verdict.APPROVE, Verdict.REQUEST_CHANGES, Verdict.APPROVE_WITH_CONDITIONS, Verdict.REJECT, *blocking, Verdict.ABSTAIN,
        Verdict.RECUSE, Verdict.TABLE,
    )  # fmt: skip


def check(
    command: DecideCommand, known_sections: frozenset[str], seen: tuple[int, Digest], threads_by_person: int, workflow: Workflow
) -> None:
    """Refuse a decision that is incomplete or about another version than the one in review (`seen`: its number and digest).

    Raises Conflict for a version that is no longer in review, Invalid for what is missing.
    """
    if (command.version, command.digest) != seen:
        raise Conflict(
            f"You looked at version {command.version}, but version {seen[0]} is in review now. Read what changed and decide on that one."
        )
    problems: list[tuple[str, str]] = []
    secret = is_secret(command, workflow)
    if len(command.reason) > MAX_REASON:
        problems.append(("reason", f"Shorten the reason to {MAX_REASON:,} characters; put details in comments."))
    if secret:
        problems += _secret_problems(command)
    elif command.verdict is Verdict.REQUEST_CHANGES:
        if not command.reason.strip() and not threads_by_person:
            problems.append(("reason", "Say what has to change, so that the authors can act on it."))
        if not command.sections:
            problems.append(("sections", "Choose the sections that have to change."))
    elif command.verdict in REASON_NEEDED and not command.reason.strip():
        problems.append(("reason", REASON_NEEDED[command.verdict]))
    if unknown := sorted(set(command.sections) - known_sections):
        problems.append(("sections", f"There is no section {', '.join(unknown)}. Choose from the list."))
    problems += [*_back_to_problems(command, workflow), *_condition_problems(command)]
    if problems:
        raise Invalid(problems)


def is_secret(command: DecideCommand, workflow: Workflow) -> bool:
    """Whether a command is about a stage of which nobody learns who voted how."""
    return any(stage.key == command.stage and stage.secret for stage in workflow.stages)


def _secret_problems(command: DecideCommand) -> list[tuple[str, str]]:
    """Reasons and sections would tell how somebody voted to whoever reads them."""
    if command.reason.strip() or command.sections:
        return [("reason", "In a secret ballot no reasons are kept. Write a comment in its place, which everybody reads under your name.")]
    return []


def _back_to_problems(command: DecideCommand, workflow: Workflow) -> list[tuple[str, str]]:
    if command.back_to is None:
        return []
    if command.verdict is not Verdict.REQUEST_CHANGES:
        return [("back_to", "Only a request for changes sends a proposal back. Choose that, or no stage.")]
    known = {stage.key for stage in workflow.stages}
    if command.stage not in known or command.back_to not in workflow.before(command.stage):
        return [("back_to", "Choose a stage that comes before this one, or the authors.")]
    seat = next((seat for seat in workflow.stage(command.stage).seats if seat.key == command.seat), None)
    if seat is not None and seat.rule.dissent is Dissent.COUNTS:
        return [("back_to", "In a vote nobody sends a proposal back alone. Ask for changes, and the vote decides.")]
    return []


def _condition_problems(command: DecideCommand) -> list[tuple[str, str]]:
    if command.verdict is not Verdict.APPROVE_WITH_CONDITIONS:
        return []
    if not command.conditions:
        return [("conditions", "Write at least one condition, or approve without.")]
    problems = []
    if len(command.conditions) > MAX_CONDITIONS:
        problems.append(("conditions", f"Set at most {MAX_CONDITIONS} conditions; put several small ones into one."))
    for condition in command.conditions:
        if not condition.text.strip() or len(condition.text) > MAX_CONDITION:
            problems.append(("conditions", f"Say in at most {MAX_CONDITION:,} characters what each condition asks for."))
    return list(dict.fromkeys(problems))


def due_problems(conditions: Sequence[ConditionCommand], today: date) -> list[tuple[str, str]]:
    """What is wrong with the days until which conditions have to be met; `today` is that of whoever sets them."""
    past = any(condition.due is not None and condition.due < today for condition in conditions)
    far = any(condition.due is not None and condition.due > today + LONGEST_CONDITION for condition in conditions)
    problems = [("conditions", "Give a day from today on until which a condition has to be met, or none.")] if past else []
    return problems + ([("conditions", "Give a day within the next five years, or none.")] if far else [])


def decides(command: DecideCommand, workflow: Workflow) -> bool:
    """Whether a command is a decision, and neither a reply to a consultation nor an appeal: whatever is not known to be one decides."""
    return not any(stage.key == command.stage and stage.kind in REPLIES for stage in workflow.stages)


def turn_of(progress: Progress, person: PersonId, command: DecideCommand) -> Turn:
    """The open turn that a person decides on: their own, or that of somebody they act for. Raises Conflict with what is in the way."""
    found = [t for t in progress.turns if (t.person, t.stage, t.seat) == (person, command.stage, command.seat) and not t.names]
    if command.principal is not None:
        found = [turn for turn in found if turn.principal == command.principal]
    if found:
        return min(found, key=lambda turn: turn.principal != person)
    if progress.held is not None:
        raise Conflict(f"{progress.held.by_name} has put this review on hold: {progress.held.reason} Nobody decides until it is resumed.")
    if progress.outcome is not Outcome.IN_REVIEW:
        raise Conflict("This review has ended, so there is nothing left to decide. Open the proposal to see how it went.")
    raise Conflict(f"Your decision is not needed here now. {progress.sentence}")


def may_give(verdict: Verdict, workflow: Workflow, turn: Turn, writes: bool = False) -> None:
    """Refuse a verdict that this seat does not offer, or not to an author (`writes`). Raises Invalid."""
    stage = workflow.stage(turn.stage)
    seat = next(seat for seat in stage.seats if seat.key == turn.seat)
    if verdict not in choices(stage, seat, writes):
        raise Invalid([("verdict", "This verdict is not one of those asked for here. Choose another one.")])


def decision(
    command: DecideCommand, turn: Turn, name: str, round_number: int, digests: Mapping[str, str], workflow: Digest, at: datetime,
    secret: bool = False,
) -> Decision:  # fmt: skip
    """The decision as it is kept, bound to the version and to the digests of the sections that its stage reads. `name` is of the holder
    whose vote it is; `secret` says that its stage is a secret ballot.
    """
    return Decision(
        stage=turn.stage,
        seat=turn.seat,
        party=turn.party,
        person=turn.principal,
        person_name=name,
        verdict=command.verdict,
        round=round_number,
        version=command.version,
        digests=dict(digests),
        at=at,
        workflow=workflow,
        by=turn.person if turn.person != turn.principal else None,
        back_to=command.back_to,
        secret=secret and command.verdict is not Verdict.RECUSE,
    )


def why_not_undo(key: DecisionId, person: PersonId, decisions: Sequence[Decision], running: bool, before: Progress, after: Progress) -> str:
    """Why a decision cannot be taken back by this person; an empty text where it can.

    `before` is where the review stands, `after` where it would stand without the decision: nobody may have built on it. `running` is
    whether the round is the newest and neither approved nor followed by an edit.
    """
    own = next((d for d in decisions if d.id == key), None)
    if own is None or person not in (own.person, own.by):
        return "You can only take back a decision of your own."
    if own.undone_at is not None:
        return "This decision is taken back already."
    if own.secret and not _is_open(before, own):
        return "This ballot is over: to take a vote out of its count would show what it was. It stays."
    if not running:
        return "This review has gone on since, so the decision stays on record. Comment, or ask an administrator."
    opened = {s.stage.key for s in before.stages if _is_reached(s)} - {s.stage.key for s in after.stages if _is_reached(s)}
    opened |= {s.stage.key for s in before.stages if s.opened_at and s.opened_at >= own.at and s.opened_at != _opened_at(after, s)}
    since = [d for d in decisions if d.at > own.at and d.undone_at is None]
    later = [d for d in since if d.stage in opened or (_as_substitute(before, d) and not _as_substitute(after, d))]
    if later:
        name = later[0].person_name
        return f"{name} has decided after you on the strength of this, so it stays. Comment, or ask them to request changes."
    return ""


def _is_open(progress: Progress, decision: Decision) -> bool:
    """Whether the stage of a decision is open in a round that runs."""
    open_ = any(s.stage.key == decision.stage and s.standing is StageStanding.OPEN for s in progress.stages)
    return open_ and progress.outcome is Outcome.IN_REVIEW


def _as_substitute(progress: Progress, decision: Decision) -> bool:
    """Whether whoever decided sat in somebody else's place then."""
    return any(
        holder.instead and holder.person == decision.person and holder.sits_at(decision.at)
        for stage in progress.stages
        for place in stage.seats
        if (stage.stage.key, place.seat.key) == (decision.stage, decision.seat) and decision.party in place.bench.parties
        for holder in place.bench.holders
    )


def _opened_at(after: Progress, progress: StageProgress) -> datetime | None:
    """When a stage would have opened instead."""
    return next((s.opened_at for s in after.stages if s.stage.key == progress.stage.key), None)


def _is_reached(progress: StageProgress) -> bool:
    return progress.standing is not StageStanding.WAITING


def may_still_decide(turns: tuple[Turn, ...], person: PersonId) -> tuple[Turn, ...]:
    """The open turns of one person, but for those in which they name others."""
    return tuple(turn for turn in turns if turn.person == person and not turn.names)
