"""Who is told what after an act, by page and by mail, through a real SMTP server; and what an outage does to it: nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.ids import OrganisationId, ProposalId
from cowork.domain.notifications import Kind
from cowork.domain.workflows.progress import Verdict
from cowork.gateways.mail import SmtpMailer
from cowork.jobs.worker import follow_calendar
from cowork.services import comments, identity, jobs, notifications, notifying, organisations, posting, reviews
from cowork.store import unit
from cowork.store.notice_records import Mail, Notice
from cowork.store.records import Job
from tests.smtp import Mailbox, mail_server
from tests.world import World, complete_content

AUTHOR, SIGNER = "author@northfield.example", "signer@harbour.example"


@pytest.fixture
def box(world: World) -> Iterator[Mailbox]:
    """A mail server that the world sends by, which takes the addresses of demonstrations too."""
    context = world.context
    with mail_server() as found, pytest.MonkeyPatch.context() as patch:
        patch.setattr(posting, "RESERVED", ("@nowhere",))
        world.context = replace(context, mailer=SmtpMailer("127.0.0.1", found.port, False, "Cowork <cowork@cowork.example>", timeout=5))
        yield found
    world.context = context


def work(world: World, most: int = 300) -> int:
    """Do the jobs that are due; how many there were."""
    for done in range(most):
        if not jobs.run_next(world.context):
            return done
    raise AssertionError("the work never ends")


def kinds(world: World, email: str) -> list[Kind]:
    """What this person has unread, newest first."""
    return [row.kind for row in notifications.page(world.context, world.actor(email), False).rows]


def mails(world: World) -> list[tuple[str, str]]:
    with unit.reading() as session:
        return [(row.kind, row.standing) for row in session.scalars(sa.select(Mail).order_by(Mail.queued_at, Mail.id))]


def submitted(world: World) -> ProposalId:
    proposal = world.complete_draft()
    world.submit(proposal)
    return proposal


def test_whoever_is_asked_is_told_on_the_page_and_by_one_mail(world: World, box: Mailbox) -> None:
    proposal = submitted(world)
    assert kinds(world, SIGNER) == []
    work(world)
    assert kinds(world, SIGNER)[0] is Kind.YOUR_TURN
    (message,) = box.to(SIGNER)
    assert message["Subject"].startswith("Your turn: ")
    assert message["List-Unsubscribe"] == "<https://cowork.example/account/notifications>"
    parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
    assert f"https://cowork.example/proposals/{proposal}/review" in parts["text/plain"]
    assert "Still needed: " in parts["text/plain"]
    assert f'href="https://cowork.example/proposals/{proposal}/review"' in parts["text/html"]
    work(world)
    assert len(box.to(SIGNER)) == 1


def test_a_job_that_runs_twice_tells_once(world: World, box: Mailbox) -> None:
    submitted(world)
    with unit.reading() as session:
        payloads = list(session.scalars(sa.select(Job.payload).where(Job.kind == "tell")))
    for payload in (*payloads, *payloads):
        notifying.tell(world.context, payload)
    work(world)
    assert len(box.to(SIGNER)) == 1
    assert kinds(world, SIGNER).count(Kind.YOUR_TURN) == 1


def test_a_mail_server_away_for_an_hour_loses_nothing_and_sends_each_mail_once(world: World, box: Mailbox) -> None:
    box.refusal = "421 out of order"
    submitted(world)
    work(world)
    assert box.taken == []
    for _ in range(60):
        world.pass_time(timedelta(minutes=1))
        work(world)
    tried = box.tries
    assert tried < 20, "an outage costs few attempts"
    queued = [kind for kind, standing in mails(world) if standing == "queued"]
    assert queued
    box.refusal = ""
    for _ in range(20):
        world.pass_time(timedelta(minutes=1))
        work(world)
    assert [standing for _, standing in mails(world)] == ["sent"] * len(queued)
    assert len(box.taken) == len(queued)
    assert len({message["Message-ID"] for _, message in box.taken}) == len(queued)


def test_documents_do_not_wait_behind_mails(world: World, box: Mailbox) -> None:
    box.refusal = "421 out of order"
    proposal = submitted(world)
    world.approve_all(proposal)
    work(world)
    with unit.reading() as session:
        standing = session.scalars(sa.select(Job.standing).where(Job.kind == "export-pdf")).one()
    assert standing == "done"


def test_an_answer_that_is_lost_repeats_the_mail_under_the_same_message_id(world: World, box: Mailbox) -> None:
    box.drop_after_data = True
    submitted(world)
    work(world)
    box.drop_after_data = False
    for _ in range(5):
        world.pass_time(timedelta(minutes=1))
        work(world)
    assert len({message["Message-ID"] for message in box.to(SIGNER)}) == 1


def test_a_recipient_who_lost_access_between_the_act_and_the_sending_gets_nothing(world: World, box: Mailbox) -> None:
    submitted(world)
    with unit.reading() as session:
        payloads = list(session.scalars(sa.select(Job.payload).where(Job.kind == "tell")))
    for payload in payloads:
        notifying.tell(world.context, payload)
    assert kinds(world, SIGNER) != []
    identity.set_active(world.context, SIGNER, False)
    work(world)
    assert box.to(SIGNER) == []
    assert ("your-turn", "skipped") in mails(world)


def test_a_refused_address_ends_there_and_others_get_their_mail(world: World, box: Mailbox) -> None:
    box.unknown = {SIGNER}
    proposal = submitted(world)
    work(world)
    world.decide(SIGNER, proposal, Verdict.REQUEST_CHANGES, reason="More, please.", sections=("need",))
    work(world)
    assert ("your-turn", "failed") in mails(world)
    assert [message["Subject"].partition(":")[0] for message in box.to(AUTHOR)] == ["Changes requested"]


def test_without_a_mail_server_mails_are_kept_and_marked(world: World) -> None:
    submitted(world)
    work(world)
    assert {standing for _, standing in mails(world)} == {"kept"}


def test_who_is_named_or_answered_is_told_and_lanes_stay_closed(world: World) -> None:
    proposal = world.complete_draft()
    actor = world.actor("author@northfield.example")
    lane = world.organisations["northfield"]
    both = "@Author Of Harbour and @Admin Of Northfield, please look."
    thread = comments.open_thread(world.context, actor, proposal, OpenThreadCommand(both, Anchor("need"), lane, False, 1))
    work(world)
    assert Kind.MENTIONED in kinds(world, "admin@northfield.example")
    assert Kind.MENTIONED not in kinds(world, "author@harbour.example")
    assert told_kinds(world, "author@harbour.example", proposal) & {"mentioned", "answered"} == set()
    comments.reply(world.context, world.actor("admin@northfield.example"), proposal, thread, "Done.")
    work(world)
    assert kinds(world, "author@northfield.example")[0] is Kind.ANSWERED
    assert {"mentioned", "answered"} <= told_kinds(world, "admin@northfield.example", proposal)


def told_kinds(world: World, email: str, proposal: ProposalId) -> set[str]:
    return {line.notice.kind.value for line in notifications.told(world.context, world.actor(email), proposal).lines}


def test_those_who_were_asked_learn_that_they_are_no_longer_needed(world: World) -> None:
    proposal = submitted(world)
    work(world)
    reviews.withdraw(world.context, world.actor("author@northfield.example"), proposal)
    world.pass_time()
    work(world)
    assert kinds(world, "signer@harbour.example") == [Kind.NO_LONGER_NEEDED]


def test_one_changed_notice_is_enough_until_it_is_read_and_who_stops_following_gets_none(world: World) -> None:
    proposal = world.complete_draft()
    work(world)
    for number in range(3):
        world.pass_time()
        world.save("author@northfield.example", proposal, "need", problem=f"A problem of kind {number}.")
        work(world)
    partner = world.actor("author@harbour.example")
    assert kinds(world, "author@harbour.example") == [Kind.CHANGED]
    notifications.mark_all_read(world.context, partner, world.moment)
    notifications.watch(world.context, partner, proposal, False)
    world.save("author@northfield.example", proposal, "need", problem="Another.")
    work(world)
    assert kinds(world, "author@harbour.example") == []


def test_a_daily_mail_holds_what_waited_and_comes_at_seven_in_the_persons_zone(world: World, box: Mailbox) -> None:
    actor = world.actor(SIGNER)
    notifications.choose(world.context, actor, {"your-turn": "daily"})
    submitted(world)
    submitted(world)
    work(world)
    assert box.to(SIGNER) == []
    world.moment = world.moment.replace(day=3, hour=6, minute=59)
    follow_calendar(world.context)
    work(world)
    assert box.to(SIGNER) == []
    world.pass_time(timedelta(minutes=2))
    for _ in range(2):
        follow_calendar(world.context)
        work(world)
    (message,) = box.to(SIGNER)
    assert message["Subject"].strip().startswith("Cowork today: Your turn:")
    text = message.get_body(("plain",))
    assert text is not None
    assert text.get_content().count("Read and decide: ") == 2


def test_reminders_overdue_and_escalation_are_told_once_each_on_working_days(world: World) -> None:
    proposal = submitted(world)
    work(world)
    with unit.reading() as session:
        due = session.scalars(sa.select(Notice.facts).where(Notice.kind == "your-turn")).first()
    assert due is not None
    counted: dict[str, int] = {}
    for _ in range(40):
        world.pass_time(timedelta(days=1))
        follow_calendar(world.context)
        follow_calendar(world.context)
        work(world)
    lines = notifications.told(world.context, world.actor("admin@northfield.example"), proposal).lines
    for line in lines:
        key = f"{line.notice.kind.value} {line.notice.person}"
        counted[key] = counted.get(key, 0) + 1
    signer, author = world.actor("signer@harbour.example").person, world.actor("author@northfield.example").person
    assert counted[f"escalated {author}"] == 1
    if "due" in due:
        assert counted[f"reminder {signer}"] == 1
        assert counted[f"overdue {signer}"] == 1


def test_who_leaves_the_organisation_sees_no_notice_any_more(world: World) -> None:
    submitted(world)
    work(world)
    person = world.actor("signer@harbour.example").person
    house = OrganisationId(world.organisations["harbour"])
    organisations.remove_member(world.context, world.actor("admin@harbour.example"), house, person)
    assert kinds(world, "signer@harbour.example") == []


def test_a_later_round_is_called_changed_only_where_it_is_and_only_to_who_was_asked_before(world: World) -> None:
    proposal = submitted(world)
    work(world)

    def said(email: str) -> str:
        rows = notifications.page(world.context, world.actor(email), False).rows
        return next(row.words.sentence for row in rows if row.kind is Kind.YOUR_TURN)

    reviews.withdraw(world.context, world.actor(AUTHOR), proposal)
    world.submit(proposal)
    work(world)
    assert said(SIGNER).endswith("This is round 2."), "the same version as before"
    reviews.withdraw(world.context, world.actor(AUTHOR), proposal)
    world.save(AUTHOR, proposal, "identity", **{**complete_content()["identity"], "summary": "Another summary."})
    world.submit(proposal)
    work(world)
    assert "This is round 3. It has a newer version than in round 2" in said(SIGNER)
