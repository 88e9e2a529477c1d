"""A load for benchmarks: the demonstration, copied until an instance holds as many proposals as were asked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from sqlalchemy.orm import Session

from cowork.cli.seeding import refuse_unless_empty, seed_demonstration
from cowork.cli.stories import SignIn
from cowork.domain.conditions import Content
from cowork.domain.ids import ProposalId
from cowork.domain.proposals import Standing
from cowork.domain.specifications.form import readable
from cowork.services import saving
from cowork.services.context import Context
from cowork.store import bulk, definitions, unit
from cowork.store import proposals as proposal_store
from cowork.store.bulk import Row, Rows, Template

BATCH = 100
WEEKS = 100
"""How far back copies reach. Copies in review stay within the hour, because their terms run now."""

Progress = Callable[[int, int], None]
"""Told after each batch: how many proposals there are, and how many there will be."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was made; the copies have the people of the demonstration."""

    proposals: int
    sign_ins: tuple[SignIn, ...]


def seed_load(context: Context, proposals: int, progress: Progress = lambda _done, _wanted: None) -> Loaded:
    """Fill an empty instance with the demonstration and copies of it, `proposals` in all, but never less than the demonstration.

    Copies stand in every standing, with versions, comments, decisions and events of their own. Raises Conflict.
    """
    refuse_unless_empty(context)
    seeded = seed_demonstration(context)
    with unit.reading() as session:
        templates = [_template(session, key) for key in proposal_store.everything(session)]
    done, copies = seeded.proposals, _copies(context, templates)
    while done < proposals:
        batch = list(islice(copies, min(BATCH, proposals - done)))
        with unit.writing() as session:
            bulk.insert(session, batch)
        done += len(batch)
        progress(done, proposals)
    return Loaded(done, seeded.sign_ins)


def _template(session: Session, key: ProposalId) -> tuple[Template, Standing]:
    state = proposal_store.state(session, key)
    if state is None:
        raise LookupError(f"proposal {key} is gone")
    form = definitions.form(session, state.form)

    def words(content: Content) -> str:
        return " ".join(saving.words_of(readable(form, content, frozenset())))

    return bulk.template(session, form, key, words), state.standing


def _copies(context: Context, templates: list[tuple[Template, Standing]]) -> Iterator[tuple[Rows, Row]]:
    """Copies without end, taking turns through the templates."""
    number = 0
    while True:
        for template, standing in templates:
            number += 1
            earlier = timedelta(seconds=number * 37 % 3_000)
            if standing is not Standing.IN_REVIEW:
                earlier += timedelta(weeks=number * 7 % WEEKS)
            yield bulk.copy(template, bulk.marked(number), earlier, context.new_id)
