"""Every route × every role, really tried. What was found is kept in docs/permissions.md, and a difference fails the test.

`EXPECTED` is written by hand from the product's rules, apart from the policy's code: the two have to agree.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.files import FileKind, Particulars, Place
from cowork.domain.ids import ProposalId, TemplateId
from cowork.domain.organisations import Delegation
from cowork.domain.policy import Action
from cowork.domain.proposals import Role
from cowork.domain.reviews import ConditionCommand
from cowork.domain.templates import Details, Reach
from cowork.domain.workflows.progress import Verdict
from cowork.services import (
    agendas,
    comments,
    delegations,
    files,
    identity,
    joining,
    letters,
    meetings,
    notifications,
    organisations,
    programmes,
    proposals,
    questions,
    reviews,
    showing,
    templates,
    workflow_drafts,
)
from cowork.services.files import AttachCommand, Upload
from cowork.services.joining import AskCommand
from cowork.services.meetings import PlanCommand
from cowork.services.proposals import ParticipantCommand
from cowork.store import joining as store
from cowork.store import templates as template_store
from cowork.store import unit
from cowork.store.templates import OriginFull
from cowork.web import access
from tests.domain.samples_of_files import PNG
from tests.web.conftest import Site
from tests.world import PASSWORD, START, World

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"

ROLES: dict[str, str | None] = {
    "visitor": None,
    "author of the university": "author@northfield.example",
    "author of the employer": "author@harbour.example",
    "commenter": "commenter@northfield.example",
    "reader": "reader@harbour.example",
    "office asked now": "signer@harbour.example",
    "office asked later": "dean@northfield.example",
    "administrator of a party": "admin@northfield.example",
    "colleague without a part": "nobody@northfield.example",
    "administrator of a rival": "admin@rival.example",
}
SIGNED_IN = set(ROLES) - {"visitor"}
AUTHORS = {"author of the university", "author of the employer"}
OFFICES = {"office asked now", "office asked later"}
TAKING_PART = AUTHORS | {"commenter", "reader", "administrator of a party"}
NORTHFIELD = {"author of the university", "commenter", "office asked later", "administrator of a party", "colleague without a part"}

EXPECTED: dict[Action, set[str]] = {
    Action.SIGN_IN: set(ROLES),
    Action.READ_PUBLIC: set(ROLES),
    Action.READ_FEED: set(ROLES),
    Action.SIGN_OUT: SIGNED_IN,
    Action.OWN_ACCOUNT: SIGNED_IN,
    Action.OWN_NOTIFICATIONS: SIGNED_IN,
    Action.LIST_PROPOSALS: SIGNED_IN,
    Action.START_PROPOSAL: SIGNED_IN,
    Action.SEARCH_CODES: SIGNED_IN,
    Action.READ_PROPOSAL: TAKING_PART | OFFICES,
    Action.WATCH_PROPOSAL: TAKING_PART | OFFICES,
    Action.EXPORT_PROPOSAL: TAKING_PART | OFFICES,
    # The office asked now is the employer's sign-off.
    Action.SIGN_ROWS: {"author of the employer", "office asked now"},
    Action.EDIT_PROPOSAL: AUTHORS,
    Action.SUBMIT_PROPOSAL: AUTHORS,
    Action.WITHDRAW_PROPOSAL: AUTHORS,
    Action.COMMENT: TAKING_PART - {"reader"} | OFFICES,
    Action.RESOLVE_THREAD: TAKING_PART - {"reader"} | OFFICES,
    Action.ANSWER_SUGGESTION: AUTHORS,
    Action.DECIDE: OFFICES,
    Action.REPLY: OFFICES,
    Action.MANAGE_PARTICIPANTS: AUTHORS | {"administrator of a party"},
    Action.ASK_TO_JOIN: TAKING_PART | OFFICES,
    # The commenter of the university asked, so its own authors and administrators answer.
    Action.ANSWER_REQUEST: {"author of the university", "administrator of a party"},
    Action.UNDO_DECISION: OFFICES,
    Action.SETTLE_CONDITION: TAKING_PART | OFFICES,
    Action.HOLD_REVIEW: {"author of the university", "administrator of a party"},
    Action.REVIVE_PROPOSAL: AUTHORS,
    Action.ADD_STAGE: {"administrator of a party", "office asked now"},
    Action.CHOOSE_REVIEWERS: {"administrator of a party"},
    # No seat of this review has people who are named for it: see tests/web/reviews/test_naming.py.
    Action.NAME_PEOPLE: set(),
    Action.OVERRIDE_STAGE: {"administrator of a party"},
    Action.EDIT_IN_REVIEW: AUTHORS,
    Action.MIGRATE_REVIEW: {"administrator of a party"},
    Action.ATTACH_FILE: AUTHORS,
    # The file is kept by the university, the letter written by the employer.
    Action.KEEP_FILE: {"author of the university"},
    Action.WRITE_LETTER: TAKING_PART | OFFICES,
    Action.KEEP_LETTER: {"author of the employer", "reader", "office asked now"},
    Action.READ_ORGANISATION: NORTHFIELD,
    Action.MANAGE_ORGANISATION: {"administrator of a party"},
    Action.READ_RECORD: {"administrator of a party"},
    Action.DELEGATE: NORTHFIELD,
    # The dean delegated to the author.
    Action.REVOKE_DELEGATION: {"administrator of a party", "office asked later", "author of the university"},
    Action.LIST_MEETINGS: SIGNED_IN,
    Action.PLAN_MEETING: {"administrator of a party"},
    Action.RUN_MEETING: {"administrator of a party"},
    Action.READ_MEETING: {"administrator of a party", "office asked later"},
    Action.MANAGE_WORKFLOWS: {"administrator of a party"},
    Action.MANAGE_QUESTIONS: {"administrator of a party"},
    Action.LIST_TEMPLATES: SIGNED_IN,
    Action.MAKE_TEMPLATE: SIGNED_IN,
    # The author made it for Northfield, and it is given to Harbour.
    Action.READ_TEMPLATE: NORTHFIELD | {"author of the employer", "reader", "office asked now"},
    Action.EDIT_TEMPLATE: {"administrator of a party", "author of the university"},
    Action.SAVE_AS_TEMPLATE: AUTHORS,
}
TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')
ON_A_DRAFT = {Action.EDIT_PROPOSAL, Action.SUBMIT_PROPOSAL}
"""Tried on a draft, where offices do not see the proposal yet; everything else is tried on one in review."""
ON_A_REJECTED = {Action.REVIVE_PROPOSAL}
"""Tried on a proposal that was rejected."""

POSTED: dict[str, dict[str, str]] = {
    "alignment.link": {"relation": "alignment.tasks.outcomes", "base": "1"},
    "comments.open_thread": {"body": "A remark", "lane": "", "version": "1"},
    "comments.place": {"version": "1", "quote": "some SQL"},
    "comments.reply": {"body": "An answer"},
    "pending.save": {"body": "Another text"},
    "suggestions.suggest": {"section": "need", "field": "audience", "kind": "field", "a-audience": "Others", "version": "1"},
    "exports.ask": {"version": "1"},
    "marked.ask": {"old": "1", "new": "1"},
    "meetings.plan": {"office": "{meeting_office}"},
    "origins.pull": {"version": "1", "newest": "1"},
    "starting.publish": {"saves": "1"},
    "template_sheets.save_details": {"saves": "1"},
    "template_sheets.save_section": {"saves": "1"},
    "organisations.add_member": {"email": "new@northfield.example", "name": "New Person"},
    "organisations.add_office": {"kind": "registrar", "title": "Registrar"},
    "programmes.publish": {"public": "1"},
    "proposals.add_participant": {"email": "nobody@northfield.example", "role": "reader"},
    "proposals.change_participant": {"role": "reader"},
    "workflow_drafts.delete": {"saves": "1"},
    "workflow_drafts.publish": {"saves": "1"},
    "workflow_drafts.save": {"saves": "1", "part": "", "title": "Another"},
    "questions.save": {"seen": "1", "section": "need", "label": "Another", "type": "text"},
    "questions.move": {"seen": "1"},
    "questions.remove": {"seen": "1"},
    "questions.publish": {"seen": "1"},
    "questions.discard": {"seen": "1"},
    "rerouting.change_reviewers": {"place": "partners:university:NORTHFIELD", "email": "nobody@northfield.example"},
    "reviews.submit": {"version": "1", "digest": "of another version"},
}
"""What a form needs at least so that the use case itself is asked; others are sent empty. Braces name an argument."""


@dataclass
class Places:
    """What the arguments of addresses stand for, by proposal in review, draft and rejected."""

    arguments: dict[str, str]
    draft: dict[str, str]
    rejected: dict[str, str]
    decision: dict[str, str]


def prepare(world: World) -> Places:
    northfield, harbour = world.organisations["northfield"], world.organisations["harbour"]
    for email, organisation in (("commenter@northfield.example", northfield), ("reader@harbour.example", harbour)):
        person = identity.create_person(world.context, email, email.split("@")[0].title(), PASSWORD)
        organisations.bootstrap_member(world.context, organisation, person, admin=False)
    approved = world.complete_draft()
    _people(world, approved)
    world.submit(approved)
    world.approve_all(approved)
    programme = programmes.register(world.context, world.actor("admin@northfield.example")).lines[0].id
    programmes.publish(world.context, world.actor("author@northfield.example"), programme, True)
    draft, running = world.complete_draft(), world.complete_draft()
    threads = {}
    for proposal in (draft, running):
        _people(world, proposal)
        command = OpenThreadCommand("A remark.", Anchor("need"), None, False, 1)
        threads[proposal] = comments.open_thread(world.context, world.actor("author@harbour.example"), proposal, command)
    world.submit(running)
    made, condition = _conditioned(world, running)
    template = _template(world, draft, running)
    admin = world.actor("admin@northfield.example")
    office = organisations.page(world.context, admin, northfield).offices[0]
    author, dean = world.actor("author@northfield.example").person, world.actor("dean@northfield.example")
    tomorrow = world.moment.date() + timedelta(days=1)
    delegation = delegations.delegate(world.context, dean, northfield, Delegation(dean.person, author, None, tomorrow, tomorrow, "Away"))
    arguments = {
        "proposal": running, "thread": threads[running], "section": "need", "version": "1", "key": "k" * 64, "organisation": northfield,
        "comment": "c" * 16,
        "person": author, "office": office.id, "term": office.terms[0].id, "programme": programme, "delegation": delegation,
        **_meeting(world),
        "question": questions.put(world.context, admin, northfield, 0, "", {"section": "need", "label": "Cost centre", "type": "text"}),
        "workflow": "joint-employer-university", "draft": workflow_drafts.create(world.context, admin, northfield),
        "decision": made, "condition": condition, "stage": "partners", "template": template,
        "old": "1", "new": "1", "wanted": _request(world, running), "listing": "levels", **_files(world, running),
        "notice": "n" * 16, "token": notifications.open_feed(world.context, admin).rpartition("/")[2].removesuffix(".ics"),
    }  # fmt: skip
    page = reviews.page(world.context, world.actor("signer@harbour.example"), running)
    assert page.review is not None
    turn, version = page.turns[0], page.review.version
    decision = {
        "version": "1", "digest": version.digest, "stage": turn.stage, "seat": turn.seat, "verdict": "reject", "reason": "No need.",
    }  # fmt: skip
    return Places(
        arguments, {**arguments, "proposal": draft, "thread": threads[draft]}, {**arguments, "proposal": _rejected(world)}, decision
    )


def _template(world: World, *started: ProposalId) -> TemplateId:
    """A template that these proposals were started from, given to their employer."""
    author, harbour = world.actor("author@northfield.example"), world.organisations["harbour"]
    northfield, details = world.organisations["northfield"], Details("A template", "other", "", "")
    key = templates.create(world.context, author, northfield, details, "telehealth")
    templates.publish(world.context, author, key, 1, "")
    templates.give(world.context, world.actor("admin@northfield.example"), key, Reach.CHOSEN, frozenset({harbour}))
    with unit.writing() as session:
        for proposal in started:
            origin = OriginFull("template", key, 1, northfield, False, world.context.now())
            template_store.note_origin(session, proposal, origin)
    return key


def _files(world: World, running: ProposalId) -> dict[str, str]:
    """A file of the university with a picture, and a letter that the employer writes."""
    author = world.actor("author@northfield.example")
    command = AttachCommand((Upload("a.png", PNG),), Particulars(FileKind.OTHER, "A picture", None, place=Place("quality")))
    file = files.attach(world.context, author, running, command)[0].file
    showing.run_preview_job(world.context, {"file": file, "number": 1})
    return {"file": file, "page": "1", "letter": letters.begin(world.context, world.actor("author@harbour.example"), running)}


def _conditioned(world: World, running: ProposalId) -> tuple[str, str]:
    """A decision and the condition that it set, in a review that goes on."""
    owner = world.actor("author@northfield.example").person
    command = ConditionCommand("Name the data set.", owner)
    world.decide("release@northfield.example", running, Verdict.APPROVE_WITH_CONDITIONS, conditions=(command,))
    page = reviews.page(world.context, world.actor("signer@harbour.example"), running)
    assert page.review is not None
    return page.review.decisions[0].id, page.review.acts.conditions[0].id


def _request(world: World, running: ProposalId) -> str:
    """What the commenter asks for and nobody has answered."""
    commenter = world.actor("commenter@northfield.example")
    joining.ask(world.context, commenter, running, AskCommand(world.organisations["northfield"], Role.AUTHOR, "", None, ""))
    with unit.reading() as session:
        return store.of_proposal(session, running)[0].id


def _rejected(world: World) -> ProposalId:
    proposal = world.complete_draft()
    _people(world, proposal)
    world.submit(proposal)
    world.decide("signer@harbour.example", proposal, Verdict.REJECT, reason="No need.")
    return proposal


def _meeting(world: World) -> dict[str, str]:
    """A meeting of the dean's office with a matter on its agenda, and a paper of it."""
    admin, office = world.actor("admin@northfield.example"), world.office("northfield", "dean")
    key = meetings.plan(world.context, admin, office, PlanCommand("", START + timedelta(days=7)))
    agendas.add_matter(world.context, admin, key, 1, "Dates")
    item = meetings.page(world.context, admin, key).points[0].point.item.id
    return {"meeting": key, "item": item, "paper": "agenda", "meeting_office": office}


