"""Attaching files: who may, who learns of them, what reviews read of them, and what happens to their bytes."""

import os
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cowork.domain import files as rules
from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.files import FileKind, Particulars, Place
from cowork.domain.ids import FileId, ProposalId
from cowork.domain.notifications import Kind
from cowork.domain.proposals import Right
from cowork.domain.workflows import loading
from cowork.ports import Findings
from cowork.services import checks, files, notifications, reminding, retention, reviews, section_rights, showing, specifications
from cowork.services.files import AttachCommand, Upload
from cowork.services.section_rights import RightsCommand
from cowork.store import definitions, unit
from tests.world import FakeViewer, World

AUTHOR, PARTNER = "author@northfield.example", "author@harbour.example"
SURVEY = Particulars(FileKind.SURVEY, "Survey of forty firms", None, date(2026, 1, 10), date(2027, 1, 10))


def attach(world: World, proposal: ProposalId, said: Particulars = SURVEY, email: str = AUTHOR, content: bytes = b"a,b\n1,2\n") -> FileId:
    command = AttachCommand((Upload("survey.csv", content),), said)
    return files.attach(world.context, world.actor(email), proposal, command)[0].file


def titles(world: World, email: str, proposal: ProposalId) -> list[str]:
    return [file.particulars.title for file in showing.page(world.context, world.actor(email), proposal).files]


def test_what_is_attached_can_be_taken_away_again(world: World) -> None:
    proposal = world.draft()
    file = attach(world, proposal)
    page = showing.file_page(world.context, world.actor(PARTNER), proposal, file)
    assert (page.file.particulars.title, page.text, page.keeps) == ("Survey of forty firms", "a,b\n1,2\n", False)
    taken = showing.download(world.context, world.actor(PARTNER), proposal, file, 1)
    assert (taken.name, taken.media_type, taken.content) == ("survey.csv", "text/csv", b"a,b\n1,2\n")


def test_a_private_file_is_known_to_its_own_party_alone(world: World) -> None:
    proposal = world.complete_draft()
    harbour = world.organisations["harbour"]
    file = attach(world, proposal, replace(SURVEY, title="CANARY", lane=harbour), PARTNER)
    assert titles(world, PARTNER, proposal) == ["CANARY"]
    assert titles(world, AUTHOR, proposal) == []
    context, other = world.context, world.actor(AUTHOR)
    with pytest.raises(NotFound):
        showing.file_page(context, other, proposal, file)
    with pytest.raises(NotFound):
        showing.download(context, other, proposal, file, 1)
    with pytest.raises(NotFound):
        showing.picture(context, other, proposal, file, 1, 1)
    with pytest.raises(NotFound):
        files.withdraw(world.context, world.actor(AUTHOR), proposal, file, 1, "No.")


def test_only_authors_attach_and_each_party_keeps_its_own(world: World) -> None:
    proposal = world.draft()
    with pytest.raises(Refused, match="authors"):
        attach(world, proposal, email="admin@northfield.example")
    with pytest.raises(NotFound):
        attach(world, proposal, email="admin@rival.example")
    file = attach(world, proposal)
    with pytest.raises(Refused, match="Northfield University"):
        files.withdraw(world.context, world.actor(PARTNER), proposal, file, 1, "No.")
    with pytest.raises(Invalid, match="own organisation"):
        attach(world, proposal, replace(SURVEY, lane=world.organisations["harbour"]))


def test_a_replaced_file_keeps_what_was_there(world: World) -> None:
    proposal, actor = world.draft(), world.actor(AUTHOR)
    file = attach(world, proposal)
    newer = Upload("survey-2.csv", b"a,b\n3,4\n")
    files.replace_file(world.context, actor, proposal, file, 1, newer, (date(2026, 2, 1), None))
    page = showing.file_page(world.context, actor, proposal, file)
    assert [version.number for version in page.versions] == [2, 1]
    assert page.file.particulars.dated == date(2026, 2, 1)
    assert showing.download(world.context, actor, proposal, file, 1).content == b"a,b\n1,2\n"
    with pytest.raises(Conflict):
        files.replace_file(world.context, actor, proposal, file, 1, Upload("x.csv", b"c\n"), (None, None))
    with pytest.raises(Invalid, match="same file"):
        files.replace_file(world.context, actor, proposal, file, 2, newer, (None, None))


