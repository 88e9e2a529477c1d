"""Many people at the same moment: exact effects, no lost update, nothing half done."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.errors import CoworkError
from cowork.domain.ids import ProposalId
from cowork.domain.reviews import DecideCommand
from cowork.domain.workflows.progress import Verdict
from cowork.services import audit, checks, comments, identity, organisations, proposals, reviews, specifications
from cowork.services.organisations import TermCommand
from cowork.services.specifications import SaveCommand
from cowork.store.base import db
from tests.world import PASSWORD, World

CLIENTS = 12


def at_once(world: World, acts: list[Callable[[], object]]) -> Counter[str]:
    """Do all these at the same time, each on a connection of its own; how each kind of answer was given."""

    def one(act: Callable[[], object]) -> str:
        with world.app.app_context():
            try:
                act()
            except CoworkError as refusal:
                return type(refusal).__name__
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return Counter(pool.map(one, acts))


def sound(world: World) -> None:
    """The record is whole and every projection is what it says."""
    assert audit.verify(world.context).faults == ()
    assert checks.check(world.context)[1] == ()


def test_a_decision_sent_many_times_is_recorded_once(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    actor = world.actor("signer@harbour.example")
    page = reviews.page(world.context, actor, proposal)
    assert page.review is not None
    turn, version = page.turns[0], page.review.version
    command = DecideCommand(turn.stage, turn.seat, Verdict.APPROVE, version.number, version.digest)
    answers = at_once(world, [lambda: reviews.decide(world.context, actor, proposal, command)] * CLIENTS)
    assert answers == {"done": 1, "Conflict": CLIENTS - 1}
    sound(world)


def test_at_the_edge_of_a_quorum_a_stage_ends_once(world: World) -> None:
    emails = _committee(world, CLIENTS)
    proposal = world.complete_draft()
    world.submit(proposal)
    for email in ("signer@harbour.example", "release@northfield.example", "head@northfield.example"):
        world.decide(email, proposal)
    for email in ("quality@northfield.example", "business@northfield.example"):
        world.decide(email, proposal)
    answers = at_once(world, [_approval(world, email, proposal) for email in emails])
    assert answers["done"] == 2, f"the committee's rule is two members: {answers}"
    page = reviews.page(world.context, world.actor("dean@northfield.example"), proposal)
    assert [turn.stage for turn in page.turns] == ["dean"]
    sound(world)


def test_authors_who_save_at_the_same_moment_lose_nothing(world: World) -> None:
    proposal = world.draft()
    base = specifications.draft(world.context, world.actor("author@northfield.example"), proposal).version.number
    fields = ["problem", "audience", "sector", "used_in", "employment_pathway", "similar_search", "mission"]

    def save(field: str) -> Callable[[], object]:
        email = "author@harbour.example" if fields.index(field) % 2 else "author@northfield.example"
        command = SaveCommand("need", base, {field: f"Written by {field}"})
        return lambda: specifications.save_section(world.context, world.actor(email), proposal, command)

    assert at_once(world, [save(field) for field in fields]) == {"done": len(fields)}
    draft = specifications.draft(world.context, world.actor("author@northfield.example"), proposal)
    assert {field: draft.content["need"].get(field) for field in fields} == {field: f"Written by {field}" for field in fields}
    assert draft.version.number == base + len(fields)
    sound(world)


def test_approval_racing_withdrawal_and_comments_has_one_outcome(world: World) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    author = world.actor("author@northfield.example")
    thread = OpenThreadCommand("A remark.", Anchor("need"), None, False, 1)
    acts: list[Callable[[], object]] = [
        _approval(world, "signer@harbour.example", proposal),
        _approval(world, "release@northfield.example", proposal),
        lambda: reviews.withdraw(world.context, author, proposal),
        *[lambda: comments.open_thread(world.context, author, proposal, thread)] * 6,
    ]
    answers = at_once(world, acts)
    assert answers["done"] >= 7, answers
    assert set(answers) <= {"done", "Conflict", "Refused"}
    assert proposals.case(world.context, author, proposal).state.standing.value == "withdrawn"
    sound(world)


def _approval(world: World, email: str, proposal: ProposalId) -> Callable[[], object]:
    actor = world.actor(email)
    page = reviews.page(world.context, actor, proposal)
    assert page.review is not None
    assert page.turns, email
    turn, version = page.turns[0], page.review.version
    command = DecideCommand(turn.stage, turn.seat, Verdict.APPROVE, version.number, version.digest)
    return lambda: reviews.decide(world.context, actor, proposal, command)


def _committee(world: World, size: int) -> list[str]:
    northfield, admin = world.organisations["northfield"], world.actor("admin@northfield.example")
    office = world.office("northfield", "curriculum-committee")
    emails = []
    for number in range(size):
        email = f"committee{number}@northfield.example"
        person = identity.create_person(world.context, email, f"Member {number}", PASSWORD)
        organisations.bootstrap_member(world.context, northfield, person, admin=False)
        organisations.start_term(world.context, admin, northfield, TermCommand(office, person, date(2026, 1, 1), None))
        emails.append(email)
    return emails


@pytest.fixture(autouse=True)
def _many_connections(world: World) -> None:
    """The pool is as large as the crowd, so that nobody waits for a connection instead of for the database."""
    db.engine.pool._max_overflow = CLIENTS  # type: ignore[attr-defined]


def test_two_administrators_never_both_take_away_the_rights_of_the_other(world: World) -> None:
    northfield = world.organisations["northfield"]
    first, nobody = world.actor("admin@northfield.example"), world.actor("nobody@northfield.example")
    organisations.change_member(world.context, first, northfield, nobody.person, admin=True, position="")
    second = world.actor("nobody@northfield.example")
    answers = at_once(
        world,
        [
            lambda: organisations.change_member(world.context, first, northfield, second.person, admin=False, position=""),
            lambda: organisations.change_member(world.context, second, northfield, first.person, admin=False, position=""),
        ],
    )
    assert answers == {"done": 1, "Invalid": 1}
    sound(world)
