"""Writing together through the use cases: rooms and rights, the log, versions cut from it, and what others save meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cowork.domain.comments import Anchor
from cowork.domain.conditions import Value
from cowork.domain.errors import Conflict, NotFound, Refused, SignInRequired
from cowork.domain.ids import ProposalId
from cowork.domain.proposals import Role
from cowork.domain.specifications.display import row_names
from cowork.domain.specifications.rooms import NOTHING, RoomAnswers, room_answers
from cowork.domain.suggestions import SuggestionKind
from cowork.services import accepting, drafting, identity, live, live_lists, proposals, questions, specifications, suggesting
from cowork.services.accepting import AcceptCommand
from cowork.services.identity import SignInCommand, digest
from cowork.services.live import Entrance
from cowork.services.proposals import ParticipantCommand, StartCommand
from cowork.services.specifications import SaveCommand
from cowork.services.suggesting import SuggestCommand
from cowork.store import live as rooms
from cowork.store import unit
from cowork.store.live_records import LiveUpdate
from cowork.store.records import VersionWriter
from tests.services.test_questions import add, publish
from tests.world import PASSWORD, World

ACADEMIC, PARTNER = "author@northfield.example", "author@harbour.example"


class Writer:
    """Somebody with a section open, as the socket has it: a document of their own, and the log behind it."""

    def __init__(self, world: World, email: str, proposal: ProposalId, section: str) -> None:
        self.world, self.context = world, world.context
        self.session = digest(identity.sign_in(world.context, SignInCommand(email, PASSWORD, "127.0.0.1", "test")))
        self.entrance: Entrance = live.enter(world.context, self.session, proposal, section)

    def answers(self, room: str = "shared.both") -> RoomAnswers:
        opened = live.open_room(self.context, self.entrance, room)
        return self.context.document(opened.changes).answers(self.entrance.rights[room].room)

    def types(self, room: str = "shared.both", **answers: Value) -> None:
        """Answer as if typed, on what the log holds now."""
        opened = live.open_room(self.context, self.entrance, room)
        document = self.context.document(opened.changes)
        shape = self.entrance.rights[room].room
        was = document.answers(shape)
        wanted = room_answers(shape, answers)
        rows = {key: wanted.rows[key] for key in answers if key in wanted.rows}
        now = RoomAnswers({**was.answers, **wanted.answers}, {**was.rows, **rows})
        change = document.carry(shape, was, now, self.context.differ)
        assert live.write(self.context, self.session, self.entrance, room, opened.id, opened.seq, change) is not None


def title(world: World, proposal: ProposalId) -> object:
    return specifications.draft(world.context, world.actor(ACADEMIC), proposal).version.content["identity"]["title"]


def writers(world: World, proposal: ProposalId, number: int) -> set[str]:
    """Who is credited beside a version's author."""
    with unit.reading() as session:
        statement = sa.select(VersionWriter.person).where(VersionWriter.proposal == proposal, VersionWriter.version == number)
        return set(session.execute(statement).scalars())


def test_a_room_is_made_once_out_of_the_newest_version(world: World) -> None:
    proposal = world.draft("Data for Nurses")
    for email in (ACADEMIC, PARTNER, ACADEMIC):
        assert Writer(world, email, proposal, "identity").answers().answers["title"] == "Data for Nurses"
    with unit.reading() as session:
        assert [room.seq for room in rooms.rooms(session, proposal, "identity")] == [1]


def test_what_two_people_type_becomes_one_version_of_both(world: World) -> None:
    proposal = world.draft("Data")
    Writer(world, ACADEMIC, proposal, "identity").types(title="Data for Nurses")
    Writer(world, PARTNER, proposal, "identity").types(title="Open Data for Nurses")
    assert title(world, proposal) == "Data"
    made = drafting.cut(world.context, world.actor(ACADEMIC), proposal, "The title")
    assert (made.version, made.changed, made.problems) == (2, True, ())
    assert title(world, proposal) == "Open Data for Nurses"
    line = specifications.history(world.context, world.actor(ACADEMIC), proposal)[1][0]
    assert line.note == "The title"
    assert writers(world, proposal, 2) == {world.actor(PARTNER).person}
    assert drafting.cut(world.context, world.actor(PARTNER), proposal).changed is False


def test_a_form_saved_elsewhere_is_brought_in_beside_what_was_typed(world: World) -> None:
    proposal = world.draft("Data")
    writer = Writer(world, PARTNER, proposal, "identity")
    writer.types(title="Data for Nurses and Midwives")
    saved = world.save(ACADEMIC, proposal, "identity", summary="A course.")
    assert saved.version == 3, "what was typed is version 2, credited to whoever typed it"
    line = specifications.history(world.context, world.actor(ACADEMIC), proposal)[1][1]
    assert (line.number, line.author_name, line.note) == (2, world.actor(PARTNER).name, "Saved by itself before something else was saved")
    assert title(world, proposal) == writer.answers().answers["title"] == "Data for Nurses and Midwives"
    assert writer.answers().answers["summary"] == "A course."
    assert drafting.cut(world.context, world.actor(PARTNER), proposal).changed is False


