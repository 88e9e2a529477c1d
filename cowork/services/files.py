"""Files of a proposal: attaching, replacing, changing what is said of them, withdrawing, and handing them out.

What is sent is looked into before anything is written: by its first bytes here, and PDFs and pictures by the viewer, outside of any
transaction, after the virus scanner where there is one. The bytes are kept first and named in the commit after; bytes that no commit
names are removed by `retention.sweep`.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from cowork.domain import file_types
from cowork.domain import files as rules
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.events import Event
from cowork.domain.evidence_events import FileAttached, FileChanged, FileKeptPrivate, FileReplaced, FileShared, FileWithdrawn
from cowork.domain.file_types import FileType
from cowork.domain.files import MOST_AT_ONCE, MOST_FILES, Particulars, Place
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, FileId, JobId, OrganisationId, PersonId, ProposalId
from cowork.domain.policy import Action, keeper_verdict
from cowork.domain.proposals import Right, Role, Standing
from cowork.domain.section_rights import includes
from cowork.ports import Findings, ScannerAway
from cowork.services.cases import Case, open_case, record
from cowork.services.context import Context
from cowork.services.reviewing import refresh
from cowork.store import files, jobs, specifications, unit
from cowork.store.files import FileFull, FileVersion

PREVIEWED = frozenset({"pages", "picture"})
CHANGED = "Somebody changed this file since the page was shown. Load it again and look before you repeat what you did."

log = logging.getLogger(__name__)

NO_FILE = "Choose at least one file."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sent it; its name is what the browser says."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class AttachCommand:
    """Several files of one kind, with what is said of them. Without a title each is called by its file's name."""

    uploads: Sequence[Upload]
    said: Particulars


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """What became of an upload. `same_as` is the title of a file here that has the same bytes; `note` what the viewer found."""

    file: FileId
    title: str
    same_as: str
    note: str


@dataclass(frozen=True, slots=True)
class _Checked:
    name: str
    type: FileType
    content: bytes
    findings: Findings


def require_attaching(context: Context, actor: Actor, proposal: ProposalId) -> None:
    """Raise NotFound or Refused where the actor may not attach anything, before anybody reads what they sent."""
    with unit.reading() as session:
        open_case(session, actor, proposal, Action.ATTACH_FILE)


def attach(context: Context, actor: Actor, proposal: ProposalId, command: AttachCommand) -> tuple[AttachedFile, ...]:
    """Attach files. Raises NotFound, Refused, Invalid with a sentence for each file that cannot be taken, and DiskFull."""
    require_attaching(context, actor, proposal)
    checked = _looked_into(context, command.uploads)
    contents = [context.blobs.put(one.content) for one in checked]
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.ATTACH_FILE, lock=True)
        own = writes_as(case)
        there = files.of_proposal(session, proposal, case.lanes)
        if len(there) + len(checked) > MOST_FILES:
            raise Invalid([("files", f"A proposal holds at most {MOST_FILES} files. Join several into one.")])
        made, events = list[AttachedFile](), list[Event]()
        for one, content in zip(checked, contents, strict=True):
            title = command.said.title if len(checked) == 1 and command.said.title.strip() else one.name.rpartition(".")[0]
            said = replace(command.said, title=title[: rules.MAX_TITLE])
            said = rules.checked(case.form, said, frozenset(own), _rows(session, case, said.place))
            _check_place(case, said.place)
            file = FileId(context.new_id())
            owner = said.lane or own[0]
            version = _version(context, actor, 1, one, content)
            full = FileFull(file, proposal, owner, "", said, version, "", context.now())
            files.add(session, full, actor.person)
            same = next((other.particulars.title for other in there if other.version.content == content and not other.withdrawn), "")
            made.append(AttachedFile(file, said.title, same, one.findings.note))
            there.append(full)
            events.append(FileAttached(file, 1, said.kind.value, said.lane, None if said.lane else content))
            _preview(session, context, file, version)
        _keep(context, checked, contents)
        settle(session, context, case, events)
    return tuple(made)


