"""How proposals of the demonstration begin: a template of an employer that universities adopted, and an outline at intake."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from cowork.cli.stories import moment
from cowork.domain.identity import Actor
from cowork.domain.ids import Digest, OrganisationId, ProposalId, TemplateId
from cowork.domain.proposals import Role
from cowork.domain.reviews import DecideCommand
from cowork.domain.templates import Details, Reach
from cowork.domain.workflows.progress import Verdict
from cowork.services import proposals, reviews, specifications, starting, templates
from cowork.services.context import Context
from cowork.services.proposals import ParticipantCommand, StartCommand
from cowork.services.reviews import SubmitCommand
from cowork.services.specifications import SaveCommand

EMPLOYER, ADMIN = "ada.okafor@ibm.example", "diane.fletcher@ibm.example"
AUTHOR, OUTLINER, RELEASER = (
    "priya.raman@northfield.example", "hannah.lindqvist@northfield.example", "kwame.asante@northfield.example",
)  # fmt: skip
OTHER = "zainab.yusuf@londonmet.example"
DETAILS = Details(
    "Machine learning with IBM",
    "machine-learning",
    "What we look for in a first microcredential on machine learning, for universities that want to build one with us.",
    "Keep the outcomes: they are what our teams ask for. Modules and assessments are yours to change. Agree on the data with us early.\n"
    "Demonstration content, not a statement of any organisation named in it.",
)
OUTLINE: Mapping[str, Mapping[str, object]] = {
    "identity": {"summary": "Ask language models well, and check what they answer before it is used."},
    "parties": {"lead_unit": "School of Computing"},
    "need": {
        "problem": "Teams use language models every day and pass on what they say without checking it. Nobody has taught them how.",
        "audience": "People in service, communication and administration who write with a language model.",
        "sector": "All sectors",
        "employment_pathway": "Content editor, service specialist, coordinator for the use of language models.",
    },
    "outcomes": {
        "items": [
            {"id": "o1", "text": "Formulate a task for a language model so that its answer can be checked.", "bloom": "apply"},
            {"id": "o2", "text": "Check an answer against sources and correct it.", "bloom": "evaluate"},
            {"id": "o3", "text": "Decide which data must not be given to a model, and explain why.", "bloom": "evaluate"},
        ]
    },
}


def begin(
    context: Context, at: Callable[[datetime], None], actor: Callable[[str], Actor], houses: Mapping[str, OrganisationId],
    workflow: Digest, today: date,
) -> int:  # fmt: skip
    """Tell both stories; how many proposals there are. `at` sets the clock, `actor` gives a person as they stand."""
    template = _template(context, at, actor, houses, today)
    at(moment("w5 Tue 09:30", today))
    adopted = _adopted(context, actor(AUTHOR), houses, workflow, template)
    at(moment("w4 Thu 10:15", today))
    london = templates.create(context, actor(OTHER), houses["londonmet"], DETAILS, template, shown=True)
    templates.publish(context, actor(OTHER), london, 1, "As IBM has it")
    at(moment("w3 Mon 14:05", today))
    _save(context, actor(AUTHOR), adopted, "need", {"audience": "Analysts of the health service with two or more years at work."})
    at(moment("w1 Wed 11:00", today))
    _later(context, actor(ADMIN), template)
    _outline(context, at, actor, houses, workflow, today)
    return 2


def _template(
    context: Context, at: Callable[[datetime], None], actor: Callable[[str], Actor], houses: Mapping[str, OrganisationId], today: date
) -> TemplateId:
    at(moment("w6 Mon 09:00", today))
    key = templates.create(context, actor(ADMIN), houses["ibm"], DETAILS, "machine-learning")
    templates.publish(context, actor(ADMIN), key, 1, "First version")
    templates.give(context, actor(ADMIN), key, Reach.UNIVERSITIES, frozenset())
    return key


def _adopted(
    context: Context, author: Actor, houses: Mapping[str, OrganisationId], workflow: Digest, template: TemplateId
) -> ProposalId:
    command = StartCommand("Machine Learning for Health Services", houses["northfield"], (houses["ibm"],), workflow, demonstration=True)
    proposal = starting.start(context, author, command, f"template:{template}", shown=True)
    proposals.add_participant(context, author, proposal, ParticipantCommand(EMPLOYER, Role.AUTHOR))
    return proposal


def _later(context: Context, admin: Actor, template: TemplateId) -> None:
    """A later version: three answers and one outcome changed, one added."""
    sheet = templates.sheet(context, admin, template)
    outcomes = [dict(row) for row in sheet.content["outcomes"]["items"]]  # type: ignore[attr-defined]  # rows of a list
    outcomes[3]["text"] = "Evaluate a model for accuracy, cost, energy use and unequal effects on people."
    outcomes.append({"id": "o6", "text": "Monitor a model in use and say when it has to be withdrawn.", "bloom": "evaluate"})
    changed: Mapping[str, Mapping[str, object]] = {
        "need": {
            "problem": "Teams collect more data than they can use, and models that were built once are never looked at again. "
            "Analysts need to build a model, test it honestly, and watch it in use.",
            "audience": "Analysts, engineers and specialists with a year or more at work and basic programming.",
        },
        "outcomes": {"items": outcomes},
        "delivery": {"duration_weeks": 14},
    }
    for section, answers in changed.items():
        saves = templates.sheet(context, admin, template).state.saves
        templates.save_section(context, admin, template, saves, section, answers)
    saves = templates.sheet(context, admin, template).state.saves
    templates.publish(context, admin, template, saves, "Watching models in use; two more weeks")


def _outline(
    context: Context, at: Callable[[datetime], None], actor: Callable[[str], Actor], houses: Mapping[str, OrganisationId],
    workflow: Digest, today: date,
) -> None:  # fmt: skip
    at(moment("w1 Thu 09:10", today))
    author = actor(OUTLINER)
    title = "Working with Language Models"
    command = StartCommand(title, houses["northfield"], (houses["ibm"],), workflow, demonstration=True, outline=True)
    proposal = proposals.start(context, author, command)
    for section, answers in OUTLINE.items():
        _save(context, author, proposal, section, answers)
    at(moment("w1 Thu 09:28", today))
    version = specifications.draft(context, author, proposal).version
    note = "Worth the long form? We would start in autumn."
    reviews.submit(context, author, proposal, SubmitCommand(version.number, version.digest, note))
    at(moment("w1 Fri 15:40", today))
    page = reviews.page(context, actor(RELEASER), proposal)
    if page.review is None or not page.turns:
        raise LookupError("nobody is asked at intake")
    turn = page.turns[0]
    reviews.decide(
        context, actor(RELEASER), proposal, DecideCommand(turn.stage, turn.seat, Verdict.APPROVE, version.number, version.digest)
    )


def _save(context: Context, author: Actor, proposal: ProposalId, section: str, answers: Mapping[str, object]) -> None:
    base = specifications.draft(context, author, proposal).version.number
    specifications.save_section(context, author, proposal, SaveCommand(section, base, answers))
