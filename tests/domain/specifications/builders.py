"""A small form with every type of field, and a whole example specification under the shipped one."""

from cowork.domain.conditions import Value
from cowork.domain.specifications import forms
from cowork.domain.specifications.form import Form

Contents = dict[str, dict[str, Value]]

SMALL_TOML = """
key = "small"
version = 1
title = "Small form"

[[section]]
key = "about"
label = "About"
owner = "both"
field = [
  { key = "title", label = "Title", type = "text", required = true, max_length = 40 },
  { key = "story", label = "Story", type = "longtext" },
  { key = "count", label = "Count", type = "integer", minimum = 0, maximum = 50 },
  { key = "ratio", label = "Ratio", type = "decimal" },
  { key = "open", label = "Open?", type = "yesno" },
  { key = "kind", label = "Kind", type = "choice", options = [["a", "Kind A"], ["b", "Kind B"]] },
  { key = "tones", label = "Tones", type = "choices", options = [["do", "Do"], ["re", "Re"], ["mi", "Mi"]] },
  { key = "day", label = "Day", type = "date" },
  { key = "page", label = "Page", type = "url" },
  { key = "mail", label = "Mail", type = "email" },
  { key = "tags", label = "Tags", type = "tags", min_items = 2 },
  { key = "why", label = "Why A", type = "text", required = true, when = { fact = "about.kind", is = "a" } },
  { key = "secret", label = "Secret", type = "text", owner = "university", lane = "university" },
]

[[section]]
key = "plan"
label = "Plan"
owner = "employer"

[[section.field]]
key = "goals"
label = "Goals"
type = "rows"
required = true
min_items = 1
max_items = 3
column = [
  { key = "text", label = "Goal", type = "text", required = true },
  { key = "size", label = "Size", type = "integer" },
  { key = "more", label = "More", type = "longtext" },
]

[[section.field]]
key = "steps"
label = "Steps"
type = "rows"
column = [
  { key = "name", label = "Name", type = "text" },
  { key = "goals", label = "Serves", type = "links", refers = "plan.goals" },
]

[[section.field]]
key = "budget"
label = "Budget"
type = "decimal"
lane = "employer"
"""

SMALL: Form = forms.load(SMALL_TOML)


def cloud() -> Contents:
    """A fresh copy of a sound, almost complete specification."""
    return {
        "identity": {
            "title": "Cloud Operations",
            "badge_title": "Cloud Ops",
            "summary": "Run cloud services safely.",
            "purpose": "A holder can run a small cloud service.",
            "kind": "standalone",
            "credit_bearing": "credit",
            "level_framework": "eqf",
            "level": "6",
            "languages": ["en"],
            "country": "IE",
        },
        "parties": {
            "awarding_body": "Northfield University",
            "lead_unit": "School of Computing",
            "partners": [{"id": "p1", "name": "Acme Cloud", "role": "co-designer"}],
        },
        "need": {
            "problem": "Too few operators.",
            "audience": "Help-desk staff.",
            "evidence": [{"id": "e1", "kind": "letter", "title": "Letter", "source": "Acme Cloud", "date": "2026-01-31"}],
        },
        "employer_statements": {
            "demand": [{"id": "d1", "organisation": "Acme Cloud", "statement": "We need it.", "signatory": "A. Roe", "date": "2026-02-01"}],
            "assessment": [
                {"id": "d2", "organisation": "Acme Cloud", "statement": "It fits.", "signatory": "A. Roe", "date": "2026-02-01"}
            ],
            "recognition": ["interview"],
        },
        "outcomes": {
            "items": [
                {"id": "o1", "text": "Configure a virtual network", "bloom": "apply"},
                {"id": "o2", "text": "Diagnose a failed deployment", "bloom": "analyse"},
                {"id": "o3", "text": "Design a backup plan", "bloom": "create"},
            ]
        },
        "skills": {
            "items": [
                {
                    "id": "s1",
                    "framework": "esco",
                    "label": "operate cloud services",
                    "uri": "https://example.org/skill/1",
                    "outcomes": ["o1", "o2", "o3"],
                }
            ]
        },
        "modules": {"items": [{"id": "m1", "title": "Networks", "hours": 50, "lead": "joint", "outcomes": ["o1", "o2", "o3"]}]},
        "assessments": {
            "items": [
                assessment("a1", 60, ["o1", "o2"]),
                assessment("a2", 40, ["o3"]),
            ],
            "learner_identity": "Photo identity at the start.",
        },
        "alignment": {
            "tasks": [
                {
                    "id": "t1",
                    "task": "Keep a service running",
                    "skills": ["s1"],
                    "outcomes": ["o1", "o2", "o3"],
                    "assessments": ["a1"],
                    "evidence": ["e1"],
                }
            ]
        },
        "workload": {
            "total_hours": 125,
            "contact_hours": 30,
            "independent_hours": 70,
            "workbased_hours": 10,
            "assessment_hours": 15,
            "scheme": "ects",
            "ects": 5,
        },
        "delivery": {"mode": "online", "duration_weeks": 10},
    }


def assessment(row_id: str, weight: float, outcomes: list[str]) -> dict[str, Value]:
    return {
        "id": row_id,
        "type": "project",
        "title": f"Task {row_id}",
        "weight": weight,
        "summative": True,
        "supervision": "online",
        "identity_check": "photo-id",
        "assessor": "joint",
        "criteria": "It works.",
        "evidence": "A repository.",
        "outcomes": outcomes,
    }
