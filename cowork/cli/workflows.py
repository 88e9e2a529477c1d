"""`cowork workflow`: checking a workflow before it is used."""

from pathlib import Path

import click

from cowork.cli.opening import Stopped
from cowork.domain.specifications import forms
from cowork.domain.specifications.form import FieldLane
from cowork.domain.workflows import loading

MAX_BYTES = 1_000_000


@click.group("workflow")
def workflow() -> None:
    """Check workflows, which are written in TOML."""


@workflow.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Say what is wrong with the workflow in FILE, one sentence for each fault.

    Conditions are checked against the fields of the form that comes with Cowork. They may only ask for answers that every party
    reads, because the route would show the others.
    """
    text = read_text(file)
    form = forms.shipped()
    shared = [(section, field) for section in form.sections for field in section.fields if field.lane is FieldLane.SHARED]
    paths = frozenset(f"{section.key}.{field.key}" for section, field in shared)
    problems = loading.problems(text, paths)
    for problem in problems:
        click.echo(f"{file}: {problem}", err=True)
    if problems:
        raise Stopped(f"{len(problems)} {'fault' if len(problems) == 1 else 'faults'} in {file}. Mend them and check again.")
    found = loading.load(text, paths)
    click.echo(f"{file}: “{found.title}” with {len(found.stages)} stages can be used.")


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
