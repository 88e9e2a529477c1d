"""Dossiers to export: one realistic programme of two invented organisations, in every standing and in several lengths."""

import hashlib
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from cowork.domain.ids import Digest, ProposalId, Side
from cowork.domain.proposals import Standing
from cowork.domain.specifications import digests, forms
from cowork.domain.workflows.progress import Verdict
from cowork.exports.dossier import Approval, Dossier, DossierParty

OUTCOMES = (
    ("Explain how a supervised model learns from labelled data and where it fails", "understand"),
    ("Prepare a business data set for training, and document every change made to it", "apply"),
    ("Train and tune regression and classification models with an open-source library", "apply"),
    ("Evaluate a model against a baseline with measures that fit the business question", "evaluate"),
    ("Judge the risks of bias, privacy and drift, and propose controls for each", "evaluate"),
)

CONTENT: dict[str, dict[str, Any]] = {
    "identity": {
        "title": "Machine Learning for Business Analysts",
        "badge_title": "Machine Learning for Analysts",
        "code": "NU-ML-510",
        "summary": "A part-time course in which analysts learn to build, check and explain models on the data of their own employer.",
        "purpose": (
            "Holders can take a question from their business, decide whether a supervised model can answer it, build that model with "
            "open-source tools and **explain its result to those who act on it**.\n\nThey know three limits:\n\n- the data do not "
            "speak for people who are not in them;\n- a good score on old data promises little about new data;\n- a model needs an owner."
        ),
        "kind": "standalone",
        "certifies": ["skills", "knowledge"],
        "credit_bearing": "credit",
        "level_framework": "eqf",
        "level": "6",
        "languages": ["en"],
        "country": "IE",
        "isced": "0613",
    },
    "parties": {
        "awarding_body": "Northfield University",
        "awarding_body_url": "https://www.northfield.example/",
        "lead_unit": "School of Computing, Department of Data Science",
        "registered_provider": True,
        "partners": [{"id": "p1", "name": "Harbour Analytics Ltd", "role": "co-designer", "url": "https://harbour.example/learning"}],
        "contributions": [
            {"id": "k1", "party": "Northfield University", "kind": "teaching", "text": "Teaching, assessment and quality assurance."},
            {"id": "k2", "party": "Harbour Analytics Ltd", "kind": "content", "text": "Three cases with cleared data sets, and mentors."},
        ],
        "contacts": [
            {
                "id": "c1",
                "name": "Dr Aoife Brennan",
                "role": "Programme lead",
                "organisation": "Northfield University",
                "email": "a@northfield.example",
            },
            {
                "id": "c2",
                "name": "Tomás Rivera",
                "role": "Head of Learning",
                "organisation": "Harbour Analytics Ltd",
                "email": "t@harbour.example",
            },
        ],
    },
    "need": {
        "problem": (
            "Analysts at Harbour and at its clients can describe what happened, but wait for a small central team whenever a question needs "
            "a prediction. In 2025 the team answered 41 of 127 requests.\n\n> We do not need more data scientists. We need two hundred "
            "analysts who know when a simple model is enough, and when to ask.\n\nThe course closes that gap."
        ),
        "audience": "Analysts with two years of practice in reporting, who know a spreadsheet and some SQL.",
        "sector": "Professional services",
        "occupations": [
            {
                "id": "o1",
                "framework": "esco",
                "code": "2511.3",
                "label": "Data analyst",
                "uri": "http://data.europa.eu/esco/occupation/d3edb8f8",
            },
            {"id": "o2", "framework": "onet", "code": "15-2051.01", "label": "Business Intelligence Analysts"},
        ],
        "evidence": [
            {
                "id": "e1",
                "kind": "survey",
                "title": "Skills survey of 64 client teams",
                "source": "Harbour Analytics Ltd",
                "date": "2026-02-12",
                "owner": "Tomás Rivera",
                "expiry": "2028-02-12",
                "text": "71 % name prediction as the first skill that their analysts lack.",
            },
            {
                "id": "e2",
                "kind": "statistics",
                "title": "Advertised posts for analysts, 2024–2025",
                "source": "National labour statistics",
                "url": "https://statistics.example/labour/analysts?from=2024-01&to=2025-12&series=advertised-posts",
                "date": "2026-01-30",
                "text": "38 % of the posts ask for experience with a machine-learning library.",
            },
        ],
        "similar_search": "We searched two national registers and three platforms in March 2026 for “machine learning” at this level.",
        "expected_hires": 24,
    },
    "employer_statements": {
        "demand": [
            {
                "id": "s1",
                "organisation": "Harbour Analytics Ltd",
                "statement": "We need these competencies now, in every client team.",
                "signatory": "Mina Okafor",
                "position": "Chief Operating Officer",
                "date": "2026-04-02",
            }
        ],
        "assessment": [
            {
                "id": "s2",
                "organisation": "Harbour Analytics Ltd",
                "statement": "The project mirrors what our analysts deliver.",
                "signatory": "Tomás Rivera",
                "position": "Head of Learning",
                "date": "2026-04-03",
            }
        ],
        "recognition": ["interview"],
    },
    "outcomes": {"items": [{"id": f"lo{n}", "text": text, "bloom": bloom} for n, (text, bloom) in enumerate(OUTCOMES, 1)]},
    "skills": {
        "items": [
            {
                "id": "k1",
                "framework": "esco",
                "code": "S4.5",
                "label": "Machine learning",
                "uri": "http://data.europa.eu/esco/skill/3a2d5b45",
                "outcomes": ["lo1", "lo3"],
            },
            {"id": "k2", "framework": "esco", "label": "Data quality assessment", "outcomes": ["lo2"]},
            {"id": "k3", "framework": "own", "label": "Explaining a model to decision makers", "outcomes": ["lo4", "lo5"]},
        ],
        "standards_used": False,
    },
    "modules": {
        "items": [
            {
                "id": "m1",
                "title": "From question to data",
                "hours": 25,
                "lead": "joint",
                "topics": "Framing; sampling; cleaning; data sheets",
                "outcomes": ["lo1", "lo2"],
            },
            {
                "id": "m2",
                "title": "Models that learn from labels",
                "hours": 45,
                "lead": "university",
                "topics": "Regression; trees; regularisation; cross-validation",
                "outcomes": ["lo1", "lo3"],
            },
            {
                "id": "m3",
                "title": "Is it good, and is it fair?",
                "hours": 25,
                "lead": "university",
                "topics": "Baselines; cost of errors; bias; drift; privacy",
                "outcomes": ["lo4", "lo5"],
            },
            {
                "id": "m4",
                "title": "Project at work",
                "hours": 30,
                "lead": "employer",
                "topics": "A case of the learner’s own employer, with a mentor",
                "outcomes": ["lo2", "lo3", "lo4", "lo5"],
            },
        ],
        "approach": "Short recorded lectures, live laboratories every week, and a mentor from the employer for each group of six.",
        "origin": "new",
    },
    "assessments": {
        "items": [
            {
                "id": "a1",
                "type": "project",
                "title": "Model and report for a real question",
                "weight": 60,
                "threshold": 50,
                "summative": True,
                "supervision": "online",
                "identity_check": "viva",
                "integrity": "Oral defence of twenty minutes",
                "assessor": "joint",
                "criteria": "Data sheet, model, baseline, report and defence, marked with the published rubric.",
                "outcomes": ["lo2", "lo3", "lo4"],
            },
            {
                "id": "a2",
                "type": "practical",
                "title": "Open-book laboratory",
                "weight": 30,
                "threshold": 40,
                "summative": True,
                "supervision": "onsite",
                "outcomes": ["lo1", "lo3"],
            },
            {"id": "a3", "type": "portfolio", "title": "Review of a model in use", "weight": 10, "summative": False},
        ],
        "strategy": "Each outcome is shown at least once under supervision or in an oral defence.",
        "pass_rule": "50 % overall, and at least the threshold in each part.",
    },
    "alignment": {
        "tasks": [
            {
                "id": "t1",
                "task": "Predict which clients will not renew",
                "skills": ["k1"],
                "outcomes": ["lo3", "lo4"],
                "assessments": ["a1"],
                "evidence": ["e1"],
            },
            {
                "id": "t2",
                "task": "Tell a steering group why a forecast changed",
                "skills": ["k3"],
                "outcomes": ["lo4", "lo5"],
                "evidence": ["e1", "e2"],
            },
        ],
    },
    "workload": {
        "total_hours": 125,
        "contact_hours": 36,
        "independent_hours": 49,
        "workbased_hours": 30,
        "assessment_hours": 10,
        "scheme": "ects",
        "ects": 5,
        "basis": "Measured in a pilot with 18 learners in autumn 2025; the median was 121 hours.",
    },
    "delivery": {
        "mode": "blended",
        "location": "Northfield, City Campus",
        "duration_weeks": 12,
        "first_start": "2027-01-18",
        "cohort_min": 12,
        "cohort_max": 30,
        "staff": "Two lecturers, one teaching assistant for each 15 learners, five mentors.",
        "support": "A weekly clinic, and the university’s learning centre.",
        "accessibility": "All material meets WCAG 2.2 AA. Laboratories can be done with a keyboard and a screen reader.",
    },
    "entry": {"prerequisites": "Two years of analysis at work; spreadsheets and basic SQL.", "rpl": "Up to module 1, by portfolio."},
    "recognition": {
        "stacking": "stackable",
        "stacks_into": [{"id": "w1", "award": "MSc in Applied Data Science", "provider": "Northfield University", "share": "5 of 90 ECTS"}],
        "pathways": "Leads on to Machine Learning Operations.",
        "credit_transfer": "Credits count towards awards of the School of Computing for five years.",
        "industry_recognised": False,
    },
    "quality": {
        "body": "Academic Council of Northfield University",
        "process": "Approved and reviewed under the university’s quality manual, part 4.",
        "external_input": "One external examiner and the employer’s advisory group.",
        "review_months": 36,
        "next_review": "2029-06-30",
        "review_process": "Yearly monitoring with the employer; full review after three years.",
    },
    "business": {
        "case": "Two runs a year cover the costs from the second year.",
        "fee": 950,
        "currency": "EUR",
        "aid": "Two free places in each run.",
    },
    "legal": {
        "ip_ownership": "Each party keeps what it brings; what is made together is licensed to both.",
        "content_licence": "agreement",
        "content_licence_terms": "Cases may be used in this course only.",
        "brand": "Both names, in this order, on the page and the badge.",
        "data": "Case data are anonymised before they leave Harbour.",
        "exclusivity": False,
        "exit": "Running cohorts are taught to the end.",
    },
    "badge": {
        "description": "Holders build, check and explain supervised models for questions of their own business.",
        "tags": ["machine learning", "data analysis", "model evaluation", "bias", "scikit-learn"],
        "criteria": "All assessments passed.",
        "verification": "Signed by the university.",
        "ownership": "Belongs to the earner for life.",
    },
    "signoffs": {
        "consulted": ["library", "it", "registry"],
        "items": [
            {
                "id": "g1",
                "name": "Dr Aoife Brennan",
                "position": "Programme lead",
                "organisation": "Northfield University",
                "side": "university",
                "date": "2026-04-20",
            },
            {
                "id": "g2",
                "name": "Tomás Rivera",
                "position": "Head of Learning",
                "organisation": "Harbour Analytics Ltd",
                "side": "employer",
            },
        ],
    },
}

