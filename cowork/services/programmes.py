"""The register of approved programmes, and checking a document against it."""

import re
from dataclasses import dataclass
from datetime import datetime

from cowork.domain.conditions import Content
from cowork.domain.errors import Invalid, NotFound
from cowork.domain.events import ProgrammePublished
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, ProgrammeId
from cowork.domain.policy import Action, scope
from cowork.domain.specifications.form import Form, readable
from cowork.services.cases import open_case, record
from cowork.services.context import Context
from cowork.store import definitions, programmes, proposals, specifications, unit
from cowork.store.programmes import ProgrammeLine
from cowork.store.specifications import VersionFull

PAGE = 20
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Register:
    lines: tuple[ProgrammeLine, ...]
    next: tuple[datetime, ProgrammeId] | None


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """An approved programme with the shared part of its specification. `reads_proposal` says that the proposal is open to the actor."""

    line: ProgrammeLine
    form: Form
    version: VersionFull
    content: Content
    reads_proposal: bool
    publishes: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """`valid` says that this digest is that of a specification which is approved now and may be named to whoever asks."""

    digest: str
    valid: bool
    programmes: tuple[ProgrammeLine, ...]


def register(context: Context, actor: Actor | None, after: tuple[datetime, ProgrammeId] | None = None) -> Register:
    """Approved programmes, newest first: public ones for everybody, others for those who may read their proposal."""
    with unit.reading() as session:
        lines = programmes.register(session, scope(actor) if actor else None, after, PAGE + 1)
    shown = tuple(lines[:PAGE])
    return Register(shown, (shown[-1].approved_at, shown[-1].id) if len(lines) > PAGE else None)


def page(context: Context, actor: Actor | None, programme: ProgrammeId) -> ProgrammePage:
    """One approved programme. Raises NotFound."""
    with unit.reading() as session:
        line = programmes.approved(session, programme)
        if line is None:
            raise NotFound("programme")
        reads, publishes = False, False
        if actor is not None:
            try:
                case = open_case(session, actor, line.proposal, Action.READ_PROPOSAL)
                reads, publishes = True, case.may(Action.MANAGE_PARTICIPANTS)
            except NotFound:
                reads = False
        if not (line.public or reads):
            raise NotFound("programme")
        state = proposals.state(session, line.proposal)
        version = specifications.version(session, line.proposal, line.version)
        if state is None or version is None:
            raise NotFound("programme")
        form = definitions.form(session, state.form)
    return ProgrammePage(line, form, version, readable(form, version.content, frozenset()), reads, publishes)


def publish(context: Context, actor: Actor, programme: ProgrammeId, public: bool) -> None:
    """Show an approved programme in the public register, or stop showing it, on record. Authors and their administrators decide that."""
    with unit.writing() as session:
        line = programmes.approved(session, programme)
        if line is None:
            raise NotFound("programme")
        case = open_case(session, actor, line.proposal, Action.MANAGE_PARTICIPANTS, lock=True)
        if line.public is public:
            return
        programmes.publish(session, programme, public)
        record(session, context, case.state, actor.person, [ProgrammePublished(public)])


def verify(context: Context, actor: Actor | None, digest: str) -> Verification:
    """Whether a digest printed on a document is that of an approved specification that may be named to the actor. Raises Invalid."""
    wanted = "".join(digest.split()).lower()
    if not _DIGEST.fullmatch(wanted):
        raise Invalid([("digest", "Give the SHA-256 printed on the document: 64 characters, 0–9 and a–f.")])
    with unit.reading() as session:
        found = programmes.with_digest(session, Digest(wanted))
        keys = scope(actor).principals() if actor else ()
        shown = tuple(line for line in found if line.public or proposals.access_keys(session, line.proposal) & set(keys))
    return Verification(wanted, bool(shown), shown)