def test_sharing_a_private_file_asks_first_and_then_everybody_sees_it(world: World) -> None:
    proposal, actor, harbour = world.draft(), world.actor(PARTNER), world.organisations["harbour"]
    file = attach(world, proposal, replace(SURVEY, lane=harbour), PARTNER)
    with pytest.raises(Invalid, match="every party"):
        files.change(world.context, actor, proposal, file, 1, SURVEY)
    files.change(world.context, actor, proposal, file, 1, SURVEY, share=True)
    assert titles(world, AUTHOR, proposal) == [SURVEY.title]
    files.change(world.context, actor, proposal, file, 1, replace(SURVEY, lane=harbour))
    assert titles(world, AUTHOR, proposal) == []


def test_a_withdrawn_file_stays_on_record(world: World) -> None:
    proposal, actor = world.draft(), world.actor(AUTHOR)
    file = attach(world, proposal)
    files.withdraw(world.context, actor, proposal, file, 1, "It was the wrong one.")
    page = showing.file_page(world.context, actor, proposal, file)
    assert (page.file.withdrawn_because, page.keeps) == ("It was the wrong one.", False)
    assert showing.download(world.context, actor, proposal, file, 1).content
    with pytest.raises(Conflict):
        files.withdraw(world.context, actor, proposal, file, 1, "Again.")


@pytest.mark.parametrize(("title", "place"), [("Of a section that the stage reads", Place("need")), ("Of the whole", Place())])
def test_an_approval_goes_stale_with_a_shared_file_that_its_stage_reads(world: World, title: str, place: Place) -> None:
    proposal = world.complete_draft()
    world.submit(proposal)
    world.decide("signer@harbour.example", proposal)

    def stale() -> int:
        page = reviews.page(world.context, world.actor(AUTHOR), proposal)
        assert page.review is not None
        return sum(len(seat.stale) for stage in page.review.progress.stages for seat in stage.seats)

    assert stale() == 0
    attach(world, proposal, replace(SURVEY, lane=world.organisations["northfield"]))
    assert stale() == 0
    attach(world, proposal, replace(SURVEY, title="Of a section that the stage does not read", place=Place("business")))
    assert stale() == 0
    file = attach(world, proposal, replace(SURVEY, title=title, place=place))
    assert stale() == 1
    files.withdraw(world.context, world.actor(AUTHOR), proposal, file, 1, "It was the wrong one.")
    assert stale() == 0, "what was decided on is there again"


def test_files_of_an_ended_proposal_are_kept_as_they_are(world: World) -> None:
    proposal = world.complete_draft()
    file = attach(world, proposal)
    world.submit(proposal)
    world.approve_all(proposal)
    for act in (lambda: attach(world, proposal), lambda: files.withdraw(world.context, world.actor(AUTHOR), proposal, file, 1, "No.")):
        with pytest.raises(Refused, match="ended"):
            act()


def test_what_the_viewer_finds_refuses_a_file_and_names_it(world: World) -> None:
    proposal = world.draft()
    world.context = replace(world.context, viewer=FakeViewer(Findings("holds a script")))
    uploads = (Upload("bad.pdf", b"%PDF-1.7 %%EOF"), Upload("empty.csv", b""), Upload("setup.exe", b"MZ"))
    with pytest.raises(Invalid) as refused:
        files.attach(world.context, world.actor(AUTHOR), proposal, AttachCommand(uploads, SURVEY))
    text = str(refused.value)
    assert "“bad.pdf” holds a script" in text
    assert "“empty.csv” is empty" in text
    assert "“setup.exe” is of a kind" in text
    assert titles(world, AUTHOR, proposal) == []


def test_a_file_has_a_size_limit_and_its_double_is_noticed(world: World) -> None:
    proposal = world.draft()
    world.context = replace(world.context, file_bytes=1024 * 1024)
    with pytest.raises(Invalid, match="larger than 1 MB"):
        attach(world, proposal, content=b"a" * (1024 * 1024 + 1))
    attach(world, proposal)
    command = AttachCommand((Upload("again.csv", b"a,b\n1,2\n"),), replace(SURVEY, title="Once more"))
    assert files.attach(world.context, world.actor(AUTHOR), proposal, command)[0].same_as == "Survey of forty firms"