def _people(world: World, proposal: ProposalId) -> None:
    author = world.actor("author@northfield.example")
    for email, role in (("commenter@northfield.example", Role.COMMENTER), ("reader@harbour.example", Role.READER)):
        proposals.add_participant(world.context, author, proposal, ParticipantCommand(email, role))


def tries(site: Site) -> Iterator[tuple[Rule, str, Action]]:
    """Every rule with each method that it answers to."""
    # Signing out comes last: nothing could be tried after it.
    for rule in sorted(site.app.url_map.iter_rules(), key=lambda rule: (rule.rule == "/sign-out", str(rule))):
        if rule.endpoint != "static":
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
                yield rule, method, access.action_of(site.app, rule.endpoint)


def answer(client: FlaskClient, method: str, address: str, data: dict[str, str]) -> str:
    """How a request was answered: allowed, refused, hidden, or asked to sign in."""
    response = client.open(address, method=method, data=data if method == "POST" else None)
    location = response.headers.get("Location", "")
    if response.status_code == 401 or (response.status_code in (302, 303) and location.startswith("/sign-in") and "sign-" not in address):
        return "sign in"
    assert response.status_code < 500, f"{method} {address}: {response.status_code}"
    return {403: "refused", 404: "hidden"}.get(response.status_code, "allowed")


