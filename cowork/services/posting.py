"""Mails: gathered into digests when their hour comes, written when they are sent, and sent to who may still read what they say."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from cowork.domain.identity import Actor
from cowork.domain.ids import MailId, PersonId, ProposalId
from cowork.domain.meetings import OPEN
from cowork.domain.notification_words import DEPUTY, OPEN_DRAFTS, wording
from cowork.domain.notifications import ABOUT_MEETINGS, ASKING, Channel, Kind, digest_slot
from cowork.domain.organisation_policy import meeting_verdict
from cowork.domain.policy import Action, may_read, organisations_of
from cowork.exports import letters
from cowork.exports.letters import Letter, Part
from cowork.ports import MailRefused, OutgoingMail
from cowork.services import overtaken
from cowork.services.context import Context
from cowork.services.notifying import mail_for, mail_host
from cowork.store import definitions, identity, notifications, proposals, unit, waiting
from cowork.store.notifications import MailLine, NoticeLine
from cowork.store.proposals import ProposalState

log = logging.getLogger(__name__)

CHOICES_PATH = "/account/notifications"
RESERVED = (".example", ".invalid", ".test", ".localhost", "@localhost", "@example.com", "@example.org", "@example.net")
"""Addresses that exist for demonstrations only (RFC 2606): nothing is sent there."""


def gather_digests(context: Context) -> int:
    """Put what waits for a digest whose hour has come into one mail a person; how many there are."""
    made = 0
    for channel in (Channel.DAILY, Channel.WEEKLY):
        with unit.reading() as session:
            people = notifications.waiting_for_digest(session, channel)
        for person, zone, oldest in people:
            slot = digest_slot(channel, zone, context.now())
            if oldest < slot:
                with unit.writing() as session:
                    effect = f"{channel.value}:{person}:{slot.date().isoformat()}"
                    mail = mail_for(context, effect, person, None, channel.value, context.now())
                    if notifications.mail(session, mail.id) is None:
                        notifications.add_mails(session, [mail], context.now())
                        notifications.put_into(session, mail.id, person, channel, slot)
                        made += 1
    return made


def post(context: Context, payload: dict[str, Any]) -> str:
    """Do a job that sends a mail: write it, hand it to the server, note what became of it.

    A mail that is not queued any more is done. Raises MailAway, so that the job is tried again.
    """
    key = MailId(payload["mail"])
    with unit.reading() as session:
        mail = notifications.mail(session, key)
        if mail is None or mail.standing != "queued":
            return ""
        outgoing = _outgoing(session, context, mail)
    standing = "skipped"
    if outgoing is not None:
        standing = _sent(context, outgoing)
    with unit.writing() as session:
        body = outgoing.text if outgoing else ""
        notifications.close_mail(session, key, standing, context.now(), outgoing.subject if outgoing else "", body)
    return standing


def _sent(context: Context, outgoing: OutgoingMail) -> str:
    if context.mailer is None or outgoing.address.endswith(RESERVED):
        return "kept"
    try:
        context.mailer.send(outgoing)
    except MailRefused as error:
        log.warning("mail %s was refused: %s", outgoing.message_id, error)
        return "failed"
    return "sent"


def _outgoing(session: Session, context: Context, mail: MailLine) -> OutgoingMail | None:
    """The mail as it is to be sent now, or None when nothing of it is for this person any more."""
    actor = identity.actor(session, mail.person, context.now())
    if actor is None:
        return None
    carried = notifications.carried_by(session, mail.id)
    parts = [part for notice in carried if (part := part_of(session, context, actor, notice)) is not None]
    if not parts:
        return None
    digest = mail.kind if mail.kind in (Channel.DAILY.value, Channel.WEEKLY.value) else ""
    choices = context.base_url + CHOICES_PATH
    letter: Letter = letters.written(actor.name, parts, digest, choices)
    thread = f"<proposal-{mail.proposal}@{mail_host(context)}>" if mail.proposal else ""
    return OutgoingMail(mail.message_id, actor.name, actor.email, letter.subject, letter.text, letter.html, mail.queued_at, thread, choices)


def part_of(session: Session, context: Context, actor: Actor, notice: NoticeLine) -> Part | None:
    """What a mail says of one notice; None when it is no longer for this person, or no longer true."""
    state = proposals.state(session, notice.proposal) if notice.proposal is not None else None
    if not may_know(session, actor, notice, state) or not _still_true(session, actor.person, notice, state):
        return None
    if state is None:
        return _meeting_part(context, actor, notice)
    stages = tuple(notice.facts.get("titles") or stage_titles(session, state, notice))
    by = _name(session, notice.facts.get("by"))
    said = wording(notice.kind, state.title, notice.facts, base_of(actor, state), stages=stages, by=by)
    sentence = said.sentence
    if notice.facts.get("principal"):
        sentence += " " + DEPUTY.format(principal=_name(session, notice.facts["principal"]))
    due = _due(notice, actor.zone)
    needed = state.sentence if may_read(actor, state.facts) else ""
    return Part(said.headline, state.title, sentence, needed, due, context.base_url + said.path, said.action)


def may_know(session: Session, actor: Actor, notice: NoticeLine, state: ProposalState | None) -> bool:
    """Whether a notice is for this person still, as the policy says: they may read its proposal (`state`) and its lane, or its meeting.

    The answer to what they asked for is theirs, also where it gave them nothing to read.
    """
    if notice.proposal is None:
        meeting = waiting.meeting(session, str(notice.facts.get("meeting")))
        if meeting is None:
            return False
        return meeting_verdict(Action.READ_MEETING, actor, meeting.organisation, meeting.office, frozenset()).allowed
    if state is None or not may_read(actor, state.facts):
        return state is not None and notice.kind is Kind.ACCESS_ANSWERED
    return not notice.facts.get("lane") or notice.facts["lane"] in organisations_of(actor, state.facts)


def base_of(actor: Actor, state: ProposalState) -> str:
    """Where the pages are to which a notice leads this person."""
    return f"/proposals/{state.id}" if may_read(actor, state.facts) else OPEN_DRAFTS


def _still_true(session: Session, person: PersonId, notice: NoticeLine, state: ProposalState | None) -> bool:
    """Whether what a notice asks for is asked still. What it tells stays true."""
    if notice.kind in ASKING:
        stages = set(notice.facts.get("stages", ()))
        return any(t.person == person and t.stage in stages for t in waiting.turns_of(session, ProposalId(str(notice.proposal))))
    if notice.kind in (Kind.CONDITION_DUE, Kind.CONDITION_SET):
        return waiting.condition_waits(session, str(notice.facts.get("condition")))
    if notice.kind is Kind.SIGNATURE_STALE:
        return state is not None and overtaken.waits_for(session, state, person)
    if notice.kind in ABOUT_MEETINGS - {Kind.MEETING_CANCELLED}:
        meeting = waiting.meeting(session, str(notice.facts.get("meeting")))
        if meeting is None or meeting.standing not in OPEN:
            return False
        return notice.kind is Kind.AGENDA_READY or meeting.starts_at.isoformat() == notice.facts.get("starts")
    return True


def stage_titles(session: Session, state: ProposalState, notice: NoticeLine) -> Sequence[str]:
    """What the stages that a notice names are called."""
    keys = notice.facts.get("stages") or ([notice.facts["stage"]] if notice.facts.get("stage") else [])
    if not keys:
        return ()
    known = {stage.key: stage.title for stage in definitions.workflow(session, state.workflow).stages}
    return tuple(known.get(key, str(key).replace("-", " ")) for key in keys)


def _name(session: Session, person: object) -> str:
    return identity.names(session, {PersonId(str(person))}).get(PersonId(str(person)), "") if person else ""


def _meeting_part(context: Context, actor: Actor, notice: NoticeLine) -> Part:
    title = str(notice.facts.get("title", ""))
    said = wording(notice.kind, title, notice.facts, f"/meetings/{notice.facts.get('meeting', '')}")
    at = _due(notice, actor.zone, "starts")
    return Part(said.headline, title, said.sentence, "", at, context.base_url + said.path, said.action, meeting=True)


def _due(notice: NoticeLine, zone: str, name: str = "due") -> str:
    """When something is due, in the person's own zone."""
    text = notice.facts.get(name)
    if not isinstance(text, str):
        return ""
    at = datetime.fromisoformat(text).astimezone(ZoneInfo(zone))
    return f"{at:%A} {at.day} {at:%B %Y, %H:%M} ({zone})"
