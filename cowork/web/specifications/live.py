"""Writing together: the socket of a section, who is there, and the button that cuts a version."""

import contextlib
import time
import zlib
from collections.abc import Iterable
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, jsonify, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from cowork.domain.errors import Conflict, CoworkError, NotFound, Refused, SignInRequired, TooMany
from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action
from cowork.domain.specifications.values import Problem
from cowork.ports import BadUpdate
from cowork.services import drafting, live, live_lists, specifications
from cowork.services.identity import digest
from cowork.services.live import Entrance
from cowork.web import access, session
from cowork.web.specifications import frames, sockets
from cowork.web.specifications.connections import Connection
from cowork.web.specifications.frames import ANSWER, CHANGE, STATE, BadFrame
from cowork.web.specifications.hub import Full, Hub
from cowork.web.specifications.limits import Bucket
from cowork.web.specifications.presence import COLOURS
from cowork.web.specifications.sockets import Closed, Socket, Upgraded

blueprint = Blueprint("live", __name__)

HUB = "cowork_live"
LARGEST_MESSAGE = 2 * 1024 * 1024
LOOK_AGAIN_SECONDS = 60.0
MESSAGES_A_SECOND, MESSAGES_AT_ONCE = 60.0, 400.0
BYTES_A_SECOND, BYTES_AT_ONCE = 256 * 1024.0, 8 * 1024 * 1024.0
MOST_REFUSED = 20
RETRY_SECONDS = 30
CODES: tuple[tuple[type[CoworkError], int], ...] = ((SignInRequired, 4401), (NotFound, 4404), (Refused, 4403), (Conflict, 4409))
"""Why a socket is closed, after the statuses of pages; see docs/live-drafting.md."""
FULL = "Too many people write together just now. Your page saves by itself all the same."
PLAIN = "This address is for WebSockets."

JUDGED = frozenset(
    {
        "reviews.review", "reviews.submission", "reviews.submit", "reviews.route", "specifications.compare", "exports.export",
        "authorship.who_wrote_what", "alignment.page", "comment_lists.listed", "suggestions.ask", "form_changes.asked",
        "form_changes.take_over", "origins.show", "starting.save_as",
    }
)  # fmt: skip
"""Pages on which somebody judges a version, or builds on it: what is written and in none yet is cut before they are shown."""
SAID = frozenset({"comments.open_thread"})
"""Acts on words that somebody has just written or read while they were written."""
DRAFTED = frozenset({"specifications.overview", "specifications.section", "specifications.check"})
"""The pages of the draft: for those who do not write it, and a section with the words of others for those who do."""


@blueprint.before_app_request
def cut_for_readers() -> None:
    """Nobody reads or submits an outdated text. Where it cannot be cut now, the page says what is wrong, or shows the newest version."""
    actor = access.visitor() if request.endpoint in JUDGED | SAID | DRAFTED else None
    if actor is not None:
        with contextlib.suppress(NotFound, Refused, Conflict):
            asked = request.view_args or {}
            proposal, section = ProposalId(asked.get("proposal", "")), asked.get("section", "")
            drafting.cut_for_reading(access.context(), actor, proposal, even_writers=request.endpoint not in DRAFTED, section=section)


def hub() -> Hub:
    """Everybody who writes together in this process."""
    return cast(Hub, access.application().extensions[HUB])


@access.route(blueprint, "/proposals/<string:proposal>/live/<string:section>", Action.READ_PROPOSAL)
def write(proposal: ProposalId, section: str) -> Response | tuple[str, int]:
    """Write together in a section, for as long as the socket is open. Without one it says whether it would be let in."""
    session_id = digest(session.token())
    entrance = live.enter(access.context(), session_id, proposal, section)
    person = entrance.actor.person
    upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
    if upgrade and not _from_here(request.headers.get("Origin", "")):
        raise Forbidden
    try:
        (hub().admit if upgrade else hub().refuse_when_full)(person)
    except Full:
        raise TooMany(FULL, RETRY_SECONDS) from None
    if not upgrade:
        return PLAIN, 426
    try:
        used = Socket(request.environ, LARGEST_MESSAGE)
        Conversation(hub(), used, session_id, entrance).hold()
        return Upgraded(used)
    finally:
        hub().dismiss(person)


blueprint.add_url_rule("/proposals/<string:proposal>/live/<string:section>", "write", websocket=True)


@access.route(blueprint, "/proposals/<string:proposal>/live", Action.READ_PROPOSAL)
def present(proposal: ProposalId) -> Response:
    """Who is in which section now."""
    specifications.draft(access.context(), access.actor(), proposal)
    return jsonify(sections=hub().presence.names(proposal))


@access.route(blueprint, "/proposals/<string:proposal>/live/<string:section>/now", Action.READ_PROPOSAL)
def now(proposal: ProposalId, section: str) -> Response:
    """The lists that a section's links choose from, and what no version can keep, as they are written at this moment."""
    found = live_lists.now(access.context(), access.actor(), proposal, section)
    return jsonify(lists=found.lists, problems=_named(found.problems))


