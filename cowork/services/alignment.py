"""The alignment as a working page: looking at it, tying rows to each other, and signing its rows for an employer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.events import Event
from cowork.domain.evidence_events import RowsSigned, RowsUnsigned, SignaturesAsked
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, OrganisationId, ProposalId
from cowork.domain.policy import Action, signs_for
from cowork.domain.proposals import Phase, Standing
from cowork.domain.specifications import grids, signing
from cowork.domain.specifications.alignment import Alignment, Finding, alignment
from cowork.domain.specifications.form import readable
from cowork.domain.specifications.grids import Relation
from cowork.domain.specifications.loads import overloads
from cowork.domain.specifications.signing import Signature, Signed, Statement
from cowork.services import reviewing, specifications
from cowork.services.cases import Case, in_form, open_case, record
from cowork.services.context import Context
from cowork.services.specifications import Draft, SaveCommand, Saved, StaleSave, why_not_write, writable_columns, writable_fields
from cowork.store import signatures as store
from cowork.store import specifications as versions
from cowork.store import unit

MOST_AT_ONCE = 200
GONE = "One of these rows is no longer there or changed since the page was opened. Read it again, then sign."


@dataclass(frozen=True, slots=True)
class View:
    """The alignment of the newest version, as one actor sees it.

    `why_not` says of each relation, by its key, why they may not tie its rows, empty where they may; `signs_for` are the employers for
    which they may sign. `before` are the readings of statements as they were signed, by signature, where they read otherwise now.
    """

    draft: Draft
    matrix: Alignment
    grids: tuple[grids.Grid, ...]
    findings: tuple[Finding, ...]
    signed: tuple[Signed, ...]
    why_not: Mapping[str, str]
    signs_for: tuple[OrganisationId, ...]
    before: dict[tuple[int, str], tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class LinkCommand:
    """All links of some relations as they shall be, as pairs of row ids by the relation's key; `base` is the version on which they were
    ticked.
    """

    base: int
    links: Mapping[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Linked:
    """What became of ticks: the version now, and the keys of the relations that were ticked otherwise than in their base."""

    saved: Saved
    relations: tuple[str, ...]


def view(context: Context, actor: Actor, proposal: ProposalId) -> View:
    """The alignment of a proposal. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        draft = specifications.draft_of(session, case, None, specifications.open_sections(session, context, case))
        given = store.standing(session, proposal)
        shared = _shared(case, draft.version.content)
        signed = signing.signed(shared, given)
        stale = {one.version for found in signed for one in found.stale}
        older = versions.versions(session, proposal, tuple(sorted(stale))) if stale else []
    matrix = alignment(draft.content)
    return View(
        draft=draft,
        matrix=matrix,
        grids=tuple(grids.grid(relation, draft.content) for relation in grids.relations(case.questions)),
        # An outline asks for none of what would be missing.
        findings=() if case.state.phase is Phase.OUTLINE else (*matrix.findings, *overloads(draft.content, matrix)),
        signed=signed,
        why_not={found.key: why_not_link(case, found) for found in grids.relations(case.questions)},
        signs_for=signs_for(actor, case.state.facts) if case.may(Action.SIGN_ROWS) else (),
        before={
            (version.number, reading.key): reading.lines
            for version in older
            for reading in signing.readings(_shared(case, version.content))
        },
    )


def _shared(case: Case, content: Content) -> Content:
    """What every party reads: what is signed must read the same for all."""
    return readable(case.form, content, frozenset())


def why_not_link(case: Case, relation: Relation) -> str:
    """Why the actor may not tie rows of this relation; empty where section, list and column are theirs to write, and open."""
    if refused := case.why_not(Action.EDIT_PROPOSAL):
        return refused
    if relation.field.key not in writable_fields(case, relation.section):
        return why_not_write(case, relation.section, relation.field)
    if relation.column.key not in writable_columns(case, relation.field):
        return why_not_write(case, relation.section, relation.column)
    return ""