def test_a_form_saved_over_the_same_words_is_a_conflict_and_mixes_nothing(world: World) -> None:
    proposal = world.draft("Clinical data for nurses")
    writer = Writer(world, PARTNER, proposal, "identity")
    writer.types(title="Forecast models for hospitals")
    command = SaveCommand("identity", 1, {"title": "Safe prescribing in practice"})
    found = specifications.save_section(world.context, world.actor(ACADEMIC), proposal, command)
    assert isinstance(found, specifications.StaleSave)
    assert [(one.current, one.mine) for one in found.conflicts] == [("Forecast models for hospitals", "Safe prescribing in practice")]
    assert found.draft.version.number == 2
    assert title(world, proposal) == writer.answers().answers["title"] == "Forecast models for hospitals"


def test_a_suggestion_is_judged_against_what_is_typed_and_mixes_nothing(world: World) -> None:
    proposal = world.draft("Clinical data for nurses")
    writer = Writer(world, PARTNER, proposal, "identity")
    asked = SuggestCommand(SuggestionKind.FIELD, Anchor("identity", "title"), "Safe prescribing in practice", None, 1)
    thread = suggesting.suggest(world.context, world.actor(PARTNER), proposal, asked)
    writer.types(title="Forecast models for hospitals")
    with pytest.raises(Conflict, match="has changed since this was suggested"):
        accepting.accept(world.context, world.actor(ACADEMIC), proposal, AcceptCommand((thread,)))
    drafting.cut(world.context, world.actor(PARTNER), proposal)
    assert title(world, proposal) == writer.answers().answers["title"] == "Forecast models for hospitals"


def test_saving_a_form_rings_those_who_write_together_after_the_commit(world: World) -> None:
    proposal = world.draft("Data")
    heard: list[bytes] = []
    world.context.bus.listen(heard.append)
    world.save(ACADEMIC, proposal, "identity", title="Nobody writes together yet")
    assert heard == []
    Writer(world, PARTNER, proposal, "identity")
    Writer(world, PARTNER, proposal, "identity").answers()
    world.save(ACADEMIC, proposal, "identity", title="Now somebody does")
    assert len(heard) == 1


def test_an_answer_that_cannot_be_kept_stays_in_the_live_text_alone(world: World) -> None:
    proposal = world.draft("Data")
    writer = Writer(world, ACADEMIC, proposal, "identity")
    writer.types(title="x" * 200)
    made = drafting.cut(world.context, world.actor(ACADEMIC), proposal)
    assert [problem.path for problem in made.problems] == ["identity.title"]
    assert title(world, proposal) == "Data"
    assert writer.answers().answers["title"] == "x" * 200


def test_what_nobody_goes_on_with_is_cut_after_five_minutes(world: World) -> None:
    proposal = world.draft("Data")
    Writer(world, PARTNER, proposal, "identity").types(title="Data for Nurses")
    assert drafting.cut_quiet(world.context) == 0
    world.pass_time(timedelta(minutes=6))
    assert drafting.cut_quiet(world.context) == 1
    assert title(world, proposal) == "Data for Nurses"
    line = specifications.history(world.context, world.actor(ACADEMIC), proposal)[1][0]
    assert line.author == world.actor(PARTNER).person
    assert drafting.cut_quiet(world.context) == 0


def test_whoever_comes_to_read_finds_what_was_typed(world: World) -> None:
    proposal = world.draft("Data")
    Writer(world, PARTNER, proposal, "identity").types(title="Data for Nurses")
    drafting.cut_for_reading(world.context, world.actor("admin@northfield.example"), proposal)
    assert title(world, proposal) == "Data for Nurses"
    Writer(world, PARTNER, proposal, "identity").types(title="Data for Midwives")
    with pytest.raises(NotFound):
        drafting.cut_for_reading(world.context, world.actor("admin@rival.example"), proposal)
    drafting.cut_for_reading(world.context, world.actor(ACADEMIC), proposal, even_writers=False)
    assert title(world, proposal) == "Data for Nurses"


