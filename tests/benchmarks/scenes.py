"""What a benchmark does to an instance: which pages it opens as whom, and which forms it sends."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask

from cowork.cli.stories import cast
from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.identity import Actor
from cowork.domain.proposals import Standing
from cowork.services import comments, identity, proposals
from cowork.services.context import Context
from cowork.store import organisations, unit
from cowork.store.proposals import ListFilter, ProposalLine
from cowork.store.reviews import WaitingLine
from cowork.web import keysets
from tests.benchmarks.visiting import Fields, Form, Transport, Visitor, form_with, replaced

READER = "daniel.novak@northfield.example"
"""An administrator of the university with the most proposals: nobody's lists are longer."""
APPROVER = "leila.haddad@northfield.example"
AUTHOR = "tomasz.wieczorek@northfield.example"
COMMENTER = "hannah.lindqvist@northfield.example"
COMMENTS = 50
SECTIONS = ("need", "outcomes", "modules", "assessments", "delivery")
TIMES = 20
"""How often a form is sent at most; each needs a proposal of its own."""


@dataclass(frozen=True, slots=True)
class PageTask:
    """A page to open, again and again."""

    name: str
    person: str
    path: str


@dataclass(frozen=True, slots=True)
class FormTask:
    """A form to send, once for each page in `pages`; `prepare` fills it in. Only the sending is measured."""

    name: str
    person: str
    pages: tuple[str, ...]
    prepare: Callable[[str], tuple[str, Fields]]


@dataclass(frozen=True, slots=True)
class Scene:
    pages: tuple[PageTask, ...]
    forms: tuple[FormTask, ...]


def password() -> str:
    """The password of everybody in the demonstration."""
    return cast()[1][0].password


def visitor(transport: Transport, person: str) -> Visitor:
    """A person of the demonstration with a browser, signed in."""
    return Visitor(transport).sign_in(person, password())


def set_up(app: Flask) -> Scene:
    """Find the pages of an instance that `cowork seed --proposals` filled, and write the comments that one of them shows."""
    with app.app_context():
        context: Context = app.extensions["cowork"]
        reader, approver, author = (identity.actor(context, email) for email in (READER, APPROVER, AUTHOR))
        waiting = proposals.my_work(context, approver).decisions
        chosen = waiting[0].proposal
        fill_with_comments(context, identity.actor(context, COMMENTER), chosen)
        with unit.reading() as session:
            partner = organisations.by_slug(session, "ibm")
        assert partner is not None
        far = halfway(context, reader)
        drafts = complete_drafts(context, author)
    return Scene(pages(chosen, f"/proposals?standing=in-review&organisation={partner.id}", far), forms(waiting, drafts))


def pages(chosen: ProposalLine, filtered: str, far: str) -> tuple[PageTask, ...]:
    root = f"/proposals/{chosen.id}"
    return (
        PageTask("My work, of an approver", APPROVER, "/"),
        PageTask("My work, of an author", AUTHOR, "/"),
        PageTask("list of proposals", READER, "/proposals"),
        PageTask("list, far down", READER, f"/proposals?after={quote(far)}"),
        PageTask("list by state and organisation", READER, filtered),
        PageTask("search, a common word", READER, "/proposals?q=assessment"),
        PageTask("search, three words", READER, "/proposals?q=cloud+cost+control"),
        PageTask("search, one title", READER, f"/proposals?q={quote(chosen.title)}"),
        PageTask("register of programmes", READER, "/programmes"),
        PageTask(f"review with {COMMENTS} comments", APPROVER, f"{root}/review"),
        PageTask("compare with the version before", APPROVER, f"{root}/changes?old={chosen.version - 1}&new={chosen.version}"),
        PageTask("compare with the first version", APPROVER, f"{root}/changes?old=1&new={chosen.version}"),
        PageTask("route", APPROVER, f"{root}/route"),
        PageTask("activity", APPROVER, f"{root}/activity"),
        PageTask("export", APPROVER, f"{root}/export"),
    )


def forms(waiting: tuple[WaitingLine, ...], drafts: tuple[ProposalLine, ...]) -> tuple[FormTask, ...]:
    return (
        FormTask("submit", AUTHOR, tuple(f"/proposals/{line.id}/submit" for line in drafts[:TIMES]), submission),
        FormTask("approve", APPROVER, tuple(f"/proposals/{line.proposal.id}/review" for line in waiting[1 : TIMES + 1]), approval),
    )


def submission(html: str) -> tuple[str, Fields]:
    form: Form = form_with(html, "digest")
    return form.action, form.fields


def approval(html: str) -> tuple[str, Fields]:
    form: Form = form_with(html, "verdict")
    return form.action, replaced(form.fields, {"verdict": "approve", "reason": "Read in full."})


def fill_with_comments(context: Context, actor: Actor, line: ProposalLine) -> None:
    """Open threads with an answer each until the proposal has the wanted number of comments."""
    have = sum(len(thread.comments) for thread in comments.threads(context, actor, line.id))
    for number in range(0, COMMENTS - have, 2):
        section = SECTIONS[number // 2 % len(SECTIONS)]
        text = f"Remark {number}: please say *how* this is assessed, and name the **evidence** that an employer would look at first."
        command = OpenThreadCommand(text, Anchor(section), None, False, line.version)
        thread = comments.open_thread(context, actor, line.id, command)
        if have + number + 1 < COMMENTS:
            comments.reply(context, actor, line.id, thread, "Done in the next version; the rubric is in the assessment plan.")


def halfway(context: Context, actor: Actor) -> str:
    """The keyset of a line in the middle of a person's list."""
    lines = proposals.listing(context, actor, ListFilter(limit=100_000)).lines
    middle = lines[len(lines) // 2]
    return keysets.written((middle.updated_at, middle.id))


def complete_drafts(context: Context, actor: Actor) -> tuple[ProposalLine, ...]:
    """Drafts of an author that can be submitted."""
    narrowed = ListFilter(standing=Standing.DRAFT, author=actor.person, limit=500)
    return tuple(line for line in proposals.listing(context, actor, narrowed).lines if line.percent == 100)