def link(context: Context, actor: Actor, proposal: ProposalId, command: LinkCommand) -> Linked | StaleSave:
    """Save the links of relations as one new version, by the rules of saving their sections. Relations that are ticked as they were in
    the base are left alone. Raises NotFound, Refused; nothing is saved then.
    """
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.EDIT_PROPOSAL)
        content = _base(session, case, command)
        ticked = _ticked_anew(case, content, command)
    content = _with_links(content, ticked, command)
    answers: dict[str, dict[str, object]] = {}
    for relation in ticked:
        section, field = relation.section.key, relation.field.key
        answers.setdefault(section, {})[field] = content[section][field]
    note = "Tied rows: " + "; ".join(f"{one.field.label}, {one.column.label.lower()}" for one in ticked)
    saves = [SaveCommand(section, command.base, found, note) for section, found in answers.items()]
    saved = specifications.save_sections(context, actor, proposal, saves) if saves else Saved(case.state.version, False)
    return saved if isinstance(saved, StaleSave) else Linked(saved, tuple(one.key for one in ticked))


def _base(session: Session, case: Case, command: LinkCommand) -> Content:
    """The answers on which somebody ticked, as they read them. Raises NotFound."""
    base = versions.version(session, case.state.id, command.base)
    if base is None:
        raise NotFound("version")
    return in_form(session, case, base.form).readable(base.content)


def _with_links(content: Content, ticked: Sequence[Relation], command: LinkCommand) -> Content:
    """These answers with the links of these relations as they were ticked. Several columns of one list can be ticked at once: each is put
    into what the one before made.
    """
    for found in ticked:
        section = found.section.key
        rows = grids.linked(found, content, command.links[found.key])
        content = {**content, section: {**content[section], found.field.key: rows}}
    return content


def _ticked_anew(case: Case, content: Content, command: LinkCommand) -> list[Relation]:
    """The relations that are ticked otherwise than in these answers. Raises NotFound, and Refused for one that is not theirs to tie."""
    known = {found.key: found for found in grids.relations(case.questions)}
    if not command.links or not command.links.keys() <= known.keys():
        raise NotFound("grid")
    anew = [found for key, found in known.items() if key in command.links and grids.differs(found, content, command.links[key])]
    for found in anew:
        if refused := why_not_link(case, found):
            raise Refused(refused)
    return anew


def sign(
    context: Context,
    actor: Actor,
    proposal: ProposalId,
    wanted: Collection[tuple[str, str]],
    organisation: OrganisationId | None = None,
    ticked: LinkCommand | None = None,
) -> int:
    """Sign statements, each given as its key and the digest of what was read; how many were signed anew. `ticked` are the links that the
    same person saved with it: what they sign is what they read with their own links in it, and nothing that others changed meanwhile.

    Raises Refused, Invalid when nothing was chosen, Conflict when something reads otherwise by now; nothing is signed then.
    """
    with unit.writing() as session:
        case, party = _signer(session, actor, proposal, organisation)
        if not wanted or len(wanted) > MOST_AT_ONCE:
            raise Invalid([("sign", "Tick at least one row to sign." if not wanted else f"Sign at most {MOST_AT_ONCE} rows at once.")])
        current = {one.reading.key: one for one in _signed(session, case)}
        read = _read_with(session, case, ticked) if ticked else {}
        chosen = [current.get(key) for key, _ in wanted]
        expected = [read.get((key, digest), digest) for key, digest in wanted]
        if any(one is None or one.reading.digest != digest for one, digest in zip(chosen, expected, strict=True)):
            raise Conflict(GONE)
        fresh = [one for one in chosen if one is not None and not _has_signed(one, actor, party)]
        given = [_signature(context, case, party, one.reading.key, one.reading.digest) for one in fresh]
        if given:
            store.add(session, proposal, [(context.new_id(), one) for one in given])
            rows, digests = tuple(one.reading.key for one in fresh), tuple(one.reading.digest for one in fresh)
            _written(session, context, case, RowsSigned(party, case.state.version, rows, digests))
        return len(given)


