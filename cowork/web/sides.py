"""Sides and owners in words: one table for all pages."""

from collections.abc import Mapping

from cowork.domain.specifications.form import Owner

NAMES: Mapping[Owner, str] = {Owner.UNIVERSITY: "the university", Owner.EMPLOYER: "the employer", Owner.BOTH: "both sides"}
"""Who owns a question, within a sentence."""
ANSWERS: dict[str, str] = {"both": "Either side", "university": "The university", "employer": "The employer"}
"""Who can answer it, to choose from."""
WRITES: Mapping[Owner, str] = {
    Owner.UNIVERSITY: "The university writes it", Owner.EMPLOYER: "The employer writes it", Owner.BOTH: "Both sides write it",
}  # fmt: skip
"""Who writes a section, as a sentence."""
