"""The socket of a section over real connections: those who may write together do, and nobody else gets or changes anything."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cowork.app import create_app
from cowork.domain.ids import ProposalId
from cowork.domain.proposals import Role
from cowork.domain.specifications import forms
from cowork.domain.specifications.rooms import NOTHING, RoomAnswers, rooms_of
from cowork.gateways.bus import LocalBus, RedisBus
from cowork.gateways.worddiff import opcodes
from cowork.services import identity, proposals, specifications
from cowork.services.context import Context
from cowork.services.proposals import ParticipantCommand
from cowork.store import base
from cowork.web.specifications import frames, live, sockets
from cowork.web.specifications.frames import ANSWER, CHANGE, STATE, BadFrame, Frame
from tests.redis import start_redis
from tests.web.conftest import Site, settings_for
from tests.web.specifications.talking import ConnectionError, Page, serving  # noqa: A004 (its own name)

ACADEMIC, PARTNER, READER, RIVAL = "author@northfield.example", "author@harbour.example", "nobody@northfield.example", "admin@rival.example"
ROOMS = {f"{section.key}/{room.name}": room for section in forms.shipped().sections for room in rooms_of(section)}
TITLE = ROOMS["identity/shared.both"]
SECRET = ROOMS["need/employer.employer"]


class Meeting:
    """A proposal that people write together in, on a server of the test's own."""

    def __init__(self, site: Site, url: str) -> None:
        self.site, self.url = site, url
        with site.world() as world:
            self.proposal: ProposalId = world.draft("Data")
            author = world.actor(ACADEMIC)
            proposals.add_participant(world.context, author, self.proposal, ParticipantCommand(READER, Role.READER))

    def cookie(self, email: str) -> str:
        return cookie_of(self.site.signed_in(email))

    def page(self, email: str, section: str = "identity", **more: str) -> Page:
        return Page(self.url, self.cookie(email), f"/proposals/{self.proposal}/live/{section}", **more)

    def joined(self, email: str, section: str = "identity") -> Page:
        page = self.page(email, section)
        page.join()
        return page


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie("cowork")
    assert found is not None
    return f"cowork={found.value}"


@pytest.fixture
def meeting(site: Site) -> Iterator[Meeting]:
    with serving(site.app) as url:
        yield Meeting(site, url)


def titled(page: Page, text: str) -> RoomAnswers:
    found = page.documents[TITLE.name].answers(TITLE)
    return RoomAnswers({**found.answers, "title": text}, found.rows)


def title_of(page: Page) -> object:
    return page.documents[TITLE.name].answers(TITLE).answers.get("title")


def test_two_people_write_in_one_text(meeting: Meeting) -> None:
    one, other = meeting.joined(ACADEMIC), meeting.joined(PARTNER)
    assert title_of(one) == title_of(other) == "Data"
    one.change(TITLE, titled(one, "Data for Nurses"))
    other.change(TITLE, titled(other, "Open Data"))
    assert one.wait_for("kept")["n"] >= 1
    wait_until(lambda: [title_of(page) for page in heard(one, other)] == ["Open Data for Nurses"] * 2)
    third = meeting.joined(ACADEMIC)
    assert title_of(third) == "Open Data for Nurses"


def test_everybody_hears_who_is_there_and_where_they_write(meeting: Meeting) -> None:
    one = meeting.joined(ACADEMIC)
    other = meeting.joined(PARTNER)
    here = one.wait_for("here")["people"]
    assert sorted(person["writes"] for person in here) == [True, True]
    place = {"key": "title", "anchor": {"type": None}, "head": {"type": None}}
    other.socket.send(json.dumps({"t": "cursor", "room": "shared.both", "at": place, "name": "The Dean"}))
    found = one.wait_for("cursor")
    assert found["name"] != "The Dean"
    assert found["at"]["key"] == "title"
    names = meeting.site.signed_in(ACADEMIC).get(f"/proposals/{meeting.proposal}/live").get_json()
    assert len(names["sections"]["identity"]) == 2
    other.close()
    assert len(one.wait_for("here")["people"]) == 1


