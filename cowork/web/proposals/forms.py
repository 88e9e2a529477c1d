"""The forms of starting a proposal and of saying who takes part."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from cowork.domain.proposals import Role
from cowork.domain.workflows.definition import Workflow
from cowork.services.proposals import MAX_TITLE, StartChoices

ROLE_WORDS: dict[Role, str] = {Role.AUTHOR: "Author", Role.COMMENTER: "Commenter", Role.READER: "Reader"}
ROLE_NOTES: dict[str, str] = {
    "author": "Writes the specification, submits it and chooses who takes part. Cannot decide on it.",
    "commenter": "Reads everything shared and comments.",
    "reader": "Reads everything shared.",
}


class StartForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a proposal begins with. What fits together is checked by the use case."""

    title = StringField(
        "Title of the microcredential",
        [InputRequired("Give the microcredential a title."), Length(max=MAX_TITLE, message=f"Use at most {MAX_TITLE} characters.")],
        description="Say the subject, as it could stand on the certificate. You can change it later.",
    )
    organisation = RadioField("Your organisation, which leads", validate_choice=False)
    partners = SelectMultipleField("Partners", validate_choice=False)
    find = StringField("Find an organisation")
    workflow = RadioField("How it is approved", validate_choice=False)


class ParticipantForm(FlaskForm):  # type: ignore[misc]  # as above
    email = EmailField("E-mail address", [InputRequired("Give the person’s e-mail address.")])
    role = SelectField("Role", choices={role.value: words for role, words in ROLE_WORDS.items()}, default=Role.COMMENTER.value)


class WorkflowForm(FlaskForm):  # type: ignore[misc]  # as above
    workflow = RadioField("How it is approved", validate_choice=False)


def offer(form: StartForm, choices: StartChoices) -> StartForm:
    """Fill in what can be chosen. Partners that are ticked stay in the list whatever is searched for."""
    form.organisation.choices = {card.id: card.name for card in choices.own}
    sought, ticked = (form.find.data or "").strip().casefold(), set(form.partners.data or ())
    only_own = {choices.own[0].id} if len(choices.own) == 1 else set()
    others = [card for card in choices.partners if card.id not in only_own]
    form.partners.choices = {
        card.id: f"{card.name} ({card.side.value})" for card in others if sought in card.name.casefold() or card.id in ticked
    }
    form.workflow.choices = workflow_choices(choices.workflows)
    if len(choices.own) == 1 and not form.organisation.data:
        form.organisation.data = choices.own[0].id
    return form


def workflow_choices(workflows: Iterable[Workflow]) -> dict[str, str]:
    """The workflows by digest, with their titles."""
    return {workflow.digest: workflow.title for workflow in workflows}
