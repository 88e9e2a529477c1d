"""The forms of files and letters. Shape only; the use cases check what fits together."""

from collections.abc import Iterable, Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, MultipleFileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Optional

from cowork.domain.errors import Invalid
from cowork.domain.files import KIND_WORDS, FileKind, Particulars, place_of
from cowork.domain.ids import OrganisationId
from cowork.domain.letters import Signature
from cowork.services.cases import Case
from cowork.services.showing import PlaceLine
from cowork.web.threads import lane_words

SHARED = "shared"
BAD_DATE = "Give the date as a day, month and year, such as 31/12/2026."


class ParticularsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is said of a file."""

    kind = SelectField("Kind", choices={"": "Choose a kind", **{kind.value: words for kind, words in KIND_WORDS.items()}})
    title = StringField("Title")
    lane = RadioField("Who sees it", validate_choice=False)
    dated = DateField("Date of the document", [Optional()])
    expires = DateField("Can be relied on until", [Optional()])
    place = SelectField("Evidence for", validate_choice=False)
    share = BooleanField("Yes, every party may see this file from now on")


class AttachForm(ParticularsForm):
    """The same with the files themselves."""

    files = MultipleFileField("Files")


class ReplaceForm(FlaskForm):  # type: ignore[misc]  # as above
    files = MultipleFileField("New version")
    dated = DateField("Date of the document", [Optional()])
    expires = DateField("Can be relied on until", [Optional()])


class LetterForm(FlaskForm):  # type: ignore[misc]  # as above
    title = StringField("Title")
    body = TextAreaField("Letter")


class SignForm(FlaskForm):  # type: ignore[misc]  # as above
    name = StringField("Your name")
    position = StringField("Your position")
    expires = DateField("The letter is valid until", [Optional()])
    authority = BooleanField("authority")


def offer(form: ParticularsForm, case: Case, own: Iterable[OrganisationId], places: Sequence[PlaceLine]) -> ParticularsForm:
    """Fill in what can be chosen: nothing is chosen beforehand, so that nobody shares or hides by accident."""
    form.lane.choices = {SHARED: lane_words(case, None), **{str(one): lane_words(case, one) for one in own}}
    groups = [SelectChoice("", "The whole proposal")]
    groups += [SelectChoice(line.place.key, line.label, optgroup="Sections") for line in places if not line.group]
    groups += [SelectChoice(line.place.key, line.label, optgroup=line.group) for line in places if line.group]
    form.place.choices = groups
    return form


def said_in(form: ParticularsForm) -> Particulars:
    """What the form says. Raises Invalid."""
    problems = _bad_dates(form)
    if form.kind.data not in set(FileKind):
        problems.append(("kind", "Choose what kind of document it is."))
    if not form.lane.data:
        problems.append(("lane", "Choose who sees this: everybody here, or your own organisation."))
    if problems:
        raise Invalid(problems)
    lane = None if form.lane.data == SHARED else OrganisationId(form.lane.data)
    place = place_of(form.place.data or "")
    return Particulars(FileKind(form.kind.data), form.title.data or "", lane, form.dated.data, form.expires.data, place)


def fill(form: ParticularsForm, said: Particulars) -> ParticularsForm:
    """Show what is said of a file."""
    form.kind.data, form.title.data, form.lane.data = said.kind.value, said.title, SHARED if said.lane is None else said.lane
    form.dated.data, form.expires.data, form.place.data = said.dated, said.expires, said.place.key
    return form


def check_dates(form: FlaskForm) -> None:
    """Refuse what is no date. Raises Invalid."""
    if problems := _bad_dates(form):
        raise Invalid(problems)


def _bad_dates(form: FlaskForm) -> list[tuple[str, str]]:
    wrong = [name for name in ("dated", "expires") if name in form and form[name].raw_data and form[name].data is None]
    return [(name, BAD_DATE) for name in wrong if any(form[name].raw_data)]


def signature_in(form: SignForm) -> Signature:
    """What was typed to sign. Raises Invalid."""
    check_dates(form)
    return Signature(form.name.data or "", form.position.data or "", bool(form.authority.data), form.expires.data)