def test_a_form_saved_without_a_script_reaches_those_who_write_together(meeting: Meeting) -> None:
    page = meeting.joined(PARTNER)
    page.change(TITLE, titled(page, "Data and Ethics"))
    page.wait_for("kept")
    client, address = meeting.site.signed_in(ACADEMIC), f"/proposals/{meeting.proposal}/draft/identity"
    form = {"base": "1", "asked": "summary", "a-summary": "A course.", "then": "stay"}
    assert client.post(address, data=form).status_code == 303
    wait_until(lambda: heard(page)[0].documents[TITLE.name].answers(TITLE).answers.get("summary") == "A course.")
    page.change(TITLE, titled(page, "Data and Arts"))
    page.wait_for("kept")
    answer = client.post(address, data={"base": "1", "asked": "title", "a-title": "Open Data", "then": "stay"})
    assert answer.status_code == 409, "the form shows both texts; none was mixed into the other"
    assert all(words in answer.get_data(as_text=True) for words in ("Data and Arts", "Open Data"))
    assert title_of(heard(page)[0]) == "Data and Arts"


def test_the_button_cuts_a_version_and_names_what_cannot_be_kept(meeting: Meeting) -> None:
    page = meeting.joined(ACADEMIC)
    page.change(TITLE, titled(page, "Data for Nurses"))
    page.wait_for("kept")
    client = meeting.site.signed_in(ACADEMIC)
    address = f"/proposals/{meeting.proposal}/draft/identity/cut"
    assert client.post(address, data={"note": "A title"}).get_json() == {
        "version": 2, "changed": True, "words": "Saved as version 2.", "problems": [],
    }  # fmt: skip
    page.change(TITLE, titled(page, "x" * 150))
    page.wait_for("kept")
    found = client.post(address).get_json()
    assert (found["changed"], [problem["path"] for problem in found["problems"]]) == (False, ["identity.title"])
    with meeting.site.world() as world:
        draft = specifications.draft(world.context, world.actor(ACADEMIC), meeting.proposal)
        assert draft.version.content["identity"]["title"] == "Data for Nurses"


def told(page: Page, *kinds: str) -> list[dict[str, Any]]:
    """What the page was told of its section and of lists elsewhere."""
    return [message for message in heard(page)[0].said if message["t"] in kinds]


def standing(page: Page, version: int, uncut: bool) -> None:
    """Wait until the page was last told this of its section."""
    wait_until(lambda: told(page, "standing")[-1:] == [{"t": "standing", "version": version, "uncut": uncut}])


def test_everybody_hears_when_a_version_is_cut_and_when_something_is_in_none(meeting: Meeting) -> None:
    one, other = meeting.joined(ACADEMIC), meeting.joined(PARTNER)
    one.change(TITLE, titled(one, "Data for Nurses"))
    standing(other, 1, True)
    meeting.site.signed_in(PARTNER).post(f"/proposals/{meeting.proposal}/draft/identity/cut")
    for page in (one, other):
        standing(page, 2, False)


def test_nobody_hears_that_something_is_typed_in_a_room_they_do_not_read(meeting: Meeting) -> None:
    writer, other = meeting.joined(PARTNER, "need"), meeting.joined(ACADEMIC, "need")
    standing(writer, 1, False)
    standing(other, 1, False)
    elsewhere = meeting.joined(ACADEMIC, "assessments")
    standing(elsewhere, 1, False)
    before = writer.documents[SECRET.name].answers(SECRET)
    writer.change(SECRET, RoomAnswers({**before.answers, "expected_hires": "7"}, before.rows))
    standing(writer, 1, True)
    # Whatever the hub had to say of that it has said: the next thing that it says is of a version that was cut later.
    with meeting.site.world() as world:
        world.save(ACADEMIC, meeting.proposal, "identity", summary="A course.")
    standing(other, 3, False)
    assert {(message["version"], message["uncut"]) for message in told(other, "standing")} == {(1, False), (3, False)}
    standing(elsewhere, 3, False)
    assert len(told(elsewhere, "lists")) == 2, "when it came, and when the version was cut"


