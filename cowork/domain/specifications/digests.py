"""What a specification's versions and decisions are bound to: SHA-256 digests of canonical JSON.

A blank answer (None, empty text, empty list) is no answer: saving it changes no digest. Private lanes never enter the shared
document; `private_digest` commits to them under a salt, so that guessing a short answer does not pay.
"""

import hashlib
from collections.abc import Mapping

from cowork.domain.conditions import Content, Value
from cowork.domain.ids import Digest
from cowork.domain.specifications.canonical import canonical
from cowork.domain.specifications.form import FieldLane, Form, Section

FORMAT = "cowork-specification/1"


def sha256(value: object) -> Digest:
    """The SHA-256 of a JSON value's canonical bytes. Raises ValueError where `canonical` does."""
    return Digest(hashlib.sha256(canonical(value)).hexdigest())


def section_digests(form: Form, content: Content) -> dict[str, Digest]:
    """One digest for each section's shared answers, by section key, and one for each private lane that has an answer, by
    ``section@university`` or ``section@employer``. An empty section's digest is always the same.

    The digests of private lanes are for this instance only: never show one to the other side.
    """
    result: dict[str, Digest] = {}
    for section in form.sections:
        for lane in FieldLane:
            answers = _answers(section, content, lane)
            name = section.key if lane is FieldLane.SHARED else f"{section.key}@{lane.value}"
            if answers or lane is FieldLane.SHARED:
                result[name] = sha256({"section": name, "answers": answers})
    return result


def document(form: Form, content: Content) -> dict[str, Value]:
    """The exported JSON document: format, form, and the shared answers by section and field. Empty sections are left out."""
    return {
        "format": FORMAT,
        "form": {"key": form.key, "version": form.version, "digest": form.digest},
        "content": _lane(form, content, FieldLane.SHARED),
    }


def digest(form: Form, content: Content) -> Digest:
    """The digest of a version: of its exported document."""
    return sha256(document(form, content))


def private_digest(form: Form, content: Content, salt: str) -> Digest | None:
    """A commitment to all private answers, or None where there are none. `salt` is secret, random and kept with the version."""
    commitments = lane_commitments(form, content, salt)
    return sha256(commitments) if commitments else None


def lane_commitments(form: Form, content: Content, salt: str) -> dict[str, Digest]:
    """For each private lane with answers, its own commitment. A side proves its lane by its answers and `lane_salt` alone."""
    commitments: dict[str, Digest] = {}
    for lane in (FieldLane.UNIVERSITY, FieldLane.EMPLOYER):
        answers = _lane(form, content, lane)
        if answers:
            commitments[lane.value] = sha256({"lane": lane.value, "salt": lane_salt(salt, lane), "content": answers})
    return commitments


def lane_salt(salt: str, lane: FieldLane) -> str:
    """The salt of one lane, from which the other lane's cannot be worked out."""
    return sha256({"lane": lane.value, "salt": salt})


def _lane(form: Form, content: Content, lane: FieldLane) -> dict[str, Value]:
    answers = {section.key: _answers(section, content, lane) for section in form.sections}
    return {key: found for key, found in answers.items() if found}


def _answers(section: Section, content: Content, lane: FieldLane) -> dict[str, Value]:
    given: Mapping[str, Value] = content.get(section.key, {})
    found = {field.key: _pruned(given[field.key]) for field in section.fields if field.lane is lane and field.key in given}
    return {key: value for key, value in found.items() if not _blank(value)}


def _pruned(value: Value) -> Value:
    """The value without the blank columns of its rows."""
    if isinstance(value, list):
        return [_pruned(entry) for entry in value]
    if isinstance(value, Mapping):
        return {key: part for key, part in value.items() if not _blank(part)}
    return value


def _blank(value: Value) -> bool:
    return value is None or value in ("", [], {})
