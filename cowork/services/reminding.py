"""What only the calendar brings about: reminders, what is overdue, escalation, conditions that are due, and reviews to look at anew.

Each is keyed by what it is about and when that is due, so that looking often tells once. A turn whose term is moved is told anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from cowork.domain.files import SOON
from cowork.domain.ids import OrganisationId, PersonId, ProposalId
from cowork.domain.notifications import WINDOW_DAYS, Kind, escalation_is_due, reminder_is_due
from cowork.domain.proposals import Role
from cowork.domain.specifications.display import day
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import Stage, StageKind
from cowork.services import reviews
from cowork.services.context import Context
from cowork.services.notifying import Draft, publish, readers
from cowork.store import definitions, files, notifications, organisations, proposals, unit, waiting
from cowork.store.waiting import WaitingTurn

AHEAD = timedelta(days=21)
"""How far ahead terms are looked at: two working days can lie behind a long holiday."""
LOOKS = 5


def look(context: Context, limit: int = LOOKS) -> int:
    """Evaluate anew the reviews at which time alone may have changed something, the longest waiting first; how many there were."""
    with unit.reading() as session:
        due = waiting.to_look_at(session, context.now(), limit)
    return sum(reviews.refresh_by_calendar(context, proposal) for proposal in due)


def remind(context: Context) -> int:
    """Tell everybody whom the calendar gives a reason to be told; how many notices that makes."""
    now = context.now()
    with unit.reading() as session:
        drafts = [*_terms(session, now), *_conditions(session, now), *_idle(session, context, now), *_expiring(session, context, now)]
    if not drafts:
        return 0
    with unit.writing() as session:
        return len(publish(session, context, drafts, now))


def _terms(session: Session, now: datetime) -> list[Draft]:
    """Reminders before a turn is due, and word of it when it is over. Silence is consent at a notice, so that nothing is overdue there."""
    turns = waiting.due_before(session, now + AHEAD)
    calendars = _calendars(session, (turn.party for turn in turns))
    drafts = []
    for (proposal, person, due), group in groupby(sorted(turns, key=_by_person), key=_by_person):
        mine = list(group)
        kind = _kind(mine, due, now, calendars[mine[0].party])
        if kind is not None:
            stages = list(dict.fromkeys(turn.stage for turn in mine))
            titles = list(dict.fromkeys(turn.stage_title for turn in mine))
            facts = {"stages": stages, "titles": titles, "due": due.isoformat(), "round": mine[0].round}
            key = f"{kind.value}:{proposal}:{mine[0].round}:{_minute(due)}:{person}"
            drafts.append(Draft(key, person, kind, proposal, facts))
    return drafts


def _by_person(turn: WaitingTurn) -> tuple[ProposalId, PersonId, datetime]:
    return (turn.proposal, turn.person, turn.due_at or turn.opened_at)


def _kind(turns: Sequence[WaitingTurn], due: datetime, now: datetime, calendar: Calendar) -> Kind | None:
    """What the calendar has to say of turns that are due together."""
    opened = min(turn.opened_at for turn in turns)
    if all(turn.kind == StageKind.NOTICE.value for turn in turns):
        return Kind.WINDOW_CLOSING if reminder_is_due(opened, due, now, calendar, WINDOW_DAYS) else None
    if now >= due:
        return Kind.OVERDUE
    return Kind.REMINDER if reminder_is_due(opened, due, now, calendar) else None


def _conditions(session: Session, now: datetime) -> list[Draft]:
    """Whoever answers for a condition is told before it is due, and again when that day is over."""
    found = waiting.conditions(session, (now + AHEAD).date())
    calendars = _calendars(session, (one.party for one in found))
    drafts = []
    for one in found:
        due_at = calendars[one.party].end_of(one.due)
        past = now > due_at
        if past or reminder_is_due(None, due_at, now, calendars[one.party]):
            key = f"condition-due:{one.id}:{one.due.isoformat()}:{'past' if past else 'before'}:{one.owner}"
            facts = {"condition": one.id, "due": due_at.isoformat()}
            drafts.append(Draft(key, one.owner, Kind.CONDITION_DUE, one.proposal, facts))
    return drafts


def _expiring(session: Session, context: Context, now: datetime) -> list[Draft]:
    """Authors of the party that keeps a file are told a month before it expires; who may not read its proposal any more is not."""
    found = files.expiring(session, now.date() - timedelta(days=1), now.date() + SOON)
    drafts: list[Draft] = []
    for proposal, group in groupby(sorted(found, key=lambda one: one.proposal), key=lambda one: one.proposal):
        state = proposals.state(session, proposal)
        if state is None:
            continue
        everybody = readers(session, context, state.facts)
        for one in group:
            authors = {p.person for p in state.facts.participants if p.organisation == one.organisation and p.role is Role.AUTHOR}
            for person in sorted(authors & everybody.keys()):
                key = f"evidence-expires:{one.file}:{one.expires.isoformat()}:{person}"
                facts = {"file": one.file, "day": day(one.expires.isoformat()), **({"lane": one.lane} if one.lane else {})}
                drafts.append(Draft(key, person, Kind.EVIDENCE_EXPIRES, proposal, facts))
    return drafts


def _idle(session: Session, context: Context, now: datetime) -> list[Draft]:
    """Stages at which nothing was decided for too long: whoever can do something about it is told, once a silence."""
    found = _silent(session, now)
    told = notifications.of_kind(session, {one.turn.proposal for one in found}, Kind.ESCALATED) if found else []
    known = {(line.key.rpartition(":")[0], *asked) for line in told for asked in line.facts.get("asked", ())}
    new = (one for one in found if (one.key, one.turn.stage, one.turn.party) not in known)
    return _together(draft for one in new for draft in _escalated(session, context, one))


@dataclass(frozen=True, slots=True)
class _Silence:
    """A party's part of a stage at which nothing was decided `since` then, for longer than `days` working days. `stage` is None for one
    that was added for this proposal.
    """

    turn: WaitingTurn
    stage: Stage | None
    days: int
    since: datetime

    @property
    def key(self) -> str:
        """What the keys of its notices begin with."""
        return f"escalated:{self.turn.proposal}:{_minute(self.since)}"


_FREE_TO_BE_SILENT = frozenset({StageKind.NOTICE.value, StageKind.APPEAL.value})


def _silent(session: Session, now: datetime) -> list[_Silence]:
    turns = [turn for turn in waiting.opened_before(session, now - timedelta(days=1)) if turn.kind not in _FREE_TO_BE_SILENT]
    parties = {turn.party for turn in turns}
    calendars, limits = _calendars(session, parties), waiting.idle_limits(session, parties)
    decided = waiting.last_decisions(session, {turn.proposal for turn in turns}) if turns else {}
    found = []
    for _, group in groupby(turns, key=lambda turn: (turn.proposal, turn.stage, turn.party)):
        turn = min(group, key=lambda turn: turn.opened_at)
        workflow = definitions.workflow(session, turn.workflow)
        stage = next((one for one in workflow.stages if one.key == turn.stage), None)
        set_for = (stage.idle_days if stage else None, workflow.idle_days, limits[turn.party])
        days = next(limit for limit in set_for if limit is not None)
        since = max(turn.opened_at, decided.get((turn.proposal, turn.stage), turn.opened_at))
        if escalation_is_due(since, now, days, calendars[turn.party]):
            found.append(_Silence(turn, stage, days, since))
    return found


def _together(drafts: Iterable[Draft]) -> list[Draft]:
    """What a person is told of several stages of a proposal that fell silent together, as one."""
    found: dict[str, Draft] = {}
    for draft in drafts:
        before = found.get(draft.key)
        found[draft.key] = replace(before, facts=_joined(before.facts, draft.facts)) if before is not None else draft
    return list(found.values())


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, object]:
    """The facts of two notices about several stages each, as one."""
    named = {name: list(dict.fromkeys([*one[name], *other[name]])) for name in ("stages", "titles")}
    return {**one, **named, "asked": [*one["asked"], *other["asked"]]}


def _escalated(session: Session, context: Context, silence: _Silence) -> Iterable[Draft]:
    """Those whom the stage names, as far as they may read the proposal, else the party's administrators; and the authors."""
    turn, stage = silence.turn, silence.stage
    state = proposals.state(session, turn.proposal)
    if state is None:
        return
    named: set[PersonId] = set()
    if stage is not None and stage.escalate_to:
        named = organisations.holders_of_kind(session, turn.party, stage.escalate_to, context.now().date())
    everybody = readers(session, context, state.facts, named)
    told = (named & everybody.keys()) or (organisations.administrators(session, frozenset({turn.party})) & everybody.keys())
    for person in sorted(told | (state.facts.authors() & everybody.keys())):
        facts = {"stages": [turn.stage], "titles": [turn.stage_title], "days": silence.days, "asked": [[turn.stage, turn.party]]}
        yield Draft(f"{silence.key}:{person}", person, Kind.ESCALATED, turn.proposal, facts)


def _calendars(session: Session, parties: Iterable[OrganisationId]) -> Mapping[OrganisationId, Calendar]:
    wanted = frozenset(parties)
    return organisations.calendars(session, wanted) if wanted else {}


def _minute(at: datetime) -> str:
    """A moment as a short part of a key."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
