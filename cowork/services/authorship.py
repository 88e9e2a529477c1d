"""Who wrote what: the words of a version with those who brought them in, and the share of each party."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.errors import Conflict, NotFound
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, PersonId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.specifications.authorship import Authorship, advance, begin, counts, texts
from cowork.domain.specifications.form import Form
from cowork.services.cases import Case, as_cut, in_form, open_case
from cowork.services.context import Context
from cowork.store import authorship, identity, specifications, unit
from cowork.store.proposals import ProposalState
from cowork.store.specifications import VersionLine

TOGETHER = "together"
"""The group of versions that people of several parties wrote together, so that nobody can say whose a word is."""
OTHERS = ""
"""The group of versions whose writers take part for no party any more can tell of."""
KEEP_AFTER = 10
"""So many versions are walked before what was found is kept."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The texts of a version with their authorship; `groups` says of each version from whom it came, by organisation or TOGETHER."""

    texts: Mapping[str, str]
    authorship: Authorship
    groups: Mapping[int, str]
    writers: Mapping[int, frozenset[PersonId]]

    def shares(self) -> dict[str, Counter[str]]:
        """How many words of each section came from each group."""
        return counts(self.texts, self.authorship, self.groups)


@dataclass(frozen=True, slots=True)
class WhoWrote:
    """A version as the actor reads it, with who wrote it. `names` are those of its writers."""

    case: Case
    number: int
    content: Content
    provenance: Provenance
    names: Mapping[PersonId, str]
    versions: tuple[VersionLine, ...]


def page(context: Context, actor: Actor, proposal: ProposalId, number: int | None = None) -> WhoWrote:
    """Who wrote what in a version, the newest when no number is given: in what the actor reads. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        wanted = case.state.version if number is None else number
        version = specifications.version(session, proposal, wanted)
        if version is None:
            raise NotFound("version")
        asked = as_cut(session, case, wanted, version.form) if wanted != case.state.version else in_form(session, case, version.form)
        case = in_form(session, case, version.form)
        walked, found = walk(session, context, case.state.id, case.form, wanted)
        content = case.readable(version.content)
        provenance = _provenance(session, case.state, wanted, texts(asked.questions, content), found)
        names = identity.names(session, {person for people in provenance.writers.values() for person in people})
        lines = tuple(specifications.history(session, proposal, case.sides))
    if walked >= KEEP_AFTER:
        _keep(proposal, wanted, found)
    return WhoWrote(case, wanted, content, provenance, names, lines)


def of_content(session: Session, context: Context, state: ProposalState, form: Form, number: int, content: Content) -> Provenance:
    """Who wrote what in a part of a version's content, inside a running transaction."""
    _, found = walk(session, context, state.id, form, number)
    return _provenance(session, state, number, texts(form, content), found)


def walk(session: Session, context: Context, proposal: ProposalId, form: Form, number: int) -> tuple[int, Authorship]:
    """The authorship of a version, every lane included, and how many versions were walked for it. Raises NotFound."""
    start = authorship.kept(session, proposal, number)
    known: Authorship | None = start[1] if start else None
    before: dict[str, str] = {}
    walked = 0
    for at, content in authorship.contents(session, proposal, start[0] if start else 1, number):
        after = texts(form, content)
        if known is None:
            known = begin(after, at)
        elif start is None or at != start[0]:
            known, walked = advance(known, before, after, at, context.differ), walked + 1
        before = after
    if known is None or number < 1:
        raise NotFound("version")
    return walked, known


def _provenance(session: Session, state: ProposalState, number: int, shown: Mapping[str, str], found: Authorship) -> Provenance:
    """Only of the texts that are shown: the rest of what was worked out stays here."""
    writers, parts = authorship.writers(session, state.id), authorship.parts(session, state.id)
    groups = {at: _group({parts[person] for person in people if person in parts}) for at, people in writers.items()}
    unknown = begin({path: text for path, text in shown.items() if path not in found}, number)
    return Provenance(shown, {path: found[path] for path in shown if path in found} | unknown, groups, writers)


def _group(parties: set[OrganisationId]) -> str:
    if len(parties) == 1:
        return next(iter(parties))
    return TOGETHER if parties else OTHERS


def _keep(proposal: ProposalId, number: int, found: Authorship) -> None:
    """Keep what was worked out, for the next reader. Two who did it at once keep it once."""
    try:
        with unit.writing() as session:
            authorship.keep(session, proposal, number, found)
    except Conflict:
        return
