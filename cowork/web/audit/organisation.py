"""Events of an organisation as sentences: its people and offices, working days, meetings, workflows, templates and questions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cowork.domain.ids import PersonId
from cowork.services.audit import OrganisationRecord
from cowork.web.audit.sentences import SYSTEM, EventRow
from cowork.web.moments import moment_of
from cowork.web.organisations.pages import day_words, week_words

MOST_DAYS = 5
REACHES = {"own": "its own people only", "chosen": "its own people", "universities": "every university here"}
ROLES = {"chair": "the chair", "secretary": "the secretary"}
TONES = {
    "meeting-closed": "success", "workflow-published": "success", "member-removed": "warning", "office-term-ended": "warning",
    "workflow-retired": "warning", "template-published": "success", "template-retired": "warning", "questions-published": "success",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Words:
    """Names for what payloads only identify."""

    record: OrganisationRecord

    def person(self, payload: Mapping[str, object], name: str = "person") -> str:
        return self.record.names.get(PersonId(str(payload.get(name))), "somebody")

    def office(self, payload: Mapping[str, object]) -> str:
        return f"“{self.record.offices.get(str(payload.get('office')), 'a former office')}”"

    def meeting(self, payload: Mapping[str, object]) -> str:
        return f"“{self.record.meetings.get(str(payload.get('meeting')), 'a former meeting')}”"

    def workflow(self, payload: Mapping[str, object]) -> str:
        return f"“{self.record.workflows.get(str(payload['key']), str(payload['key']))}”"

    def template(self, payload: Mapping[str, object], name: str = "template") -> str:
        return f"“{self.record.templates.get(str(payload.get(name)), 'a former template')}”"

    def moment(self, text: object) -> str:
        at = datetime.fromisoformat(str(text))
        return moment_of(at, ZoneInfo(self.record.card.zone), at).text


Teller = Callable[[Mapping[str, object], _Words], str]


def _day(text: object) -> str:
    return day_words(date.fromisoformat(str(text)))


def _days(payload: Mapping[str, object]) -> str:
    days = payload["days"] if isinstance(payload["days"], list) else []
    more = len(days) - MOST_DAYS
    return ", ".join(_day(day) for day in days[:MOST_DAYS]) + (f" and {more} more" if more > 0 else "")


def _items(payload: Mapping[str, object]) -> str:
    found = payload["items"]
    count = len(found) if isinstance(found, list) else int(str(found))
    return f"{count} {'item' if count == 1 else 'items'}"


def _term_started(payload: Mapping[str, object], words: _Words) -> str:
    role = ROLES.get(str(payload.get("role")), "a holder")
    until = f"until {_day(payload['ends'])}" if payload.get("ends") else "until further notice"
    return f"named {words.person(payload)} {role} of the office {words.office(payload)} from {_day(payload['starts'])} {until}"


def _delegated(payload: Mapping[str, object], words: _Words) -> str:
    where = f"in the office {words.office(payload)}" if payload.get("office") else "in all their offices"
    who = f"{words.person(payload, 'delegate')} act for {words.person(payload, 'delegator')}"
    return f"let {who} {where} from {_day(payload['starts'])} to {_day(payload['ends'])}"


def _week(payload: Mapping[str, object], _words: _Words) -> str:
    closed = payload["closed_weekdays"]
    worked = week_words(frozenset(closed) if isinstance(closed, list) else frozenset())
    return f"set the working days: {worked}; somebody is told after {payload['idle_days']} working days without a decision"


def _closed(payload: Mapping[str, object], words: _Words) -> str:
    made = payload["decisions"]
    counted = f"{payload['present']} present, {made} {'decision' if made == 1 else 'decisions'} recorded"
    return f"closed the meeting {words.meeting(payload)} of the office {words.office(payload)}: {counted}"


def _adopted(payload: Mapping[str, object], words: _Words) -> str:
    return f"adopted version {payload['version']} of the template {words.template(payload, 'source')} as {words.template(payload)}"


def _reach(payload: Mapping[str, object], words: _Words) -> str:
    given = REACHES.get(str(payload["reach"]), "others")
    count = len(payload["organisations"]) if isinstance(payload["organisations"], list) else 0
    also = f", and {count} {'organisation' if count == 1 else 'organisations'} chosen by name" if count else ""
    return f"gave the template {words.template(payload)} to {given}{also}"


def _questions(payload: Mapping[str, object], _words: _Words) -> str:
    parts = []
    for what in ("added", "changed", "removed"):
        if isinstance(found := payload.get(what), list) and found:
            parts.append(f"{what} " + ", ".join(f"“{label}”" for label in found))
    return f"published version {payload['version']} of the organisation’s own questions{': ' + '; '.join(parts) if parts else ''}"


TELLERS: dict[str, Teller] = {
    "member-added": lambda p, w: f"made {w.person(p)} a member{' and an administrator' if p['admin'] else ''}",
    "member-changed": lambda p, w: f"changed what {w.person(p)} is: {'an administrator' if p['admin'] else 'a member'}",
    "member-removed": lambda p, w: f"ended the membership of {w.person(p)}",
    "office-created": lambda p, w: f"created the office {w.office(p)}",
    "office-term-started": _term_started,
    "office-term-ended": lambda p, w: f"ended the term of {w.person(p)} in the office {w.office(p)}",
    "office-role-changed": lambda p, w: f"made {w.person(p)} {ROLES.get(str(p['role']), 'a plain holder')} of the office {w.office(p)}",
    "working-week-changed": _week,
    "closing-days-added": lambda p, _w: f"noted closing days: {_days(p)}",
    "closing-days-removed": lambda p, _w: f"took closing days out of the calendar: {_days(p)}",
    "office-delegated": _delegated,
    "delegation-revoked": lambda p, w: f"ended that {w.person(p, 'delegate')} acts for {w.person(p, 'delegator')}",
    "meeting-planned": lambda p, w: f"set the meeting {w.meeting(p)} of the office {w.office(p)} for {w.moment(p['starts'])}",
    "agenda-changed": lambda p, w: (
        f"{'amended the complete' if p['amended'] else 'changed the'} agenda of the meeting {w.meeting(p)}: {_items(p)}"
    ),
    "agenda-declared-complete": lambda p, w: f"declared the agenda of the meeting {w.meeting(p)} complete: {_items(p)}",
    "meeting-closed": _closed,
    "meeting-cancelled": lambda p, w: f"cancelled the meeting {w.meeting(p)} of the office {w.office(p)}",
    "workflow-imported": lambda _p, _w: "imported the text of a workflow into a draft",
    "workflow-published": lambda p, w: f"published version {p['version']} of the workflow {w.workflow(p)}",
    "workflow-retired": lambda p, w: f"took the workflow {w.workflow(p)} out of those offered to new proposals",
    "workflow-offered": lambda p, w: f"offered the workflow {w.workflow(p)} to new proposals again",
    "outline-first-set": lambda p, _w: f"set that proposals {'begin with an outline' if p['required'] else 'need no outline first'}",
    "template-published": lambda p, w: f"published version {p['version']} of the template {w.template(p)}",
    "template-retired": lambda p, w: f"took the template {w.template(p)} out of those offered",
    "template-offered": lambda p, w: f"offered the template {w.template(p)} again",
    "template-reach-changed": _reach,
    "template-adopted": _adopted,
    "questions-published": _questions,
}
"""A sentence for every kind of event of an organisation and of its meetings."""


def record_rows(record: OrganisationRecord) -> tuple[EventRow, ...]:
    """The events of a page, newest first."""
    words = _Words(record)
    return tuple(
        EventRow(
            seq=entry.seq,
            at=entry.at,
            who=entry.actor_name or SYSTEM,
            text=TELLERS[entry.kind](entry.payload, words),
            private="",
            version=None,
            saved=False,
            tone=TONES.get(entry.kind, "neutral"),
            links=((entry.seq, str(entry.hash)),),
        )
        for entry in record.entries
    )
