"""Which sections of what is in review differ from what was approved last, for the conditions of a workflow that ask it."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.ids import ProgrammeId, ProposalId
from cowork.domain.proposals import ProposalKind
from cowork.domain.specifications.digests import section_digests
from cowork.domain.specifications.form import Form
from cowork.domain.workflows.facts import changed_since
from cowork.domain.workflows.progress import Outcome
from cowork.store import programmes, proposals, reviews, specifications, templates
from cowork.store.proposals import ProposalState
from cowork.store.reviews import RoundFull
from cowork.store.specifications import VersionFull

_FINISHED = (Outcome.REJECTED.value, Outcome.CHANGES_REQUESTED.value)


def facts(session: Session, state: ProposalState, form: Form, round_: RoundFull, version: VersionFull) -> Content:
    """The section "changed": whether the shared answers of each section differ from what was compared with; all do where nothing was."""
    sections = [section.key for section in form.sections]
    return {"changed": changed_since(sections, _before(session, state, form, round_), version.section_digests)}


def _before(session: Session, state: ProposalState, form: Form, round_: RoundFull) -> Mapping[str, str] | None:
    """The digests of what was approved last, else of what the last round that came to an end had in review; None where there is neither.

    A round that was withdrawn ended without a word on it, and one on the outline was about another form: neither is compared with.
    """
    earlier = [one for one in reviews.rounds(session, state.id) if state.intake_rounds < one.number < round_.number]
    for approved in (True, False):
        found = _last(session, state, earlier, approved)
        found = _programme(session, state, form) if approved and found is None else found
        if found is not None:
            return found
    return None


def _last(session: Session, state: ProposalState, earlier: Sequence[RoundFull], approved: bool) -> Mapping[str, str] | None:
    wanted = (Outcome.APPROVED.value,) if approved else _FINISHED
    number = next((one.version for one in earlier if one.outcome in wanted), None)
    version = specifications.version(session, state.id, number) if number is not None else None
    return version.section_digests if version is not None else None


def _programme(session: Session, state: ProposalState, form: Form) -> Mapping[str, str] | None:
    """Of a proposal that revises, renews or retires an approved programme it was started from: that programme, by the form of today."""
    origin = templates.origin(session, state.id) if state.kind is not ProposalKind.NEW else None
    if origin is None or origin.kind not in ("programme", "proposal"):
        return None
    source = proposals.state(session, ProposalId(origin.source)) if origin.kind == "proposal" else None
    programme = source.programme if source is not None else ProgrammeId(origin.source)
    line = programmes.approved(session, programme)
    version = specifications.version(session, line.proposal, line.version) if line is not None else None
    return section_digests(form, version.content) if version is not None else None
