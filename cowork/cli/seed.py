"""`cowork seed`: the demonstration, for an empty instance."""

from pathlib import Path

import click

from cowork.cli.load import seed_load
from cowork.cli.opening import Program, program_of
from cowork.cli.seeding import is_empty, refuse_unless_empty, seed_demonstration
from cowork.cli.stories import SignIn, cast
from cowork.services import identity
from cowork.services.context import Context
from cowork.store import migrating

UNFINISHED = "demonstration-unfinished"
"""A file beside the database while the demonstration is being written."""


@click.command("seed")
@click.option(
    "--proposals", type=click.IntRange(1, 99_999), help="Copy the demonstration until there are so many proposals, for benchmarks."
)
@click.pass_context
def seed(context: click.Context, proposals: int | None) -> None:
    """Fill an empty instance with demonstration proposals and people, and print how to sign in."""
    program = program_of(context)
    prepare(program)
    with program.open() as services:
        refuse_unless_empty(services)
        if proposals is None:
            write_demonstration(services)
        else:
            write_load(services, proposals)
        show_sign_ins(services)


def prepare(program: Program) -> None:
    """Bring the database up to date. A demonstration that was interrupted half-way is taken away, so that it can be written anew."""
    app = program.application()
    migrating.upgrade(app)
    with program.open() as services:
        unfinished = marker(services).exists()
    if unfinished:
        click.echo("The demonstration was interrupted while it was written. It is written anew.", err=True)
        migrating.downgrade(app, "base")
        migrating.upgrade(app)


def marker(services: Context) -> Path:
    """The file that says that the demonstration is not finished."""
    return services.files.with_name(UNFINISHED)


def write_demonstration(services: Context) -> None:
    """Write the demonstration into an instance that is empty."""
    click.echo("Writing the demonstration …", err=True)
    marker(services).touch()
    made = seed_demonstration(services, lambda title: click.echo(f"  {title}", err=True))
    marker(services).unlink()
    click.echo(f"{made.proposals} proposals, {made.organisations} organisations, {made.people} people.", err=True)


def write_load(services: Context, proposals: int) -> None:
    """Write the demonstration and copies of it into an instance that is empty, and say how far it is."""
    marker(services).touch()
    click.echo("Writing the demonstration …", err=True)
    made = seed_load(services, proposals, lambda done, wanted: click.echo(f"  {done:,} of {wanted:,} proposals", err=True))
    marker(services).unlink()
    click.echo(f"{made.proposals:,} proposals.", err=True)


def demonstrate(services: Context) -> None:
    """Write the demonstration unless there is something already."""
    if is_empty(services):
        write_demonstration(services)


def show_sign_ins(services: Context) -> None:
    """Print how to sign in to the demonstration, if it is in this instance."""
    here = {email for _, email, _, active in identity.people(services) if active}
    sign_ins: list[SignIn] = [sign_in for sign_in in cast()[1] if sign_in.email in here]
    if not sign_ins:
        return
    width = max(len(sign_in.email) for sign_in in sign_ins)
    click.echo(f"Demonstration sign-ins; the password of each is {sign_ins[0].password}")
    for sign_in in sign_ins:
        click.echo(f"  {sign_in.email:<{width}}  {sign_in.role}")
