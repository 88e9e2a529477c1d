"""Letters of support: the text that one begins with, what may be signed, and the signed letter as a document with a digest.

A letter is written by a member of one party and signed by name. What is signed is a JSON document: its SHA-256 is printed on the letter,
and whoever holds it can check it. Signed, it never changes; it can be withdrawn, which is recorded.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from cowork.domain.errors import Invalid
from cowork.domain.files import MAX_TITLE
from cowork.domain.ids import Digest, LetterId, Side
from cowork.domain.specifications.canonical import canonical
from cowork.domain.specifications.digests import sha256
from cowork.domain.specifications.texts import BadText, many_lines

FORMAT = "cowork-letter/1"
MAX_BODY = 8_000
MAX_NAME = 120
MOST_OUTCOMES = 12
AUTHORITY = "I sign this letter for {organisation} and am entitled to do so."
PROMPT = re.compile(r"\[([^\[\]\n]{3,200})\](?!\()")
"""A place in the text that waits for words: [how many people]. A link in Markdown is none."""

_EMPLOYER = """\
To whom it may concern,

{organisation} supports the microcredential “{title}”, which is designed together with {partners}.

We need people with these skills because [say what changes in your work, and where it hurts today].

Those who complete it will be able to:

{outcomes}

We expect [how many] of our people to take part each year, and [say what you offer: mentors, data, interviews, time].
"""
_UNIVERSITY = """\
To whom it may concern,

{organisation} supports the microcredential “{title}”, which is designed together with {partners}.

It fits our programmes because [say where it belongs, and what it builds on].

Those who complete it will be able to:

{outcomes}

We provide [say what you provide: teachers, rooms, recognition of credits].
"""
TEMPLATES: Mapping[Side, str] = {Side.EMPLOYER: _EMPLOYER, Side.UNIVERSITY: _UNIVERSITY}


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the text that a letter begins with takes from the specification."""

    title: str
    organisation: str
    partners: Sequence[str]
    outcomes: Sequence[str]


def begun(side: Side, said: Particulars) -> str:
    """The text that a letter begins with: what the specification says filled in, what only people know in brackets."""
    *others, last = [*said.partners] or ["[name the partners]"]
    partners = f"{', '.join(others)} and {last}" if others else last
    lines = [f"- {' '.join(outcome.split())}" for outcome in said.outcomes[:MOST_OUTCOMES]]
    outcomes = "\n".join(lines) or "- [name the most important outcomes]"
    title = " ".join(said.title.split())
    return TEMPLATES[side].format(title=title, organisation=said.organisation, partners=partners, outcomes=outcomes)


def checked(title: str, body: str) -> tuple[str, str]:
    """Title and Markdown text of a draft, tidied, or Invalid."""
    name = " ".join(title.replace("\0", "").split())
    problems = []
    try:
        text = many_lines(body.replace("\0", ""))
    except BadText as error:
        text = body
        problems.append(("body", str(error)))
    if not name:
        problems.append(("title", "Give the letter a title, such as “Letter of support”."))
    elif not name.isprintable():
        problems.append(("title", "Give the letter a title of plain characters."))
    if len(name) > MAX_TITLE:
        problems.append(("title", f"Shorten the title to {MAX_TITLE} characters."))
    if not text.strip():
        problems.append(("body", "Write the letter before you save it."))
    if len(text) > MAX_BODY:
        problems.append(("body", f"Shorten the letter to {MAX_BODY:,} characters: it should fit on two pages."))
    if problems:
        raise Invalid(problems)
    return name, text


@dataclass(frozen=True, slots=True)
class Signature:
    """What somebody typed and ticked to sign. `expires` is the last day on which the letter can be relied on."""

    name: str
    position: str
    authority: bool
    expires: date | None = None


def check_signature(given: Signature, body: str, today: date, account: str) -> Signature:
    """The signature, tidied, or Invalid. The name has to be the one that the signer's account goes by."""
    name, position = (" ".join(text.replace("\0", "").split()) for text in (given.name, given.position))
    problems = [
        ("body", f"The letter still waits for words at “[{words}]”. Write them, or take the brackets out.") for words in prompts(body)
    ]
    for field, text, words in (("name", name, "your name"), ("position", position, "your position")):
        if not text:
            problems.append((field, f"Type {words} to sign."))
        elif len(text) > MAX_NAME or not text.isprintable():
            problems.append((field, f"Use at most {MAX_NAME} plain characters for {words}."))
    if name and _folded(name) != _folded(account):
        wrong = f"Type your own name as your account has it: {account}. If it is misspelt there, change it under Account first."
        problems.append(("name", wrong))
    if not given.authority:
        problems.append(("authority", "Confirm that you are entitled to sign for your organisation."))
    if given.expires is not None and given.expires <= today:
        problems.append(("expires", "Choose a day that is still to come, or leave it out."))
    if problems:
        raise Invalid(problems)
    return Signature(name, position, True, given.expires)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


def prompts(body: str) -> tuple[str, ...]:
    """The places that still wait for words, each once."""
    return tuple(dict.fromkeys(PROMPT.findall(body)))


@dataclass(frozen=True, slots=True)
class SignedLetter:
    """A letter as it was signed. `account` is the name that the signer's account goes by, `version` and `specification` are the number
    and the digest of the newest version at that time. `signed_at` is UTC.
    """

    letter: LetterId
    organisation: str
    programme: str
    title: str
    body: str
    name: str
    position: str
    account: str
    signed_at: datetime
    expires: date | None
    version: int
    specification: Digest

    @property
    def statement(self) -> str:
        return AUTHORITY.format(organisation=self.organisation)


def document(letter: SignedLetter) -> dict[str, object]:
    """The signed letter as JSON."""
    return {
        "format": FORMAT,
        "letter": letter.letter,
        "organisation": letter.organisation,
        "programme": letter.programme,
        "specification": {"version": letter.version, "digest": letter.specification},
        "title": letter.title,
        "body": letter.body,
        "signature": {
            "name": letter.name, "position": letter.position, "account": letter.account, "statement": letter.statement,
            "at": letter.signed_at.astimezone(UTC).isoformat(timespec="seconds"),
        },
        "expires": letter.expires.isoformat() if letter.expires else None,
    }  # fmt: skip


def digest(letter: SignedLetter) -> Digest:
    """What the letter is known by."""
    return sha256(document(letter))


def as_bytes(letter: SignedLetter) -> bytes:
    """The document whose SHA-256 is the digest."""
    return canonical(document(letter))


def from_text(text: str) -> SignedLetter:
    """The letter whose canonical document this text is."""
    raw = json.loads(text)
    signature, about, expires = raw["signature"], raw["specification"], raw["expires"]
    return SignedLetter(
        LetterId(raw["letter"]), raw["organisation"], raw["programme"], raw["title"], raw["body"], signature["name"], signature["position"],
        signature["account"], datetime.fromisoformat(signature["at"]), date.fromisoformat(expires) if expires else None, about["version"],
        Digest(about["digest"]),
    )  # fmt: skip
