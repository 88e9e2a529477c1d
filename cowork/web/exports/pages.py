"""The view of the Export page."""

from dataclasses import dataclass

from cowork.domain.proposals import Standing
from cowork.services.exports import ExportPage
from cowork.store.specifications import VersionLine
from cowork.web.proposals.pages import ProposalFrame, proposal_frame

PDF_WORDS = {
    "none": "Not asked for yet",
    "queued": "Waiting to be made",
    "running": "Being made now",
    "done": "Ready",
    "failed": "Could not be made",
}


@dataclass(frozen=True, slots=True)
class ExportView:
    """`official` says that this version is the approved one; `waiting` that it is still being made; `outline` that it was one."""

    frame: ProposalFrame
    version: VersionLine
    versions: tuple[VersionLine, ...]
    official: bool
    standing: str
    words: str
    error: str
    waiting: bool
    pdf_url: str
    json_url: str
    outline: bool


def export_view(page: ExportPage) -> ExportView:
    """The words and addresses for one version."""
    state, version = page.case.state, page.version
    base = f"/proposals/{state.id}/versions/{version.number}"
    return ExportView(
        frame=proposal_frame(page.case, "export", version=version.number, saved_at=version.at),
        version=version,
        versions=page.versions,
        official=state.standing is Standing.APPROVED and version.number == state.version,
        standing=page.pdf.standing,
        words=PDF_WORDS[page.pdf.standing],
        error=page.pdf.error,
        waiting=page.pdf.standing in ("queued", "running"),
        pdf_url=f"{base}/specification.pdf",
        json_url=f"{base}/specification.json",
        outline=page.outline,
    )