def test_a_page_hears_that_entries_it_can_link_to_have_changed(meeting: Meeting) -> None:
    writer, linking = meeting.joined(ACADEMIC, "outcomes"), meeting.joined(ACADEMIC, "assessments")
    wait_until(lambda: len(told(linking, "lists")) == 1)
    room = ROOMS["outcomes/shared.both"]
    writer.change(room, RoomAnswers({"items.o1.text": "Judge a model"}, {"items": ("o1",)}))
    wait_until(lambda: len(told(linking, "lists")) > 1)
    client = meeting.site.signed_in(ACADEMIC)
    found = client.get(f"/proposals/{meeting.proposal}/live/assessments/now").get_json()
    assert found == {"lists": {"outcomes.items": [["o1", "1. Judge a model"]]}, "problems": []}
    form = client.get(f"/proposals/{meeting.proposal}/draft/skills").get_data(as_text=True)
    assert "1. Judge a model" in form, "the page has it without a script too"


@pytest.mark.parametrize("address", ["review", "changes", "submit", "export", "draft"])
def test_whoever_comes_to_judge_finds_what_was_written(meeting: Meeting, address: str) -> None:
    page = meeting.joined(PARTNER)
    page.change(TITLE, titled(page, "Data for Midwives"))
    page.wait_for("kept")
    html = meeting.site.signed_in(READER).get(f"/proposals/{meeting.proposal}/{address}").get_data(as_text=True)
    assert "Data for Midwives" in html
    assert meeting.site.signed_in(RIVAL).get(f"/proposals/{meeting.proposal}/{address}").status_code == 404


def test_the_form_holds_what_others_typed_in_its_section(meeting: Meeting) -> None:
    page = meeting.joined(PARTNER)
    page.change(TITLE, titled(page, "Data for Midwives"))
    page.wait_for("kept")
    own, other = (meeting.site.signed_in(email) for email in (PARTNER, ACADEMIC))
    address = f"/proposals/{meeting.proposal}/draft"
    for client, section in ((own, "identity"), (other, "need")):
        assert 'data-base="1"' in client.get(f"{address}/{section}").get_data(as_text=True), "no version for one's own words, or elsewhere"
    html = other.get(f"{address}/identity").get_data(as_text=True)
    assert 'value="Data for Midwives"' in html
    assert 'data-base="2"' in html


def test_every_page_that_waits_for_a_cut_is_there(site: Site) -> None:
    assert site.app.view_functions.keys() >= live.JUDGED | live.SAID | live.DRAFTED


def test_nobody_submits_a_text_that_the_page_did_not_show(meeting: Meeting) -> None:
    page = meeting.joined(PARTNER)
    client = meeting.site.signed_in(ACADEMIC)
    with meeting.site.world() as world:
        seen = specifications.draft(world.context, world.actor(ACADEMIC), meeting.proposal).version
    page.change(TITLE, titled(page, "Data for Midwives"))
    page.wait_for("kept")
    answer = client.post(f"/proposals/{meeting.proposal}/submit", data={"version": str(seen.number), "digest": seen.digest})
    assert answer.status_code in (409, 422)
    assert "Data for Midwives" in answer.get_data(as_text=True)


def test_somebody_foreign_or_signed_out_gets_no_connection(meeting: Meeting) -> None:
    path = f"/proposals/{meeting.proposal}/live/identity"
    for cookie in (meeting.cookie(RIVAL), "", "cowork=forged"):
        with pytest.raises(ConnectionError):
            Page(meeting.url, cookie, path)
    for wrong in (f"/proposals/{'0' * 16}/live/identity", f"/proposals/{meeting.proposal}/live/nothing"):
        with pytest.raises(ConnectionError):
            Page(meeting.url, meeting.cookie(ACADEMIC), wrong)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_page_of_another_site_gets_no_connection(meeting: Meeting, origin: str) -> None:
    with pytest.raises(ConnectionError):
        meeting.page(ACADEMIC, origin=origin)


def test_a_reader_changes_nothing_whatever_they_send(meeting: Meeting) -> None:
    author, reader = meeting.joined(ACADEMIC), meeting.joined(READER)
    assert set(reader.rights.values()) == {False}
    before = author.documents[TITLE.name].state()
    for kind in (CHANGE, ANSWER):
        document = reader.documents[TITLE.name]
        reader.send(Frame(TITLE.name, kind, document.carry(TITLE, NOTHING, RoomAnswers({"title": "Mine"}, {}), opcodes)))
        reader.wait_for("refused")
    author.listen()
    assert author.documents[TITLE.name].state() == before
    assert title_of(meeting.joined(ACADEMIC)) == "Data"


