"""Searching in lists of codes, those that come with Cowork and those that this instance imported in their place or beside them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cowork.domain.errors import Invalid, NotFound
from cowork.domain.identity import Actor
from cowork.domain.specifications import codelists, codes, finding
from cowork.domain.specifications.codes import BadList, CodeList
from cowork.domain.specifications.finding import Found, Index
from cowork.services.context import Context
from cowork.store import codes as store
from cowork.store import unit
from cowork.store.codes import ListCard

MOST = 20


@dataclass(frozen=True, slots=True)
class Search:
    """What was found in a list. `state` is the digest of the imported edition, or "" for the list that comes with Cowork."""

    list: CodeList
    found: tuple[Found, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Known:
    """A list that can be searched."""

    name: str
    title: str
    edition: str
    size: int
    imported: bool


def search(context: Context, actor: Actor, name: str, query: str, most: int = MOST) -> Search:
    """Search a list for whoever is signed in. Raises NotFound."""
    with unit.reading() as session:
        chosen, index, state = _ready(session, name)
    return Search(chosen, index.find(query, most), state)


def lists(context: Context, actor: Actor) -> tuple[Known, ...]:
    """The lists that people search on the page of codes: not the short ones that a form shows whole."""
    with unit.reading() as session:
        imported = {card.name: card for card in store.cards(session)}
    own = [Known(name, found.title, found.edition, len(found.entries), False) for name, found in _large().items() if name not in imported]
    return (*own, *(Known(card.name, card.title, card.edition, card.size, True) for card in imported.values()))


def _large() -> dict[str, CodeList]:
    return {name: codes.shipped(name) for name in codes.names() if name not in codelists.names()}


_INDEXES: dict[str, tuple[str, CodeList, Index]] = {}


def _ready(session: Session, name: str) -> tuple[CodeList, Index, str]:
    """A list with its index and digest. It is read and indexed once a process for each of its editions."""
    if name not in codes.names() and not codes.may_name(name):
        raise NotFound("list of codes")
    imported = store.digest(session, name)
    if name in _INDEXES and _INDEXES[name][0] == (imported or ""):
        _, found, index = _INDEXES[name]
        return found, index, imported or ""
    loaded = store.load(session, name) if imported else None
    if loaded is None and name not in codes.names():
        raise NotFound("list of codes")
    found = loaded or codes.shipped(name)
    index = finding.index_of(found)
    _INDEXES[name] = (imported or "", found, index)
    return found, index, imported or ""


def import_list(context: Context, text: str, name: str, title: str, edition: str, credit: str, framework: str = "") -> CodeList:
    """Import a list from the text of a CSV file, for an operator. Raises Invalid with every problem."""
    try:
        made = codes.read(text, name, title, edition, credit, framework)
    except BadList as error:
        raise Invalid([("", problem) for problem in error.problems]) from error
    with unit.writing() as session:
        store.keep(session, made, context.now())
    return made


def remove_list(context: Context, name: str) -> None:
    """Remove an imported list; a list of that name that comes with Cowork is searched again. Raises NotFound."""
    with unit.writing() as session:
        if not store.remove(session, name):
            raise NotFound("imported list of codes")


def imported(context: Context) -> list[ListCard]:
    """The imported lists, for an operator."""
    with unit.reading() as session:
        return store.cards(session)
