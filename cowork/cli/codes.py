"""`cowork codes`: importing lists of codes into this instance."""

from pathlib import Path

import click

from cowork.cli.opening import Stopped, opener_of
from cowork.services import codes

MAX_BYTES = 40_000_000


@click.group("codes")
def codes_group() -> None:
    """Import lists of codes: newer editions of those that come with Cowork, and lists of your own."""


@codes_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "name", required=True, help="A list that comes with Cowork, to replace it, or a name that begins with “own-”.")
@click.option("--title", required=True, help="What the list is called, such as “ESCO skills”.")
@click.option("--edition", required=True, help="Its edition, such as “ESCO 1.2”; it is kept with what people choose.")
@click.option("--credit", required=True, help="Whose it is and by which licence; it is shown wherever the list is searched.")
@click.option("--framework", default="", help="The word of the form for where it comes from, such as “esco” or “onet”.")
@click.pass_context
def import_list(context: click.Context, file: Path, name: str, title: str, edition: str, credit: str, framework: str) -> None:
    """Import the CSV FILE as a list of codes.

    Its first line names the columns: “label” and, where there are such, “code”, “uri” and “also” (other names, set apart by
    semicolons). The files that ESCO and O*NET publish are understood as they are.
    """
    text = _text(file)
    with opener_of(context)() as services:
        made = codes.import_list(services, text, name, title, edition, credit, framework)
    click.echo(f"{len(made.entries):,} entries of “{made.title}” ({made.edition}) are searched as “{made.name}” from now on.")


@codes_group.command("list")
@click.pass_context
def list_lists(context: click.Context) -> None:
    """List the imported lists: name, edition, number of entries, title."""
    with opener_of(context)() as services:
        for card in codes.imported(services):
            click.echo(f"{card.name}\t{card.edition}\t{card.size}\t{card.title}")


@codes_group.command("remove")
@click.argument("name")
@click.pass_context
def remove_list(context: click.Context, name: str) -> None:
    """Remove the imported list NAME. One of that name that comes with Cowork is searched again."""
    with opener_of(context)() as services:
        codes.remove_list(services, name)
    click.echo(f"“{name}” is removed. What was chosen from it stays as it is.")


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise Stopped(f"{file} is larger than {MAX_BYTES:,} bytes. Check that this is the right file.")
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Stopped(f"{file} is not a text in UTF-8. Save it again in that encoding.") from None
    except OSError as error:
        raise Stopped(f"{file} cannot be read: {error.strerror}.") from None
