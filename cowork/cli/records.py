"""`cowork audit` and `cowork check`: proof that the record holds, and that what is shown follows from it."""

import re

import click

from cowork.cli.opening import Stopped, opener_of
from cowork.services import audit as audits
from cowork.services import checks

HEAD = re.compile(r"[0-9a-f]{64}")


@click.group("audit")
def audit() -> None:
    """Prove that the record of events was not changed."""


@audit.command("verify")
@click.option("--head", help="The head printed in an approved PDF: is it still part of the record?")
@click.pass_context
def verify(context: click.Context, head: str | None) -> None:
    """Walk every chain of events and name the first event of each that does not fit.

    A chain shows that no event was changed, put in or taken out since a head was noted. Compare it with a head that somebody else
    holds: whoever can rewrite the whole database can also compute a new chain.
    """
    wanted = None if head is None else "".join(head.split()).lower()
    if wanted is not None and not HEAD.fullmatch(wanted):
        raise click.BadParameter("A head has 64 characters, 0–9 and a–f.", param_hint="--head")
    with opener_of(context)() as services:
        result = audits.verify(services, wanted)
    for fault in result.faults:
        click.echo(f"{fault.stream}: {fault.message}", err=True)
    if result.known_head is False:
        click.echo(f"The head {wanted} is not part of this record.", err=True)
    if result.faults or result.known_head is False:
        raise Stopped("The record is not what it was. Keep the database as it is and compare it with a backup.")
    click.echo(f"{counted(result.events, 'event')} in {counted(result.streams, 'chain')}: every one follows from the one before.")
    if wanted is not None:
        click.echo(f"The head {wanted} is part of this record.")


@click.command("check")
@click.option("--repair", is_flag=True, help="Write what is shown anew from the record.")
@click.pass_context
def check(context: click.Context, repair: bool) -> None:
    """Compute anew what lists and pages show, and compare it with what is stored."""
    with opener_of(context)() as services:
        if repair:
            touched = checks.repair(services)
            click.echo(f"{counted(touched, 'proposal')} written anew.")
        number, differences = checks.check(services)
    for difference in differences:
        click.echo(f"{difference.proposal}: {difference.message}", err=True)
    if differences:
        advice = "Please report this." if repair else "`cowork check --repair` writes it anew from the record."
        raise Stopped(f"{counted(len(differences), 'difference')} in {counted(number, 'proposal')}. {advice}")
    click.echo(f"{counted(number, 'proposal')} checked: what is shown is what the record says.")


def counted(number: int, word: str) -> str:
    """A number with its word, in the plural where there are several."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
