"""`cowork files`: what attached files take on the disk, and removing what is kept no more."""

import click

from cowork.cli.opening import Stopped, opener_of
from cowork.cli.records import counted
from cowork.services import retention

MOST_NAMED = 20


@click.group("files")
def files_group() -> None:
    """Look after the bytes of attached files."""


@files_group.command("report")
@click.pass_context
def report(context: click.Context) -> None:
    """Say what is kept, what nothing names any more, and what is missing. Exit code 1 when bytes are missing."""
    with opener_of(context)() as services:
        found = retention.holding(services)
        days = services.withdrawn_days
    click.echo(f"{counted(found.kept, 'content')} kept, {found.kept_bytes:,} bytes.")
    if found.unnamed:
        named = "is" if found.unnamed == 1 else "are"
        click.echo(f"{found.unnamed:,} of them {named} named by no file ({found.unnamed_bytes:,} bytes): removed a day after the last use.")
    rule = f"{counted(days, 'day')} after it was withdrawn" if days else "never (COWORK_WITHDRAWN_DAYS is not set)"
    click.echo(f"The bytes of a withdrawn file are removed: {rule}.")
    if found.due:
        click.echo(f"{counted(found.due, 'withdrawn file')} waiting for that. The worker does it once a day, `cowork files clean` at once.")
    for digest in found.missing[:MOST_NAMED]:
        click.echo(f"Missing: {digest}", err=True)
    if found.missing:
        raise Stopped(f"{counted(len(found.missing), 'content')} that files name cannot be found. Restore the blobs from a backup.")


@files_group.command("clean")
@click.pass_context
def clean(context: click.Context) -> None:
    """Do at once what the worker does once a day: remove the bytes that are kept no more."""
    with opener_of(context)() as services:
        done = retention.clean(services)
    click.echo(f"{counted(done.forgotten, 'withdrawn file')} forgotten.")
    click.echo(f"{counted(done.removed, 'content')} removed, {done.removed_bytes:,} bytes.")