def test_a_file_belongs_to_a_section_or_a_row_that_is_there(world: World) -> None:
    proposal = world.complete_draft()
    page = showing.page(world.context, world.actor(AUTHOR), proposal)
    row = next(line.place for line in page.places if line.place.field == "evidence")
    file = attach(world, proposal, replace(SURVEY, place=row))
    assert showing.file_page(world.context, world.actor(AUTHOR), proposal, file).file.particulars.place == row
    for place in (Place("need", "evidence", "nowhere"), Place("nowhere"), Place("need", "nothing")):
        with pytest.raises(Invalid, match="part of this form"):
            attach(world, proposal, replace(SURVEY, place=place))


def test_who_may_not_even_suggest_in_a_section_keeps_no_files_there(world: World) -> None:
    proposal = world.draft()
    kept, loose = attach(world, proposal, replace(SURVEY, place=Place("need"))), attach(world, proposal)
    rights = RightsCommand("need", {(world.organisations["northfield"], world.actor(AUTHOR).person): Right.COMMENT}, {})
    section_rights.set_rights(world.context, world.actor("admin@northfield.example"), proposal, rights)
    context, actor = world.context, world.actor(AUTHOR)
    for place in (Place("need"), Place("need", "problem")):
        with pytest.raises(Invalid, match="may not keep files in this section"):
            attach(world, proposal, replace(SURVEY, place=place))
        with pytest.raises(Invalid, match="may not keep files in this section"):
            files.change(context, actor, proposal, loose, 1, replace(SURVEY, place=place))
    with pytest.raises(Refused, match="may not change files"):
        files.change(context, actor, proposal, kept, 1, SURVEY)
    with pytest.raises(Refused):
        files.withdraw(context, actor, proposal, kept, 1, "Not needed.")
    assert showing.file_page(context, actor, proposal, kept).keeps is False
    assert attach(world, proposal, replace(SURVEY, place=Place("outcomes")))


def test_a_file_is_replaced_where_what_it_belonged_to_is_gone(world: World) -> None:
    proposal = world.complete_draft()
    row = Place("outcomes", "items", "lo1")
    file = attach(world, proposal, replace(SURVEY, place=row))
    items = specifications.draft(world.context, world.actor(AUTHOR), proposal).content["outcomes"]["items"]
    assert isinstance(items, list)
    world.save(AUTHOR, proposal, "outcomes", items=items[1:])
    author = world.actor(AUTHOR)
    files.replace_file(world.context, author, proposal, file, 1, Upload("new.csv", b"a,b\n3,4\n"), (None, None))
    files.change(world.context, author, proposal, file, 2, replace(SURVEY, title="Renamed", place=row))
    assert titles(world, PARTNER, proposal) == ["Renamed"]
    with pytest.raises(Invalid, match="part of this form"):
        files.change(world.context, author, proposal, file, 2, replace(SURVEY, place=Place("outcomes", "items", "nothing")))


