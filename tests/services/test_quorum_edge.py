"""Twenty approvers at the same moment at the edge of a quorum: one transition, one event, one set of mails."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from cowork.domain.ids import Digest, ProposalId
from cowork.domain.reviews import DecideCommand
from cowork.domain.workflows.progress import Verdict
from cowork.gateways.mail import SmtpMailer
from cowork.services import identity, jobs, organisations, posting, proposals, reviews, specifications, workflow_drafts, workflows
from cowork.services.organisations import TermCommand
from cowork.services.proposals import StartCommand
from cowork.store import audit, unit
from cowork.store.base import db
from cowork.store.notice_records import Notice
from tests.services.test_races import at_once, sound
from tests.smtp import Mailbox, mail_server
from tests.world import PASSWORD, World, complete_content

APPROVERS, QUORUM = 20, 15
ADMIN = "admin@northfield.example"
SOURCE = f"""
key = "large-board"
version = 1
title = "A large board, then the dean"
description = "Fifteen of twenty."
source = "Written for a test."

[[stage]]
key = "board"
title = "Board"
kind = "vote"
seat = [{{ key = "board", side = "university", office = "large-board", title = "Board", rule = {{ at-least = 10, quorum = {QUORUM} }} }}]

[[stage]]
key = "dean"
title = "Dean"
kind = "decide"
seat = [{{ key = "dean", side = "university", office = "dean", title = "Dean", rule = "any" }}]
"""


@pytest.fixture
def box(world: World) -> Iterator[Mailbox]:
    context = world.context
    db.engine.pool._max_overflow = APPROVERS  # type: ignore[attr-defined]
    with mail_server() as found, pytest.MonkeyPatch.context() as patch:
        patch.setattr(posting, "RESERVED", ("@nowhere",))
        world.context = replace(context, mailer=SmtpMailer("127.0.0.1", found.port, False, "Cowork <cowork@cowork.example>", timeout=5))
        yield found
    world.context = context


def board(world: World) -> list[str]:
    """Twenty members of the board."""
    admin, northfield = world.actor(ADMIN), world.organisations["northfield"]
    office = organisations.add_office(world.context, admin, northfield, "large-board", "Board")
    emails = [f"board{number}@northfield.example" for number in range(APPROVERS)]
    for number, email in enumerate(emails):
        person = identity.create_person(world.context, email, f"Board Member {number}", PASSWORD)
        organisations.bootstrap_member(world.context, northfield, person, admin=False)
        organisations.start_term(world.context, admin, northfield, TermCommand(office, person, date(2026, 1, 1), None))
    return emails


def submitted(world: World) -> ProposalId:
    admin, northfield = world.actor(ADMIN), world.organisations["northfield"]
    draft = workflow_drafts.import_text(world.context, admin, northfield, SOURCE)
    key, number = workflow_drafts.publish(world.context, admin, northfield, draft, 1)
    digest: Digest = workflows.page(world.context, admin, northfield, key, number).shown.digest
    content = complete_content()
    command = StartCommand(str(content["identity"]["title"]), northfield, (world.organisations["harbour"],), digest)
    author = world.actor("author@northfield.example")
    proposal = specifications.import_draft(world.context, author, command, content).proposal
    world.submit(proposal)
    return proposal


def approval(world: World, email: str, proposal: ProposalId) -> Callable[[], object]:
    actor = world.actor(email)
    page = reviews.page(world.context, actor, proposal)
    assert page.review is not None
    version = page.review.version
    command = DecideCommand("board", "board", Verdict.APPROVE, version.number, version.digest)
    return lambda: reviews.decide(world.context, actor, proposal, command)


def work(world: World) -> None:
    for _ in range(400):
        if not jobs.run_next(world.context):
            return
    raise AssertionError("the work never ends")


def test_twenty_approvals_at_once_make_one_transition(world: World, box: Mailbox) -> None:
    emails = board(world)
    proposal = submitted(world)
    work(world)
    box.taken.clear()
    answers = at_once(world, [approval(world, email, proposal) for email in emails])
    assert answers == {"done": QUORUM, "Conflict": APPROVERS - QUORUM}
    page = reviews.page(world.context, world.actor("dean@northfield.example"), proposal)
    assert [turn.stage for turn in page.turns] == ["dean"]
    with unit.reading() as session:
        kinds = Counter(entry.kind for entry in audit.entries(session, proposal, None, 1_000))
    assert kinds["decision-made"] == QUORUM
    work(world)
    dean = world.actor("dean@northfield.example")
    assert [message["Subject"][:9] for message in box.to(dean.email)] == ["Your turn"]
    with unit.reading() as session:
        told = session.execute(sa.select(Notice.person, Notice.kind).where(Notice.proposal == proposal)).all()
    assert max(Counter(map(tuple, told)).values()) == 1, "nobody is told the same twice"
    world.decide("dean@northfield.example", proposal)
    with unit.reading() as session:
        kinds = Counter(entry.kind for entry in audit.entries(session, proposal, None, 1_000))
    assert kinds["proposal-approved"] == 1
    assert proposals.case(world.context, dean, proposal).state.standing.value == "approved"
    sound(world)
