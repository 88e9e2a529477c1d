"""Checking the instance: every projection is computed anew and compared with what is stored."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.ids import Digest, ProposalId
from cowork.domain.policy import readers_of
from cowork.domain.proposals import Standing
from cowork.domain.reports import runs
from cowork.domain.specifications import digests
from cowork.services import reviewing, saving
from cowork.services.context import Context
from cowork.store import comments, definitions, programmes, proposals, reports, reviews, specifications, unit
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
    return [*found, *_version_differences(session, state), *_review_differences(session, context, state)]


def _version_differences(session: Session, state: ProposalState) -> list[str]:
    newest = specifications.history(session, state.id, limit=1)
    version = specifications.version(session, state.id, state.version)
    if version is None or newest[0].number != state.version:
        return [f"version {state.version} is not its newest"]
    found, form = [], definitions.form(session, state.form)
    if Digest(digests.digest(form, version.content)) != version.digest:
        found.append(f"the text of version {version.number} does not have the digest that was recorded")
    if saving.projections(form, version.content, state.title) != {"title": state.title, "percent": state.percent}:
        found.append("its title or how complete it is, is not what its newest version says")
    if state.standing is Standing.APPROVED:
        programme = programmes.approved(session, state.programme)
        registered = programme and (programme.proposal, programme.version, programme.digest)
        if registered != (state.id, version.number, version.digest):
            found.append("the register does not have the version that was approved")
    return found


def _review_differences(session: Session, context: Context, state: ProposalState) -> list[str]:
    rounds = reviews.rounds(session, state.id)
    if (state.round, state.standing.value) != ((rounds[0].number, rounds[0].outcome) if rounds else (0, Standing.DRAFT.value)):
        return ["where it stands is not what its rounds of review say"]
    stored = reviews.turns(session, state.id)
    if state.standing is not Standing.IN_REVIEW:
        return ["somebody is asked to decide although it is not in review"] if stored else []
    review = reviewing.load(session, context, state, rounds)
    if review is None:
        return ["it is in review without a round"]
    found = []
    if stored != frozenset(review.progress.turns):
        found.append("who is asked to decide is not what its decisions and offices say")
    if reviewing.projections(state, review.progress) != reviewing.shown(state):
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
            proposals.update(session, key, state.event_count, **reviewing.count_threads(session, key), **_of_version(session, state))
            reviewing.refresh(session, context, key)
            _write_runs(session, context, key)
    return len(keys)


def _write_runs(session: Session, context: Context, proposal: ProposalId) -> None:
    """Write how long the stages of the newest round took. Earlier rounds stay as they were written while they ran."""
    state = proposals.state(session, proposal)
    review = reviewing.load(session, context, state) if state is not None else None
    if review is not None:
        found = runs(review.progress, review.submission.holds, review.round.ended_at)
        reports.write_runs(session, proposal, review.round.number, review.workflow.key, found)


def _of_version(session: Session, state: ProposalState) -> dict[str, object]:
    """What repeats the newest version."""
    newest = specifications.history(session, state.id, limit=1)[0].number
    version = specifications.version(session, state.id, newest)
    if version is None:
        return {}
    return {"version": newest, **saving.projections(definitions.form(session, state.form), version.content, state.title)}