@access.route(blueprint, "/proposals/<string:proposal>/draft/<string:section>/cut", Action.EDIT_PROPOSAL, methods=("POST",))
def cut(proposal: ProposalId, section: str) -> Response:
    """Cut a version from what is written together; the answers that no version can keep are named."""
    made = drafting.cut(access.context(), access.actor(), proposal, request.form.get("note", ""))
    draft = specifications.draft(access.context(), access.actor(), proposal)
    problems = _named(problem for problem in made.problems if live_lists.may_read_path(draft.case, problem.path))
    words = f"Saved as version {made.version}." if made.changed else f"Nothing is new since version {made.version}."
    return jsonify(version=draft.version.number, changed=made.changed, words=words, problems=problems)


def _named(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [{"path": problem.path, "words": problem.message} for problem in problems]


def _from_here(origin: str) -> bool:
    """Whether a page of ours asks: browsers always say where a socket was opened."""
    parts = urlsplit(origin)
    return bool(parts.netloc) and (parts.netloc == request.host or origin == access.context().base_url)


class Conversation:
    """What is said on one socket, from its opening to its end."""

    def __init__(self, meeting: Hub, used: Socket, session_id: str, entrance: Entrance) -> None:
        colour = zlib.crc32(entrance.actor.person.encode()) % COLOURS
        self._hub = meeting
        self._me = Connection(meeting.context.new_id(), used, session_id, entrance, colour)
        self._taken = 0
        self._refused = 0
        self._looked = time.monotonic()
        self._messages = Bucket(MESSAGES_AT_ONCE, MESSAGES_A_SECOND)
        self._bytes = Bucket(BYTES_AT_ONCE, BYTES_A_SECOND)

    def hold(self) -> None:
        """Talk until one side ends it."""
        me = self._me
        self._greet()
        self._hub.presence.come(me)
        try:
            while not self._hub.closing.is_set():
                messages = me.socket.receive(LOOK_AGAIN_SECONDS)
                if me.look_again or time.monotonic() - self._looked > LOOK_AGAIN_SECONDS:
                    self._look_again()
                self._take(messages)
            me.socket.close(sockets.GOING_AWAY, "The server is starting anew.")
        except Closed:
            pass
        except (BadFrame, BadUpdate):
            me.socket.close(sockets.POLICY, sockets.NONSENSE)
        except CoworkError as error:
            code = next((code for kind, code in CODES if isinstance(error, kind)), sockets.BUSY)
            me.socket.close(code, str(error)[:100])
        except SQLAlchemyError:
            access.application().logger.exception("a live change could not be kept")
            me.socket.close(sockets.BUSY, "The database does not answer.")
        finally:
            self._hub.leave(me)
            self._hub.presence.go(me)

    def _greet(self) -> None:
        me = self._me
        rooms = {name: right.writes for name, right in me.entrance.rights.items()}
        me.socket.send(frames.text("hello", id=me.id, colour=me.colour, rooms=rooms))

    def _look_again(self) -> None:
        """Ask anew what this person may do. Raises what ends the conversation."""
        me = self._me
        me.look_again, self._looked = False, time.monotonic()
        before = me.entrance
        me.entrance = live.enter(self._hub.context, me.session_id, before.proposal, before.section)
        if {name: right.writes for name, right in before.rights.items()} != {
            name: right.writes for name, right in me.entrance.rights.items()
        }:
            self._hub.leave(me, before.rights.keys() - me.entrance.rights.keys())
            self._greet()

    def _take(self, messages: list[bytes | str]) -> None:
        changes: dict[str, list[tuple[int, bytes]]] = {}
        now = time.monotonic()
        for message in messages:
            if not (self._messages.takes(now) and self._bytes.takes(now, len(message))):
                self._me.socket.close(sockets.POLICY, "Too much at once.")
                raise Closed
            if isinstance(message, str):
                self._point(message)
                continue
            frame = frames.read(message)
            if frame.room not in self._me.entrance.rights:
                self._refuse(frame.room)
            elif frame.kind == STATE:
                self._hub.bring_up_to_date(self._me, frame.room, frame.body)
            elif frame.kind in (ANSWER, CHANGE):
                self._taken += 1
                if self._me.entrance.rights[frame.room].writes:
                    changes.setdefault(frame.room, []).append((frame.kind, frame.body))
                else:
                    self._refuse(frame.room)
        for room, found in changes.items():
            self._hub.write(self._me, room, found)
        if changes:
            self._me.socket.send(frames.text("kept", n=self._taken))

    def _point(self, message: str) -> None:
        found = frames.said(message)
        if found.get("t") != "cursor":
            raise BadFrame
        room, at = frames.cursor_of(found)
        right = self._me.entrance.rights.get(room)
        if right is not None and right.writes:
            self._hub.presence.point(self._me, room, at)

    def _refuse(self, room: str) -> None:
        """Drop what this person may not send; a page of ours sends none of it."""
        self._refused += 1
        if self._refused > MOST_REFUSED:
            raise Refused("You may not write here.")
        self._me.socket.send(frames.text("refused", room=room))