def test_nobody_gets_a_room_of_another_lane(meeting: Meeting) -> None:
    partner = meeting.joined(PARTNER, "need")
    partner.change(SECRET, RoomAnswers({field.key: "canary" for field in SECRET.singles if field.type.value in ("text", "longtext")}, {}))
    partner.wait_for("kept")
    academic = meeting.joined(ACADEMIC, "need")
    assert SECRET.name not in academic.rights
    received = academic.received
    academic.send(Frame(SECRET.name, STATE, b"\0"))
    academic.wait_for("refused")
    academic.send(Frame(SECRET.name, CHANGE, b"\0\0"))
    academic.wait_for("refused")
    partner.socket.send('{"t":"cursor","room":"employer.employer","at":{"key":"' + SECRET.singles[0].key + '"}}')
    academic.listen()
    assert academic.received == received
    assert [said for said in academic.said if said["t"] == "cursor"] == []


def test_a_side_writes_only_in_its_own_rooms(meeting: Meeting) -> None:
    own = ROOMS["identity/shared.university"]
    partner, academic = meeting.joined(PARTNER), meeting.joined(ACADEMIC)
    assert (partner.rights[own.name], academic.rights[own.name]) == (False, True)
    key = next(field.key for field in own.singles)
    partner.change(own, RoomAnswers({key: "Mine"}, {}))
    partner.wait_for("refused")
    academic.listen()
    assert key not in academic.documents[own.name].answers(own).answers


def test_whoever_loses_the_right_loses_the_connection_at_once(meeting: Meeting) -> None:
    partner, academic = meeting.joined(PARTNER), meeting.joined(ACADEMIC)
    with meeting.site.world() as world:
        admin = world.actor("admin@harbour.example")
        for command in (ParticipantCommand(admin.email, Role.AUTHOR), ParticipantCommand(PARTNER, Role.READER)):
            proposals.add_participant(world.context, admin, meeting.proposal, command)
        identity.end_session(world.context, world.actor(ACADEMIC), own_session(meeting, academic))
    assert academic.until_closed() == 4401
    wait_until(lambda: set(heard(partner)[0].rights.values()) == {False})
    partner.change(TITLE, titled(partner, "Still mine"))
    partner.wait_for("refused")


def own_session(meeting: Meeting, page: Page) -> str:
    hub = meeting.site.app.extensions[live.HUB]
    found: str = next(c.session_id for c in hub.presence.connections() if c.id == page.said[0]["id"])
    return found


NONSENSE: tuple[bytes | str, ...] = (
    b"", b"\xff", b"\xff" * 12, b"\x0bshared.both\x00\x07\x00", "[]", "{", "nonsense", '{"t":"cursor","room":7}', '{"t":"hello"}',
    frames.written(Frame(TITLE.name, CHANGE, b"\xff" * 50)), frames.written(Frame(TITLE.name, STATE, b"\xff\xff\xff")),
)  # fmt: skip


