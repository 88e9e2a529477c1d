"""Filling an empty instance with the demonstration, through the same use cases that people use.

Only the clock is scripted: each step of a story happens at its own moment in the past ten weeks, so that versions, decisions, due
dates and the chain of events are what they would be had people worked here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cowork.cli import gathering
from cowork.cli.stories import Cast, Character, SignIn, Step, Story, cast, moment, stories, taken
from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.conditions import Value
from cowork.domain.errors import Conflict, Invalid
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, ProposalId, ThreadId
from cowork.domain.policy import Action
from cowork.domain.proposals import Role
from cowork.domain.reviews import DecideCommand
from cowork.domain.specifications import values
from cowork.domain.workflows.progress import Verdict
from cowork.services import cases, comments, identity, organisations, programmes, proposals, reviews, saving, specifications
from cowork.services.context import Context, Passwords
from cowork.services.organisations import OFFICE_KINDS, TermCommand
from cowork.services.proposals import ParticipantCommand, StartCommand
from cowork.services.reviews import SubmitCommand
from cowork.store import definitions, unit
from cowork.store import identity as people
from cowork.store import organisations as organisation_store
from cowork.store import proposals as proposal_store
from cowork.store import specifications as versions

OPENING = "w14 Mon 08:00"
"""When the organisations and their people came to be."""

NOTE = "Demonstration content, not a statement of any organisation named in it."


UNBORN = ProposalId("")
"""The proposal of a story that has not begun."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was made, and how to sign in."""

    organisations: int
    people: int
    proposals: int
    sign_ins: tuple[SignIn, ...]


@dataclass(slots=True)
class Clock:
    """A clock that stands where it is put."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True, slots=True)
class OneHash:
    """Hashes the one password of the demonstration once instead of a hundred times."""

    inner: Passwords
    known: dict[str, str] = field(default_factory=dict)

    def hash(self, password: str) -> str:
        if password not in self.known:
            self.known[password] = self.inner.hash(password)
        return self.known[password]

    def verify(self, password_hash: str, password: str) -> bool:
        return self.inner.verify(password_hash, password)

    @property
    def common(self) -> frozenset[str]:
        return self.inner.common


@dataclass(slots=True)
class Telling:
    """A story while it is told: what exists of it so far."""

    story: Story
    proposal: ProposalId = UNBORN
    threads: dict[str, ThreadId] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """What every step needs: the use cases' context with its scripted clock, and the organisations by short name."""

    context: Context
    clock: Clock
    organisations: dict[str, OrganisationId]

    def actor(self, email: str) -> Actor:
        return identity.actor(self.context, email)


def is_empty(context: Context) -> bool:
    """Whether nobody and nothing is in the instance yet."""
    with unit.reading() as session:
        return not people.people(session) and not organisation_store.cards(session) and not proposal_store.count(session)


def refuse_unless_empty(context: Context) -> None:
    """Raise Conflict where there is something already: seeding never mixes with real work."""
    if not is_empty(context):
        raise Conflict(
            "This instance holds people or proposals already, and seeding fills empty ones only. "
            "Name another data folder with COWORK_INSTANCE, or go on with this one."
        )


def seed_demonstration(context: Context, progress: Callable[[str], None] = lambda _: None) -> Seeded:
    """Fill an empty instance with the demonstration. `progress` is told of each proposal that is ready. Raises Conflict."""
    refuse_unless_empty(context)
    today = context.now().date()
    clock = Clock(moment(OPENING, today - timedelta(days=today.weekday())))
    casts, sign_ins = cast()
    scripted = replace(context, now=clock.now, passwords=OneHash(context.passwords))
    found = {members.slug: _open_organisation(scripted, members, sign_ins[0].password, clock.now().date()) for members in casts}
    stage = Stage(scripted, clock, found)
    tellings = [Telling(story) for story in stories(today)]
    acts = sorted(
        (
            (step.at, order, number, telling, step)
            for order, telling in enumerate(tellings)
            for number, step in enumerate(telling.story.steps)
        ),
        key=lambda act: act[:3],
    )
    for at, _, number, telling, step in acts:
        clock.moment = at
        STEPS[step.do](stage, telling, step)
        if number == len(telling.story.steps) - 1:
            _finish(stage, telling)
            progress(str(telling.story.content["identity"]["title"]))
    _meet(stage, clock, today - timedelta(days=today.weekday()), casts)
    return Seeded(len(casts), sum(len(members.people) for members in casts), len(tellings), sign_ins)