def test_every_route_answers_every_role_as_the_rules_say(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.world() as world:
        places = prepare(world)
    clients = {role: site.signed_in(email) if email else site.client() for role, email in ROLES.items()}
    # From here on nothing is kept, so that no try changes what the next one finds.
    monkeypatch.setattr(Session, "commit", lambda session: (session.flush(), session.rollback()))
    found: dict[tuple[str, str, Action], dict[str, str]] = {}
    for rule, method, action in tries(site):
        arguments = places.draft if action in ON_A_DRAFT else places.rejected if action in ON_A_REJECTED else places.arguments
        address = rule.rule
        for name in rule.arguments:
            address = address.replace(f"<string:{name}>", arguments[name])
        asked = {name: value.format(**arguments) for name, value in POSTED.get(rule.endpoint, {}).items()}
        data = places.decision if action in (Action.DECIDE, Action.REPLY) else asked
        data = {name: value.replace("NORTHFIELD", arguments["organisation"]) for name, value in data.items()}
        tried = {role: answer(client, method, address, data) for role, client in clients.items()}
        found[(rule.rule, method, action)] = tried
    wrong = [
        f"{method} {rule} ({action}): {role} is {said}"
        for (rule, method, action), tried in found.items()
        for role, said in tried.items()
        if (said == "allowed") is not (role in EXPECTED[action])
        or (said == "sign in") is not (role == "visitor" and "visitor" not in EXPECTED[action])
    ]
    assert wrong == [], "\n".join(wrong)
    written = document(found)
    if os.environ.get("COWORK_TEST_WRITE"):
        DOCUMENT.write_text(written, "utf-8")
    assert DOCUMENT.read_text("utf-8") == written, "run this test with COWORK_TEST_WRITE=1 and read the difference"


SIGNS = {"allowed": "yes", "refused": "no", "hidden": "–", "sign in": "sign in"}


def document(found: dict[tuple[str, str, Action], dict[str, str]]) -> str:
    """The matrix as a page of the documentation."""
    lines = [
        "# Who may do what",
        "",
        "Every route was tried as every role by `tests/web/test_permissions.py`, which also writes this page.",
        "“–” means that the answer is the same as for something that does not exist. Editing and submitting were tried on a draft,",
        "reviving on a rejected proposal, everything else on a proposal in review between Northfield University and Harbour Analytics;",
        "organisations on Northfield’s own.",
        "",
        "| route | action | " + " | ".join(ROLES) + " |",
        "|---|---|" + "---|" * len(ROLES),
    ]
    for (rule, method, action), tried in found.items():
        address = rule.replace("string:", "").replace("<", "‹").replace(">", "›")
        lines.append(f"| {method} {address} | {action.value} | " + " | ".join(SIGNS[tried[role]] for role in ROLES) + " |")
    return "\n".join(lines) + "\n"


def test_every_action_of_the_policy_is_that_of_a_route(site: Site) -> None:
    assert {action for _, _, action in tries(site)} == set(Action)


def test_a_foreign_and_an_unknown_proposal_answer_alike(site: Site) -> None:
    with site.world() as world:
        foreign = world.complete_draft()
    client = site.signed_in("admin@rival.example")
    unknown = "0" * len(foreign)
    for rule, method, _ in tries(site):
        if rule.arguments == {"proposal"}:
            pair = []
            for proposal in (foreign, unknown):
                response = client.open(rule.rule.replace("<string:proposal>", proposal), method=method)
                html = TOKEN.sub("", response.get_data(as_text=True))
                pair.append((response.status_code, html.replace(proposal, "ID")))
            assert pair[0] == pair[1], rule.rule
            assert pair[0][0] in (400, 404), rule.rule


ODD = ["%00", "..%2F..%2Fetc%2Fpasswd", "é" * 40, "1" * 5000, "9223372036854775808", "%EF%BF%BE", "' OR 1=1 --", "{{7*7}}"]


@pytest.mark.parametrize("odd", ODD)
def test_odd_identifiers_are_not_found(site: Site, odd: str) -> None:
    client = site.signed_in("author@northfield.example")
    for rule, method, _ in tries(site):
        if rule.arguments and method == "GET":
            address = rule.rule
            for name in rule.arguments:
                address = address.replace(f"<string:{name}>", odd)
            response = client.get(address)
            assert response.status_code in (400, 404), f"{address[:80]}: {response.status_code}"
            assert "49" not in response.get_data(as_text=True) or "7*7" not in odd


def test_a_thread_of_another_proposal_is_not_found(site: Site) -> None:
    with site.world() as world:
        places = prepare(world)
        assert reviews.page(world.context, world.actor("author@northfield.example"), places.draft["proposal"]).threads  # type: ignore[arg-type]
    client = site.signed_in("author@northfield.example")
    for act in ("replies", "resolve", "reopen"):
        address = f"/proposals/{places.arguments['proposal']}/threads/{places.draft['thread']}/{act}"
        assert client.post(address, data={"body": "Hello"}).status_code == 404
