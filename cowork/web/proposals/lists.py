"""What the lists of proposals show: My work, the list with its filters, and the board."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from cowork.domain.ids import OrganisationId, ProposalId
from cowork.domain.proposals import EDITABLE, STANDING_WORDS, Standing
from cowork.services.proposals import Listing
from cowork.store.organisations import OrganisationCard
from cowork.store.proposals import ListFilter, ProposalLine
from cowork.store.reviews import WaitingLine
from cowork.web import keysets

MAX_QUERY = 200
PAGE, BOARD_PAGE = 20, 60


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the board."""

    key: str
    title: str
    lines: tuple[ProposalLine, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """`count` says in words what is shown; `newer` and `older` are addresses or empty. `columns` are set for the board."""

    lines: tuple[ProposalLine, ...]
    columns: tuple[Column, ...]
    board: bool
    narrowed: bool
    query: str
    standings: tuple[Choice, ...]
    organisations: tuple[Choice, ...]
    count: str
    newer: str
    older: str
    other_view: str
    courts: tuple[Choice, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decision that waits. `late` says that its due day is over."""

    line: WaitingLine
    late: bool


def waiting(lines: tuple[WaitingLine, ...], now: datetime) -> tuple[Waiting, ...]:
    """Decisions in the order to take them in: as the use case gives them, most urgent and oldest first."""
    return tuple(Waiting(line, line.due_at is not None and line.due_at < now) for line in lines)


def narrowed_by(args: Mapping[str, str]) -> ListFilter:
    """The filter that an address names; what is unknown or impossible narrows nothing."""
    standing = args.get("standing", "")
    after, before = keysets.read(args.get("after")), keysets.read(args.get("before"))
    return ListFilter(
        standing=Standing(standing) if standing in set(Standing) else None,
        organisation=OrganisationId(args["organisation"][:64]) if args.get("organisation") else None,
        court=OrganisationId(args["court"][:64]) if args.get("court") else None,
        query="".join(letter for letter in args.get("q", "") if letter.isprintable()).strip()[:MAX_QUERY],
        after=cast(tuple[datetime, ProposalId] | None, after),
        before=None if after else cast(tuple[datetime, ProposalId] | None, before),
        limit=BOARD_PAGE if args.get("view") == "board" else PAGE,
    )


def list_page(narrowed: ListFilter, listing: Listing, organisations: tuple[OrganisationCard, ...]) -> ListPage:
    """The list as a page. `file` is the address of the same list for spreadsheets."""
    board = narrowed.limit == BOARD_PAGE
    kept = {
        "q": narrowed.query, "standing": narrowed.standing or "", "organisation": narrowed.organisation or "",
        "court": narrowed.court or "",
    }  # fmt: skip
    view = {"view": "board"} if board else {}
    return ListPage(
        lines=listing.lines,
        columns=columns(listing.lines) if board else (),
        board=board,
        narrowed=any(kept.values()),
        query=narrowed.query,
        standings=tuple(Choice(one.value, words, one is narrowed.standing) for one, words in STANDING_WORDS.items()),
        organisations=tuple(Choice(card.id, card.name, card.id == narrowed.organisation) for card in organisations),
        count=count_words(listing),
        newer=_address({**kept, **view, "before": keysets.written(listing.previous)}) if listing.previous else "",
        older=_address({**kept, **view, "after": keysets.written(listing.next)}) if listing.next else "",
        other_view=_address(kept if board else {**kept, "view": "board"}),
        courts=tuple(Choice(card.id, card.name, card.id == narrowed.court) for card in organisations),
        file=_address(kept, "/reports/proposals.csv"),
    )


def _address(parameters: Mapping[str, str], path: str = "/proposals") -> str:
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{path}?{query}" if query else path


def count_words(listing: Listing) -> str:
    """How many there are: all of them on one page, or so many on this one."""
    number = len(listing.lines)
    words = f"{number} {'proposal' if number == 1 else 'proposals'}"
    if listing.next or listing.previous:
        return f"{words} on this page, the last changed first. There are more."
    return f"{words}, the last changed first."


def columns(lines: tuple[ProposalLine, ...]) -> tuple[Column, ...]:
    """The board: what is written, one column for each stage that decides now, and what has ended. Ended columns stand only when filled."""
    found: dict[str, list[ProposalLine]] = {"Being written": []}
    for line in lines:
        found.setdefault(_column(line), []).append(line)
    ended = [STANDING_WORDS[one] for one in (Standing.APPROVED, Standing.REJECTED) if STANDING_WORDS[one] in found]
    stages = sorted(set(found) - {"Being written", *ended})
    titles = ["Being written", *stages, *ended]
    return tuple(Column(f"column-{place}", title, tuple(found[title])) for place, title in enumerate(titles, 1))


def _column(line: ProposalLine) -> str:
    if line.standing in EDITABLE:
        return "Being written"
    return line.stages or STANDING_WORDS[line.standing]
