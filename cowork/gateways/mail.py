"""Handing mails to an SMTP server: TLS from the start (smtps) or by STARTTLS, with a login where the address names one."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from cowork.ports import MailAway, MailRefused, OutgoingMail

TIMEOUT_SECONDS = 10.0
"""How long the server may take for each answer. Mails wait for it, pages never do."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PERMANENT = 500


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """A server and whoever mails come from. `secure` is TLS from the start."""

    host: str
    port: int
    secure: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = TIMEOUT_SECONDS

    @classmethod
    def from_url(cls, url: str, sender: str) -> "SmtpMailer":
        """The server of an address such as smtp://user:password@host:587 (STARTTLS) or smtps://host:465, checked by the settings."""
        parts = urlsplit(url)
        secure = parts.scheme == "smtps"
        port = parts.port or (465 if secure else 587)
        return cls(parts.hostname or "", port, secure, sender, unquote(parts.username or ""), unquote(parts.password or ""))

    def send(self, mail: OutgoingMail) -> None:
        """Return when the server has taken the mail. Raises MailAway (the server, now) or MailRefused (this mail, for good)."""
        try:
            message = written(mail, self.sender)
        except (MessageError, ValueError) as error:
            raise MailRefused(f"The mail cannot be written: {error}") from error
        try:
            with self._connected() as server:
                server.send_message(message, self.sender_address, [mail.address])
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPSenderRefused as error:
            raise MailAway(_said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailAway(f"The mail server did not take the mail: {error}"[:400]) from error

    @property
    def sender_address(self) -> str:
        return parseaddr(self.sender)[1]

    def _connected(self) -> smtplib.SMTP:
        """A connection that is encrypted where the server can. A password goes over an open line to this machine only."""
        trust = ssl.create_default_context()
        if self.secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=trust)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            server.ehlo()
            encrypted = self.secure
            if not encrypted and server.has_extn("starttls"):
                server.starttls(context=trust)
                server.ehlo()
                encrypted = True
            if self.user:
                if not encrypted and self.host not in LOOPBACK:
                    raise MailAway("The mail server offers no encryption, so the password was not sent. Use smtps:// or another server.")
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


def written(mail: OutgoingMail, sender: str) -> EmailMessage:
    """The message: text first, HTML beside it. Raises ValueError for a line end in a header."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(mail.name, addr_spec=mail.address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = mail.message_id
    if mail.thread:
        message["References"] = mail.thread
    message["List-Unsubscribe"] = f"<{mail.choices}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _refusal(code: int, text: bytes | str) -> MailAway | MailRefused:
    """5xx is for good, 4xx for now."""
    return MailRefused(_said(code, text)) if code >= PERMANENT else MailAway(_said(code, text))


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"The mail server answered {code}: {words}"[:400]
