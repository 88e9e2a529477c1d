"""The questions that an organisation adds to the form: the list, one question, publishing."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.errors import Invalid, NotFound, Refused
from cowork.domain.ids import OrganisationId
from cowork.domain.policy import Action
from cowork.domain.specifications.form import Field, FieldLane
from cowork.domain.specifications.questions import Table
from cowork.services import questions
from cowork.services.questions import QuestionsPage
from cowork.web import access
from cowork.web.organisations.question_forms import TYPE_WORDS, QuestionForm, question_form, table_of
from cowork.web.parameters import optional_number
from cowork.web.sides import ANSWERS
from cowork.web.specifications.asking import in_words
from cowork.web.specifications.forms import section_form

blueprint = Blueprint("questions", __name__)

Page = str | tuple[str, int] | Response
ROOT = "/organisations/<string:organisation>/questions"
ONE = f"{ROOT}/<string:question>"
NEW = "new"


@dataclass(frozen=True, slots=True)
class Line:
    """A question in words. `control` shows it as authors see it."""

    key: str
    field: Field
    kind: str
    who: str
    private: bool
    when: str
    control: Any


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of a section."""

    label: str
    lines: tuple[Line, ...]


def groups(page: QuestionsPage) -> tuple[Group, ...]:
    """The organisation's questions by section, in the order of the form."""
    own = {str(table["key"]) for table in page.tables}
    found = [(section, [field for field in section.fields if field.key in own]) for section in page.form.sections]
    return tuple(Group(section.label, tuple(_line(page, field) for field in fields)) for section, fields in found if fields)


def _line(page: QuestionsPage, field: Field) -> Line:
    columns = {field.key: frozenset(column.key for column in field.columns)}
    control = None if field.columns else section_form([field], {}, columns)[field.key]
    when = in_words(page.form, field.when) if field.when is not None else ""
    return Line(
        field.key, field, TYPE_WORDS[field.type.value], ANSWERS[field.owner.value], field.lane is not FieldLane.SHARED, when, control
    )


def _page(organisation: str) -> QuestionsPage:
    return questions.page(access.context(), access.actor(), OrganisationId(organisation))


def _seen() -> int:
    """Which save of the draft the page showed; 0 where there was none."""
    sent = request.form.get("seen", "")
    return 0 if sent == "0" else optional_number(sent) or 0


@access.route(blueprint, ROOT, Action.READ_ORGANISATION)
def listing(organisation: str) -> Page:
    page = _page(organisation)
    return render_template("organisations/questions.html", page=page, groups=groups(page), problems=[])


def _refused(organisation: str, error: Invalid) -> Page:
    page = _page(organisation)
    return render_template("organisations/questions.html", page=page, groups=groups(page), problems=error.problems), 422


@access.route(blueprint, ONE, Action.MANAGE_QUESTIONS)
def question(organisation: str, question: str) -> Page:
    """The form of one question, or of a new one."""
    page = _page(organisation)
    return _form_page(page, question, question_form(page.form, page.card.side, _kept(page, question)), [], page.seen)


def _kept(page: QuestionsPage, key: str) -> Table:
    """The question of that key as it is kept; for a new one its beginning. Raises NotFound."""
    if key == NEW:
        return {"owner": page.card.side.value, "section": request.args.get("section", "")}
    found = next((table for table in page.tables if table["key"] == key), None)
    if found is None:
        raise NotFound("question")
    return found


def _form_page(page: QuestionsPage, key: str, form: QuestionForm, problems: list[tuple[str, str]], seen: int) -> str:
    return render_template("organisations/question.html", page=page, key=key, form=form, problems=problems, seen=seen, is_new=key == NEW)


@access.route(blueprint, ONE, Action.MANAGE_QUESTIONS, methods=("POST",))
def save(organisation: str, question: str) -> Page:
    page = _page(organisation)
    kept, form = _kept(page, question), question_form(page.form, page.card.side, None)
    table, problems = table_of(form, page.form, kept)
    if not problems:
        key = "" if question == NEW else question
        try:
            questions.put(access.context(), access.actor(), OrganisationId(organisation), _seen(), key, table)
        except Invalid as error:
            problems = [("", sentence) for _, sentence in error.problems]
        else:
            flash("The question is in your draft. It is asked once you publish.", "success")
            return redirect(f"/organisations/{organisation}/questions", 303)
    for name, sentence in problems:
        _blame(form, name, sentence)
    return _form_page(page, question, form, problems, _seen()), 422


def _blame(form: Any, name: str, sentence: str) -> None:
    for field in form:
        if field.id == name:
            field.errors = [*field.errors, sentence]
        elif hasattr(field, "entries"):
            for entry in field.entries:
                _blame(entry.form, name, sentence)


@access.route(blueprint, f"{ONE}/move", Action.MANAGE_QUESTIONS, methods=("POST",))
def move(organisation: str, question: str) -> Page:
    by = -1 if request.form.get("to") == "up" else 1
    questions.move(access.context(), access.actor(), OrganisationId(organisation), _seen(), question, by)
    return redirect(f"/organisations/{organisation}/questions#q-{question}", 303)


@access.route(blueprint, f"{ONE}/remove", Action.MANAGE_QUESTIONS, methods=("POST",))
def remove(organisation: str, question: str) -> Page:
    try:
        questions.remove(access.context(), access.actor(), OrganisationId(organisation), _seen(), question)
    except Invalid as error:
        return _refused(organisation, error)
    flash("The question is out of your draft. What is published stays until you publish the draft.", "success")
    return redirect(f"/organisations/{organisation}/questions", 303)


@access.route(blueprint, f"{ROOT}-publish", Action.MANAGE_QUESTIONS)
def publishing(organisation: str) -> Page:
    """Says what publishing changes, and asks."""
    page = _page(organisation)
    if not page.manages:
        raise Refused("Only administrators of this organisation change its questions. Ask one of them.")
    if page.draft is None:
        return redirect(f"/organisations/{organisation}/questions", 303)
    return render_template("organisations/questions_publish.html", page=page, problems=[])


@access.route(blueprint, f"{ROOT}-publish", Action.MANAGE_QUESTIONS, methods=("POST",))
def publish(organisation: str) -> Page:
    try:
        version = questions.publish(access.context(), access.actor(), OrganisationId(organisation), _seen())
    except Invalid as error:
        return _refused(organisation, error)
    flash(f"Version {version} is published. Proposals that begin from now on ask it; drafts can take it over.", "success")
    return redirect(f"/organisations/{organisation}/questions", 303)


@access.route(blueprint, f"{ROOT}-discard", Action.MANAGE_QUESTIONS, methods=("POST",))
def discard(organisation: str) -> Page:
    questions.discard(access.context(), access.actor(), OrganisationId(organisation), _seen())
    flash("The draft is dropped. What is published stays as it was.", "success")
    return redirect(f"/organisations/{organisation}/questions", 303)
