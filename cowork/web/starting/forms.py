"""The forms of templates."""

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField

from cowork.domain import templates as rules
from cowork.domain.templates import Details, Reach
from cowork.services.cases import Case
from cowork.services.templates import Choices, TemplatePage


class DetailsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a template says of itself. What cannot be is said by the use case."""

    owner = RadioField("Whose template it is", validate_choice=False)
    title = StringField("Title of the template", description="So that others find it: the subject first.")
    subject = SelectField("Field", choices=rules.SUBJECTS, validate_choice=False)
    summary = StringField("What it is for", description="One sentence, for the list.")
    guidance = TextAreaField("Advice to whoever starts from it", description="What to fill in first, what to agree with the partner.")

    def details(self) -> Details:
        """What was typed, as the use cases take it."""
        texts = [" ".join((field.data or "").split()) for field in (self.title, self.summary)]
        return Details(texts[0], self.subject.data or "", texts[1], (self.guidance.data or "").strip())


class SaveAsForm(DetailsForm):
    """The same for what is taken from a proposal."""

    sections = SelectMultipleField("Sections that go along", validate_choice=False)
    share = RadioField("Who is given it", choices={"own": "Only your organisation", "parties": "All parties of this proposal"})


class ReachForm(FlaskForm):  # type: ignore[misc]  # as above
    """Whom a template is given to."""

    reach = RadioField("Who is given it", validate_choice=False)
    organisations = SelectMultipleField("The organisations", validate_choice=False)


REACH_WORDS: dict[Reach, str] = {
    Reach.OWN: "Only your organisation",
    Reach.CHOSEN: "The organisations ticked below",
    Reach.UNIVERSITIES: "Every university here",
}


def details_form(choices: Choices, details: Details | None = None) -> DetailsForm:
    """The form of a new template, filled in from what it is made from, if anything."""
    form = DetailsForm(formdata=None, data=filled(details))
    return with_owners(form, choices)


def filled(details: Details | None) -> dict[str, str]:
    if details is None:
        return {}
    return {"title": details.title, "subject": details.subject, "summary": details.summary, "guidance": details.guidance}


def with_owners(form: DetailsForm, choices: Choices) -> DetailsForm:
    form.owner.choices = {card.id: card.name for card in choices.own}
    if len(choices.own) == 1 and not form.owner.data:
        form.owner.data = choices.own[0].id
    return form


def reach_form(page: TemplatePage, choices: Choices) -> ReachForm:
    """Whom the template is given to, as it stands. One that holds words of a proposal names its parties alone."""
    state = page.state
    form = ReachForm(formdata=None)
    words = dict(REACH_WORDS)
    if state is not None and state.drawn_from:
        del words[Reach.UNIVERSITIES]
    form.reach.choices = {reach.value: text for reach, text in words.items()}
    form.organisations.choices = {card.id: f"{card.name} ({card.side.value})" for card in choices.others}
    if state is not None:
        form.reach.data, form.organisations.data = state.facts.reach.value, sorted(state.facts.given_to)
    return form


def save_as_form(case: Case, choices: Choices, *, posted: bool) -> SaveAsForm:
    """What of a proposal becomes a template: every section, of the party that the actor belongs to."""
    sections = {section.key: section.label for section in case.form.sections}
    names = {"title": case.state.title[: rules.MAX_TITLE], "sections": list(sections), "share": "own", "subject": "other"}
    form = SaveAsForm() if posted else SaveAsForm(formdata=None, data=names)
    with_owners(form, Choices(tuple(card for card in choices.own if card.id in case.lanes), ()))
    form.sections.choices = sections
    return form
