"""What is similar to something that is being written: proposals that the writer may see, and public programmes. Nobody else's drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from cowork.domain import similarity
from cowork.domain.conditions import Content
from cowork.domain.errors import TooMany
from cowork.domain.identity import Actor
from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action, scope
from cowork.domain.proposals import STANDING_WORDS
from cowork.domain.specifications.values import rows
from cowork.services.cases import open_case
from cowork.services.context import Context
from cowork.services.identity import digest
from cowork.store import identity, specifications, unit
from cowork.store import similar as store
from cowork.store.similar import Candidate

MOST = 5
CANDIDATES, COMPARED = 150, 15
LEAST = 0.45
OF_TITLE = 0.7
WINDOW = timedelta(minutes=5)
LOOKS = 60
"""So many looks in five minutes; a page looks when somebody pauses in typing."""
MOST_OUTCOMES = 10


@dataclass(frozen=True, slots=True)
class Similar:
    """`words` says what it is; `link` leads to it; `likeness` is from 0 to 100."""

    title: str
    parties: str
    words: str
    link: str
    likeness: int


def look(context: Context, actor: Actor, title: str, outcomes: Sequence[str] = (), but: str = "") -> tuple[Similar, ...]:
    """What is similar to a title and outcomes, the most similar first; `but` is the proposal that they are of.

    Raises TooMany after sixty looks in five minutes.
    """
    _count(context, actor)
    stems = similarity.stems(title)[:8]
    typed = [text[: similarity.LONGEST_TEXT] for text in outcomes[:MOST_OUTCOMES] if text.strip()]
    with unit.reading() as session:
        found = [one for one in store.candidates(session, scope(actor).principals(), stems, CANDIDATES) if one.proposal != but]
        found.sort(key=lambda one: -similarity.likeness(title, one.title))
        found = found[:COMPARED]
        texts = store.contents(session, [one.proposal for one in found]) if typed and found else {}
    scored = [(_score(title, typed, one, texts.get(one.proposal)), one) for one in found]
    scored.sort(key=lambda pair: -pair[0])
    return tuple(_shown(score, one) for score, one in scored[:MOST] if score >= LEAST)


def _count(context: Context, actor: Actor) -> None:
    now, key = context.now(), digest(f"similar:{actor.person}")
    with unit.writing() as session:
        if identity.attempts_since(session, (key,), now - WINDOW) >= LOOKS:
            raise TooMany("You have looked for similar ones very often. Wait a few minutes, then look again.", int(WINDOW.total_seconds()))
        identity.record_attempt(session, (key,), now, now - WINDOW)


def _score(title: str, typed: Sequence[str], one: Candidate, content: Content | None) -> float:
    by_title = similarity.likeness(title, one.title)
    if not typed or content is None:
        return by_title
    known = [str(row.get("text", "")) for row in rows(content, "outcomes.items")]
    by_outcomes = similarity.of_outcomes(typed, known)
    return max(by_title * OF_TITLE + by_outcomes * (1 - OF_TITLE), by_outcomes)


def _shown(score: float, one: Candidate) -> Similar:
    words = f"Proposal, {STANDING_WORDS[one.standing].lower()}" if one.readable else "Programme in the public register"
    link = f"/proposals/{one.proposal}" if one.readable else f"/programmes/{one.programme}"
    return Similar(one.title, one.parties, words, link, round(100 * score))


def of_proposal(context: Context, actor: Actor, proposal: ProposalId) -> tuple[Similar, ...]:
    """What is similar to a proposal as it was saved last. Raises NotFound."""
    with unit.reading() as session:
        case = open_case(session, actor, proposal, Action.READ_PROPOSAL)
        version = specifications.version(session, proposal, case.state.version)
    content = case.readable(version.content) if version else {}
    outcomes = [str(row.get("text", "")) for row in rows(content, "outcomes.items")]
    return look(context, actor, case.state.title, outcomes, proposal)
