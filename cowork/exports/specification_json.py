"""The specification as data: exactly the bytes whose SHA-256 is the version's digest."""

from cowork.domain.specifications import digests
from cowork.domain.specifications.canonical import canonical
from cowork.exports.dossier import Dossier


def render(dossier: Dossier) -> bytes:
    """The canonical JSON document (RFC 8785, UTF-8)."""
    return canonical(digests.document(dossier.form, dossier.content))
