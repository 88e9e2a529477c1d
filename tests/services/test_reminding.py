"""What the calendar brings about: conditions, closing windows, what is merely told; and two workers that do the same do it once."""

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cowork.domain.errors import Conflict
from cowork.domain.ids import Digest, ProposalId
from cowork.domain.notifications import Kind
from cowork.domain.reviews import ConditionCommand
from cowork.domain.workflows import loading
from cowork.domain.workflows.progress import Verdict
from cowork.jobs.worker import follow_calendar
from cowork.services import calendars, conditions, jobs, notifications, notifying, organisations, proposals, reminding, reviews, undoing
from cowork.services.telling import agenda_ready
from cowork.store import definitions, unit
from cowork.store.meeting_records import Meeting
from cowork.store.notice_records import Mail, Notice
from cowork.store.records import Job
from tests.services.test_statements import counted
from tests.steering import review
from tests.world import World

QUIET = """
key = "quiet"
version = 1
title = "Silence is consent"
description = "For tests."
source = "Made for tests."

[[stage]]
key = "silence"
title = "Objection window"
kind = "notice"
after = []
due_days = 5

[[stage.seat]]
key = "head"
side = "university"
office = "department-head"
title = "Department head"

[[stage]]
key = "word"
title = "Word to the dean"
kind = "inform"
after = []

[[stage.seat]]
key = "dean"
side = "university"
office = "dean"
title = "Dean"

[[stage]]
key = "sign"
title = "Partner’s signature"
kind = "endorse"
after = ["silence"]

[[stage.seat]]
key = "sign"
side = "employer"
office = "partner-sign-off"
title = "Partner sign-off"
rule = "any"
"""


def work(world: World) -> None:
    while jobs.run_next(world.context):
        pass


def told(world: World, proposal: ProposalId) -> list[tuple[str, Kind]]:
    lines = notifications.told(world.context, world.actor("admin@northfield.example"), proposal).lines
    return sorted((line.name, line.notice.kind) for line in lines)


def quiet_round(world: World) -> ProposalId:
    workflow = loading.load(QUIET)
    with unit.writing() as session:
        definitions.keep(session, "workflow", workflow.digest, workflow.key, 1, workflow.title, QUIET)
    proposal = world.complete_draft()
    proposals.choose_workflow(world.context, world.actor("author@northfield.example"), proposal, Digest(workflow.digest))
    world.submit(proposal)
    return proposal


def test_a_window_that_closes_is_told_before_and_never_overdue_and_what_follows_opens_by_itself(world: World) -> None:
    proposal = quiet_round(world)
    work(world)
    assert ("Dean Of Northfield", Kind.INFORMED) in told(world, proposal)
    assert ("Head Of Northfield", Kind.YOUR_TURN) in told(world, proposal)
    for _ in range(10):
        world.pass_time(timedelta(days=1))
        follow_calendar(world.context)
        work(world)
    found = told(world, proposal)
    assert found.count(("Head Of Northfield", Kind.WINDOW_CLOSING)) == 1
    assert found.count(("Dean Of Northfield", Kind.INFORMED)) == 1
    assert ("Head Of Northfield", Kind.OVERDUE) not in found
    assert ("Signer Of Harbour", Kind.YOUR_TURN) in found


