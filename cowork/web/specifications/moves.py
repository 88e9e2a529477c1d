"""The page before a change in review is saved: what it opens, closes, keeps, and whose approvals stop counting."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from cowork.domain.acts import RouteChanges
from cowork.services.moving import MovePreview
from cowork.web.proposals.pages import ProposalFrame, proposal_frame

SEEN = "seen"
"""The field in which a confirmation says what it was shown."""


@dataclass(frozen=True, slots=True)
class MovePage:
    """`held` is what was posted, to be sent again to `action` with the confirmation; `back` is where nothing is saved; `stale` says why it
    has to be read anew.
    """

    frame: ProposalFrame
    action: str
    back: str
    sections: tuple[str, ...]
    changes: RouteChanges
    sentence: str
    seen: str
    held: tuple[tuple[str, str], ...]
    stale: str


def move_page(found: MovePreview, action: str, back: str, form: MultiDict[str, str], stale: str) -> MovePage:
    """The page from what the use case gave and what was posted."""
    case = found.case
    held = tuple((name, value) for name, value in form.items(multi=True) if name not in ("csrf_token", SEEN))
    labels = tuple(case.form.section(key).label for key in found.sections)
    frame = proposal_frame(case, "draft")
    return MovePage(frame, action, back, labels, found.changes, found.after.sentence, found.seen, held, stale)
