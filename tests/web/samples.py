"""Sample data for the catalogue: what a reviewer, an author and a newcomer see, made by the real rules."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from cowork.domain.ids import OfficeId, OrganisationId, PersonId, Side
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.evaluation import evaluate, read_digests
from cowork.domain.workflows.layout import layout
from cowork.domain.workflows.loading import shipped
from cowork.domain.workflows.progress import Bench, Calendars, Decision, Holder, Progress, Submission, Verdict
from cowork.web.frame import PLACES
from cowork.web.moments import Moment, moment_of

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
ZONE = ZoneInfo("Europe/London")


def choices(**labels: str) -> list[SelectChoice]:
    """The choices of a field: value=label."""
    return [SelectChoice(value, label) for value, label in labels.items()]


BLOOM = [SelectChoice("", "Choose a level"), *choices(apply="Apply", analyse="Analyse", evaluate="Evaluate")]
PEOPLE = {
    "employer": ("Ada Okafor",), "university": ("Tom Becker",), "head": ("Ines Ferreira",), "office": ("Jun Li", "Maja Nowak"),
    "members": ("Priya Nair", "Sam Whitfield", "Elena Petrova"), "dean": ("Ruth Abendroth",),
}  # fmt: skip


def moment(at: datetime) -> Moment:
    """The template global `moment`, at a fixed time in London."""
    return moment_of(at, ZONE, NOW)


class OutcomesForm(Form):
    """Every kind of field, one of them wrong."""

    title = StringField("Title", [validators.InputRequired(), validators.Length(max=100)], description="As it stands on the certificate.")
    credit = RadioField("Credit", choices=choices(credit="Credit-bearing", none="Not credit-bearing"))
    hours = DecimalField("Workload")
    level = SelectField("Level", choices=[SelectChoice(str(level), f"Level {level}") for level in (5, 6, 7)])
    starts = DateField("First cohort starts on")
    languages = SelectMultipleField("Languages", choices=choices(en="English", de="German", cy="Welsh"))
    need = TextAreaField(
        "The need",
        [validators.Length(min=80, message="Say in at least 80 characters who needs this and how you know.")],
        description="Who needs this, and how you know.",
    )
    outcome_1 = TextAreaField("Outcome")
    bloom_1 = SelectField("Bloom level", choices=BLOOM)
    code_1 = StringField("Code")
    outcome_2 = TextAreaField("Outcome")
    bloom_2 = SelectField("Bloom level", choices=BLOOM, validate_choice=False)
    code_2 = StringField("Code")
    consent = BooleanField("The partner may be named in the public register")
    note = StringField("What changed", description="One line for the list of versions.")


def outcomes_form() -> OutcomesForm:
    """The form as it comes back with an error."""
    form = OutcomesForm(
        MultiDict(
            [
                ("title", "Applied Machine Learning for Operations"), ("credit", "credit"), ("hours", "150"), ("level", "6"),
                ("starts", date(2027, 2, 1).isoformat()), ("languages", "en"), ("need", "Operations teams ask for it."),
                ("outcome_1", "Evaluate supervised learning models against business constraints set by the partner."),
                ("bloom_1", "evaluate"), ("code_1", "LO1"),
                ("outcome_2", "Build a reproducible training pipeline."), ("bloom_2", "apply"), ("code_2", "LO2"),
            ]
        )
    )  # fmt: skip
    form.validate()
    return form


def joint_workflow() -> Workflow:
    """The workflow that a new organisation starts with."""
    return next(one for one in shipped() if one.key == "joint-employer-university")


def benches(workflow: Workflow) -> list[Bench]:
    """Everybody's seats."""
    found = []
    for stage in workflow.stages:
        for seat in stage.seats:
            party, name = ("ibm", "IBM") if seat.side is Side.EMPLOYER else ("northfield", "Northfield University")
            holders = tuple(Holder(PersonId(person), person) for person in PEOPLE[seat.key])
            found.append(Bench(stage.key, seat.key, OrganisationId(party), name, OfficeId(seat.offices[0]), seat.title, holders))
    return found


def progress(workflow: Workflow) -> Progress:
    """A round in which the partners, the department and the quality office have approved and one member of the committee too."""
    submitted = NOW - timedelta(days=19)
    facts = {"identity": {"credit_bearing": "none"}}
    digests = {section: "0" * 64 for stage in workflow.stages for section in stage.reads or ()}
    decisions = []
    for number, bench in enumerate(benches(workflow)):
        stage = workflow.stage(bench.stage)
        if stage.key in ("business", "dean"):
            continue
        side = next(seat.side for seat in stage.seats if seat.key == bench.seat)
        person = bench.holders[0]
        decisions.append(
            Decision(
                bench.stage, bench.seat, bench.party, person.person, person.name, Verdict.APPROVE, 1, 7, read_digests(stage, side, digests),
                submitted + timedelta(days=2 * number + 1), workflow.digest,
            )
        )  # fmt: skip
    round_one = Submission(1, 7, submitted, facts, digests, open_objections=1)
    return evaluate(workflow, round_one, decisions, benches(workflow), Calendars(Calendar()), NOW)


