"""Bytes of withdrawn files: kept for ever unless a time is set, then removed safely, with everything that was decided left as it is."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cowork.domain.errors import Conflict
from cowork.domain.files import FileKind, Particulars
from cowork.domain.ids import Digest, FileId, ProposalId
from cowork.domain.letters import Signature
from cowork.services import audit, files, letters, retention, showing
from cowork.services.context import Context
from cowork.services.files import AttachCommand, Upload
from cowork.store import files as store
from cowork.store import unit
from cowork.store.records import Proposal
from cowork.web.audit.sentences import event_rows
from tests.world import World

AUTHOR, PARTNER = "author@northfield.example", "author@harbour.example"
SURVEY = Particulars(FileKind.SURVEY, "Survey of forty firms", None)
TEXT, PICTURE = b"a,b\n1,2\n", b"\x89PNG\r\n\x1a\n" + b"0" * 20 + b"IEND\xaeB`\x82"
SLACK = timedelta(days=400)


def attach(world: World, proposal: ProposalId, content: bytes = TEXT, email: str = AUTHOR, said: Particulars = SURVEY) -> FileId:
    name = "a.png" if content == PICTURE else "survey.csv"
    return files.attach(world.context, world.actor(email), proposal, AttachCommand((Upload(name, content),), said))[0].file


def withdraw(world: World, proposal: ProposalId, file: FileId, email: str = AUTHOR) -> None:
    files.withdraw(world.context, world.actor(email), proposal, file, 1, "It names people.")


def keeping(world: World, days: int = 30) -> Context:
    """The instance with a time after which the bytes of withdrawn files are removed."""
    return replace(world.context, withdrawn_days=days)


def age(world: World) -> None:
    """Let all bytes on the disk be old."""
    for path in world.context.blobs._folder.glob("??/*"):  # type: ignore[attr-defined]  # the disk's
        old = world.moment - SLACK
        os.utime(path, (old.timestamp(), old.timestamp()))


def contents(world: World, file: FileId) -> list[Digest]:
    with unit.reading() as session:
        return store.contents(session, file)


def there(world: World, found: list[Digest]) -> list[bool]:
    return [world.context.blobs.holds(one) for one in found]


def test_withdrawn_files_are_kept_for_ever_where_no_time_is_set(world: World) -> None:
    proposal = world.draft()
    file = attach(world, proposal)
    withdraw(world, proposal, file)
    world.pass_time(timedelta(days=4000))
    age(world)
    assert retention.clean(world.context) == retention.Cleaned(0, 0, 0)
    assert there(world, contents(world, file)) == [True]


def test_the_bytes_of_a_withdrawn_file_go_after_its_time_and_a_day_of_grace(world: World) -> None:
    proposal = world.draft()
    file = attach(world, proposal, PICTURE)
    world.work()
    names = contents(world, file)
    assert len(names) == 2, "the file and its picture"
    withdraw(world, proposal, file)
    context = keeping(world)
    world.pass_time(timedelta(days=29))
    age(world)
    assert retention.clean(context) == retention.Cleaned(0, 0, 0)
    world.pass_time(timedelta(days=2))
    assert retention.holding(context).due == 1
    assert retention.clean(context).forgotten == 1
    assert there(world, names) == [True, True], "a backup taken a moment ago finds them for another day"
    assert retention.holding(context).unnamed == 2
    age(world)
    assert retention.clean(context).removed == 2
    assert there(world, names) == [False, False]
    found = retention.holding(context)
    assert (found.kept, found.due, found.missing) == (0, 0, ())


def test_what_is_said_of_a_forgotten_file_stays_on_its_page_and_in_the_record(world: World) -> None:
    proposal = world.draft()
    file = attach(world, proposal)
    (name,) = contents(world, file)
    withdraw(world, proposal, file)
    world.pass_time(timedelta(days=31))
    retention.clean(keeping(world))
    page = showing.file_page(world.context, world.actor(PARTNER), proposal, file)
    assert (page.shown.content, page.shown.removed, page.text) == (name, True, "")
    with pytest.raises(Conflict, match="kept no more"):
        showing.download(world.context, world.actor(PARTNER), proposal, file, 1)
    rows = event_rows(audit.activity(world.context, world.actor(PARTNER), proposal, None))
    assert "The bytes of a withdrawn file are kept no more: its time was over" in [row.text for row in rows]
    assert audit.verify(world.context, None).faults == ()


def test_nobody_else_learns_that_a_private_file_was_forgotten(world: World) -> None:
    proposal = world.draft()
    file = attach(world, proposal, email=PARTNER, said=replace(SURVEY, lane=world.organisations["harbour"]))
    withdraw(world, proposal, file, PARTNER)
    world.pass_time(timedelta(days=31))
    assert retention.clean(keeping(world)).forgotten == 1
    rows = event_rows(audit.activity(world.context, world.actor(AUTHOR), proposal, None))
    assert not [row for row in rows if "file" in row.text]


def test_bytes_that_another_file_holds_stay_for_it(world: World) -> None:
    proposal, other = world.draft(), world.draft("Another")
    file, same = attach(world, proposal), attach(world, other)
    withdraw(world, proposal, file)
    world.pass_time(timedelta(days=31))
    context = keeping(world)
    assert retention.clean(context).forgotten == 1
    age(world)
    assert retention.clean(context).removed == 0
    assert showing.download(world.context, world.actor(PARTNER), other, same, 1).content == TEXT
    with pytest.raises(Conflict):
        showing.download(world.context, world.actor(PARTNER), proposal, file, 1)


def test_bytes_that_are_attached_anew_meanwhile_stay(world: World) -> None:
    proposal = world.draft()
    withdraw(world, proposal, attach(world, proposal))
    world.pass_time(timedelta(days=31))
    context = keeping(world)
    retention.clean(context)
    age(world)
    again = attach(world, proposal)
    assert retention.clean(context).removed == 0
    assert showing.download(world.context, world.actor(AUTHOR), proposal, again, 1).content == TEXT


def test_bytes_that_are_asked_for_while_others_are_removed_stay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = world.context.blobs
    first, second = sorted(blobs.put(content) for content in (b"one", b"two"))
    age(world)
    remove = blobs.remove

    def busy(_self: object, digest: Digest) -> int:
        blobs.spare(second)
        return remove(digest)

    monkeypatch.setattr(retention, "AT_ONCE", 1)
    monkeypatch.setattr(type(blobs), "remove", busy)
    assert retention.sweep(world.context) == (1, 3)
    assert there(world, [first, second]) == [False, True]


def test_what_was_approved_or_is_decided_on_keeps_its_bytes(world: World) -> None:
    proposal = world.complete_draft()
    withdraw(world, proposal, attach(world, proposal))
    world.submit(proposal)
    world.pass_time(timedelta(days=31))
    context = keeping(world)
    assert (retention.holding(context).due, retention.clean(context).forgotten) == (0, 0)
    for stands, kept in (("approved", True), ("rejected", False)):
        with unit.writing() as session:
            session.execute(sa.update(Proposal).values(standing=stands))
        assert (retention.holding(context).due == 0) is kept


def test_signed_letters_keep_their_bytes(world: World) -> None:
    proposal = world.complete_draft()
    actor = world.actor(PARTNER)
    letter = letters.begin(world.context, actor, proposal)
    letters.save(world.context, actor, proposal, letter, 1, "Letter", "We support this programme and will hire from it.")
    letters.sign(world.context, actor, proposal, letter, 2, Signature(actor.name, "Head", True, None))
    letters.withdraw(world.context, actor, proposal, letter, "We wrote another.")
    world.pass_time(timedelta(days=31))
    assert retention.clean(keeping(world)).forgotten == 0


def test_a_server_that_ends_between_the_commit_and_the_disk_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = world.draft()
    file = attach(world, proposal)
    names = contents(world, file)
    withdraw(world, proposal, file)
    world.pass_time(timedelta(days=31))
    context = keeping(world)
    retention.forget_withdrawn(context)
    age(world)
    kinds = type(world.context.blobs)
    monkeypatch.setattr(kinds, "remove", lambda _self, _digest: (_ for _ in ()).throw(OSError("the server ends here")))
    with pytest.raises(OSError, match="ends here"):
        retention.sweep(context)
    monkeypatch.undo()
    assert there(world, names) == [True]
    assert retention.clean(context) == retention.Cleaned(0, 1, len(TEXT)), "the next turn removes them; nothing is noted twice"


def test_what_is_missing_is_named(world: World) -> None:
    proposal = world.draft()
    (name,) = contents(world, attach(world, proposal))
    world.context.blobs.remove(name)
    assert retention.holding(world.context).missing == (name,)
