"""A small world to test in: two universities and two employers with people and offices, on a database of the test's own.

Everything is made through the use cases, as a person would; only the clock, chance and password hashing are the test's.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate

from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, OfficeId, OrganisationId, PersonId, ProposalId, Side
from cowork.domain.proposals import Role
from cowork.domain.reviews import DecideCommand
from cowork.domain.workflows.progress import Progress, Verdict
from cowork.gateways.blobs import DiskBlobs
from cowork.gateways.bus import LocalBus
from cowork.gateways.livedoc import YDocument
from cowork.gateways.passwords import ArgonPasswords
from cowork.gateways.worddiff import opcodes
from cowork.ports import Attachment, Findings, Picture, RenderMeta
from cowork.services import identity, jobs, organisations, proposals, reviews, specifications
from cowork.services.context import Context
from cowork.services.organisations import TermCommand
from cowork.services.proposals import ParticipantCommand, StartCommand
from cowork.services.reviews import SubmitCommand
from cowork.services.specifications import SaveCommand
from cowork.store import base, definitions, migrating, unit
from tests.exports.samples import CONTENT


def complete_content() -> dict[str, dict[str, Any]]:
    """Answers that leave nothing open."""
    content = deepcopy(CONTENT)
    content["need"]["employment_pathway"] = "Analyst roles that build and explain models."
    assessments = content["assessments"]
    assessments |= {"grading": "percentage", "learner_identity": "Personal accounts and an oral defence."}
    _, second, third = assessments["items"]
    second |= {"identity_check": "photo-id", "assessor": "university"}
    third |= {"supervision": "none", "identity_check": "known", "assessor": "employer", "outcomes": ["lo5"]}
    content["recognition"]["certificate"] = "A certificate, a transcript and a digital badge."
    return content


PASSWORD = "a long password for tests"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

ORGANISATIONS = (
    ("northfield", Side.UNIVERSITY, "Northfield University"),
    ("southgate", Side.UNIVERSITY, "Southgate College"),
    ("harbour", Side.EMPLOYER, "Harbour Analytics"),
    ("rival", Side.EMPLOYER, "Rival Systems"),
)

PEOPLE = (
    # address, organisation, administrator, offices
    ("admin@northfield.example", "northfield", True, ()),
    ("author@northfield.example", "northfield", False, ()),
    ("release@northfield.example", "northfield", False, ("partner-lead",)),
    ("head@northfield.example", "northfield", False, ("department-head",)),
    ("quality@northfield.example", "northfield", False, ("quality-office",)),
    ("business@northfield.example", "northfield", False, ("business-office", "registry")),
    ("dean@northfield.example", "northfield", False, ("dean",)),
    ("chair@northfield.example", "northfield", False, ("curriculum-committee",)),
    ("member@northfield.example", "northfield", False, ("curriculum-committee",)),
    ("third@northfield.example", "northfield", False, ("curriculum-committee",)),
    ("nobody@northfield.example", "northfield", False, ()),
    ("admin@southgate.example", "southgate", True, ("dean",)),
    ("admin@harbour.example", "harbour", True, ()),
    ("author@harbour.example", "harbour", False, ()),
    ("signer@harbour.example", "harbour", False, ("partner-sign-off",)),
    ("admin@rival.example", "rival", True, ("partner-sign-off",)),
)


class FakeRenderer:
    """Gives a recognisable file at once; `pages` are what it was asked for."""

    def __init__(self) -> None:
        self.pages: list[str] = []

    def render(self, html: str, attachment: Attachment, meta: RenderMeta) -> bytes:
        self.pages.append(html)
        return b"%PDF-fake " + meta.identifier.encode()


class FakeViewer:
    """Finds nothing in any file, and shows each as one small picture; `findings` can be set."""

    def __init__(self, findings: Findings | None = None) -> None:
        self.findings = findings or Findings(pages=1)

    def inspect(self, kind: str, content: bytes) -> Findings:
        return self.findings

    def pictures(self, kind: str, content: bytes) -> tuple[Picture, ...]:
        return (Picture(b"RIFF-fake-WEBP of " + kind.encode(), 4, 3),)


@dataclass
class World:
    """An instance to act on. Time stands still until the test moves it with `pass_time`."""

    context: Context
    app: Flask
    moment: datetime = START
    organisations: dict[str, OrganisationId] = field(default_factory=dict)

    def pass_time(self, step: timedelta = timedelta(minutes=1)) -> None:
        self.moment += step

    def actor(self, email: str) -> Actor:
        """The person as they stand now."""
        return identity.actor(self.context, email)

    def office(self, organisation: str, kind: str) -> OfficeId:
        admin = self.actor(f"admin@{organisation}.example")
        page = organisations.page(self.context, admin, self.organisations[organisation])
        return next(office.id for office in page.offices if office.kind == kind)

    def workflow(self, key: str = "joint-employer-university") -> Digest:
        with unit.reading() as session:
            return next(card.digest for card in definitions.cards(session, "workflow") if card.key == key)

    def draft(self, title: str = "Machine Learning for Business Analysts", workflow: str = "joint-employer-university") -> ProposalId:
        """A proposal by Northfield and Harbour with an author on each side."""
        author = self.actor("author@northfield.example")
        partners = (self.organisations["harbour"],)
        command = StartCommand(title, self.organisations["northfield"], partners, self.workflow(workflow))
        proposal = proposals.start(self.context, author, command)
        proposals.add_participant(self.context, author, proposal, ParticipantCommand("author@harbour.example", Role.AUTHOR))
        return proposal

    def complete_draft(self, workflow: str = "joint-employer-university") -> ProposalId:
        """The same, filled in completely."""
        author = self.actor("author@northfield.example")
        partners = (self.organisations["harbour"],)
        content = complete_content()
        title = str(content["identity"]["title"])
        command = StartCommand(title, self.organisations["northfield"], partners, self.workflow(workflow))
        proposal = specifications.import_draft(self.context, author, command, content).proposal
        proposals.add_participant(self.context, author, proposal, ParticipantCommand("author@harbour.example", Role.AUTHOR))
        return proposal

    def save(self, email: str, proposal: ProposalId, section: str, **answers: object) -> specifications.Saved:
        """Save answers of a section on the newest version."""
        draft = specifications.draft(self.context, self.actor(email), proposal)
        command = SaveCommand(section, draft.version.number, answers)
        saved = specifications.save_section(self.context, self.actor(email), proposal, command)
        assert isinstance(saved, specifications.Saved)
        return saved

    def submit(self, proposal: ProposalId, email: str = "author@northfield.example") -> Progress:
        draft = specifications.draft(self.context, self.actor(email), proposal)
        command = SubmitCommand(draft.version.number, draft.version.digest)
        return reviews.submit(self.context, self.actor(email), proposal, command)

    def decide(self, email: str, proposal: ProposalId, verdict: Verdict = Verdict.APPROVE, **more: Any) -> Progress:
        """Decide on the first turn that this person has."""
        actor = self.actor(email)
        page = reviews.page(self.context, actor, proposal)
        assert page.review is not None, "nothing was ever submitted"
        assert page.turns, f"{email} has no turn: {page.review.progress.sentence}"
        turn, version = page.turns[0], page.review.version
        command = DecideCommand(turn.stage, turn.seat, verdict, version.number, version.digest)
        self.pass_time()
        return reviews.decide(self.context, actor, proposal, replace(command, **more))

    def approve_all(self, proposal: ProposalId) -> None:
        """Approve by whoever is asked until nobody is."""
        for _ in range(30):
            page = reviews.page(self.context, self.actor("admin@northfield.example"), proposal)
            if page.review is None or not page.review.progress.turns:
                return
            turn = page.review.progress.turns[0]
            self.decide(self.email_of(turn.person), proposal)
        raise AssertionError("the review never ends")

    def work(self) -> None:
        """Do every job that is due, as the worker does: telling people among them."""
        for _ in range(500):
            if not jobs.run_next(self.context):
                return
        raise AssertionError("the work never ends")

    def email_of(self, person: PersonId) -> str:
        return next(email for key, email, _, _ in identity.people(self.context) if key == person)


@contextmanager
def database(url: str) -> Iterator[Flask]:
    """An application with nothing but a migrated database, in its context."""
    app = Flask("store")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    base.db.init_app(app)
    with app.app_context():
        base.prepare(base.db.engine)
    Migrate(app, base.db, directory=str(migrating.FOLDER), render_as_batch=True)
    migrating.upgrade(app)
    with app.app_context():
        yield app
        base.db.session.remove()
        base.db.engine.dispose()


def make_context(world_time: "list[World]", folder: Path) -> Context:
    """A context whose clock is the world's and whose identifiers count up."""
    numbers = itertools.count(1)
    return Context(
        now=lambda: world_time[0].moment,
        new_id=lambda: f"id{next(numbers):014d}",
        new_token=lambda: f"token-{next(numbers):026d}",
        passwords=ArgonPasswords(memory_kib=8, passes=1),
        renderer=FakeRenderer(),
        differ=opcodes,
        files=folder / "exports",
        base_url="https://cowork.example",
        blobs=DiskBlobs(folder / "blobs"),
        viewer=FakeViewer(),
        document=YDocument,
        bus=LocalBus(),
    )


