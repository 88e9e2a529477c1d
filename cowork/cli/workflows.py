"""`cowork workflow`: checking a workflow before it is used, and reading those of the instance."""

from pathlib import Path

import click

from cowork.cli.opening import Stopped, opener_of
from cowork.domain.specifications import forms
from cowork.domain.workflows import facts, loading
from cowork.domain.workflows.rule_words import seat_rule_in_words
from cowork.services import workflows

MAX_BYTES = 1_000_000


@click.group("workflow")
def workflow() -> None:
    """Check workflows, which are written in TOML, and read those of this instance."""


@workflow.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Say what is wrong with the workflow in FILE, one sentence for each fault.

    Conditions are checked against the fields of the form that comes with Cowork. They may only ask for answers that every party
    reads, because the route would show the others.
    """
    text = read_text(file)
    form = forms.shipped()
    problems = facts.faults(text, form)
    for problem in problems:
        click.echo(f"{file}: {problem}", err=True)
    if problems:
        raise Stopped(f"{len(problems)} {'fault' if len(problems) == 1 else 'faults'} in {file}. Mend them and check again.")
    found = loading.load(text, facts.paths(form))
    click.echo(f"{file}: “{found.title}” with {len(found.stages)} stages can be used.")


OF = click.option("--of", "owner", default="", help="The short name of the organisation that published it; left out for Cowork’s own.")


@workflow.command("list")
@click.pass_context
def list_workflows(context: click.Context) -> None:
    """List every workflow in its newest version: whose it is, its key, version and title."""
    with opener_of(context)() as services:
        for line in workflows.everything(services):
            click.echo(f"{line.owner or '-'}\t{line.key}\t{line.version}\t{line.title}")


@workflow.command("show")
@click.argument("key")
@OF
@click.pass_context
def show(context: click.Context, key: str, owner: str) -> None:
    """Tell the stages of the workflow KEY in words."""
    with opener_of(context)() as services:
        found = loading.load(workflows.source_for_operator(services, key, owner))
    click.echo(f"{found.title} ({found.key}, version {found.version})\n{found.description}")
    titles = {stage.key: stage.title for stage in found.stages}
    for number, stage in enumerate(found.stages, 1):
        after = " and ".join(titles[earlier] for earlier in stage.after)
        click.echo(f"\n{number}. {stage.title}: {stage.kind.value}, {f'after {after}' if after else 'at once'}")
        for seat in stage.seats:
            side = seat.side.value if seat.side else "both sides"
            rule = seat_rule_in_words(stage.kind, seat)
            click.echo(f"   {seat.title} ({side}){f': {rule}' if rule else ''}")


@workflow.command("export")
@click.argument("key")
@OF
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it; left out, it is printed.")
@click.pass_context
def export(context: click.Context, key: str, owner: str, output: Path | None) -> None:
    """Write the TOML of the workflow KEY in its newest version."""
    with opener_of(context)() as services:
        text = workflows.source_for_operator(services, key, owner)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stopped(f"{output} cannot be written: {error.strerror}.") from None
    click.echo(f"Written to {output}.")


def read_text(file: Path) -> str:
    """The text of a file somebody named. Raises Stopped when it cannot be read as text."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise Stopped(f"{file} is larger than {MAX_BYTES:,} bytes. Check that this is the right file.")
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Stopped(f"{file} is not a text in UTF-8. Save it again in that encoding.") from None
    except OSError as error:
        raise Stopped(f"{file} cannot be read: {error.strerror}.") from None
