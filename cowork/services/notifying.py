"""Working out whom an act concerns, after its commit: notices on pages, and mails to be sent as each person chose.

Everything is keyed by what caused it, so that a job that runs twice, or on two workers, tells nobody twice.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from cowork.domain.identity import Actor
from cowork.domain.ids import MailId, NoticeId, OrganisationId, PersonId, ProposalId
from cowork.domain.notifications import (
    ASKING,
    SETTLING,
    Asked,
    Audience,
    Channel,
    Happening,
    Kind,
    Named,
    Telling,
    TurnChange,
    channel_of,
    concerned,
    mentioned,
)
from cowork.domain.organisation_policy import meeting_verdict
from cowork.domain.policy import Action, may_read, organisations_of, signs_for
from cowork.domain.proposals import ProposalFacts, Role
from cowork.domain.workflows import naming
from cowork.domain.workflows.definition import StageKind
from cowork.services import overtaken
from cowork.services.context import Context
from cowork.store import identity, notifications, organisations, proposals, reviews, unit, waiting
from cowork.store.notifications import MailLine, NoticeLine
from cowork.store.proposals import ProposalState
from cowork.store.waiting import WaitingTurn


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice to be made unless one with its key is there."""

    key: str
    person: PersonId
    kind: Kind
    proposal: ProposalId | None
    facts: Mapping[str, object]


def publish(session: Session, context: Context, drafts: Sequence[Draft], at: datetime) -> list[Draft]:
    """Make the notices that are not there yet, with their mails; those that were made."""
    known = notifications.known_keys(session, {draft.key for draft in drafts})
    fresh = [draft for draft in drafts if draft.key not in known]
    if not fresh:
        return []
    chosen = notifications.choices(session, {draft.person for draft in fresh})
    lines, mails = [], []
    for draft in fresh:
        channel = channel_of(draft.kind, chosen.get(draft.person, {}))
        line = NoticeLine(NoticeId(context.new_id()), draft.key, draft.person, draft.proposal, "", draft.kind, draft.facts, channel, at)
        if channel is Channel.INSTANT:
            mails.append(mail_for(context, draft.key, draft.person, draft.proposal, draft.kind.value, at))
            line = replace(line, mail=mails[-1].id)
        lines.append(line)
    notifications.add_mails(session, mails, context.now())
    notifications.add_notices(session, lines)
    return fresh


def mail_for(context: Context, effect: str, person: PersonId, proposal: ProposalId | None, kind: str, at: datetime) -> MailLine:
    """The mail of an effect: its identifier and Message-ID follow from the effect, so that there can be only one."""
    key = MailId(hashlib.sha256(f"mail:{effect}".encode()).hexdigest()[:32])
    return MailLine(key, f"<{key}@{mail_host(context)}>", person, proposal, kind, "", "queued", at, None)


def mail_host(context: Context) -> str:
    """What stands behind the @ of a Message-ID."""
    return urlsplit(context.base_url).hostname or "localhost"


def tell(context: Context, payload: dict[str, Any]) -> str:
    """Do a job that a commit queued: see `cowork.services.telling`."""
    proposal, at = ProposalId(payload["proposal"]), datetime.fromisoformat(payload["at"])
    turns = TurnChange(tuple(Asked(*one) for one in payload["added"]), tuple(Asked(*one) for one in payload["removed"]))
    with unit.writing() as session:
        state = proposals.state(session, proposal)
        if state is None:
            return ""
        happened = _happened(session, proposal, payload["first"], payload["last"])
        asked = waiting.turns_of(session, proposal)
        informed = [(person, stage) for person, stage in payload["informed"]]
        everybody = readers(session, context, state.facts, {one.person for one in turns.added} | {one[0] for one in informed})
        audience = _audience(session, state, happened, asked, everybody)
        found = concerned(happened, turns, informed, audience)
        told = [one for one in found if one.person in everybody or one.kind is Kind.ACCESS_ANSWERED]
        made = _publish(session, context, state, told, asked, f"{proposal}:{payload['first']}:{payload['at']}", at)
        _put_aside(session, proposal, turns, asked, at)
        _sign_no_more(session, state, happened, at)
    return f"{len(made)}"