def comment(key: str, name: str, party: str, hours: int, text: str) -> SimpleNamespace:
    """One comment as the page shows it."""
    return SimpleNamespace(
        id=key, author_name=name, author_initials="".join(word[0] for word in name.split()), party_name=party,
        at=NOW - timedelta(hours=hours), body_html=Markup("<p>{}</p>").format(text), withdrawn=False, withdraw_url="",
    )  # fmt: skip


def thread(key: str, about: str, quote: str, lane: str, *comments: SimpleNamespace, **marks: object) -> SimpleNamespace:
    """One thread as the page shows it."""
    usual: Mapping[str, object] = {
        "private": False, "objection": False, "stale_words": "", "resolved_by": "", "resolved_at": None,
        "reply_url": f"/threads/{key}/reply", "resolve_url": f"/threads/{key}/resolve", "reopen_url": f"/threads/{key}/reopen", "state": "", "mark_url": "", "candidates": (), "number": 0, "suggestion": None, "place_url": "",
    }  # fmt: skip
    return SimpleNamespace(id=key, about=about, quote=quote, lane_words=lane, comments=comments, **{**usual, **marks})


def threads() -> list[SimpleNamespace]:
    """An objection, a private thread, a pending comment, a resolved thread, and one about another section."""
    shared = "Shared with Northfield University"
    outcomes = "Learning outcomes"
    return [
        thread(
            "t1", outcomes, "business constraints set by the partner", shared,
            comment("c1", "Ada Okafor", "IBM", 2, "Can we name latency and cost? Our operations teams are measured on both."),
            comment("c2", "Tom Becker", "Northfield", 1, "Agreed. I will add both to the brief."), objection=True,
        ),
        thread(
            "t2", outcomes, "", "IBM only", comment("c3", "Ada Okafor", "IBM", 5, "Legal has not cleared the data set yet."), private=True,
        ),
        thread(
            "t3", outcomes, "a non-technical audience", shared,
            comment("c4", "Priya Nair", "", 0, "Say who: a client sponsor?"), state="moved", candidates=(SimpleNamespace(words="an audience", start=4),), place_url="/threads/t3/place",
        ),
        thread(
            "t4", outcomes, "", shared, comment("c5", "Jun Li", "Northfield", 60, "LO4 was not assessed."), resolved_by="Tom Becker",
            resolved_at=NOW - timedelta(hours=30),
        ),
        thread(
            "t5", "Assessment strategy", "20-minute technical interview (30 %)", shared,
            comment("c6", "Jun Li", "Northfield", 26, "Reasonable adjustments need a stated alternative format."),
        ),
    ]  # fmt: skip


def sections() -> list[SimpleNamespace]:
    """The section list with every kind of completeness."""
    rows = [
        ("need", "Rationale and industry demand", 100, 0), ("outcomes", "Learning outcomes", 80, 3),
        ("assessments", "Assessment strategy", 60, 1), ("workload", "Syllabus and workload", 100, 0),
        ("delivery", "Delivery and staffing", 40, 0), ("parties", "Partner contributions", 100, 1),
        ("recognition", "Recognition and credit", 0, 0),
    ]  # fmt: skip
    return [
        SimpleNamespace(
            key=key,
            label=label,
            url=f"/sections/{key}",
            percent=percent,
            current=key == "outcomes",
            words="",
            count=count,
            changed=key == "outcomes",
        )
        for key, label, percent, count in rows
    ]


def link(label: str, url: str, *, current: bool = False, count: int = 0) -> SimpleNamespace:
    """An entry of a navigation."""
    return SimpleNamespace(label=label, url=url, current=current, count=count)


def context() -> dict[str, object]:
    """Everything that the catalogue's pages show."""
    workflow = joint_workflow()
    names = ("Draft", "Review", "Changes", "Route", "Activity", "Export")
    return {
        "actor": SimpleNamespace(id="priya", name="Priya Nair", initials="PN"), "waiting_count": 4, "theme": "system",
        "site_name": "Cowork",
        "nav": [link(label, url, current=url == "/proposals", count=4 if url == "/" else 0) for label, url in PLACES],
        "proposal_tabs": [link(name, f"/{name.lower()}", current=name == "Review", count=12 if name == "Changes" else 0) for name in names],
        "sections": sections(), "threads": threads(), "progress": progress(workflow), "drawing": layout(workflow), "form": outcomes_form(),
        "ago_7": "2 minutes ago", "soon": NOW + timedelta(days=4), "now": NOW, "earlier": NOW - timedelta(days=1),
        "verdicts": [
            ("approve", "Approve", "Goes to the Dean once the committee agrees"),
            ("request-changes", "Request changes", "Returns to the authors with your comments"),
            ("reject", "Reject", "Ends this round; a reason is kept"),
        ],
        "concerned": [(row.key, row.label) for row in sections()],
        "lanes": [("", "Shared with Northfield University", False), ("ibm", "IBM only", True)],
        "work": [
            ("Applied Machine Learning for Operations", "Curriculum committee’s vote, version 7", NOW - timedelta(days=3)),
            ("Business Process Automation", "Quality check, version 3", None),
            ("Clinical Telehealth Foundations", "Dean’s decision, version 12", None),
        ],
    }  # fmt: skip