def test_the_worker_makes_pictures_and_removes_bytes_that_nothing_names(world: World) -> None:
    proposal, actor = world.draft(), world.actor(AUTHOR)
    command = AttachCommand((Upload("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 20 + b"IEND\xaeB`\x82"),), SURVEY)
    file = files.attach(world.context, actor, proposal, command)[0].file
    assert showing.file_page(world.context, actor, proposal, file).shown.preview == "queued"
    world.work()
    page = showing.file_page(world.context, actor, proposal, file)
    assert (page.shown.preview, len(page.pictures)) == ("ready", 1)
    assert showing.picture(world.context, actor, proposal, file, 1, 1).media_type == "image/webp"
    orphan = world.context.blobs.put(b"never named")
    assert retention.sweep(world.context) == (0, 0), "it is young"
    for path in (world.context.blobs._folder).glob("??/*"):  # type: ignore[attr-defined]
        old = world.moment - timedelta(days=400)
        os.utime(path, (old.timestamp(), old.timestamp()))
    assert retention.sweep(world.context) == (1, len(b"never named"))
    assert not world.context.blobs.holds(orphan)
    assert showing.picture(world.context, actor, proposal, file, 1, 1).content


def test_a_decision_on_files_that_changed_since_the_page_was_shown_is_refused(world: World) -> None:
    proposal = world.complete_draft()
    attach(world, proposal)
    world.submit(proposal)
    page = reviews.page(world.context, world.actor("signer@harbour.example"), proposal)
    assert page.review is not None
    shown = rules.seen(page.review.submission.digests)
    attach(world, proposal, replace(SURVEY, title="Another"))
    with pytest.raises(Conflict, match="A file"):
        world.decide("signer@harbour.example", proposal, files=shown)
    page = reviews.page(world.context, world.actor("signer@harbour.example"), proposal)
    assert page.review is not None
    world.decide("signer@harbour.example", proposal, files=rules.seen(page.review.submission.digests))


NEEDS_A_LETTER = """
key = "evidence-first"
title = "Evidence first"
version = 1
description = "A letter has to be there."
source = "A test."

[[stage]]
key = "dean"
title = "Dean"
kind = "decide"
[[stage.seat]]
key = "dean"
side = "university"
office = "dean"
title = "Dean"
parties = "lead"
rule = "any"
[[stage.requires]]
title = "a letter of support is attached"
that = { fact = "files.letter-of-support", at-least = 1 }
"""


def test_a_workflow_can_require_a_document_that_has_not_expired(world: World) -> None:
    workflow = loading.load(NEEDS_A_LETTER)
    with unit.writing() as session:
        definitions.keep(session, "workflow", workflow.digest, workflow.key, workflow.version, workflow.title, NEEDS_A_LETTER)
    proposal = world.complete_draft(workflow.key)
    letter = replace(SURVEY, kind=FileKind.LETTER, title="Letter", expires=date(2026, 3, 1))
    attach(world, proposal, letter)
    sentence = world.submit(proposal).sentence
    assert "begins when a letter of support is attached" in sentence, "the letter had expired the day before"
    attach(world, proposal, replace(letter, title="Private", lane=world.organisations["harbour"], expires=None), PARTNER)
    page = reviews.page(world.context, world.actor(AUTHOR), proposal)
    assert page.review is not None
    assert page.review.progress.stages[0].unmet == ("a letter of support is attached",)
    attach(world, proposal, replace(letter, title="New letter", expires=date(2026, 3, 2)))
    page = reviews.page(world.context, world.actor(AUTHOR), proposal)
    assert page.review is not None
    assert page.review.progress.turns


def test_a_fact_about_a_kind_of_file_that_does_not_exist_is_a_fault() -> None:
    assert loading.problems(NEEDS_A_LETTER) == ()
    assert any("files.nothing" in fault for fault in loading.problems(NEEDS_A_LETTER.replace("files.letter-of-support", "files.nothing")))


def notices(world: World, email: str) -> list[str]:
    rows = notifications.page(world.context, world.actor(email), False).rows
    return [row.words.sentence for row in rows if row.kind is Kind.EVIDENCE_EXPIRES]


def test_authors_of_the_party_that_keeps_a_file_are_told_once_before_it_expires(world: World) -> None:
    proposal = world.draft()
    attach(world, proposal, replace(SURVEY, expires=date(2026, 5, 1)))
    attach(world, proposal, replace(SURVEY, title="Private", lane=world.organisations["harbour"], expires=date(2026, 5, 2)), PARTNER)
    reminding.remind(world.context)
    assert notices(world, AUTHOR) == [], "two months ahead"
    world.pass_time(timedelta(days=40))
    for _ in range(2):
        reminding.remind(world.context)
    assert len(notices(world, AUTHOR)) == 1
    assert "until 1 May 2026" in notices(world, AUTHOR)[0]
    assert len(notices(world, PARTNER)) == 1
    assert "until 2 May 2026" in notices(world, PARTNER)[0]


def test_what_reviews_read_of_files_is_checked_against_the_files(world: World) -> None:
    proposal = world.draft()
    attach(world, proposal)
    assert checks.check(world.context)[1] == ()
    with unit.writing() as session:
        session.execute(sa.text("UPDATE proposal SET attached = '[]'"))
    assert ["files" in one.message for one in checks.check(world.context)[1]] == [True]
    checks.repair(world.context)
    assert checks.check(world.context)[1] == ()