def _happened(session: Session, stream: str, first: int, last: int) -> tuple[Happening, ...]:
    found = waiting.happenings(session, stream, first, last) if last >= first else []
    return tuple(Happening(kind, json.loads(payload), actor) for kind, payload, actor, _ in found)


def readers(session: Session, context: Context, facts: ProposalFacts, also: Iterable[str] = ()) -> dict[PersonId, Actor]:
    """Everybody who may read a proposal now, as the policy says, out of those who could: by part, by office or by name."""
    now = context.now()
    people = {one.person for one in facts.participants} | {person for person, _ in facts.seated_people} | {PersonId(one) for one in also}
    people |= organisations.holders_of(session, facts.seated, now.date())
    people |= organisations.administrators(session, frozenset(party.organisation for party in facts.parties))
    return {person: actor for person, actor in identity.actors(session, people, now).items() if may_read(actor, facts)}


def _audience(
    session: Session, state: ProposalState, happened: Sequence[Happening], asked: Sequence[WaitingTurn], everybody: Mapping[PersonId, Actor]
) -> Audience:
    facts = state.facts
    participants = frozenset(one.person for one in facts.participants)
    said = notifications.watching(session, state.id)
    written = [one for one in happened if one.kind == "comment-added"]
    comments = [str(one.payload["comment"]) for one in written]
    lanes = {party.organisation for party in facts.parties}
    named = [Named(person, actor.name, actor.email) for person, actor in everybody.items()]
    bodies = waiting.comment_bodies(session, comments) if comments else {}
    saved = [int(str(one.payload["version"])) for one in happened if one.kind == "version-saved"]
    threads = {str(one.payload["thread"]) for one in happened if one.kind in {"comment-added", *SETTLING}}
    return Audience(
        authors=facts.authors(),
        signers=frozenset(person for person, actor in everybody.items() if signs_for(actor, facts)),
        overtaken={number: overtaken.by_person(session, state.id, number) for number in saved},
        participants=participants,
        following=frozenset(person for person in everybody if said.get(person, person in participants)),
        told_turn=notifications.were_told(session, state.id, Kind.YOUR_TURN),
        still_asked=frozenset((turn.person, turn.stage) for turn in asked),
        talked=waiting.wrote_before(session, threads, comments) if threads else {},
        named={key: mentioned(body, named) for key, body in bodies.items()},
        readers={
            lane: frozenset(person for person, actor in everybody.items() if lane in organisations_of(actor, facts)) for lane in lanes
        },
        choosing={lane: frozenset(key for key, actor in everybody.items() if _chooses(actor, facts, lane)) for lane in lanes},
    )


def _chooses(actor: Actor, facts: ProposalFacts, organisation: OrganisationId) -> bool:
    """Whether somebody answers for a party when a person asks to take part: its administrators, and its own authors."""
    writes = any(
        (p.person, p.organisation, p.role) == (actor.person, organisation, Role.AUTHOR) and organisation in actor.memberships
        for p in facts.participants
    )
    return writes or actor.admin_of(organisation)


def _publish(
    session: Session,
    context: Context,
    state: ProposalState,
    told: Sequence[Telling],
    asked: Sequence[WaitingTurn],
    cause: str,
    at: datetime,
) -> list[Draft]:
    # Who has not looked since the last change is not told of the next one: the notice says that it changed since they looked.
    changed = {one.person for one in told if one.kind is Kind.CHANGED}
    waits = notifications.have_unread(session, changed, state.id, Kind.CHANGED) if changed else frozenset()
    newer = _newer(session, state) if any(one.kind is Kind.YOUR_TURN for one in told) else {}
    drafts = []
    for one in told:
        if one.kind is Kind.CHANGED and one.person in waits:
            continue
        # A stage that tells does so once a round, whatever happens after.
        again = f"{state.id}:{state.round}:{one.facts['stage']}" if one.kind is Kind.INFORMED else cause
        drafts.append(Draft(f"{one.kind.value}:{again}:{one.person}", one.person, one.kind, state.id, _facts(state, one, asked, newer)))
    return publish(session, context, drafts, at)