def test_nobody_enters_a_room_that_the_page_would_not_show(world: World) -> None:
    proposal = world.draft()
    academic, partner = (Writer(world, email, proposal, "need").entrance for email in (ACADEMIC, PARTNER))
    assert "employer.employer" not in academic.rights
    assert partner.rights["employer.employer"].writes
    with pytest.raises(NotFound):
        live.open_room(world.context, academic, "employer.employer")
    with pytest.raises(NotFound):
        Writer(world, "admin@rival.example", proposal, "need")
    with pytest.raises(NotFound):
        Writer(world, ACADEMIC, proposal, "nothing")


def test_a_side_reads_the_rooms_of_the_other_and_does_not_write_in_them(world: World) -> None:
    proposal = world.draft()
    partner = Writer(world, PARTNER, proposal, "identity")
    assert partner.entrance.rights["shared.university"].writes is False
    with pytest.raises(Refused):
        partner.types("shared.university", level_framework="eqf", badge_title="Mine")


def test_in_an_outline_no_room_opens_to_a_side_that_does_not_own_it(world: World) -> None:
    houses = world.organisations
    command = StartCommand("Telehealth", houses["northfield"], (houses["harbour"],), world.workflow(), outline=True)
    outline = proposals.start(world.context, world.actor(ACADEMIC), command)
    proposals.add_participant(world.context, world.actor(ACADEMIC), outline, ParticipantCommand(PARTNER, Role.AUTHOR))
    whole = world.draft()
    for section in ("identity", "need"):
        for email in (ACADEMIC, PARTNER):
            short, full = (
                {name for name, right in Writer(world, email, proposal, section).entrance.rights.items() if right.writes}
                for proposal in (outline, whole)
            )
            assert short <= full, (section, email)


def test_a_reader_writes_nothing(world: World) -> None:
    proposal = world.draft()
    author = world.actor(ACADEMIC)
    proposals.add_participant(world.context, author, proposal, ParticipantCommand("nobody@northfield.example", Role.READER))
    reader = Writer(world, "nobody@northfield.example", proposal, "identity")
    assert reader.entrance.writes is False
    with pytest.raises(Refused):
        reader.types(title="Mine now")


def test_rights_are_asked_anew_at_every_write(world: World) -> None:
    proposal = world.complete_draft()
    writer, other = Writer(world, PARTNER, proposal, "identity"), Writer(world, ACADEMIC, proposal, "identity")
    world.submit(proposal)
    for who in (writer, other):
        with pytest.raises(Conflict):
            who.types(title="After the submission")
    identity.sign_out(world.context, world.actor(PARTNER), "unknown")
    identity.end_session(world.context, world.actor(PARTNER), writer.session)
    with pytest.raises(SignInRequired):
        live.enter(world.context, writer.session, proposal, "identity")


def test_what_is_written_at_the_moment_of_submitting_is_not_left_behind(world: World) -> None:
    proposal = world.complete_draft()
    Writer(world, PARTNER, proposal, "identity").types(title="Typed at the last moment")
    with pytest.raises(Conflict, match="wrote in it at this moment"):
        world.submit(proposal)
    drafting.cut_for_reading(world.context, world.actor(ACADEMIC), proposal)
    world.submit(proposal)
    assert title(world, proposal) == "Typed at the last moment"


def test_a_change_behind_an_older_entry_has_to_read_first(world: World) -> None:
    proposal = world.draft("Data")
    writer = Writer(world, ACADEMIC, proposal, "identity")
    opened = live.open_room(world.context, writer.entrance, "shared.both")
    writer.types(title="Data one")
    change = world.context.document(()).carry(
        writer.entrance.rights["shared.both"].room, NOTHING, RoomAnswers({"title": "Other"}, {}), world.context.differ
    )
    assert live.write(world.context, writer.session, writer.entrance, "shared.both", opened.id, opened.seq, change) is None
    assert live.log_since(world.context, opened.id, opened.seq) is not None


def test_a_long_log_is_put_together_and_says_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "COMPACT_AFTER", 5)
    proposal = world.draft("Data")
    writer = Writer(world, ACADEMIC, proposal, "identity")
    for number in range(8):
        writer.types(title=f"Data {number}")
    opened = live.open_room(world.context, writer.entrance, "shared.both")
    before = writer.answers()
    live.compact(world.context, opened.id)
    assert writer.answers() == before
    with unit.reading() as session:
        assert session.execute(sa.select(sa.func.count()).where(LiveUpdate.room == opened.id)).scalar_one() == 1
    assert live.log_since(world.context, opened.id, 2) is None
    writer.types(title="Data again")
    assert live.whole(world.context, opened.id).seq == opened.seq + 1
    assert drafting.cut(world.context, world.actor(ACADEMIC), proposal).changed


