"""Comments that are not sent yet, as their author sees them beside the text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from cowork.domain.comments import Anchor
from cowork.domain.ids import ThreadId
from cowork.services.cases import Case
from cowork.store.comments import ThreadFull
from cowork.store.pending import Pending
from cowork.web.markdown import to_html
from cowork.web.threads import about_place, lane_words


@dataclass(frozen=True, slots=True)
class KeptView:
    """A comment that nobody else sees. `section` and `field` say beside which answer it stands, empty for the whole proposal."""

    id: str
    section: str
    field: str
    about: str
    quote: str
    lane_words: str
    private: bool
    objection: bool
    reply: bool
    body: str
    body_html: Markup
    edit_url: str
    discard_url: str


def kept(case: Case, found: Iterable[Pending], threads: Mapping[ThreadId, ThreadFull]) -> tuple[KeptView, ...]:
    """What the reader has not sent, each beside what it is about."""
    return tuple(_view(case, one, threads.get(one.thread) if one.thread is not None else None) for one in found)


def _view(case: Case, one: Pending, thread: ThreadFull | None) -> KeptView:
    place = Anchor(thread.section, thread.field, thread.row, thread.column) if thread is not None else one.anchor
    base = f"/proposals/{case.state.id}/pending/{one.id}"
    return KeptView(
        one.id, place.section or "", place.field or "", about_place(case.form, place.section, place.field, place.column),
        one.anchor.quote, lane_words(case, one.lane), one.lane is not None, one.objection, one.thread is not None, one.body,
        to_html(one.body), base, f"{base}/discard",
    )  # fmt: skip
