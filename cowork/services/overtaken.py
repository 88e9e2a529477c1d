"""Signatures of the alignment that a saved version left out of date: whose they are, and whether they still wait to be given anew."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.ids import PersonId, ProposalId
from cowork.domain.specifications import signing
from cowork.domain.specifications.form import readable
from cowork.store import definitions, signatures, specifications
from cowork.store.proposals import ProposalState
from cowork.store.specifications import VersionFull


def by_person(session: Session, proposal: ProposalId, number: int) -> Mapping[PersonId, int]:
    """How many signatures of each person held on the version before this one and do not on it."""
    given = signatures.standing(session, proposal)
    found = specifications.versions(session, proposal, (number - 1, number)) if given else []
    if len(found) < 2:
        return {}
    before, after = (_shared(session, one) for one in found)
    return Counter(one.person for one in signing.overtaken(before, after, given))


def waits_for(session: Session, state: ProposalState, person: PersonId) -> bool:
    """Whether a signature of this person is stale on the newest version and was not given anew."""
    given = tuple(one for one in signatures.standing(session, state.id) if one.person == person)
    newest = specifications.version(session, state.id, state.version) if given else None
    return newest is not None and bool(signing.stale_of(signing.signed(_shared(session, newest), given), person))


def _shared(session: Session, version: VersionFull) -> Content:
    return readable(definitions.form(session, version.form), version.content, frozenset())