def at_home(context: Context, folder: Path) -> Context:
    """The same context with folders and gateways of a test's own."""
    blobs = DiskBlobs(folder / "blobs")
    return replace(context, files=folder / "exports", blobs=blobs, renderer=FakeRenderer(), viewer=FakeViewer(), file_bytes=20 * 1024**2)


def populate(app: Flask, folder: Path) -> World:
    """The world on this application's empty, migrated database. Call it inside the application's context."""
    holder: list[World] = []
    world = World(make_context(holder, folder), app)
    holder.append(world)
    for slug, side, name in ORGANISATIONS:
        world.organisations[slug] = organisations.create(world.context, slug, side, name, country="IE", zone="Europe/Dublin")
    for email, slug, admin, _ in PEOPLE:
        name = email.replace("@", " of ").removesuffix(".example").title()
        person = identity.create_person(world.context, email, name, PASSWORD, "Europe/Dublin")
        organisations.bootstrap_member(world.context, world.organisations[slug], person, admin=admin)
    for email, slug, _, kinds in PEOPLE:
        for kind in kinds:
            _seat(world, slug, kind, email)
    return world


def _seat(world: World, slug: str, kind: str, email: str) -> None:
    admin, organisation = world.actor(f"admin@{slug}.example"), world.organisations[slug]
    page = organisations.page(world.context, admin, organisation)
    found = [office.id for office in page.offices if office.kind == kind]
    office = found[0] if found else organisations.add_office(world.context, admin, organisation, kind, "")
    person = next(member.person for member in page.members if member.email == email)
    organisations.start_term(world.context, admin, organisation, TermCommand(office, person, date(2026, 1, 1), None))
