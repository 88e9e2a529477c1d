"""The forms of signing in and of the own account."""

from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from cowork.domain.identity import MAX_PASSWORD, MIN_PASSWORD
from cowork.services.identity import MAX_NAME

THEME_CHOICES = {"system": "As the device does", "light": "Light", "dark": "Dark"}
ZONES = (*sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")), "UTC")
"""The time zones to choose from; every other one that exists is taken too."""


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """`next` is the path to go on to."""

    email = EmailField("E-mail address", [InputRequired("Give your e-mail address."), Length(max=254, message="This address is too long.")])
    password = PasswordField(
        "Password", [InputRequired("Give your password."), Length(max=MAX_PASSWORD, message="This password is too long.")]
    )
    next = HiddenField()


class ProfileForm(FlaskForm):  # type: ignore[misc]  # as above
    """Whether a zone exists is checked by the use case."""

    name = StringField(
        "Name", [InputRequired("Give your name."), Length(max=MAX_NAME)], description="As others see it beside comments and decisions."
    )
    zone = StringField(
        "Time zone", [InputRequired("Choose a time zone.")], description="Times are shown in this zone. Type a city: Europe/Dublin."
    )
    theme = RadioField("Appearance", choices=THEME_CHOICES)
    shortcuts = BooleanField(
        "Keyboard shortcuts", description="Single keys such as j, k and c move and comment. Press ? on a page for the list."
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]  # as above
    """The length and commonness of a password are checked by the use case."""

    old = PasswordField("Present password", [InputRequired("Give your present password.")])
    new = PasswordField(
        "New password",
        [InputRequired("Give a new password.")],
        description=f"At least {MIN_PASSWORD} characters. Several words together are easy to remember.",
    )
    again = PasswordField("New password again", [EqualTo("new", "The two new passwords are not the same. Type it again.")])
