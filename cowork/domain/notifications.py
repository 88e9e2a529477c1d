"""What people are told: the kinds of notice, whom an event concerns, and when time alone is a reason to tell somebody.

Everything here is pure: moments are UTC and given, days are those of the calendars given.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from cowork.domain.events import lane_of
from cowork.domain.ids import PersonId
from cowork.domain.workflows.calendar import Calendar


class Kind(StrEnum):
    """Why somebody is told. The order is that of importance: one act tells a person the first reason that fits them."""

    YOUR_TURN = "your-turn"
    CHANGES_REQUESTED = "changes-requested"
    APPROVED = "approved"
    OUTLINE_APPROVED = "outline-approved"
    REJECTED = "rejected"
    CONDITION_SET = "condition-set"
    MENTIONED = "mentioned"
    ANSWERED = "answered"
    NO_LONGER_NEEDED = "no-longer-needed"
    INFORMED = "informed"
    REMINDER = "reminder"
    WINDOW_CLOSING = "window-closing"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    CONDITION_DUE = "condition-due"
    ASKED_TO_SIGN = "asked-to-sign"
    SIGNATURE_STALE = "signature-stale"
    EVIDENCE_EXPIRES = "evidence-expires"
    MEETING_PLANNED = "meeting-planned"
    MEETING_MOVED = "meeting-moved"
    MEETING_CANCELLED = "meeting-cancelled"
    AGENDA_READY = "agenda-ready"
    ACCESS_ASKED = "access-asked"
    ACCESS_ANSWERED = "access-answered"
    CHANGED = "changed"


class Channel(StrEnum):
    """How a kind of notice reaches a person by mail. It is on their page in any case."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"
    PAGE = "page"


DEFAULTS: Mapping[Kind, Channel] = {
    **dict.fromkeys(Kind, Channel.INSTANT),
    Kind.ANSWERED: Channel.DAILY,
    Kind.INFORMED: Channel.DAILY,
    Kind.EVIDENCE_EXPIRES: Channel.DAILY,
    Kind.SIGNATURE_STALE: Channel.DAILY,
    Kind.CHANGED: Channel.PAGE,
}
"""How people are told who chose nothing: at once where they have to act or wait for it."""

ASKING = frozenset({Kind.YOUR_TURN, Kind.REMINDER, Kind.WINDOW_CLOSING, Kind.OVERDUE})
"""Kinds that ask for something, and that are past when it is no longer asked."""

ABOUT_MEETINGS = frozenset({Kind.MEETING_PLANNED, Kind.MEETING_MOVED, Kind.MEETING_CANCELLED, Kind.AGENDA_READY})
"""Kinds that are about a meeting and no proposal."""

DIGEST_AT = time(7)
DIGEST_WEEKDAY = 0
REMIND_DAYS = 2
"""So many working days before a decision or a condition is due, people are reminded."""
WINDOW_DAYS = 1


