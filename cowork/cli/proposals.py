"""`cowork list`, `import` and `export`: proposals in and out."""

import json
import sys
from pathlib import Path

import click

from cowork.cli.opening import Stopped, opener_of
from cowork.cli.workflows import read_text
from cowork.domain.ids import ProposalId
from cowork.domain.proposals import STANDING_WORDS, Standing
from cowork.ports import RenderFailed
from cowork.services import operating
from cowork.services.exports import FORMATS
from cowork.services.operating import ImportCommand, OperatorLine

TITLE_WIDTH = 48


@click.command("list")
@click.option("--state", type=click.Choice([standing.value for standing in Standing]), help="Only proposals in this state.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: id, title, state, parties, version of each.")
@click.pass_context
def list_proposals(context: click.Context, state: str | None, as_json: bool) -> None:
    """List the proposals of this instance, the newest first."""
    with opener_of(context)() as services:
        lines = operating.lines(services, Standing(state) if state else None)
    if as_json:
        click.echo(json.dumps([as_data(line) for line in lines], ensure_ascii=False, indent=2))
        return
    for line in lines:
        click.echo(as_text(line))
    if not lines:
        click.echo("There are no proposals in this state." if state else "There are no proposals yet. `cowork seed` makes some.", err=True)


def as_data(line: OperatorLine) -> dict[str, object]:
    """A proposal as `list --json` gives it."""
    found = line.line
    return {
        "id": found.id,
        "title": found.title,
        "state": found.standing.value,
        "parties": list(line.parties),
        "version": found.version,
    }


def as_text(line: OperatorLine) -> str:
    """A proposal as a line for the terminal."""
    found = line.line
    title = found.title if len(found.title) <= TITLE_WIDTH else found.title[: TITLE_WIDTH - 1] + "…"
    return f"{found.id}  {STANDING_WORDS[found.standing]:<17}  v{found.version:<3}  {title:<{TITLE_WIDTH}}  {', '.join(line.parties)}"


@click.command("export")
@click.argument("proposal")
@click.option("--format", "kind", type=click.Choice(sorted(FORMATS)), default="pdf", show_default=True, help="What to make.")
@click.option("--output", "-o", "target", type=click.Path(path_type=Path, allow_dash=True), help="Where to write it; - is standard output.")
@click.option("--version", "number", type=click.IntRange(min=1), help="Which version; the newest if not given.")
@click.pass_context
def export(context: click.Context, proposal: str, kind: str, target: Path | None, number: int | None) -> None:
    """Export the specification of PROPOSAL (an id that `cowork list` prints)."""
    with opener_of(context)() as services:
        try:
            file = operating.export(services, ProposalId(proposal), number, kind)
        except RenderFailed as error:
            raise Stopped(str(error)) from None
    if str(target) == "-":
        sys.stdout.buffer.write(file.content)
        return
    path = target or Path(file.name)
    try:
        path.write_bytes(file.content)
    except OSError as error:
        raise Stopped(f"{path} cannot be written: {error.strerror}.") from None
    click.echo(f"{path}: {len(file.content):,} bytes", err=True)


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "author", metavar="EMAIL", required=True, help="The person who becomes its author.")
@click.option("--with", "partners", metavar="SHORT-NAME", multiple=True, required=True, help="The partner; repeat it for several.")
@click.option("--lead", metavar="SHORT-NAME", default="", help="The organisation that leads; the author's own if they have only one.")
@click.option("--workflow", metavar="KEY", default="joint-employer-university", show_default=True, help="How it is approved.")
@click.option("--title", default="", help="Its title, if not the one in the file.")
@click.pass_context
def import_file(context: click.Context, file: Path, author: str, partners: tuple[str, ...], lead: str, workflow: str, title: str) -> None:
    """Start a proposal from FILE, a specification that was exported as JSON.

    Every answer is checked; nothing is kept when one cannot be. Of a document that was exported with another version of the form, the
    answers that find no place are left out and named. Prints the id of the proposal.
    """
    try:
        document = json.loads(read_text(file))
    except (json.JSONDecodeError, RecursionError) as error:
        raise Stopped(f"{file} is not JSON: {error}.") from None
    with opener_of(context)() as services:
        made = operating.import_document(services, ImportCommand(author.strip().lower(), lead, partners, workflow, title), document)
    click.echo(made.proposal)
    for left in made.left:
        click.echo(f"Left out: {left.question}{f' ({left.count} answers)' if left.count > 1 else ''}: {left.why.rstrip('.')}.", err=True)