def _meet(stage: Stage, clock: Clock, monday: date, casts: tuple[Cast, ...]) -> None:
    """The committee of the first university has met, and meets again."""
    members = casts[0]
    runner = stage.actor(next(person.email for person in members.people if gathering.COMMITTEE in person.chairs))
    office = gathering.office_of(stage.context, runner, stage.organisations[members.slug])
    if office is None:
        raise LookupError(f"{members.name} has no committee")
    latest = clock.moment
    clock.moment = moment("w4 Wed 14:00", monday)
    gathering.hold_last(stage.context, runner, office, clock.moment)
    clock.moment = latest
    gathering.plan_next(stage.context, runner, office, gathering.next_wednesday(moment("w0 Mon 00:00", monday)))


def _open_organisation(context: Context, members: Cast, password: str, today: date) -> OrganisationId:
    """Create an organisation, its people, its offices and their terms."""
    organisation = organisations.create(
        context, members.slug, members.side, members.name, country=members.country, zone=members.zone, demonstration=True
    )
    for person in sorted(members.people, key=lambda person: not person.admin):
        key = identity.create_person(context, person.email, person.name, password, members.zone)
        organisations.bootstrap_member(context, organisation, key, admin=person.admin, position=person.position)
    admin = next(person for person in members.people if person.admin)
    _fill_offices(context, identity.actor(context, admin.email), organisation, members.people, today)
    return organisation


def _fill_offices(context: Context, admin: Actor, organisation: OrganisationId, members: tuple[Character, ...], today: date) -> None:
    kinds = dict.fromkeys(kind for person in members for kind in person.offices)
    offices = {kind: organisations.add_office(context, admin, organisation, kind, OFFICE_KINDS[kind]) for kind in kinds}
    for person in members:
        for kind in person.offices:
            holder = identity.actor(context, person.email).person
            role = "chair" if kind in person.chairs else "member"
            organisations.start_term(context, admin, organisation, TermCommand(offices[kind], holder, today, None, role))


def _start(stage: Stage, telling: Telling, step: Step) -> None:
    """Start the proposal and let everybody take part."""
    story, starter = telling.story, stage.actor(step.by)
    with unit.reading() as session:
        workflow = next(card.digest for card in definitions.cards(session, "workflow") if card.key == story.workflow)
    partners = tuple(stage.organisations[slug] for slug in story.partners)
    title = str(story.content["identity"]["title"])
    own = next(key for key in starter.memberships if key in stage.organisations.values())
    others = tuple(key for key in (stage.organisations[story.lead], *partners) if key != own)
    telling.proposal = proposals.start(
        stage.context, starter, StartCommand(_first_title(story) or title, own, others, workflow, demonstration=True)
    )
    roles = ((story.authors, Role.AUTHOR), (story.commenters, Role.COMMENTER), (story.readers, Role.READER))
    # The starter brings in the first author of each party, who chooses the others.
    choosers = {_domain(step.by): starter}
    for emails, role in roles:
        for email in emails:
            if email != step.by:
                stage.clock.moment += timedelta(minutes=1)
                chooser = choosers.get(_domain(email), starter)
                proposals.add_participant(stage.context, chooser, telling.proposal, ParticipantCommand(email, role))
                choosers.setdefault(_domain(email), stage.actor(email))


def _domain(email: str) -> str:
    """What the addresses of one organisation's people have in common."""
    return email.partition("@")[2]


def _first_title(story: Story) -> str:
    saves = (step for step in story.steps if step.do == "save")
    return str(next(saves).more.get("earlier", {}).get("identity.title", ""))