def replace_file(
    context: Context, actor: Actor, proposal: ProposalId, file: FileId, seen: int, upload: Upload, dates: tuple[date | None, date | None]
) -> AttachedFile:
    """Put a new version in the place of the newest one (`seen`), which is kept. `dates` are those of the new one: its own, and until
    when it can be relied on. Raises NotFound, Refused, Conflict, Invalid, DiskFull.
    """
    with unit.reading() as session:
        kept(session, open_case(session, actor, proposal, Action.KEEP_FILE), file, seen)
    (checked,) = _looked_into(context, (upload,))
    content = context.blobs.put(checked.content)
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.KEEP_FILE, lock=True)
        found = kept(session, case, file, seen)
        if found.version.content == content:
            raise Invalid([("file", "This is the same file as the one that is there. Choose the new one.")])
        said = replace(found.particulars, dated=dates[0], expires=dates[1])
        files.change(session, file, _checked(session, case, found, said))
        version = _version(context, actor, seen + 1, checked, content)
        files.add_version(session, file, version)
        _preview(session, context, file, version)
        _keep(context, (checked,), (content,))
        settle(session, context, case, [FileReplaced(file, version.number, said.lane, None if said.lane else content)])
    return AttachedFile(file, said.title, "", checked.findings.note)


def change(
    context: Context, actor: Actor, proposal: ProposalId, file: FileId, seen: int, said: Particulars, *, share: bool = False
) -> None:
    """Change what is said of a file. Making a private one shared needs `share`, which says that the person was asked.

    Raises NotFound, Refused, Conflict, Invalid.
    """
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.KEEP_FILE, lock=True)
        found = kept(session, case, file, seen)
        said = _checked(session, case, found, said)
        before = found.particulars
        if said == before:
            return
        if found.letter is not None and replace(said, place=before.place) != before:
            raise Invalid([("kind", "A signed letter stays as it was signed. Only what it belongs to can be changed.")])
        if before.lane is not None and said.lane is None and not share:
            raise Invalid([("share", "Say that every party may see this file from now on.")])
        files.change(session, file, said)
        settle(session, context, case, _told(file, found, before, said))


def _told(file: FileId, found: FileFull, before: Particulars, said: Particulars) -> list[Event]:
    events: list[Event] = []
    if before.lane is not None and said.lane is None and found.proof is not None:
        events.append(FileShared(file, found.proof))
    elif before.lane is None and said.lane is not None:
        events.append(FileKeptPrivate(file, said.lane))
    if replace(before, lane=said.lane) != said or not events:
        events.append(FileChanged(file, said.lane))
    return events


def withdraw(context: Context, actor: Actor, proposal: ProposalId, file: FileId, seen: int, reason: str) -> None:
    """Take a file out of use. It stays on record, with its bytes and the reason. Raises NotFound, Refused, Conflict, Invalid."""
    text = rules.check_reason(reason)
    with unit.writing() as session:
        case = open_case(session, actor, proposal, Action.KEEP_FILE, lock=True)
        found = kept(session, case, file, seen)
        files.withdraw(session, file, actor.person, context.now(), text)
        settle(session, context, case, [FileWithdrawn(file, found.lane)])


def settle(session: Session, context: Context, case: Case, events: list[Event]) -> None:
    """Write the events and what reviews read of the files; a running review is evaluated anew where that has changed."""
    now_attached = rules.to_rows(files.attached_to(session, case.state.id))
    record(session, context, case.state, case.actor.person, events, attached=now_attached)
    if case.state.standing is Standing.IN_REVIEW and now_attached != rules.to_rows(case.state.attached):
        refresh(session, context, case.state.id, case.actor.person)


def writes_as(case: Case) -> list[OrganisationId]:
    """The parties for which the actor is an author, the leading one first."""
    actor = case.actor
    written = {p.organisation for p in case.state.facts.participants if p.person == actor.person and p.role is Role.AUTHOR}
    return [party.organisation for party in case.state.facts.parties if party.organisation in written & set(actor.memberships)]


def may_keep(case: Case, file: FileFull) -> bool:
    """Whether the actor may replace, change or withdraw this file."""
    own = keeper_verdict(case.actor, case.state.facts, file.organisation).allowed and _may_keep_in(case, file.particulars.place)
    return own and case.may(Action.KEEP_FILE) and not file.withdrawn


def kept(session: Session, case: Case, file: FileId, seen: int | None) -> FileFull:
    """The file, as its keeper saw it. Raises NotFound, Refused, Conflict."""
    found = files.one(session, case.state.id, file, case.lanes)
    if found is None:
        raise NotFound("file")
    ruling = keeper_verdict(case.actor, case.state.facts, found.organisation)
    if not ruling.allowed:
        raise Refused(ruling.reason)
    if not _may_keep_in(case, found.particulars.place):
        raise Refused("You may not change files of this section. Comment on it, or ask on the People page for more.")
    if found.withdrawn:
        raise Conflict("This file was withdrawn, so it stays as it is. Attach another one instead.")
    if seen is not None and found.version.number != seen:
        raise Conflict(CHANGED)
    return found