def _read_with(session: Session, case: Case, command: LinkCommand) -> dict[tuple[str, str], Digest]:
    """The digests of what is signed with these links in it, by the key and digest of what their base read."""
    base = _base(session, case, command)
    ticked = [found for found in grids.relations(case.questions) if found.key in command.links]
    after = signing.readings(_shared(case, _with_links(base, ticked, command)))
    before = signing.readings(_shared(case, base))
    return {(old.key, old.digest): new.digest for old, new in zip(before, after, strict=True)}


def take_back(context: Context, actor: Actor, proposal: ProposalId, key: str, organisation: OrganisationId | None = None) -> bool:
    """Take back one's own signature of a statement; whether there was one. Raises Refused, NotFound."""
    with unit.writing() as session:
        case, party = _signer(session, actor, proposal, organisation)
        own = [
            one
            for one in store.standing(session, proposal)
            if _key(one) == key and one.person == actor.person and one.organisation == party
        ]
        if not own:
            return False
        back = _signature(context, case, party, key, own[0].digest)
        store.add(session, proposal, [(context.new_id(), back)], take_back=True)
        _written(session, context, case, RowsUnsigned(party, (key,)))
        return True


def ask(context: Context, actor: Actor, proposal: ProposalId) -> None:
    """Ask the employers' authors to sign the rows. Raises Refused, and Conflict where nothing waits for a signature."""
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.COMMENT, lock=True)
        if case.state.standing in (Standing.APPROVED, Standing.REJECTED):
            raise Conflict("This proposal is closed, so its rows are signed no more.")
        if all(one.valid for one in _signed(session, case)):
            raise Conflict("Every row is signed as it reads now. There is nothing to ask for.")
        record(session, context, case.state, actor.person, [SignaturesAsked(case.state.version)])


def _signer(session: Session, actor: Actor, proposal: ProposalId, organisation: OrganisationId | None) -> tuple[Case, OrganisationId]:
    """The case, and the employer that this actor signs for: the one that they name, or their only one."""
    case = open_case(session, actor, proposal, Action.SIGN_ROWS, lock=True)
    parties = signs_for(actor, case.state.facts)
    if organisation is None:
        return case, parties[0]
    if organisation not in parties:
        raise Refused("You do not sign for this employer. Ask one of its authors to sign.")
    return case, organisation


def _signed(session: Session, case: Case) -> tuple[Signed, ...]:
    newest = versions.version(session, case.state.id, case.state.version)
    if newest is None:
        raise NotFound("version")
    return signing.signed(_shared(case, newest.content), store.standing(session, case.state.id))


def _has_signed(one: Signed, actor: Actor, party: OrganisationId) -> bool:
    return any(found.person == actor.person and found.organisation == party for found in one.valid)


def _signature(context: Context, case: Case, party: OrganisationId, key: str, digest: Digest) -> Signature:
    path, row, statement = key.split("/")
    facts = case.state.facts.party(party)
    return Signature(
        path, row, Statement(statement), case.actor.person, case.actor.name, party, facts.name if facts else "", case.state.version, digest,
        context.now(),
    )  # fmt: skip


def _key(one: Signature) -> str:
    return f"{one.path}/{one.row}/{one.statement.value}"


def _written(session: Session, context: Context, case: Case, event: Event) -> None:
    """Record what was signed. In review that can be what a stage waits for, so it is evaluated anew."""
    if case.state.standing is not Standing.IN_REVIEW or (review := reviewing.load(session, context, case.state)) is None:
        record(session, context, case.state, case.actor.person, [event])
        return
    reviewing.settle(session, context, case.state, review, case.actor.person, [event])
