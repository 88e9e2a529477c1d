"""The programme specification as an official document: HTML from a dossier, and PDF/A-3a with PDF/UA-1 from that HTML.

The same dossier gives the same bytes, whenever and wherever it is rendered with the same fonts. What people wrote stands in the answer
blocks only; the cover, the status and the approval record say what the record says.
"""

import hashlib
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cowork.domain.ids import Side
from cowork.domain.proposals import STANDING_WORDS, Phase, Standing
from cowork.domain.specifications import display, workload
from cowork.domain.workflows.progress import APPROVALS, Verdict
from cowork.exports import outline, prose, signed_rows, specification_json
from cowork.exports.dossier import Dossier
from cowork.ports import Attachment, Renderer, RenderMeta

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ATTACHMENT_NAME = "specification.json"
VERDICT_WORDS = {
    Verdict.APPROVE: "Approved",
    Verdict.APPROVE_WITH_CONDITIONS: "Approved with conditions",
    Verdict.REQUEST_CHANGES: "Changes requested",
    Verdict.REJECT: "Rejected",
    Verdict.NO_OBJECTION: "No objection",
    Verdict.OBJECT: "Objected",
    Verdict.ABSTAIN: "Abstained",
    Verdict.RECUSE: "Stood aside",
    Verdict.COMMENT: "Commented",
    Verdict.TABLE: "Put off",
    Verdict.APPEAL: "Appealed",
    Verdict.VOTED: "Voted in secret",
}

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def render(dossier: Dossier, renderer: Renderer) -> bytes:
    """The PDF with the specification's JSON attached. Raises RenderFailed with a sentence."""
    attachment = Attachment(
        ATTACHMENT_NAME,
        "application/json",
        f"Version {dossier.version} of the specification as data",
        specification_json.render(dossier),
    )
    return renderer.render(html(dossier), attachment, meta(dossier))


def meta(dossier: Dossier) -> RenderMeta:
    """The identifier and the times of the file, which follow from the dossier alone."""
    named = "\n".join([dossier.digest, str(dossier.version), dossier.standing, *(file.sha256 for file in dossier.files)])
    named += "".join(f"\n{one.person}/{one.path}/{one.row}/{one.statement.value}/{one.digest}" for one in dossier.signatures)
    return RenderMeta(hashlib.sha256(named.encode()).hexdigest(), dossier.version_at, dossier.approved_at or dossier.version_at)


def html(dossier: Dossier) -> str:
    """The document as HTML; its style is ``templates/exports/specification.css``."""
    chapters = outline.chapters(dossier.questions, dossier.content)
    matrices = outline.matrices(dossier.questions, dossier.content)
    aligned = signed_rows.tables(dossier) if dossier.phase is Phase.FULL else ()
    contents = [(chapter.number, f"s{chapter.number}", chapter.label) for chapter in chapters]
    if matrices or aligned:
        contents.append((len(contents) + 1, f"s{len(contents) + 1}", "Matrices"))
    if dossier.files:
        contents.append((len(contents) + 1, f"s{len(contents) + 1}", "Evidence and files"))
    contents.append((len(contents) + 1, f"s{len(contents) + 1}", "Approval record"))
    times = meta(dossier)
    return _ENVIRONMENT.get_template("exports/specification.html").render(
        dossier=dossier,
        title=prose.line(dossier.title),
        standing=STANDING_WORDS[Standing(dossier.standing)],
        status=_status(dossier),
        status_sentence=_status_sentence(dossier),
        moment=partial(moment, zone=dossier.zone),
        watermark="" if dossier.approved else f"{STANDING_WORDS[Standing(dossier.standing)]}: not\N{NO-BREAK SPACE}approved".upper(),
        footer=_footer(dossier),
        issuer=_issuer(dossier),
        created=_stamp(times.created),
        modified=_stamp(times.modified),
        chapters=chapters,
        matrices=matrices,
        alignment=aligned,
        workload=workload.workload(dossier.content),
        contents=contents,
        matrices_number=len(chapters) + 1,
        files_number=len(contents) - 1,
        record_number=len(contents),
        verdicts=VERDICT_WORDS,
        attachment_name=ATTACHMENT_NAME,
        unanswered="Not answered" if dossier.approved else "Not answered yet",
        unanswered_section="Not answered." if dossier.approved else "Not answered yet.",
    )


def moment(at: datetime, zone: str) -> str:
    """A time as it is written in a document, in the zone and with its name: 9 March 2026, 14:05 CET."""
    try:
        local = at.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        local = at.astimezone(UTC)
    return f"{display.day(local.date().isoformat())}, {local:%H:%M} {local.tzname()}"


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def halves(digest: str) -> Markup:
    """A digest on two lines, so that it never runs out of its column."""
    middle = (len(digest) + 1) // 2
    return Markup("{}<br>{}").format(digest[:middle], digest[middle:])


def _issuer(dossier: Dossier) -> Markup:
    """Who awards it, as the specification says; before it says so, the universities of the proposal."""
    named = dossier.content.get("parties", {}).get("awarding_body")
    if isinstance(named, str) and named:
        return prose.line(named)
    universities = [party for party in dossier.parties if party.side is Side.UNIVERSITY] or list(dossier.parties)
    return Markup(" and ").join(prose.line(party.name) for party in universities)


def _status(dossier: Dossier) -> str:
    words = STANDING_WORDS[Standing(dossier.standing)]
    return words if dossier.approved else f"{words}: not approved"


def _footer(dossier: Dossier) -> str:
    demonstration = "Demonstration. " if dossier.demonstration else ""
    return f"{demonstration}Version {dossier.version}, SHA-256 {dossier.digest[:16]}…"


def _status_sentence(dossier: Dossier) -> str:
    at = dossier.approved_at
    if at is None and dossier.phase is Phase.OUTLINE:
        return (
            f"This is version {dossier.version} of the outline of a proposal: a short form that asks whether to go on. "
            "It is not a specification and must not be used as one."
        )
    if at is None:
        return f"This is version {dossier.version} of a proposal. It is not an approved specification and must not be used as one."
    count = sum(approval.verdict in APPROVALS for approval in dossier.approvals)
    decisions = "one approval" if count == 1 else f"{count} approvals"
    if dossier.ballots:
        ballots = "a secret ballot" if len(dossier.ballots) == 1 else f"{len(dossier.ballots)} secret ballots"
        decisions = f"{decisions} and {ballots}" if count else ballots
    return f"Version {dossier.version} was approved on {moment(at, dossier.zone)} by {decisions}, listed in the approval record."


def _share(count: int, whole: int) -> str:
    """Words with their share of all of them."""
    if not count:
        return "–"
    exact = 100 * count / whole
    return f"{count:,} ({'<1' if exact < 0.5 else f'{exact:.0f}'} %)"


_ENVIRONMENT.filters |= {"line": prose.line, "address": outline.address, "figure": workload.shown, "halves": halves, "share": _share}
