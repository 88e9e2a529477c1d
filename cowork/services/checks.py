"""Checking the instance: every projection is computed anew and compared with what is stored."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.ids import Digest, ProposalId
from cowork.domain.policy import readers_of
from cowork.domain.proposals import Standing
from cowork.domain.specifications import digests
from cowork.services import reviewing
from cowork.services.context import Context
from cowork.store import comments, definitions, proposals, reviews, specifications, unit
from cowork.store.proposals import ProposalState


@dataclass(frozen=True, slots=True)
class Difference:
    proposal: ProposalId
    message: str


def check(context: Context) -> tuple[int, tuple[Difference, ...]]:
    """How many proposals were checked, and every stored projection that is not what the record says."""
    with unit.reading() as session:
        keys = proposals.everything(session)
    differences: list[Difference] = []
    for key in keys:
        with unit.reading() as session:
            state = proposals.state(session, key)
            if state is not None:
                differences += [Difference(key, message) for message in _differences(session, context, state)]
    return len(keys), tuple(differences)


def _differences(session: Session, context: Context, state: ProposalState) -> list[str]:
    found = []
    if proposals.access_keys(session, state.id) != readers_of(state.facts):
        found.append("who may read it is not what its participants and offices say")
    if proposals.is_misplaced(session, state.id):
        found.append("its place in lists is not what it says itself")
    if comments.counts(session, state.id) != (state.open_threads, state.open_objections):
        found.append("the counters of threads and objections are not what its threads say")
    version = specifications.version(session, state.id, state.version)
    if version is None:
        return [*found, f"version {state.version} is missing"]
    form = definitions.form(session, state.form)
    if Digest(digests.digest(form, version.content)) != version.digest:
        found.append(f"the text of version {version.number} does not have the digest that was recorded")
    return [*found, *_review_differences(session, context, state)]


def _review_differences(session: Session, context: Context, state: ProposalState) -> list[str]:
    stored = reviews.turn_keys(session, state.id)
    if state.standing is not Standing.IN_REVIEW:
        return ["somebody is asked to decide although it is not in review"] if stored else []
    review = reviewing.load(session, context, state)
    if review is None:
        return ["it is in review without a round"]
    found = []
    if stored != frozenset((turn.stage, turn.seat, turn.party, turn.person) for turn in review.progress.turns):
        found.append("who is asked to decide is not what its decisions and offices say")
    if review.progress.sentence != state.sentence:
        found.append("what is still needed is not what its decisions and offices say")
    return found


def repair(context: Context) -> int:
    """Write every projection anew from the record; how many proposals were touched."""
    with unit.reading() as session:
        keys = proposals.everything(session)
    for key in keys:
        with unit.writing() as session:
            state = proposals.state(session, key, lock=True)
            if state is None:
                continue
            proposals.rebuild_access(session, state.facts, state.updated_at)
            proposals.update(session, key, state.event_count, **reviewing.count_threads(session, key))
            reviewing.refresh(session, context, key)
    return len(keys)