def _checked(session: Session, case: Case, found: FileFull, said: Particulars) -> Particulars:
    own = frozenset(writes_as(case)) & {found.organisation}
    if said.place == found.particulars.place:
        # What it belonged to may be gone by now: where it stays, that is no reason to refuse anything else.
        return replace(rules.checked(case.form, replace(said, place=Place()), own, ()), place=said.place)
    checked = rules.checked(case.form, said, own, _rows(session, case, said.place))
    _check_place(case, said.place)
    return checked


def _may_keep_in(case: Case, place: Place) -> bool:
    """Whether the section rights let the actor keep files in a place: decisions on that section are bound to them."""
    section = next((one for one in case.form.sections if one.key == place.section), None)
    return section is None or includes(case.right_in(section), Right.SUGGEST)


def _check_place(case: Case, place: Place) -> None:
    if not _may_keep_in(case, place):
        raise Invalid([("place", "You may not keep files in this section. Choose another part, or ask on the People page for more.")])


def _rows(session: Session, case: Case, place: Place) -> Collection[str]:
    """The identities of the rows of a field in the newest version."""
    if not place.row:
        return ()
    version = specifications.version(session, case.state.id, case.state.version)
    rows = version.content.get(place.section, {}).get(place.field) if version is not None else None
    return [str(row["id"]) for row in rows if isinstance(row, dict) and "id" in row] if isinstance(rows, list) else ()


def _looked_into(context: Context, uploads: Sequence[Upload]) -> list[_Checked]:
    """The uploads as they will be kept, or Invalid with a sentence for each that will not."""
    if not uploads:
        raise Invalid([("files", NO_FILE)])
    if len(uploads) > MOST_AT_ONCE:
        raise Invalid([("files", f"Choose at most {MOST_AT_ONCE} files at once.")])
    problems, found = list[tuple[str, str]](), list[_Checked]()
    for upload in uploads:
        kind = file_types.type_of_name(upload.name[-1000:])
        problem, findings = _problem(context, upload, kind)
        if problem or kind is None:
            problems.append(("files", f"“{file_types.shown_name(upload.name)}” {problem}."))
        else:
            found.append(_Checked(file_types.clean_name(upload.name, kind.endings[0]), kind, upload.content, findings))
    if problems:
        raise Invalid(problems)
    return found


def _problem(context: Context, upload: Upload, kind: FileType | None) -> tuple[str, Findings]:
    if len(upload.content) > context.file_bytes:
        most = context.file_bytes // (1024 * 1024)
        return f"is larger than {most} MB. Make it smaller, or attach it in parts", Findings()
    problem = file_types.problem_of(upload.name[-1000:], upload.content) or _virus(context, upload)
    if problem or kind is None or kind.looks not in PREVIEWED:
        return problem, Findings()
    findings = context.viewer.inspect(kind.key, upload.content)
    return findings.problem, findings


def _virus(context: Context, upload: Upload) -> str:
    """What speaks against a file where a scanner is set up: what it found, or that it does not answer. Never taken unlooked-at then."""
    if context.scanner is None:
        return ""
    try:
        found = context.scanner.scan(upload.content)
    except ScannerAway as error:
        log.error("a file was not taken: %s", error)
        return "could not be looked into for viruses, so it was not taken. Try again in a few minutes, or tell whoever runs this server"
    if found:
        log.warning("a file was not taken: the virus scanner found %s in it", found)
        return f"was not taken: the virus scanner found “{found}” in it. Clean the computer that it came from, or ask whoever made it"
    return ""


def _version(context: Context, actor: Actor, number: int, one: _Checked, content: Digest) -> FileVersion:
    preview = "queued" if one.type.looks in PREVIEWED else "none"
    return FileVersion(
        number, content, len(one.content), one.name, one.type.key, PersonId(actor.person), actor.name, context.now(), preview,
        one.findings.pages, one.findings.note,
    )  # fmt: skip


def _keep(context: Context, checked: Sequence[_Checked], kept: Sequence[Digest]) -> None:
    """Put the bytes once more where the sweeper was faster than this commit."""
    for one, content in zip(checked, kept, strict=True):
        if not context.blobs.holds(content):
            context.blobs.put(one.content)


def _preview(session: Session, context: Context, file: FileId, version: FileVersion) -> None:
    if version.preview == "queued":
        queue_preview(session, context, file, version.number)


def queue_preview(session: Session, context: Context, file: FileId, number: int) -> None:
    """Ask the worker for the pictures of a version. Each version has its own: whether others hold the same bytes shows nowhere."""
    payload = {"file": file, "number": number}
    jobs.enqueue(session, JobId(context.new_id()), "file-preview", f"file-preview:{file}:{number}", payload, context.now())
