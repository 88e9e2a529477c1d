"""What the calendar brings about: conditions, closing windows, what is merely told; and two workers that do the same do it once."""

import threading
from datetime import date, timedelta

import sqlalchemy as sa

from cowork.domain.errors import Conflict
from cowork.domain.ids import Digest, ProposalId
from cowork.domain.notifications import Kind
from cowork.domain.reviews import ConditionCommand
from cowork.domain.workflows import loading
from cowork.domain.workflows.progress import Verdict
from cowork.jobs.worker import follow_calendar
from cowork.services import jobs, notifications, notifying, proposals
from cowork.services.telling import agenda_ready
from cowork.store import definitions, unit
from cowork.store.meeting_records import Meeting
from cowork.store.notice_records import Mail, Notice
from cowork.store.records import Job
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
    for _ in range(14):
        world.pass_time(timedelta(days=1))
        follow_calendar(world.context)
    assert told(world, proposal).count(("Author Of Northfield", Kind.CONDITION_DUE)) == 2


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
