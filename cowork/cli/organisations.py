"""`cowork organisation`: the organisations of this instance, and who belongs to them from the start."""

import click

from cowork.cli.opening import opener_of
from cowork.domain.ids import Side
from cowork.services import operating, organisations


@click.group("organisation")
def organisation() -> None:
    """Add organisations and their first administrators."""


@organisation.command("add")
@click.argument("short_name")
@click.option("--name", required=True, help="Its name, as others see it.")
@click.option("--side", type=click.Choice([side.value for side in Side]), required=True, help="Which kind of organisation it is.")
@click.option("--country", default="", help="Two letters, such as IE.")
@click.option("--zone", default="UTC", show_default=True, help="Its time zone, in which working days are counted.")
@click.pass_context
def add(context: click.Context, short_name: str, name: str, side: str, country: str, zone: str) -> None:
    """Add an organisation under SHORT_NAME, such as northfield."""
    with opener_of(context)() as services:
        organisations.create(services, short_name, Side(side), name, country=country.upper(), zone=zone)
    click.echo(f"{name} was added as {short_name}.")


@organisation.command("member")
@click.argument("short_name")
@click.argument("email")
@click.option("--admin", is_flag=True, help="Let this person manage its people and offices.")
@click.pass_context
def member(context: click.Context, short_name: str, email: str, admin: bool) -> None:
    """Make the person with EMAIL a member of the organisation SHORT_NAME."""
    with opener_of(context)() as services:
        operating.make_member(services, email.strip().lower(), short_name, admin=admin)
    click.echo(f"{email.strip().lower()} is {'an administrator' if admin else 'a member'} of {short_name}.")
