"""A typed view of the core answers for exports and lists: what every form that ends in a credential has. Missing answers are "" or
None or empty; nothing is worked out or rounded here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from cowork.domain.conditions import Content, Value, fact_of
from cowork.domain.specifications.values import rows

Number = int | float


@dataclass(frozen=True, slots=True)
class Outcome:
    id: str
    text: str
    bloom: str


@dataclass(frozen=True, slots=True)
class Skill:
    """`framework` is the form's word ("esco", "onet", …); `outcomes` are ids."""

    id: str
    framework: str
    code: str
    label: str
    uri: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Module:
    id: str
    title: str
    hours: Number | None
    lead: str
    topics: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """`type` is a value of the code list "assessment-methods"; `weight` and `threshold` are percentages."""

    id: str
    type: str
    title: str
    weight: Number | None
    threshold: Number | None
    summative: bool
    supervision: str
    identity_check: str
    assessor: str
    criteria: str
    evidence: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partner:
    id: str
    name: str
    role: str
    url: str


@dataclass(frozen=True, slots=True)
class Occupation:
    id: str
    framework: str
    code: str
    label: str
    uri: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Codes stay codes: `country` ISO 3166-1 alpha-2, `languages` ISO 639-1, `mode` of "delivery-modes", hours in hours."""

    title: str
    badge_title: str
    code: str
    summary: str
    purpose: str
    credit_bearing: bool
    level_framework: str
    level: str
    eqf_level: str
    languages: tuple[str, ...]
    country: str
    isced: str
    awarding_body: str
    awarding_body_url: str
    lead_unit: str
    co_issuer: str
    partners: tuple[Partner, ...]
    problem: str
    audience: str
    sector: str
    occupations: tuple[Occupation, ...]
    outcomes: tuple[Outcome, ...]
    skills: tuple[Skill, ...]
    modules: tuple[Module, ...]
    assessments: tuple[Assessment, ...]
    total_hours: Number | None
    contact_hours: Number | None
    independent_hours: Number | None
    workbased_hours: Number | None
    assessment_hours: Number | None
    scheme: str
    ects: Number | None
    local_credits: Number | None
    mode: str
    duration_weeks: Number | None
    prerequisites: str
    quality_body: str
    review_months: Number | None
    expiry_months: Number | None
    fee: Number | None
    currency: str
    badge_description: str
    tags: tuple[str, ...]
    criteria: str
    badge_image: str
    public_page: str

    @classmethod
    def of(cls, content: Content) -> Self:
        """The facts of these answers. Answers of an unexpected shape count as missing."""
        return cls(
            title=_text(content, "identity.title"),
            badge_title=_text(content, "identity.badge_title"),
            code=_text(content, "identity.code"),
            summary=_text(content, "identity.summary"),
            purpose=_text(content, "identity.purpose"),
            credit_bearing=fact_of(content, "identity.credit_bearing") == "credit",
            level_framework=_text(content, "identity.level_framework"),
            level=_text(content, "identity.level"),
            eqf_level=_text(content, "identity.eqf_level"),
            languages=_texts(fact_of(content, "identity.languages")),
            country=_text(content, "identity.country"),
            isced=_text(content, "identity.isced"),
            awarding_body=_text(content, "parties.awarding_body"),
            awarding_body_url=_text(content, "parties.awarding_body_url"),
            lead_unit=_text(content, "parties.lead_unit"),
            co_issuer=_text(content, "parties.co_issuer"),
            partners=tuple(_partner(row) for row in rows(content, "parties.partners")),
            problem=_text(content, "need.problem"),
            audience=_text(content, "need.audience"),
            sector=_text(content, "need.sector"),
            occupations=tuple(_occupation(row) for row in rows(content, "need.occupations")),
            outcomes=tuple(_outcome(row) for row in rows(content, "outcomes.items")),
            skills=tuple(_skill(row) for row in rows(content, "skills.items")),
            modules=tuple(_module(row) for row in rows(content, "modules.items")),
            assessments=tuple(_assessment(row) for row in rows(content, "assessments.items")),
            total_hours=_number(fact_of(content, "workload.total_hours")),
            contact_hours=_number(fact_of(content, "workload.contact_hours")),
            independent_hours=_number(fact_of(content, "workload.independent_hours")),
            workbased_hours=_number(fact_of(content, "workload.workbased_hours")),
            assessment_hours=_number(fact_of(content, "workload.assessment_hours")),
            scheme=_text(content, "workload.scheme"),
            ects=_number(fact_of(content, "workload.ects")),
            local_credits=_number(fact_of(content, "workload.local_credits")),
            mode=_text(content, "delivery.mode"),
            duration_weeks=_number(fact_of(content, "delivery.duration_weeks")),
            prerequisites=_text(content, "entry.prerequisites"),
            quality_body=_text(content, "quality.body"),
            review_months=_number(fact_of(content, "quality.review_months")),
            expiry_months=_number(fact_of(content, "quality.expiry_months")),
            fee=_number(fact_of(content, "business.fee")),
            currency=_text(content, "business.currency"),
            badge_description=_text(content, "badge.description"),
            tags=_texts(fact_of(content, "badge.tags")),
            criteria=_text(content, "badge.criteria"),
            badge_image=_text(content, "badge.image"),
            public_page=_text(content, "badge.public_page"),
        )


def _outcome(row: Mapping[str, Value]) -> Outcome:
    return Outcome(_of(row, "id"), _of(row, "text"), _of(row, "bloom"))


def _skill(row: Mapping[str, Value]) -> Skill:
    linked = _texts(row.get("outcomes"))
    return Skill(_of(row, "id"), _of(row, "framework"), _of(row, "code"), _of(row, "label"), _of(row, "uri"), linked)


def _module(row: Mapping[str, Value]) -> Module:
    linked = _texts(row.get("outcomes"))
    return Module(_of(row, "id"), _of(row, "title"), _number(row.get("hours")), _of(row, "lead"), _of(row, "topics"), linked)


def _assessment(row: Mapping[str, Value]) -> Assessment:
    return Assessment(
        id=_of(row, "id"),
        type=_of(row, "type"),
        title=_of(row, "title"),
        weight=_number(row.get("weight")),
        threshold=_number(row.get("threshold")),
        summative=row.get("summative") is True,
        supervision=_of(row, "supervision"),
        identity_check=_of(row, "identity_check"),
        assessor=_of(row, "assessor"),
        criteria=_of(row, "criteria"),
        evidence=_of(row, "evidence"),
        outcomes=_texts(row.get("outcomes")),
    )


def _partner(row: Mapping[str, Value]) -> Partner:
    return Partner(_of(row, "id"), _of(row, "name"), _of(row, "role"), _of(row, "url"))


def _occupation(row: Mapping[str, Value]) -> Occupation:
    return Occupation(_of(row, "id"), _of(row, "framework"), _of(row, "code"), _of(row, "label"), _of(row, "uri"))


def _text(content: Content, path: str) -> str:
    value = fact_of(content, path)
    return value if isinstance(value, str) else ""


def _of(row: Mapping[str, Value], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def _number(value: Value) -> Number | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
