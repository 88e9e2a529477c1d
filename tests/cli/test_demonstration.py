"""The demonstration: its files fit the form, its stories can be told, and what comes out is as sound as real work."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cowork.cli.load import seed_load
from cowork.cli.seeding import NOTE, Seeded, seed_demonstration
from cowork.cli.stories import Answers, Cast, Character, Step, Story, cast, moment, stories, taken
from cowork.domain.errors import Conflict
from cowork.domain.ids import ProposalId, Side
from cowork.domain.policy import Action
from cowork.domain.proposals import Phase, Standing
from cowork.domain.specifications import forms, frameworks, values, wording
from cowork.domain.specifications.completeness import completeness
from cowork.domain.specifications.form import FieldLane
from cowork.domain.workflows import loading
from cowork.gateways import chance
from cowork.gateways.blobs import DiskBlobs
from cowork.gateways.bus import LocalBus
from cowork.gateways.livedoc import YDocument
from cowork.gateways.worddiff import opcodes
from cowork.services import audit, cases, checks, identity, operating, programmes, proposals, pulling, reviews, specifications, templates
from cowork.services import comments as commenting
from cowork.services.context import Context
from cowork.store import migrating, unit
from cowork.store.proposals import ListFilter
from tests.cli.conftest import Cowork
from tests.world import FakeRenderer, FakeViewer, database

TODAY = date(2026, 11, 25)
FORM = forms.shipped()
STORIES = stories(TODAY)
UNFINISHED = frozenset({"inclusive-teaching", "online-learning-design"})
REAL_NAMES = {"IBM", "Google", "Cisco", "London Metropolitan University"}

every_story = pytest.mark.parametrize("story", STORIES, ids=[story.key for story in STORIES])
finished_stories = [story for story in STORIES if story.key not in UNFINISHED]
every_finished_story = pytest.mark.parametrize("story", finished_stories, ids=[story.key for story in finished_stories])


class QuickPasswords:
    """Keeps the passwords as they are: hashing is tested elsewhere and slow on purpose."""

    common: frozenset[str] = frozenset()

    def hash(self, password: str) -> str:
        return password

    def verify(self, password_hash: str, password: str) -> bool:
        return password_hash == password


def people() -> dict[str, tuple[Cast, Character]]:
    return {person.email: (members, person) for members in cast()[0] for person in members.people}


@every_story
def test_every_answer_fits_the_form(story: Story) -> None:
    content, problems = values.clean_content(FORM, story.content)
    assert problems == ()
    assert content == story.content


@every_finished_story
def test_finished_specifications_are_complete(story: Story) -> None:
    found = completeness(FORM, story.content)
    assert [problem.message for section in found.sections for problem in section.missing] == []
    assert found.percent == 100


@pytest.mark.parametrize(("key", "least", "most"), [("inclusive-teaching", 25, 75), ("online-learning-design", 5, 24)])
def test_unfinished_specifications_look_like_drafts(key: str, least: int, most: int) -> None:
    (story,) = (story for story in STORIES if story.key == key)
    assert least <= completeness(FORM, story.content).percent <= most


@every_finished_story
def test_the_frameworks_that_apply_everywhere_are_met(story: Story) -> None:
    failed = [
        (item.id, item.why)
        for report in frameworks.check(FORM, story.content)
        if report.id in {"eu-2022", "unesco-2022", "ca-ecampusontario", "oliver-2019", "my-mqa"}
        for item in report.items
        if item.requirement == "mandatory" and item.standing is frameworks.Standing.FAILS
    ]
    assert failed == []


@pytest.mark.parametrize(("country", "report_id"), [("GB", "uk-qaa-2022"), ("AU", "au-nmf-2021"), ("US", "us-suny"), ("NZ", "nz-nzqa")])
def test_the_framework_of_the_country_is_met(country: str, report_id: str) -> None:
    at_home = [story for story in finished_stories if story.content["identity"]["country"] == country]
    assert at_home
    for story in at_home:
        (report,) = (report for report in frameworks.check(FORM, story.content) if report.id == report_id)
        assert [item.why for item in report.items if item.standing is frameworks.Standing.FAILS] == [], story.key


@every_finished_story
def test_outcomes_are_worded_so_that_they_can_be_observed(story: Story) -> None:
    outcomes = story.content["outcomes"]["items"]
    assert 3 <= len(outcomes) <= 7
    assert {row["text"]: hints for row in outcomes if (hints := wording.hints(row["text"], row["bloom"]))} == {}


@every_story
def test_every_proposal_says_that_it_is_a_demonstration(story: Story) -> None:
    assert "not a statement" in story.content["badge"]["further_information"]


@every_story
def test_nobody_is_written_about_at_a_real_address(story: Story) -> None:
    for contact in story.content.get("parties", {}).get("contacts", ()):
        assert contact["email"].endswith(".example")
        assert contact["email"] in people()


def test_real_organisations_are_only_those_that_published_descriptions_name() -> None:
    organisations, _ = cast()
    invented = [members for members in organisations if members.name not in REAL_NAMES]
    assert len(invented) == len(organisations) - len(REAL_NAMES)
    assert all(person.email.endswith(".example") for members in organisations for person in members.people)


def test_statements_for_real_companies_say_that_they_are_demonstrations() -> None:
    for story in STORIES:
        statements = story.content.get("employer_statements", {})
        for row in (*statements.get("demand", ()), *statements.get("assessment", ())):
            assert row["organisation"] not in REAL_NAMES or row["statement"].startswith("Demonstration statement.")


def test_the_copied_assignment_guide_is_never_shown_as_a_descriptor() -> None:
    rows = [row for story in STORIES for row in story.content["need"]["evidence"] if "powcoder" in row.get("url", "")]
    assert [row["kind"] for row in rows] == ["other"]
    assert "not an official descriptor" in rows[0]["title"]


def test_evidence_of_existing_programmes_names_where_it_can_be_read() -> None:
    rows = [row for story in STORIES for row in story.content["need"]["evidence"] if row["kind"] == "programme"]
    assert len(rows) >= 11
    assert all(urlsplit(row["url"]).hostname for row in rows)


@every_story
def test_stories_are_told_in_order_by_people_who_are_there(story: Story) -> None:
    known = people()
    assert [step.at for step in story.steps] == sorted(step.at for step in story.steps)
    assert {step.by for step in story.steps} <= set(known)
    assert story.steps[0].do == "start"
    assert story.steps[-1].at < datetime.combine(TODAY, datetime.min.time(), UTC)
    authors = {email for email in story.authors if known[email][0].slug in {story.lead, *story.partners}}
    assert authors == set(story.authors)
    assert {known[email][0].side for email in story.authors} == {Side.UNIVERSITY, Side.EMPLOYER}


def test_stories_go_through_many_of_the_shipped_workflows() -> None:
    used = {story.workflow for story in STORIES}
    assert used <= {loading.load(source).key for source in loading.sources()}
    assert len(used) >= 7


def test_days_move_with_the_week() -> None:
    (today,) = (story for story in stories(TODAY) if story.key == "ibm-machine-learning")
    (later,) = (story for story in stories(date(2028, 3, 1)) if story.key == "ibm-machine-learning")
    assert today.content["delivery"]["first_start"] < later.content["delivery"]["first_start"]
    assert today.steps[0].at < later.steps[0].at
    assert moment("w1 Mon 09:20", date(2026, 11, 23)) == datetime(2026, 11, 16, 9, 20, tzinfo=UTC)


def test_an_author_takes_over_only_what_their_side_owns() -> None:
    (story,) = (story for story in STORIES if story.key == "ibm-machine-learning")
    step = Step(story.steps[0].at, "", "save", {"takes": ["identity", "alignment", "business"]})
    employer: Answers = taken(FORM, Side.EMPLOYER, step, story.content, {})
    university: Answers = taken(FORM, Side.UNIVERSITY, step, story.content, {})
    assert "level" in university["identity"]
    assert "level" not in employer["identity"]
    assert "costs" not in employer["business"]
    assert university["alignment"]["tasks"] == taken(FORM, Side.EMPLOYER, step, story.content, university)["alignment"]["tasks"]


# What the telling leaves behind


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Context, Seeded]]:
    """An instance with the demonstration; tests only read it."""
    folder = tmp_path_factory.mktemp("demonstration")
    with database(f"sqlite:///{folder / 'told.sqlite3'}") as app:
        migrating.upgrade(app)
        context = context_in(folder)
        yield context, seed_demonstration(context)


def context_in(folder: Path) -> Context:
    return Context(
        now=lambda: datetime(2026, 11, 25, 12, 0, tzinfo=UTC),
        new_id=chance.new_id,
        new_token=chance.new_token,
        passwords=QuickPasswords(),
        renderer=FakeRenderer(),
        differ=opcodes,
        files=folder,
        base_url="http://localhost",
        blobs=DiskBlobs(folder / "blobs"),
        viewer=FakeViewer(),
        document=YDocument,
        bus=LocalBus(),
    )


def keys(context: Context) -> dict[str, ProposalId]:
    """The proposals by title."""
    return {found.line.title: found.line.id for found in operating.lines(context, None)}


def of(context: Context, key: str) -> ProposalId:
    (story,) = (story for story in STORIES if story.key == key)
    return keys(context)[story.content["identity"]["title"]]


def test_the_record_holds_and_what_is_shown_follows_from_it(told: tuple[Context, Seeded]) -> None:
    context, seeded = told
    assert checks.check(context) == (16, ())
    assert audit.verify(context, None).faults == ()
    assert (seeded.proposals, seeded.organisations, seeded.people) == (16, len(cast()[0]), len(people()))


def test_proposals_stand_everywhere_a_proposal_can_stand(told: tuple[Context, Seeded]) -> None:
    context, _ = told
    found = Counter(line.line.standing for line in operating.lines(context, None))
    assert set(found) == set(Standing)
    assert found[Standing.APPROVED] == 4
    assert found[Standing.IN_REVIEW] == 5
    assert all(line.line.demonstration for line in operating.lines(context, None))


def test_a_partners_template_was_adopted_and_a_later_change_waits(told: tuple[Context, Seeded]) -> None:
    context, _ = told
    maker, adopter = (identity.actor(context, email) for email in ("diane.fletcher@ibm.example", "priya.raman@northfield.example"))
    (line,) = templates.listing(context, maker).own
    found = {(one.organisation, one.version) for one in templates.page(context, maker, line.template).adoptions}
    assert found == {("Northfield University", 1), ("London Metropolitan University", 1)}
    page = pulling.page(context, adopter, keys(context)["Machine Learning for Health Services"])
    assert {one.pull.path: one.pull.clashes for one in page.offered} == {
        "need.problem": False, "need.audience": True, "outcomes.items.o4": False, "outcomes.items.o6": False,
        "delivery.duration_weeks": False,
    }  # fmt: skip


def test_an_outline_waits_at_intake_for_the_employer(told: tuple[Context, Seeded]) -> None:
    context, _ = told
    proposal = keys(context)["Working with Language Models"]
    state = proposals.case(context, identity.actor(context, "hannah.lindqvist@northfield.example"), proposal).state
    assert (state.phase, state.standing, state.court) == (Phase.OUTLINE, Standing.IN_REVIEW, "IBM")


def test_a_newcomer_can_sign_in_with_every_recommended_address(told: tuple[Context, Seeded]) -> None:
    context, seeded = told
    for sign_in in seeded.sign_ins:
        command = identity.SignInCommand(sign_in.email, sign_in.password, "198.51.100.7", "Test")
        assert identity.sign_in(context, command)


@pytest.mark.parametrize(
    ("email", "title"),
    [
        ("leila.haddad@northfield.example", "Business Process Automation in Practice"),
        ("marcus.bell@northfield.example", "Working with Generative Tools Responsibly"),
        ("greg.lindholm@terncloud.example", "Cloud Architecture and Cost Control"),
    ],
)
def test_those_who_decide_find_a_decision_waiting(told: tuple[Context, Seeded], email: str, title: str) -> None:
    context, _ = told
    work = proposals.my_work(context, identity.actor(context, email))
    assert [line.proposal.title for line in work.decisions] == [title]
    assert work.decisions[0].due_at is not None


def test_approved_programmes_are_in_the_public_register(told: tuple[Context, Seeded]) -> None:
    context, _ = told
    titles = {line.title for line in programmes.register(context, None).lines}
    assert titles == {story.content["identity"]["title"] for story in STORIES if story.public}


def test_approved_texts_are_those_that_were_written_down(told: tuple[Context, Seeded]) -> None:
    context, _ = told
    for story in STORIES:
        if story.public:
            actor = identity.actor(context, story.authors[0])
            draft = specifications.draft(context, actor, of(context, story.key))
            with unit.reading() as session:
                case = cases.open_case(session, actor, draft.case.state.id, Action.READ_PROPOSAL)
            expected = case.readable(story.content)
            assert draft.content == expected, story.key


def test_an_edit_voided_one_decision_and_left_the_others(told: tuple[Context, Seeded]) -> None:
    context, _ = told
    actor = identity.actor(context, "zainab.yusuf@londonmet.example")
    progress = reviews.route(context, actor, of(context, "cisco-security-operations")).progress
    stages = {stage.stage.key: stage for stage in progress.stages}
    assert all(seat.met for seat in stages["partners"].seats), "the release of both partners is carried over"
    (department,) = stages["department"].seats
    assert (len(department.stale), department.met) == (1, False)
    (business,) = stages["business"].seats
    assert business.met, "the business check does not read the workload"


def test_two_checks_run_side_by_side_while_an_objection_is_open(told: tuple[Context, Seeded]) -> None:
    context, _ = told
    actor = identity.actor(context, "sofia.marchetti@northfield.example")
    route = reviews.route(context, actor, of(context, "ibm-business-process-automation"))
    open_stages = {turn.stage for turn in route.progress.turns}
    assert open_stages == {"quality", "business"}
    assert "1 open objection holds approval" in route.progress.sentence


def test_a_complete_draft_can_be_submitted(told: tuple[Context, Seeded]) -> None:
    context, _ = told
    actor = identity.actor(context, "priya.raman@northfield.example")
    route = reviews.route(context, actor, of(context, "data-analytics"))
    assert (route.dry_run, route.missing) == (True, ())


def test_changes_were_requested_with_a_reason_and_sections(told: tuple[Context, Seeded]) -> None:
    context, _ = told
    actor = identity.actor(context, "brian.takahashi@riverbend.example")
    route = reviews.route(context, actor, of(context, "google-project-management"))
    last = route.decisions[-1]
    assert last.reason.startswith("A learner without a client")
    assert set(last.sections) == {"entry", "delivery", "modules"}


def test_versions_are_by_both_sides_and_differ(told: tuple[Context, Seeded]) -> None:
    context, _ = told
    known = {identity.actor(context, email).person: members.side for email, (members, _) in people().items()}
    for story in STORIES:
        actor = identity.actor(context, story.authors[0])
        _, lines = specifications.history(context, actor, of(context, story.key))
        assert {known[line.author] for line in lines} == {Side.UNIVERSITY, Side.EMPLOYER}, story.key
        assert NOTE in {line.note for line in lines} or any(NOTE in line.note for line in lines)
        if story.key not in UNFINISHED:
            assert len(lines) >= 5


def test_colleagues_talk_among_themselves_unseen_by_the_partner(told: tuple[Context, Seeded]) -> None:
    context, _ = told
    proposal = of(context, "ibm-machine-learning")
    for_ibm = commenting.threads(context, identity.actor(context, "ada.okafor@ibm.example"), proposal)
    for_university = commenting.threads(context, identity.actor(context, "hannah.lindqvist@northfield.example"), proposal)
    own = {thread.id for thread in for_ibm if thread.lane} | {thread.id for thread in for_university if thread.lane}
    assert len(own) == 2
    assert own - {thread.id for thread in for_ibm}, "the university's own thread stays there"
    assert own - {thread.id for thread in for_university}, "the employer's own thread stays there"


def test_private_answers_are_in_every_finished_text() -> None:
    private = {(s.key, f.key) for s in FORM.sections for f in s.fields if f.lane is not FieldLane.SHARED}
    for story in finished_stories:
        given = {(section, field) for section, answers in story.content.items() for field in answers}
        assert private <= given, story.key


def test_an_instance_that_holds_something_is_left_alone(told: tuple[Context, Seeded]) -> None:
    context, _ = told
    with pytest.raises(Conflict, match="COWORK_INSTANCE"):
        seed_demonstration(context)
    assert checks.check(context)[0] == 16


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_load_is_as_sound_as_the_demonstration(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path / 'load.sqlite3'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    with database(url) as app:
        migrating.upgrade(app)
        context = context_in(tmp_path)
        told_of: list[tuple[int, int]] = []
        loaded = seed_load(context, 60, lambda done, wanted: told_of.append((done, wanted)))
        assert (loaded.proposals, told_of) == (60, [(60, 60)])
        assert checks.check(context) == (60, ())
        assert audit.verify(context, None).faults == ()
        lines = operating.lines(context, None)
        assert {line.line.standing for line in lines} == set(Standing)
        assert len({line.line.id for line in lines}) == len({line.line.title for line in lines}) == 60
        wanted = next(line.line.title for line in lines if line.line.title.startswith("Applied Machine Learning for Business Systems 0"))
        author = identity.actor(context, "hannah.lindqvist@northfield.example")
        found = proposals.listing(context, author, ListFilter(query=wanted))
        assert [line.title for line in found.lines] == [wanted]


def test_one_command_makes_a_load_and_says_how_to_sign_in(cowork: Cowork) -> None:
    first = cowork("seed", "--proposals", "24")
    assert (first.code, first.out.splitlines()[0]) == (0, f"Demonstration sign-ins; the password of each is {cast()[1][0].password}")
    assert "24 of 24 proposals" in first.err
    again = cowork("seed", "--proposals", "24")
    assert again.code == 1
    assert "seeding fills empty ones only" in again.err
    assert cowork("check").code == 0
    assert cowork("audit", "verify").code == 0
