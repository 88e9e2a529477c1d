"""Handing mails to a server: what is written, and how refusals are told from outages."""

import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cowork.gateways.mail import SmtpMailer, written
from cowork.ports import MailAway, MailRefused, OutgoingMail
from tests.smtp import mail_server

MAIL = OutgoingMail(
    "<m1@cowork.example>", "Åsa Öst", "asa@north.example", "Your turn: Ætiology – part 1", "Hello\n.\nfrom a dot", "<p>Hello</p>",
    datetime(2026, 3, 2, 9, tzinfo=UTC), "<proposal-p@cowork.example>", "https://cowork.example/account/notifications",
)  # fmt: skip


def mailer(port: int, **more: str) -> SmtpMailer:
    return SmtpMailer("127.0.0.1", port, False, "Cowork <cowork@cowork.example>", timeout=5, **more)


def test_the_server_gets_text_and_html_with_the_headers_that_were_promised() -> None:
    with mail_server() as box:
        mailer(box.port).send(MAIL)
    (message,) = box.to("asa@north.example")
    assert message["Message-ID"] == "<m1@cowork.example>"
    assert message["References"] == "<proposal-p@cowork.example>"
    assert message["Subject"] == "Your turn: Ætiology – part 1"
    assert message["List-Unsubscribe"] == "<https://cowork.example/account/notifications>"
    assert message["Auto-Submitted"] == "auto-generated"
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "Hello\n.\nfrom a dot\n"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("part", ["subject", "name", "address", "message_id"])
def test_a_line_end_cannot_add_a_header(part: str) -> None:
    with mail_server() as box, pytest.raises(MailRefused):
        mailer(box.port).send(replace(MAIL, **{part: "a\r\nBcc: everybody@rival.example"}))  # type: ignore[arg-type]  # texts
    assert box.taken == []


def test_a_refusal_for_now_is_an_outage_and_one_for_good_is_not() -> None:
    with mail_server() as box:
        box.refusal = "421 later"
        with pytest.raises(MailAway):
            mailer(box.port).send(MAIL)
        box.refusal, box.unknown = "", {"asa@north.example"}
        with pytest.raises(MailRefused, match="550"):
            mailer(box.port).send(MAIL)
    assert box.taken == []


def test_nobody_listening_is_an_outage() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(MailAway):
        mailer(port).send(MAIL)


def test_an_address_says_how_to_connect_and_its_password_is_never_shown() -> None:
    found = SmtpMailer.from_url("smtps://me%40north:p%2Fw@mail.north.example", "c@c.example")
    assert (found.host, found.port, found.secure, found.user, found.password) == ("mail.north.example", 465, True, "me@north", "p/w")
    assert SmtpMailer.from_url("smtp://mail.north.example", "c@c.example").port == 587
    assert "p/w" not in repr(found)
    assert written(MAIL, "Cowork <c@c.example>")["From"] == "Cowork <c@c.example>"
