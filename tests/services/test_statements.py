"""How many statements a use case sends: a budget each, so that no page or decision grows with what it reads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.reviews import DecideCommand
from cowork.domain.workflows.progress import Verdict
from cowork.services import changes, comments, proposals, reviews, specifications
from cowork.services.reviews import SubmitCommand
from cowork.store.base import db
from cowork.store.proposals import ListFilter
from tests.world import World

AUTHOR = "author@northfield.example"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent inside the block; BEGIN is SQLite's own and does not count."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def within(budget: int, act: Callable[[], object]) -> None:
    act()  # definitions are read once a process
    with counted() as sent:
        act()
    listed = "\n".join(f"{number}. {statement[:140]}" for number, statement in enumerate(sent, start=1))
    assert len(sent) <= budget, f"{len(sent)} statements for a budget of {budget}:\n{listed}"


def test_reading_stays_within_its_budget_whatever_is_there_to_read(world: World) -> None:
    proposal = world.complete_draft()
    actor = world.actor(AUTHOR)
    for number in range(25):
        thread = OpenThreadCommand(f"Remark {number}", Anchor("need"), None, False, 1)
        key = comments.open_thread(world.context, actor, proposal, thread)
        comments.reply(world.context, actor, proposal, key, "An answer")
    world.submit(proposal)
    within(7, lambda: reviews.page(world.context, actor, proposal))
    within(7, lambda: reviews.route(world.context, actor, proposal))
    within(3, lambda: specifications.draft(world.context, actor, proposal))
    within(6, lambda: changes.page(world.context, actor, proposal, 1, 1))
    within(1, lambda: proposals.listing(world.context, actor, ListFilter()))
    within(3, lambda: proposals.my_work(world.context, actor))


def test_submitting_and_deciding_take_few_statements(world: World) -> None:
    proposal = world.complete_draft()
    draft = specifications.draft(world.context, world.actor(AUTHOR), proposal)
    author = world.actor(AUTHOR)
    with counted() as sent:
        reviews.submit(world.context, author, proposal, SubmitCommand(draft.version.number, draft.version.digest))
    submitted = len(sent)
    actor = world.actor("signer@harbour.example")
    page = reviews.page(world.context, actor, proposal)
    assert page.review is not None
    turn, version = page.turns[0], page.review.version
    command = DecideCommand(turn.stage, turn.seat, Verdict.APPROVE, version.number, version.digest)
    with counted() as sent:
        reviews.decide(world.context, actor, proposal, command)
    listed = "\n".join(f"{number}. {' '.join(statement.split())[:170]}" for number, statement in enumerate(sent, start=1))
    # Submitting asks under the lock whether anybody has typed since, so that no word stays behind.
    assert (submitted <= 16, len(sent) <= 15) == (True, True), f"submit {submitted}, decide {len(sent)}:\n{listed}"
