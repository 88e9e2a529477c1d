"""`cowork user`: the people of this instance."""

import sys

import click

from cowork.cli.opening import Stopped, opener_of
from cowork.services import identity


@click.group("user")
def user() -> None:
    """Add people, list them, give them a new password, shut them out."""


def read_password(from_stdin: bool) -> str:
    """A new password: asked twice at a terminal, or the first line of standard input."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Stopped("A password is needed, and nobody can be asked for it here. Send it on standard input with --password-stdin.")
    password: str = click.prompt("New password", hide_input=True, confirmation_prompt="The same again", err=True)
    return password


password_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as others see it.")
@click.option("--zone", default="UTC", show_default=True, help="Their time zone, such as Europe/Dublin.")
@password_stdin
@click.pass_context
def add(context: click.Context, email: str, name: str, zone: str, password_stdin: bool) -> None:
    """Add a person who can sign in with EMAIL and a password.

    An administrator of an organisation then makes them a member on its page, or an operator with `cowork organisation member`.
    """
    password = read_password(password_stdin)
    with opener_of(context)() as services:
        identity.create_person(services, email, name, password, zone)
    click.echo(f"{email.strip().lower()} can sign in.")


@user.command("list")
@click.pass_context
def list_people(context: click.Context) -> None:
    """List everybody: address, name, and whether they can sign in."""
    with opener_of(context)() as services:
        people = identity.people(services)
    width = max((len(email) for _, email, _, _ in people), default=0)
    for _, email, name, active in people:
        click.echo(f"{email:<{width}}  {name}{'' if active else '  (deactivated)'}")


@user.command("password")
@click.argument("email")
@password_stdin
@click.pass_context
def password(context: click.Context, email: str, password_stdin: bool) -> None:
    """Give the person with EMAIL a new password and sign them out everywhere."""
    chosen = read_password(password_stdin)
    with opener_of(context)() as services:
        identity.set_password(services, email.strip().lower(), chosen)
    click.echo(f"{email.strip().lower()} has a new password and is signed out everywhere.")


@user.command("deactivate")
@click.argument("email")
@click.option("--undo", is_flag=True, help="Let the person in again.")
@click.pass_context
def deactivate(context: click.Context, email: str, undo: bool) -> None:
    """Shut the person with EMAIL out at once. What they did stays on record."""
    with opener_of(context)() as services:
        identity.set_active(services, email.strip().lower(), undo)
    click.echo(f"{email.strip().lower()} {'can sign in again.' if undo else 'is signed out and cannot sign in.'}")