def _newer(session: Session, state: ProposalState) -> dict[PersonId, int]:
    """The last round before this one in which a person was asked, for those who were and only where it had an older version."""
    if state.round <= 1:
        return {}
    versions = {one.number: one.version for one in reviews.rounds(session, state.id)}
    before = notifications.told_in_round(session, state.id, Kind.YOUR_TURN, state.round)
    now = versions.get(state.round, 0)
    return {person: number for person, number in before.items() if versions.get(number, now) < now}


def _facts(state: ProposalState, told: Telling, asked: Sequence[WaitingTurn], newer: Mapping[PersonId, int]) -> dict[str, object]:
    """What a notice keeps: with a turn, the titles of its stages, until when it is asked, for whom, and since which round it changed."""
    facts = {**told.facts, "round": state.round}
    if told.kind is not Kind.YOUR_TURN:
        return facts
    if told.person in newer:
        facts["newer_than"] = newer[told.person]
    own = [turn for turn in asked if turn.person == told.person and turn.stage in told.facts["stages"]]  # type: ignore[operator]  # a list
    facts["titles"] = list(dict.fromkeys(turn.stage_title for turn in own))
    due = [turn.due_at for turn in own if turn.due_at is not None]
    if due:
        facts["due"] = min(due).isoformat()
    if own and all(turn.kind == naming.KIND for turn in own):
        facts["names"] = True
    if own and all(turn.kind == StageKind.APPEAL.value for turn in own):
        facts["appeal"] = True
    if own and all(turn.principal != turn.person for turn in own):
        facts["principal"] = own[0].principal
    return facts


def _put_aside(session: Session, proposal: ProposalId, turns: TurnChange, asked: Sequence[WaitingTurn], at: datetime) -> None:
    """What asked people who are not asked any more is read by that."""
    done = {PersonId(one.person) for one in turns.removed} - {turn.person for turn in asked}
    if done:
        notifications.mark_asking_read(session, done, proposal, at, ASKING)


def _sign_no_more(session: Session, state: ProposalState, happened: Sequence[Happening], at: datetime) -> None:
    """A notice that a signature counts no more is read by a version that brings back what was signed."""
    if any(one.kind == "version-saved" for one in happened):
        people = notifications.with_unread(session, state.id, Kind.SIGNATURE_STALE)
        if done := {person for person in people if not overtaken.waits_for(session, state, person)}:
            notifications.mark_asking_read(session, done, state.id, at, {Kind.SIGNATURE_STALE})


def tell_meeting(context: Context, payload: dict[str, Any]) -> str:
    """Tell who holds the office of its meeting: that it is planned, moved or called off, or (once) that its agenda is complete."""
    kind, by = Kind(payload.get("kind", Kind.AGENDA_READY.value)), payload.get("by")
    cause = "" if kind is Kind.AGENDA_READY else f":{payload['at']}"
    with unit.writing() as session:
        found = waiting.meeting(session, payload["meeting"])
        if found is None:
            return ""
        facts = {"meeting": found.id, "organisation": found.organisation, "title": found.title, "starts": found.starts_at.isoformat()}
        people = organisations.holders_of(session, frozenset({found.office}), context.now().date())
        members = identity.actors(session, people, context.now())
        drafts = [
            Draft(f"{kind.value}:{found.id}:{person}{cause}", person, kind, None, facts)
            for person, actor in sorted(members.items())
            if person != by and meeting_verdict(Action.READ_MEETING, actor, found.organisation, found.office, frozenset()).allowed
        ]
        publish(session, context, drafts, datetime.fromisoformat(payload["at"]))
    return ""