def channel_of(kind: Kind, chosen: Mapping[Kind, Channel]) -> Channel:
    """How a person is told of this kind."""
    return chosen.get(kind, DEFAULTS[kind])


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked at a stage; `principal` is whose vote it is."""

    person: str
    stage: str
    seat: str
    party: str
    principal: str

    def written(self) -> list[str]:
        """The same as plain identifiers, for a job; `Asked(*written)` is the way back."""
        return [self.person, self.stage, self.seat, self.party, self.principal]


@dataclass(frozen=True, slots=True)
class TurnChange:
    """Who is asked anew by an act, and who no longer."""

    added: tuple[Asked, ...] = ()
    removed: tuple[Asked, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def turn_change(before: Iterable[Asked], after: Iterable[Asked]) -> TurnChange:
    """The difference between who was asked and who is."""
    old, new = set(before), set(after)
    key = Asked.written
    return TurnChange(tuple(sorted(new - old, key=key)), tuple(sorted(old - new, key=key)))


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as the record has it."""

    kind: str
    payload: Mapping[str, object]
    actor: PersonId | None

    @property
    def lane(self) -> str | None:
        return lane_of(self.kind, self.payload)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a proposal concerns. `following` get word of every change; `told_turn` have been told that something is asked of them.

    `signers` sign rows of the alignment for an employer; `overtaken` says, by the number of a version, how many signatures of whom
    it left out of date. `still_asked` are the (person, stage) of turns that stand now. `talked` says
    who wrote in a thread, `named` whom a comment names, `readers` who may read an organisation's own lane, `choosing` who answers for it
    when somebody asks to take part.
    """

    authors: frozenset[PersonId] = frozenset()
    signers: frozenset[PersonId] = frozenset()
    overtaken: Mapping[int, Mapping[PersonId, int]] = field(default_factory=dict)
    participants: frozenset[PersonId] = frozenset()
    following: frozenset[PersonId] = frozenset()
    told_turn: frozenset[PersonId] = frozenset()
    still_asked: frozenset[tuple[str, str]] = frozenset()
    talked: Mapping[str, frozenset[PersonId]] = field(default_factory=dict)
    named: Mapping[str, frozenset[PersonId]] = field(default_factory=dict)
    readers: Mapping[str, frozenset[PersonId]] = field(default_factory=dict)
    choosing: Mapping[str, frozenset[PersonId]] = field(default_factory=dict)

    def may_read(self, lane: str | None) -> frozenset[PersonId] | None:
        """Who reads a lane; None: everybody here."""
        return None if lane is None else self.readers.get(lane, frozenset())


@dataclass(frozen=True, slots=True)
class Telling:
    """A person is told something. `facts` are identifiers, numbers and keys only; its lane, if any, says who alone may know of it."""

    person: PersonId
    kind: Kind
    facts: Mapping[str, object]


def concerned(
    happened: Sequence[Happening], turns: TurnChange, informed: Iterable[tuple[str, str]], audience: Audience
) -> tuple[Telling, ...]:
    """Whom one act concerns: each person once, for the most important reason. Nobody is told of what they did themselves.

    `informed` are (person, stage) of stages that tell and do not ask.
    """
    found = [
        *_turns(turns, audience),
        *(told for one in happened for told in (*_outcome(one, audience), *_condition(one))),
        *(told for one in happened for told in (*_comment(one, audience), *_access(one, audience), *_signatures(one, audience))),
        *_no_longer(happened, turns, audience),
        *(Telling(PersonId(person), Kind.INFORMED, {"stage": stage}) for person, stage in informed),
        *_followed(happened, audience),
    ]
    order = {kind: place for place, kind in enumerate(Kind)}
    by_person: dict[PersonId, Telling] = {}
    for told in sorted(found, key=lambda told: order[told.kind]):
        by_person.setdefault(told.person, told)
    return tuple(by_person[person] for person in sorted(by_person))


def _turns(turns: TurnChange, audience: Audience) -> list[Telling]:
    """One notice for all that an act asks of a person, unless it is no longer asked."""
    stages: dict[str, list[str]] = {}
    for asked in turns.added:
        if (asked.person, asked.stage) in audience.still_asked and asked.stage not in stages.setdefault(asked.person, []):
            stages[asked.person].append(asked.stage)
    return [Telling(PersonId(person), Kind.YOUR_TURN, {"stages": keys}) for person, keys in stages.items() if keys]


ENDINGS = {
    "changes-requested": Kind.CHANGES_REQUESTED, "proposal-approved": Kind.APPROVED, "proposal-rejected": Kind.REJECTED,
    "outline-approved": Kind.OUTLINE_APPROVED,
}  # fmt: skip


def _outcome(one: Happening, audience: Audience) -> list[Telling]:
    if one.kind == "signatures-asked":
        return [Telling(person, Kind.ASKED_TO_SIGN, {"by": one.actor or ""}) for person in audience.signers - {one.actor}]
    kind = ENDINGS.get(one.kind)
    if kind is None:
        return []
    people = audience.authors if kind is Kind.CHANGES_REQUESTED else audience.participants
    facts = {name: one.payload[name] for name in ("stage", "lapsed") if one.payload.get(name)}
    return [Telling(person, kind, facts) for person in people - {one.actor}]


def _condition(one: Happening) -> list[Telling]:
    """Who is to see to a condition, when an approval sets it."""
    if one.kind != "condition-set" or one.payload["person"] == one.actor:
        return []
    facts = {"condition": one.payload["condition"], "stage": one.payload["stage"]}
    return [Telling(PersonId(str(one.payload["person"])), Kind.CONDITION_SET, facts)]


def _comment(one: Happening, audience: Audience) -> list[Telling]:
    """Who is named in a comment, and who wrote in its thread before, also when what they suggest is settled; only its lane's readers."""
    if one.kind not in {"comment-added", *SETTLING}:
        return []
    thread, comment = str(one.payload["thread"]), str(one.payload.get("comment", ""))
    facts = {"thread": thread, "by": one.actor or "", **({"lane": one.lane} if one.lane else {})}
    readers = audience.may_read(one.lane)
    found = [
        *(Telling(person, Kind.MENTIONED, facts) for person in audience.named.get(comment, frozenset())),
        *(Telling(person, Kind.ANSWERED, facts) for person in audience.talked.get(thread, frozenset())),
    ]
    return [told for told in found if told.person != one.actor and (readers is None or told.person in readers)]


def _access(one: Happening, audience: Audience) -> list[Telling]:
    """Those who answer what somebody asks for, and whoever asked when it is answered."""
    facts = {"by": one.actor or "", **({"lane": one.lane} if one.lane else {})}
    if one.kind == "access-asked":
        people = audience.choosing.get(str(one.payload["answering"]), frozenset())
        return [Telling(person, Kind.ACCESS_ASKED, facts) for person in people - {one.actor}]
    if one.kind == "access-answered":
        return [Telling(PersonId(str(one.payload["person"])), Kind.ACCESS_ANSWERED, facts)]
    return []


