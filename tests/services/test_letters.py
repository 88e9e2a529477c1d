"""Letters of support: written within one party, signed by name, never changed, and checked by whoever holds one."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.ids import Digest, FileId, LetterId, ProposalId
from cowork.domain.letters import Signature
from cowork.services import letters, showing
from cowork.store import unit
from tests.world import FakeRenderer, World

AUTHOR, PARTNER, SIGNER = "author@northfield.example", "author@harbour.example", "admin@harbour.example"
SIGNED = Signature("Admin Of Harbour", "Head of Data", True, date(2027, 3, 1))


def written(world: World, email: str = PARTNER) -> tuple[ProposalId, LetterId]:
    proposal = world.complete_draft()
    letter = letters.begin(world.context, world.actor(email), proposal)
    letters.save(world.context, world.actor(email), proposal, letter, 1, "Letter of support", "We need people who can explain a model.")
    return proposal, letter


def signed(world: World) -> tuple[ProposalId, LetterId, FileId]:
    proposal, letter = written(world)
    return proposal, letter, letters.sign(world.context, world.actor(SIGNER), proposal, letter, 2, SIGNED)


def test_a_letter_begins_with_the_words_of_the_specification(world: World) -> None:
    proposal = world.complete_draft()
    letter = letters.begin(world.context, world.actor(PARTNER), proposal)
    page = letters.page(world.context, world.actor(SIGNER), proposal, letter)
    assert "Northfield University" in page.letter.body
    assert page.missing
    with pytest.raises(Invalid, match="waits for words"):
        letters.sign(world.context, world.actor(SIGNER), proposal, letter, 1, SIGNED)


def test_until_it_is_signed_its_own_party_alone_knows_of_it(world: World) -> None:
    proposal, letter = written(world)
    for email in (AUTHOR, "admin@rival.example"):
        for act in (
            lambda who: letters.page(world.context, who, proposal, letter),
            lambda who: letters.sign(world.context, who, proposal, letter, 2, SIGNED),
            lambda who: letters.save(world.context, who, proposal, letter, 2, "x", "y"),
            lambda who: letters.discard(world.context, who, proposal, letter, 2),
        ):
            with pytest.raises(NotFound):
                act(world.actor(email))
    assert showing.page(world.context, world.actor(AUTHOR), proposal).letters == ()
    assert len(showing.page(world.context, world.actor(SIGNER), proposal).letters) == 1


def test_a_signed_letter_is_a_shared_file_with_a_document(world: World) -> None:
    proposal, _, file = signed(world)
    page = showing.file_page(world.context, world.actor(AUTHOR), proposal, file)
    assert (page.file.particulars.kind, page.file.particulars.expires, page.shown.content) == ("letter-of-support", date(2027, 3, 1), None)
    world.work()
    page = showing.file_page(world.context, world.actor(AUTHOR), proposal, file)
    assert page.shown.preview == "ready"
    renderer = world.context.renderer
    assert isinstance(renderer, FakeRenderer)
    paper = next(html for html in renderer.pages if "Admin Of Harbour" in html)
    assert "explain a model" in paper
    assert "I sign this letter for Harbour Analytics" in paper
    assert str(page.file.letter_digest)[:32] in paper
    taken = showing.download(world.context, world.actor(AUTHOR), proposal, file, 1)
    assert taken.name == "Letter of support.pdf"


def test_a_signed_letter_never_changes(world: World) -> None:
    proposal, letter, _ = signed(world)
    actor = world.actor(SIGNER)
    with pytest.raises(Conflict, match="never changes"):
        letters.save(world.context, actor, proposal, letter, 2, "Another", "Text")
    with pytest.raises(Conflict, match="never changes"):
        letters.sign(world.context, actor, proposal, letter, 2, SIGNED)
    with pytest.raises(Conflict, match="never changes"):
        letters.discard(world.context, actor, proposal, letter, 2)
    for act in ("UPDATE support_letter SET body = 'x'", "DELETE FROM support_letter"):
        with pytest.raises((sa.exc.DBAPIError, Conflict)), unit.writing() as session:
            session.execute(sa.text(act))


def test_nobody_signs_what_somebody_else_has_changed_meanwhile(world: World) -> None:
    proposal, letter = written(world)
    letters.save(world.context, world.actor(PARTNER), proposal, letter, 2, "Letter of support", "Other words.")
    with pytest.raises(Conflict, match="since the page was shown"):
        letters.sign(world.context, world.actor(SIGNER), proposal, letter, 2, SIGNED)
    with pytest.raises(Conflict):
        letters.save(world.context, world.actor(SIGNER), proposal, letter, 2, "Letter", "Lost.")


def test_whoever_signed_it_withdraws_it_and_it_says_so_when_checked(world: World) -> None:
    proposal, letter, file = signed(world)
    digest = showing.file_page(world.context, world.actor(AUTHOR), proposal, file).file.letter_digest
    assert digest is not None
    found = letters.verify(world.context, digest)
    assert found is not None
    assert (found.organisation, found.signer, found.withdrawn_at) == ("Harbour Analytics", "Admin Of Harbour", None)
    with pytest.raises(Refused, match="signed this letter"):
        letters.withdraw(world.context, world.actor(PARTNER), proposal, letter, "Changed our mind.")
    with pytest.raises(NotFound):
        letters.withdraw(world.context, world.actor(AUTHOR), proposal, letter, "No.")
    letters.withdraw(world.context, world.actor(SIGNER), proposal, letter, "Changed our mind.")
    found = letters.verify(world.context, digest)
    assert found is not None
    assert found.withdrawn_at is not None
    assert letters.verify(world.context, Digest("0" * 64)) is None


def test_a_draft_can_be_discarded(world: World) -> None:
    proposal, letter = written(world)
    letters.discard(world.context, world.actor(SIGNER), proposal, letter, 2)
    with pytest.raises(NotFound):
        letters.page(world.context, world.actor(SIGNER), proposal, letter)


def test_a_letter_is_signed_in_ones_own_name_alone(world: World) -> None:
    proposal, letter = written(world)
    with pytest.raises(Invalid, match="change it under Account"):
        letters.sign(world.context, world.actor(SIGNER), proposal, letter, 2, replace(SIGNED, name="Author Of Harbour"))
    file = letters.sign(world.context, world.actor(SIGNER), proposal, letter, 2, replace(SIGNED, name=" admin  of HARBOUR "))
    digest = showing.file_page(world.context, world.actor(AUTHOR), proposal, file).file.letter_digest
    assert digest is not None
    found = letters.verify(world.context, digest)
    assert found is not None
    assert found.account == "Admin Of Harbour"
