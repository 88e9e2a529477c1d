"""Finding a code without a script: a page between the form of a section and itself, which carries everything that was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from cowork.domain.errors import NotFound
from cowork.domain.identity import Actor
from cowork.domain.specifications.codes import CodeList
from cowork.domain.specifications.finding import LONGEST_QUERY, Found
from cowork.domain.specifications.form import Field, FieldType
from cowork.services import codes
from cowork.services.context import Context
from cowork.services.specifications import Draft
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.specifications import answers
from cowork.web.specifications.codes import heading

FIND, TAKE, WORDS = "find", "take", "find_words"
OWN_NAMES = frozenset({FIND, TAKE, WORDS, "then", "csrf_token", "row"})
MOST = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a code belongs: a question, or the column of a row (`index` in the order shown)."""

    field: Field
    column: Field | None = None
    index: int = 0

    @property
    def asked(self) -> Field:
        return self.column or self.field

    @property
    def written(self) -> str:
        return f"{self.field.key}:{self.index}" if self.column else self.field.key


@dataclass(frozen=True, slots=True)
class FindPage:
    frame: ProposalFrame
    action: str
    label: str
    place: str
    list: CodeList
    words: str
    found: tuple[Found, ...]
    heading: str
    carried: tuple[tuple[str, str], ...]


def place_of(text: str, fields: Sequence[Field]) -> Place:
    """Read where a code belongs, such as ``isced`` or ``occupations:2``. Raises NotFound."""
    key, _, number = text.partition(":")
    field = next((field for field in fields if field.key == key), None)
    if field is not None and field.lookup and not number:
        return Place(field)
    column = next((column for column in field.columns if column.lookup), None) if field else None
    if field is None or column is None or not (number.isascii() and number.isdigit() and len(number) <= 3):
        raise NotFound("question with codes")
    return Place(field, column, int(number))


def find_page(
    context: Context, actor: Actor, draft: Draft, action: str, place: Place, posted: MultiDict[str, str], held: Mapping[str, object]
) -> FindPage:
    """The page on which a code is searched, with the form as it was posted carried along."""
    words = posted.get(WORDS)
    if words is None:
        words = _typed(held, place)
    words = words.strip()[:LONGEST_QUERY]
    search = codes.search(context, actor, place.asked.lookup or "", words, MOST)
    carried = tuple((name, value) for name, value in posted.items(multi=True) if name not in OWN_NAMES)
    frame = proposal_frame(draft.case, "draft", version=draft.version.number, saved_at=draft.version.at)
    return FindPage(
        frame, action, place.asked.label, place.written, search.list, words, search.found, heading(words, search.found, MOST), carried
    )


def _typed(held: Mapping[str, object], place: Place) -> str:
    """What stands in the question now: the first thing to search for."""
    if place.column is None:
        return str(held.get(place.field.key) or "")
    rows = _rows(held, place)
    return str(rows[place.index].get(place.column.key) or "") if place.index < len(rows) else ""


def _rows(held: Mapping[str, object], place: Place) -> list[answers.Row]:
    rows = held.get(place.field.key)
    return answers.in_order(rows) if isinstance(rows, list) else []


def taken(
    context: Context, actor: Actor, fields: Sequence[Field], place: Place, chosen: str, held: Mapping[str, object]
) -> dict[str, object]:
    """What the form holds after an entry was chosen. `chosen` is its code and label; blank, or no longer in the list: as it was."""
    code, _, label = chosen.partition("|")
    search = codes.search(context, actor, place.asked.lookup or "", label, MOST)
    found = next((one.code for one in search.found if (one.code.code, one.code.label) == (code, label)), None)
    if not chosen or found is None:
        return dict(held)
    fills = search.list.fills(found)
    fills.setdefault(place.asked.key, found.code)
    if place.column is None:
        return {**held, **{field.key: fills[field.key] for field in fields if field.key in fills and field.type is not FieldType.ROWS}}
    rows = _rows(held, place)
    if place.index >= len(rows):
        return dict(held)
    row = rows[place.index]
    rows[place.index] = {**row, **{key: value for key, value in fills.items() if key in row}}
    return {**held, place.field.key: rows}
