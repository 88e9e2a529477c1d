"""The co-design record: how many words of each section came from each party, for documents and pages."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy.orm import Session

from cowork.domain.conditions import Content
from cowork.domain.specifications.form import Form
from cowork.exports.dossier import Shares
from cowork.services import authorship
from cowork.services.authorship import OTHERS, TOGETHER
from cowork.services.context import Context
from cowork.store.proposals import ProposalState

TOTAL = "All sections"


def record(session: Session, context: Context, state: ProposalState, form: Form, number: int, content: Content) -> Shares | None:
    """The record of a part of a version's content, or None where nothing is written in it."""
    shares = authorship.of_content(session, context, state, form, number, content).shares()
    total = sum(shares.values(), Counter[str]())
    names = group_names(state, total)
    labels = {section.key: section.label for section in form.sections}
    lines = [*((labels[key], shares[key]) for key in labels if key in shares), (TOTAL, total)]
    rows = tuple((label, tuple(words[key] for key in names)) for label, words in lines)
    return Shares(tuple(names.values()), rows) if total else None


def group_names(state: ProposalState, total: Mapping[str, int]) -> dict[str, str]:
    """Those from whom words came, by key, with their names: every party, and others that there are."""
    known: dict[str, str] = {party.organisation: party.name for party in state.facts.parties}
    others = {TOGETHER: "Written together", OTHERS: "Others"}
    former = {key: "A former party" for key in sorted(total) if key not in known and key not in others}
    return known | {key: name for key, name in {**former, **others}.items() if total.get(key)}