PARTIES = (
    DossierParty("Northfield University", Side.UNIVERSITY, True, "Ireland"),
    DossierParty("Harbour Analytics Ltd", Side.EMPLOYER, False, "Ireland"),
)
SAVED = datetime(2026, 4, 20, 15, 12, tzinfo=UTC)
APPROVED = datetime(2026, 5, 29, 9, 40, 7, tzinfo=UTC)
PEOPLE = (
    ("Prof. Ruth Lindqvist", "Head of Department", "Northfield University", "Department"),
    ("Mina Okafor", "Partner Sign-off", "Harbour Analytics Ltd", "Partner"),
    ("Dr Samir Haddad", "Curriculum Committee", "Northfield University", "Committee"),
    ("Prof. Jürgen Straße-Weiß", "Dean", "Northfield University", "Dean"),
)


def dossier(standing: Standing = Standing.APPROVED, content: dict[str, dict[str, Any]] | None = None, **changes: Any) -> Dossier:
    """A dossier of the sample programme."""
    form = forms.shipped()
    content = CONTENT if content is None else content
    digest = digests.digest(form, content)
    decided = PEOPLE if standing is Standing.APPROVED else PEOPLE[:1] if standing is Standing.IN_REVIEW else ()
    facts: dict[str, Any] = {
        "proposal_id": ProposalId("k3v7m2q9x4w8n5t6"),
        "title": "Machine Learning for Business Analysts",
        "standing": standing.value,
        "form": form,
        "content": content,
        "version": 7,
        "version_at": SAVED,
        "version_author": "Dr Aoife Brennan",
        "digest": digest,
        "parties": PARTIES,
        "demonstration": True,
        "approvals": tuple(
            Approval(person, office, organisation, stage, Verdict.APPROVE, APPROVED.replace(day=4 + 6 * n), 7, digest)
            for n, (person, office, organisation, stage) in enumerate(decided)
        ),
        "approved_at": APPROVED if standing is Standing.APPROVED else None,
        "workflow_title": "Joint approval by employer and university",
        "audit_head": hashlib.sha256(b"head").hexdigest(),
        "verify_url": "https://cowork.example/verify/k3v7m2q9x4w8n5t6",
        "zone": "Europe/Dublin",
    }
    return Dossier(**(facts | changes))


def with_answer(path: str, value: Any) -> dict[str, dict[str, Any]]:
    """The sample content with one answer replaced."""
    section, _, field = path.partition(".")
    content = deepcopy(CONTENT)
    content.setdefault(section, {})[field] = value
    return content


def short() -> dict[str, dict[str, Any]]:
    """Content of about four pages with cover and record: what a first draft looks like."""
    return {key: deepcopy(CONTENT[key]) for key in ("identity", "outcomes")}


def long(times: int) -> dict[str, dict[str, Any]]:
    """The sample content with its lists and long texts repeated."""
    content = deepcopy(CONTENT)
    for answers in content.values():
        for key, value in answers.items():
            if isinstance(value, str) and len(value) > 60:
                answers[key] = "\n\n".join([value] * times)
            elif isinstance(value, list) and value and isinstance(value[0], dict):
                answers[key] = [row | {"id": f"{row['id']}x{n}"} if n else row for n in range(times) for row in value]
    return content


FAKE = Digest("0" * 64)