def _signatures(one: Happening, audience: Audience) -> list[Telling]:
    """Those who signed rows that a version changed: one notice for all of them."""
    version = one.payload.get("version")
    if one.kind != "version-saved" or not isinstance(version, int):
        return []
    people = audience.overtaken.get(version, {})
    facts = {"by": one.actor or "", "version": version}
    counts = {person: count for person, count in people.items() if person != one.actor}
    return [Telling(person, Kind.SIGNATURE_STALE, {**facts, "signatures": count}) for person, count in counts.items()]


def _no_longer(happened: Sequence[Happening], turns: TurnChange, audience: Audience) -> list[Telling]:
    """Those who were asked and told so, and need not decide any more, though they decided nothing."""
    decided = {one.actor for one in happened if one.kind in {"decision-made", "proposal-withdrawn"}}
    stages: dict[str, list[str]] = {}
    for asked in turns.removed:
        if (asked.person, asked.stage) not in audience.still_asked and asked.stage not in stages.setdefault(asked.person, []):
            stages[asked.person].append(asked.stage)
    return [
        Telling(PersonId(person), Kind.NO_LONGER_NEEDED, {"stages": keys})
        for person, keys in stages.items()
        if keys and person in audience.told_turn and person not in decided
    ]


SETTLING = frozenset({"suggestion-accepted", "suggestion-rejected"})
"""What answers a suggestion, also without a word."""
UNREMARKABLE = frozenset({"exported", "programme-published", "access-asked", "access-answered", "access-unasked", "party-opened"})


def _followed(happened: Sequence[Happening], audience: Audience) -> list[Telling]:
    """Whoever follows the proposal is told that it changed; of what happened in a lane, its readers alone."""
    found = []
    for one in happened:
        if one.kind in UNREMARKABLE:
            continue
        readers = audience.may_read(one.lane)
        people = audience.following if readers is None else audience.following & readers
        facts = {"event": one.kind, **({"lane": one.lane} if one.lane else {})}
        found += [Telling(person, Kind.CHANGED, facts) for person in people - {one.actor}]
    return found


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who can be named in a comment."""

    person: PersonId
    name: str
    email: str


def mentioned(body: str, people: Sequence[Named]) -> frozenset[PersonId]:
    """Who is named as ``@name``: by their whole name, their address, or a first name that only one of these people has."""
    first: dict[str, list[PersonId]] = {}
    for one in people:
        first.setdefault(one.name.split(" ")[0].casefold(), []).append(one.person)
    aliases = {name: [person] for name, (person, *others) in first.items() if not others and len(name) > 1}
    for one in people:
        for alias in {one.name.casefold(), one.email.casefold()}:
            aliases.setdefault(alias, [])
            aliases[alias] = [*({*aliases[alias], one.person})]
    text, found = body.casefold(), set[PersonId]()
    longest = sorted(filter(None, aliases), key=len, reverse=True)
    for mark in re.finditer(r"(?<![\w@.+-])@", text):
        rest = text[mark.end() :]
        said = next((a for a in longest if rest.startswith(a) and not re.match(r"\w", rest[len(a) :])), None)
        found.update(aliases[said] if said else ())
    return frozenset(found)


def reminder_is_due(opened_at: datetime | None, due_at: datetime, now: datetime, calendar: Calendar, days: int = REMIND_DAYS) -> bool:
    """Whether it is time to remind of what is due: at most `days` working days before, and not on the day on which it was asked
    (`opened_at`; None: that does not matter).
    """
    if now >= due_at or (opened_at is not None and calendar.local_day(opened_at) >= calendar.local_day(now)):
        return False
    return calendar.working_days_between(now, due_at) <= days


def escalation_is_due(since: datetime, now: datetime, idle_days: int, calendar: Calendar) -> bool:
    """Whether `idle_days` whole working days have passed since something last happened."""
    return idle_days > 0 and now > calendar.add_working_days(since, idle_days)


def digest_slot(channel: Channel, zone: str, now: datetime) -> datetime:
    """The newest moment, not after `now`, at which a person of this zone gets this digest: daily at 07:00, weekly on Monday at 07:00."""
    local = now.astimezone(ZoneInfo(zone))
    days = (local.weekday() - DIGEST_WEEKDAY) % 7 if channel is Channel.WEEKLY else 0
    step = 7 if channel is Channel.WEEKLY else 1
    slot = datetime.combine(local.date() - timedelta(days=days), DIGEST_AT, ZoneInfo(zone))
    if slot > local:
        slot = datetime.combine(slot.date() - timedelta(days=step), DIGEST_AT, ZoneInfo(zone))
    return slot