def test_answers_move_with_their_question_to_another_room_and_back(world: World) -> None:
    columns = [{"key": "name", "label": "Name", "type": "text"}]
    key, listed = add(world, owner="university"), add(world, label="Sponsors", type="rows", owner="university", column=columns)
    publish(world)
    proposal = world.draft()
    writers = {email: Writer(world, email, proposal, "need") for email in (ACADEMIC, PARTNER)}
    writers[ACADEMIC].types("shared.university", **{key: "4711", listed: [{"id": "a", "name": "Ada"}]})
    writers[PARTNER].types("shared.both", problem="Too few analysts.")
    drafting.cut(world.context, world.actor(ACADEMIC), proposal)
    answers = {key: "4711", listed: [{"id": "a", "name": "Ada"}]}
    for owner in ("both", "university"):
        add(world, key=key, owner=owner)
        add(world, key=listed, label="Sponsors", type="rows", owner=owner, column=[{**columns[0], "owner": owner}])
        publish(world)
        newer = questions.newer(world.context, world.actor(ACADEMIC), proposal)
        assert newer is not None
        questions.take_over(world.context, world.actor(ACADEMIC), proposal, newer.form.digest)
        Writer(world, PARTNER, proposal, "need").types("shared.both", problem=f"Too few analysts, {owner}.")
        assert drafting.cut(world.context, world.actor(PARTNER), proposal).changed
        found = specifications.draft(world.context, world.actor(ACADEMIC), proposal).content["need"]
        assert found == {**answers, "problem": f"Too few analysts, {owner}."}


def test_rows_of_both_sides_come_together(world: World) -> None:
    proposal = world.draft()
    one, other = Writer(world, ACADEMIC, proposal, "outcomes"), Writer(world, PARTNER, proposal, "outcomes")
    one.types(items=[{"id": "a", "text": "Build a model"}])
    other.types(items=[{"id": "b", "text": "Explain it"}, {"id": "a", "text": "Build a model"}])
    drafting.cut(world.context, world.actor(ACADEMIC), proposal)
    found = specifications.draft(world.context, world.actor(ACADEMIC), proposal).version.content["outcomes"]["items"]
    assert isinstance(found, list)
    assert [row["text"] for row in found if isinstance(row, dict)] == ["Explain it", "Build a model"]
    world.save(PARTNER, proposal, "outcomes", items=[{"id": "b", "text": "Explain it well"}])
    assert one.answers().rows["items"] == ("b",)
    assert one.answers().answers["items.b.text"] == "Explain it well"


def test_links_choose_from_entries_that_were_only_just_typed(world: World) -> None:
    proposal = world.draft("Data")
    writer = Writer(world, ACADEMIC, proposal, "outcomes")
    writer.types(items=[{"id": "o1", "text": "Judge a model"}])
    found = live_lists.now(world.context, world.actor(ACADEMIC), proposal, "assessments")
    assert found.lists == {"outcomes.items": (("o1", "1. Judge a model"),)}
    draft = specifications.draft(world.context, world.actor(ACADEMIC), proposal)
    assert "outcomes" not in draft.content
    section = draft.case.form.section("assessments")
    assert row_names(live_lists.with_lists(world.context, draft, section), "outcomes.items") == {"o1": "1. Judge a model"}
    saved = world.save(ACADEMIC, proposal, "assessments", items=[{"id": "a1", "title": "Essay", "outcomes": ["o1"]}])
    assert saved.changed
    kept: Any = specifications.draft(world.context, world.actor(ACADEMIC), proposal).content["assessments"]["items"]
    assert kept[0]["outcomes"] == ["o1"]


def test_whoever_only_reads_is_told_of_lists_as_the_newest_version_has_them(world: World) -> None:
    proposal = world.draft("Data")
    Writer(world, ACADEMIC, proposal, "outcomes").types(items=[{"id": "o1", "text": "Judge a model"}])
    reader = world.actor("admin@harbour.example")
    assert live_lists.now(world.context, reader, proposal, "assessments") == live_lists.Now({"outcomes.items": ()}, ())
    with pytest.raises(NotFound):
        live_lists.now(world.context, world.actor("admin@rival.example"), proposal, "assessments")


def test_what_a_version_cannot_keep_is_named_to_those_who_read_it(world: World) -> None:
    proposal = world.draft("Data")
    Writer(world, ACADEMIC, proposal, "identity").types(title="x" * 500)
    drafting.cut(world.context, world.actor(PARTNER), proposal)
    found = live_lists.now(world.context, world.actor(PARTNER), proposal, "identity")
    assert [one.path for one in found.problems] == ["identity.title"]
    Writer(world, PARTNER, proposal, "need").types("employer.employer", expected_hires="many")
    assert [one.path for one in live_lists.now(world.context, world.actor(PARTNER), proposal, "need").problems] == ["need.expected_hires"]
    assert live_lists.now(world.context, world.actor(ACADEMIC), proposal, "need").problems == ()