@pytest.mark.parametrize("message", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_ends_the_connection_and_nothing_else(meeting: Meeting, message: bytes | str) -> None:
    author = meeting.joined(PARTNER)
    page = meeting.joined(ACADEMIC)
    page.socket.send(message)
    assert page.until_closed() == sockets.POLICY
    author.change(TITLE, titled(author, "Data lives"))
    author.wait_for("kept")
    assert title_of(meeting.joined(ACADEMIC)) == "Data lives"


def frame(first: int, payload: bytes = b"") -> bytes:
    """A frame as a browser masks it, with a mask of nothing."""
    return bytes([first, 0x80 | len(payload)]) + bytes(4) + payload


@pytest.mark.parametrize("words", [frame(1) + frame(0) * 200, frame(2) + frame(0) * 200], ids=["text", "bytes"])
def test_a_message_in_endless_pieces_is_not_taken(meeting: Meeting, words: bytes) -> None:
    page = meeting.joined(ACADEMIC)
    page.socket.sock.sendall(words)
    assert (page.until_closed(), page.why) == (sockets.POLICY, sockets.NONSENSE)


def test_a_text_that_is_no_text_is_refused_in_a_sentence(meeting: Meeting) -> None:
    page = meeting.joined(ACADEMIC)
    page.socket.sock.sendall(frame(0x81, b"\xff\xfe"))
    assert (page.until_closed(), page.why) == (1007, sockets.NONSENSE)


def test_a_message_of_any_size_is_not_taken(meeting: Meeting) -> None:
    page = meeting.joined(ACADEMIC)
    page.socket.send(frames.written(Frame(TITLE.name, CHANGE, b"\0" * (live.LARGEST_MESSAGE + 1))))
    assert page.until_closed() in (sockets.TOO_BIG, 1005, 1006)


def test_more_sockets_than_may_be_are_told_to_save_by_form(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meeting.site.app.extensions[live.HUB], "_most", 2)
    pages = [meeting.joined(ACADEMIC), meeting.joined(PARTNER)]
    with pytest.raises(ConnectionError):
        meeting.page(ACADEMIC)
    path = f"/proposals/{meeting.proposal}/live/identity"
    client = meeting.site.signed_in(ACADEMIC)
    assert client.get(path).status_code == 429
    pages[0].close()
    pages[1].wait_for("here")
    assert client.get(path).status_code == 426
    assert meeting.joined(ACADEMIC).rights
    assert meeting.site.signed_in(RIVAL).get(path).status_code == 404


def test_a_frame_is_read_as_it_was_written() -> None:
    frame = Frame("shared.both", CHANGE, b"x" * 300)
    assert frames.read(frames.written(frame)) == frame
    for cut in range(len(frames.written(frame))):
        with pytest.raises(BadFrame):
            frames.read(frames.written(frame)[:cut])


def test_what_is_typed_from_two_pages_of_one_person_comes_together(meeting: Meeting) -> None:
    one, other = meeting.joined(ACADEMIC), meeting.joined(ACADEMIC)
    for number in range(5):
        one.change(TITLE, titled(one, f"Data {number}"))
        other.change(TITLE, titled(other, f"{title_of(other)}!"))
        for page in (one, other):
            page.listen(0.1)
    wait_until(lambda: len({title_of(page) for page in heard(one, other)}) == 1)
    assert str(title_of(one)).count("!") >= 1


@pytest.mark.parametrize("with_redis", [True, False], ids=["through Redis", "by the log alone"])
def test_two_processes_write_together(meeting: Meeting, tmp_path: Path, with_redis: bool) -> None:
    """Each process has a hub of its own on the same database."""
    redis = start_redis(tmp_path) if with_redis else None
    first = meeting.site.app
    second = create_app(settings_for(tmp_path / "instance"))
    context: Context = first.extensions["cowork"]
    for app in (first, second):
        app.extensions["cowork"] = replace(context, bus=RedisBus(redis.url) if redis else LocalBus())
    try:
        with serving(second) as url:
            one = meeting.joined(ACADEMIC)
            other = Page(url, meeting.cookie(PARTNER), f"/proposals/{meeting.proposal}/live/identity")
            other.join()
            one.change(TITLE, titled(one, "Data for Nurses"))
            other.change(TITLE, titled(other, "Open Data"))
            wait_until(lambda: [title_of(page) for page in heard(one, other)] == ["Open Data for Nurses"] * 2)
            if redis is not None:
                wait_until(lambda: len([said for page in heard(one, other) for said in page.said if len(said.get("people", ())) == 2]) >= 2)
                other.socket.send('{"t":"cursor","room":"shared.both","at":{"key":"title"}}')
                assert one.wait_for("cursor")["at"] == {"key": "title"}
            one.close()
            other.close()
    finally:
        with second.app_context():
            base.db.engine.dispose()
        if redis is not None:
            redis.stop()


def heard(*pages: Page) -> tuple[Page, ...]:
    for page in pages:
        page.listen(0.1)
    return pages


def wait_until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < give_up, "it never came"
