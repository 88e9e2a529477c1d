"""The forms of an organisation's administrators."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, EmailField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from cowork.services.organisations import OrganisationPage

ROLE_WORDS = {"member": "Member", "chair": "Chair", "secretary": "Secretary"}
ROLE_NOTES = {
    "chair": "Decides when the others are evenly split, where the way of approval says so. An office has one at a time.",
    "secretary": "Runs the meetings and is told what is due. Has no vote.",
}
ADMIN_NOTE = "Adds and removes members, and names who holds an office. Reads every proposal of this organisation."


class MemberForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A new member. Address and name are checked by the use case."""

    email = EmailField("E-mail address", [InputRequired("Give the person’s e-mail address.")])
    name = StringField(
        "Name", [InputRequired("Give the person’s name.")], description="Somebody who has an account already keeps their own."
    )
    position = StringField("Position", description="Such as Programme lead, or Head of Learning.")
    admin = BooleanField("Administrator", description=ADMIN_NOTE)


class PositionForm(FlaskForm):  # type: ignore[misc]  # as above
    """What a member is."""

    position = StringField("Position", description="Such as Programme lead, or Head of Learning.")
    admin = BooleanField("Administrator", description=ADMIN_NOTE)


class OfficeForm(FlaskForm):  # type: ignore[misc]  # as above
    """A new office."""

    kind = StringField(
        "Kind", [InputRequired("Choose a kind from the list, or give a word of your own.")],
        description="The word by which a way of approval asks for it, such as quality-office. Take one of the list where it fits.",
    )  # fmt: skip
    title = StringField("Title", description="What you call it, such as Academic Quality Office. Left empty, it is called by its kind.")


class TermForm(FlaskForm):  # type: ignore[misc]  # as above
    """Somebody's term in an office. Days are included."""

    person = SelectField("Member", [InputRequired("Choose a member.")])
    starts = DateField("First day", [InputRequired("Give the first day.")])
    ends = DateField("Last day", [Optional()], description="Leave it empty for a term until further notice.")
    role = RadioField("Role", choices=ROLE_WORDS, default="member")


class RoleForm(FlaskForm):  # type: ignore[misc]  # as above
    """What somebody is in an office."""

    role = RadioField("Role", choices=ROLE_WORDS)


def term_form(page: OrganisationPage, *, sent: bool) -> TermForm:
    """The form with the organisation's members to choose from, as it was sent or as it begins."""
    form = TermForm() if sent else TermForm(formdata=None, starts=page.today)
    form.person.choices = {"": "Choose a member", **{m.person: m.name for m in page.members if m.active}}
    return form