def test_whoever_answers_for_a_condition_is_told_before_it_is_due_and_when_it_is_past(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    owner = world.actor("author@northfield.example").person
    due = ConditionCommand("Name an assessor.", owner, date(2026, 3, 12))
    world.decide("signer@harbour.example", proposal, Verdict.APPROVE_WITH_CONDITIONS, conditions=(due,))
    work(world)
    assert told(world, proposal).count(("Author Of Northfield", Kind.CONDITION_SET)) == 1
    for _ in range(14):
        world.pass_time(timedelta(days=1))
        follow_calendar(world.context)
    assert told(world, proposal).count(("Author Of Northfield", Kind.CONDITION_DUE)) == 2


def feed_of(world: World, email: str) -> str:
    """What somebody's calendar shows."""
    address = notifications.open_feed(world.context, world.actor(email))
    return notifications.feed(world.context, address.rpartition("/")[2].removesuffix(".ics")).decode().replace("\r\n ", "")


def test_a_condition_is_in_its_owners_calendar_until_its_approval_is_taken_back(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    signer, owner = world.actor("signer@harbour.example"), "author@northfield.example"
    due = ConditionCommand("Name an assessor.", world.actor(owner).person, date(2026, 3, 12))
    world.decide("signer@harbour.example", proposal, Verdict.APPROVE_WITH_CONDITIONS, conditions=(due,))
    shown = feed_of(world, owner)
    assert "UID:condition-" in shown
    assert "DTSTART:20260312T235959Z" in shown
    assert f"/proposals/{proposal}/conditions/" in shown
    assert "UID:condition-" not in feed_of(world, "author@harbour.example")

    world.pass_time()
    made = review(world, proposal).decisions[-1].id
    undoing.undo(world.context, signer, proposal, made, "Too early.")
    assert "UID:condition-" not in feed_of(world, owner)
    for _ in range(14):
        world.pass_time(timedelta(days=1))
        follow_calendar(world.context)
    assert ("Author Of Northfield", Kind.CONDITION_DUE) not in told(world, proposal)
def test_a_silence_that_was_told_costs_nothing_more(world: World) -> None:
    proposals_of = [world.complete_draft() for _ in range(4)]
    for proposal in proposals_of:
        world.submit(proposal)
    work(world)
    world.pass_time(timedelta(days=60))
    follow_calendar(world.context)
    assert all(("Author Of Northfield", Kind.ESCALATED) in told(world, proposal) for proposal in proposals_of)
    with counted() as sent:
        assert reminding.remind(world.context) == 0
    # Terms, conditions, silences and evidence; what is known of each; and nothing for each proposal.
    assert len(sent) <= 10, "\n".join(sent)


@pytest.mark.parametrize("how", ["withdrawn", "undone", "waived"])
def test_nobody_is_reminded_of_a_condition_that_waits_no_more(world: World, how: str) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    signer, author = world.actor("signer@harbour.example"), world.actor("author@northfield.example")
    due = ConditionCommand("Name an assessor.", author.person, date(2026, 3, 4))
    world.decide("signer@harbour.example", proposal, Verdict.APPROVE_WITH_CONDITIONS, conditions=(due,))
    page = reviews.page(world.context, signer, proposal)
    assert page.review is not None
    follow_calendar(world.context)
    assert ("Author Of Northfield", Kind.CONDITION_DUE) in told(world, proposal), "there is a mail to be sent"
    if how == "withdrawn":
        reviews.withdraw(world.context, author, proposal)
    elif how == "undone":
        undoing.undo(world.context, signer, proposal, page.review.decisions[-1].id, "Too early.")
    else:
        conditions.close(world.context, signer, proposal, page.conditions[0].condition.id, "It is in the annex.", waive=True)
    for _ in range(6):
        world.pass_time(timedelta(days=1))
        follow_calendar(world.context)
        work(world)
    assert told(world, proposal).count(("Author Of Northfield", Kind.CONDITION_DUE)) == 1
    with unit.reading() as session:
        assert set(session.scalars(sa.select(Mail.standing).where(Mail.kind == Kind.CONDITION_DUE.value))) == {"skipped"}


def agenda_told(world: World) -> None:
    """A meeting of the committee with a complete agenda, told of to its members, the mails not sent yet."""
    office, house = world.office("northfield", "curriculum-committee"), world.organisations["northfield"]
    admin = world.actor("admin@northfield.example").person
    with unit.writing() as session:
        session.execute(sa.insert(Meeting).values(
            id="meeting1", organisation=house, office=office, title="March meeting", starts_at=world.moment, created_by=admin,
            created_at=world.moment,
        ))  # fmt: skip
    notifying.tell_meeting(world.context, {"meeting": "meeting1", "at": world.moment.isoformat()})


def agenda_mails(world: World) -> dict[str, str]:
    work(world)
    with unit.reading() as session:
        rows = session.execute(sa.select(Mail.person, Mail.standing).where(Mail.kind == Kind.AGENDA_READY.value)).all()
    return {world.email_of(row.person): row.standing for row in rows}


def test_who_left_the_office_is_not_told_of_its_meeting(world: World) -> None:
    agenda_told(world)
    northfield, admin, office = world.organisations["northfield"], world.actor("admin@northfield.example"), "curriculum-committee"
    member = world.actor("member@northfield.example")
    page = organisations.page(world.context, admin, northfield)
    term = next(t for o in page.offices if o.kind == office for t in o.terms if t.person == member.person)
    organisations.end_term(world.context, admin, northfield, world.office("northfield", office), term.id)
    assert agenda_mails(world) == {
        "chair@northfield.example": "kept", "member@northfield.example": "skipped", "third@northfield.example": "kept",
    }  # fmt: skip
    assert notifications.page(world.context, world.actor("member@northfield.example"), False).rows == ()
    assert len(notifications.page(world.context, world.actor("third@northfield.example"), False).rows) == 1


def test_the_agenda_of_a_meeting_that_was_called_off_is_not_mailed(world: World) -> None:
    agenda_told(world)
    with unit.writing() as session:
        session.execute(sa.update(Meeting).values(standing="cancelled"))
    assert set(agenda_mails(world).values()) == {"skipped"}


def test_a_complete_agenda_is_told_to_who_holds_the_office_once(world: World) -> None:
    office, house = world.office("northfield", "curriculum-committee"), world.organisations["northfield"]
    admin = world.actor("admin@northfield.example").person
    with unit.writing() as session:
        session.execute(sa.insert(Meeting).values(
            id="meeting1", organisation=house, office=office, title="March meeting", starts_at=world.moment, created_by=admin,
            created_at=world.moment,
        ))  # fmt: skip
        agenda_ready(session, world.context, "meeting1")  # type: ignore[arg-type]  # an identifier
        agenda_ready(session, world.context, "meeting1")  # type: ignore[arg-type]  # an identifier
    work(world)
    page = notifications.page(world.context, world.actor("chair@northfield.example"), False)
    assert [(row.kind, row.title, row.words.path) for row in page.rows] == [(Kind.AGENDA_READY, "March meeting", "/meetings/meeting1")]
    assert notifications.page(world.context, world.actor("head@northfield.example"), False).rows == ()


def test_two_workers_that_do_the_same_job_at_once_tell_once(world: World) -> None:
    world.submit(world.complete_draft())
    with unit.reading() as session:
        payloads = list(session.scalars(sa.select(Job.payload).where(Job.kind == "tell")))
    faults: list[BaseException] = []

    def tell() -> None:
        with world.app.app_context():
            for payload in payloads:
                try:
                    notifying.tell(world.context, payload)
                except Conflict:
                    pass  # the other one was first
                except BaseException as fault:
                    faults.append(fault)

    threads = [threading.Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with unit.reading() as session:
        turns = session.scalar(sa.select(sa.func.count()).select_from(Notice).where(Notice.kind == "your-turn"))
        people = session.scalar(sa.select(sa.func.count(sa.distinct(Notice.person))).where(Notice.kind == "your-turn"))
        carried = session.scalar(sa.select(sa.func.count()).select_from(Mail).where(Mail.kind == "your-turn"))
    assert turns == people == carried


def test_a_silence_that_is_longer_elsewhere_is_told_there_when_it_is_due(world: World) -> None:
    """Both sides of the first stage are asked at the same moment, and each has its own patience."""
    northfield, harbour = (world.organisations[slug] for slug in ("northfield", "harbour"))
    calendars.set_week(world.context, world.actor("admin@northfield.example"), northfield, frozenset({5, 6}), 3)
    calendars.set_week(world.context, world.actor("admin@harbour.example"), harbour, frozenset({5, 6}), 30)
    proposal = world.complete_draft()
    world.submit(proposal)
    world.pass_time(timedelta(days=10))
    follow_calendar(world.context)
    assert ("Admin Of Northfield", Kind.ESCALATED) in told(world, proposal)
    assert ("Admin Of Harbour", Kind.ESCALATED) not in told(world, proposal)
    world.pass_time(timedelta(days=60))
    follow_calendar(world.context)
    assert told(world, proposal).count(("Admin Of Harbour", Kind.ESCALATED)) == 1
    assert told(world, proposal).count(("Admin Of Northfield", Kind.ESCALATED)) == 1