def _save(stage: Stage, telling: Telling, step: Step) -> None:
    """Save several sections as one version, as the author's side may write them. Raises Invalid where the story does not fit the form."""
    actor = stage.actor(step.by)
    with unit.writing() as session:
        case = cases.open_case(session, actor, telling.proposal, Action.EDIT_PROPOSAL, lock=True)
        current = versions.version(session, telling.proposal, case.state.version)
        if current is None:
            raise LookupError(f"version {case.state.version} of {telling.story.key} is gone")
        (side,) = case.writes_for
        changed = taken(case.form, side, step, telling.story.content, current.content)
        content = values.drop_dangling(case.form, {**current.content, **changed})
        cleaned, problems = values.clean_content(case.form, content)
        if problems:
            raise Invalid([(f"{telling.story.key}, {problem.path}", problem.message) for problem in problems])
        first = step is next(found for found in telling.story.steps if found.do == "save")
        note = f"{step.more['note']}. {NOTE}" if first else str(step.more["note"])
        _cut(session, stage.context, case, current, cleaned, note)


def _cut(
    session: Session,
    context: Context,
    case: cases.Case,
    current: versions.VersionFull,
    content: dict[str, dict[str, Value]],
    note: str,
) -> None:
    cut = saving.cut(session, context, case.state, case.form, case.actor, content, dict(current.section_digests), note)
    cases.record(session, context, case.state, case.actor.person, [cut.event], **cut.columns)


def _thread(stage: Stage, telling: Telling, step: Step) -> None:
    actor = stage.actor(step.by)
    section, _, name = str(step.more["about"]).partition(".")
    seen = specifications.draft(stage.context, actor, telling.proposal).version.number
    parties = {stage.organisations[slug] for slug in (telling.story.lead, *telling.story.partners)}
    lane = next(key for key in actor.memberships if key in parties) if step.more.get("lane") == "own" else None
    command = OpenThreadCommand(
        body=step.more["body"],
        anchor=Anchor(section or None, name or None),
        lane=lane,
        objection=step.more.get("objection", False),
        version=seen,
    )
    telling.threads[step.more["thread"]] = comments.open_thread(stage.context, actor, telling.proposal, command)


def _reply(stage: Stage, telling: Telling, step: Step) -> None:
    thread = telling.threads[step.more["thread"]]
    comments.reply(stage.context, stage.actor(step.by), telling.proposal, thread, step.more["body"])


def _resolve(stage: Stage, telling: Telling, step: Step) -> None:
    comments.resolve(stage.context, stage.actor(step.by), telling.proposal, telling.threads[step.more["thread"]])


def _submit(stage: Stage, telling: Telling, step: Step) -> None:
    actor = stage.actor(step.by)
    version = specifications.draft(stage.context, actor, telling.proposal).version
    command = SubmitCommand(version.number, version.digest, step.more["note"])
    reviews.submit(stage.context, actor, telling.proposal, command)


def _decide(stage: Stage, telling: Telling, step: Step) -> None:
    actor = stage.actor(step.by)
    page = reviews.page(stage.context, actor, telling.proposal)
    turn = next((turn for turn in page.turns if turn.stage == step.more["stage"]), None)
    if turn is None or page.review is None:
        raise Conflict(f"{telling.story.key}: {step.by} has no turn at {step.more['stage']} on {step.at:%d %b %H:%M}.")
    command = DecideCommand(
        stage=turn.stage,
        seat=turn.seat,
        verdict=Verdict(step.more["verdict"]),
        version=page.review.version.number,
        digest=page.review.version.digest,
        reason=step.more.get("reason", ""),
        sections=tuple(step.more.get("sections", ())),
    )
    reviews.decide(stage.context, actor, telling.proposal, command)


def _withdraw(stage: Stage, telling: Telling, step: Step) -> None:
    reviews.withdraw(stage.context, stage.actor(step.by), telling.proposal)


def _finish(stage: Stage, telling: Telling) -> None:
    """Show an approved programme in the public register where the story says so."""
    if telling.story.public:
        with unit.reading() as session:
            state = proposal_store.state(session, telling.proposal)
        if state is None:
            raise LookupError(f"the proposal of {telling.story.key} is gone")
        programmes.publish(stage.context, stage.actor(telling.story.authors[0]), state.programme, public=True)


STEPS: dict[str, Callable[[Stage, Telling, Step], None]] = {
    "start": _start,
    "save": _save,
    "thread": _thread,
    "reply": _reply,
    "resolve": _resolve,
    "submit": _submit,
    "decide": _decide,
    "withdraw": _withdraw,
}
"""How each kind of step is carried out."""
