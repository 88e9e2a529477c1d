"""The checks of framework items that a plain condition cannot express. Each returns what is wrong as a sentence, or "" when it holds."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from cowork.domain.conditions import Content, Value, fact_of
from cowork.domain.specifications import wording
from cowork.domain.specifications.rules import exact, plain
from cowork.domain.specifications.values import rows
from cowork.domain.specifications.workload import schemes, workload

Rule = Callable[[Content], str]

NZ_WORDS = ("New Zealand", "national", "diploma", "degree", "bachelor", "master", "doctor", "under-graduate", "undergraduate",
            "post-graduate", "postgraduate")  # fmt: skip
UK_FRAMEWORKS = ("fheq", "fqheis", "cqfw", "rqf", "scqf")
CYCLES = ("short", "first", "second", "third", "1", "2", "3")


def _awarding_body(content: Content) -> str:
    body = _text(content, "parties.awarding_body").casefold()
    if not body:
        return "Name the awarding body."
    partners = [str(row.get("name", "")).casefold() for row in rows(content, "parties.partners")]
    return "The awarding body is also listed as a partner. Name the institution that awards it." if body in partners else ""


def _observable_outcomes(content: Content) -> str:
    found = rows(content, "outcomes.items")
    if not found:
        return "Write at least one learning outcome."
    vague = [str(number) for number, row in enumerate(found, 1) if not wording.observable(str(row.get("text", "")))]
    return f"These outcomes do not start with an observable verb: {', '.join(vague)}." if vague else ""


def _workload_in_ects(content: Content) -> str:
    if not (exact(fact_of(content, "workload.total_hours")) or 0) > 0:
        return "Give the total hours."
    checks = [check for check in workload(content).credits if check.scheme.key == "ects"]
    return next((check.sentence for check in checks if check.fits is False), "")


def _european_level(content: Content) -> str:
    framework, level = _text(content, "identity.level_framework"), _text(content, "identity.level").casefold()
    if framework == "none":
        return "" if _text(content, "identity.level_reason") else "Say why no level applies."
    if framework == "qf-ehea":
        return "" if level.split(" ")[0] in CYCLES else "Give the QF-EHEA cycle: short, first, second or third."
    return "" if _eqf(content) in range(1, 9) else "Give the EQF level, from 1 to 8."


def _outcomes_assessed(content: Content) -> str:
    found = rows(content, "assessments.items")
    if not rows(content, "outcomes.items"):
        return "Write the learning outcomes."
    if not found or not all(row.get("type") for row in found):
        return "Add an assessment and choose the method of each."
    return _unlinked(content, "assessments.items", "are not assessed")


def _outcomes_have_skills(content: Content) -> str:
    if not rows(content, "outcomes.items"):
        return "Write the learning outcomes."
    return _unlinked(content, "skills.items", "show no skill")


def _unlinked(content: Content, path: str, what: str) -> str:
    linked = {link for row in rows(content, path) for link in _listed(row.get("outcomes"))}
    missing = [str(number) for number, row in enumerate(rows(content, "outcomes.items"), 1) if row["id"] not in linked]
    return f"These outcomes {what}: {', '.join(missing)}." if missing else ""


def _supervision(content: Content) -> str:
    found = rows(content, "assessments.items")
    if not found or not all(row.get("supervision") and row.get("identity_check") for row in found):
        return "State supervision and identity check for every assessment."
    return ""


def _nl_assessment(content: Content) -> str:
    if not all(row.get("type") for row in rows(content, "assessments.items")):
        return "Choose the method of every assessment."
    return _supervision(content) or ("" if fact_of(content, "delivery.mode") else "Choose the mode of delivery.")


def _employer_evidence(content: Content) -> str:
    if any(row.get("kind") in ("consultation", "letter") for row in rows(content, "need.evidence")):
        return ""
    return "" if _signed(content, "demand") else "Record a consultation, a letter of support or a signed statement of an employer."


def _dated_evidence(content: Content) -> str:
    own = {_text(content, "parties.awarding_body").casefold(), _text(content, "parties.lead_unit").casefold()}
    for row in rows(content, "need.evidence"):
        source = str(row.get("source", "")).casefold()
        if row.get("date") and source and source not in own:
            return ""
    return "Add an item of evidence with a date and a named source outside the university."


def _endorsed(content: Content) -> str:
    missing = [name for key, name in (("demand", "demand"), ("assessment", "the assessment")) if not _signed(content, key)]
    return f"The employer’s statement on {' and on '.join(missing)} is not signed yet." if missing else ""


def _nz_title(content: Content) -> str:
    if not _text(content, "identity.title"):
        return "Give a title."
    return _nz_title_words(content) or _nz_title_names(content)


def _nz_title_words(content: Content) -> str:
    found = [word for word in NZ_WORDS if _in_title(content, word)]
    if not found or _text(content, "identity.title_reason"):
        return "" if _text(content, "identity.title") else "Give a title."
    return f"The title uses {', '.join(f'“{word}”' for word in found)}. Change it or say why it does not confuse."


def _nz_title_names(content: Content) -> str:
    names = [str(row["name"]) for row in rows(content, "parties.partners") if row.get("name")]
    found = [name for name in names if _in_title(content, name) or _in_title(content, name.split()[0])]
    if not found or _text(content, "identity.title_reason"):
        return "" if _text(content, "identity.title") else "Give a title."
    return f"The title names {found[0]}. Change it or give a reason. Names of people and products have to be looked for by a person."


def _nzsced(content: Content) -> str:
    return "" if re.fullmatch("[0-9]{6}", _text(content, "identity.nzsced")) else "Give the NZSCED code of six digits."


def _nz_credits(content: Content) -> str:
    amount, level = exact(fact_of(content, "workload.local_credits")), _level(content)
    if fact_of(content, "workload.scheme") != "nz" or amount is None:
        return "Choose New Zealand credit as the scheme and give the credits."
    if amount % 1 or not 1 <= amount <= 40:
        return f"{plain(amount)} credits are outside the whole numbers from 1 to 40."
    if fact_of(content, "identity.level_framework") != "nzqcf" or level is None or not 1 <= level <= 10:
        return "Give the level in the NZQCF, from 1 to 10."
    return _hours_match(content, "nz")


def _hk_credits(content: Content) -> str:
    return _hours_match(content, "hk")


def _in_credits(content: Content) -> str:
    return _hours_match(content, "in")


def _hours_match(content: Content, key: str) -> str:
    amount, hours = exact(fact_of(content, "workload.local_credits")), exact(fact_of(content, "workload.total_hours"))
    if fact_of(content, "workload.scheme") != key or amount is None or hours is None:
        return "Choose the credit scheme and give credits and total hours."
    each = schemes()[key].least
    if hours == amount * each:
        return ""
    return f"{plain(amount)} credits stand for {plain(amount * each)} hours, but the total is {plain(hours)}."


def _in_level(content: Content) -> str:
    level = _level(content)
    good = fact_of(content, "identity.level_framework") == "ncrf" and level is not None and Decimal("4.5") <= level <= 8
    return "" if good else "Give the level in the NCrF, from 4.5 to 8."


def _nfq_level(content: Content) -> str:
    level = _level(content)
    good = fact_of(content, "identity.level_framework") == "nfq" and level is not None and 1 <= level <= 10
    return "" if good else "Give the level in the NFQ, from 1 to 10."


def _uk_credit(content: Content) -> str:
    if fact_of(content, "identity.credit_bearing") != "credit" or not (_credits(content) or 0) > 0:
        return "It must carry credit. Give the credits."
    if fact_of(content, "identity.level_framework") not in UK_FRAMEWORKS or not _text(content, "identity.level"):
        return "Give the level in FHEQ, FQHEIS, CQFW, RQF or SCQF."
    return ""


def _cmf_level(content: Content) -> str:
    level = _eqf(content)
    if level not in (4, 5, 6, 7):
        return "Give an EQF level from 4 to 7."
    needs_ects = level in (4, 5) and exact(fact_of(content, "workload.ects")) is None
    return "Levels 4 and 5 count only with ECTS credits. Give them." if needs_ects else ""


def _summative_credit(content: Content) -> str:
    if not _summative(content):
        return "Mark at least one assessment as counting towards the award."
    direct = fact_of(content, "identity.credit_bearing") == "credit"
    return "" if direct or _text(content, "entry.rpl") else "Say how credit is given, directly or by recognition of prior learning."


def _summative_evidence(content: Content) -> str:
    good = any(row.get("evidence") for row in _summative(content))
    return "" if good else "Say for an assessment that counts which evidence remains for employers to see."


def _identity_checked(content: Content) -> str:
    checks = [row.get("identity_check") for row in _summative(content)]
    if not checks or not all(check and check != "none" for check in checks):
        return "Choose an identity check for every assessment that counts towards the award."
    return "" if _text(content, "assessments.learner_identity") else "Say how learners are identified."


def _criteria(content: Content) -> str:
    found = rows(content, "assessments.items")
    if not found or not all(row.get("criteria") for row in found):
        return "Write the criteria of every assessment."
    return "" if _text(content, "parties.awarding_body") else "Name the awarding body."


def _transcript(content: Content) -> str:
    missing = [
        name
        for name, value in (
            ("outcomes", rows(content, "outcomes.items")),
            ("total hours", fact_of(content, "workload.total_hours")),
            ("EQF level", _eqf(content)),
            ("credits", _credits(content)),
        )
        if not value
    ]
    return f"A transcript needs also: {', '.join(missing)}." if missing else ""


def _shared_skill(content: Content) -> str:
    good = any(row.get("uri") and row.get("framework") not in (None, "own") for row in rows(content, "skills.items"))
    return "" if good else "Take at least one skill from a shared framework and give its address."


def _nl_size(content: Content) -> str:
    amount = exact(fact_of(content, "workload.ects"))
    if amount is None:
        return "" if (exact(fact_of(content, "workload.total_hours")) or 0) > 0 else "Give ECTS credits or total hours."
    return "" if 3 <= amount <= 30 and amount * 2 % 1 == 0 else "ECTS credits go from 3 to 30 in steps of 0.5."


def _short_description(content: Content) -> str:
    if not _text(content, "identity.title"):
        return "Give a title."
    return _words(content, "identity.summary", 30, "description")


def _short_purpose(content: Content) -> str:
    return _words(content, "identity.purpose", 100, "statement of certified learning")


def _words(content: Content, path: str, most: int, name: str) -> str:
    count = len(_text(content, path).split())
    if not count:
        return f"Write the {name}."
    return f"The {name} has {count} words; at most {most} are allowed." if count > most else ""


def _verbs_fit(content: Content) -> str:
    found = rows(content, "outcomes.items")
    if not found or not all(row.get("bloom") for row in found):
        return "Choose the Bloom level of every outcome."
    unfit = [str(n) for n, row in enumerate(found, 1) if wording.hints(str(row.get("text", "")), str(row["bloom"]))]
    if unfit:
        return f"The verbs of these outcomes do not fit their level: {', '.join(unfit)}."
    high = fact_of(content, "identity.level_framework") == "nfq" and (_level(content) or 0) >= 9
    if high and all(row["bloom"] in ("remember", "understand") for row in found):
        return "Level 9 stresses analysis and application: let an outcome ask for them."
    return ""


def _text(content: Content, path: str) -> str:
    value = fact_of(content, path)
    return value if isinstance(value, str) else ""


def _listed(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _summative(content: Content) -> list[Mapping[str, Value]]:
    return [row for row in rows(content, "assessments.items") if row.get("summative") is True]


def _signed(content: Content, key: str) -> bool:
    return any(row.get("signatory") and row.get("date") for row in rows(content, f"employer_statements.{key}"))


def _credits(content: Content) -> Decimal | None:
    return exact(fact_of(content, "workload.local_credits")) or exact(fact_of(content, "workload.ects"))


def _level(content: Content) -> Decimal | None:
    found = re.fullmatch(r"(?:[Ll]evel )?([0-9]{1,2}(?:\.[0-9])?)", _text(content, "identity.level"))
    return Decimal(found[1]) if found else None


def _eqf(content: Content) -> Decimal | None:
    if fact_of(content, "identity.level_framework") == "eqf":
        return _level(content)
    given = _text(content, "identity.eqf_level")
    return Decimal(given) if given.isascii() and given.isdigit() else None


def _in_title(content: Content, words: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", _text(content, "identity.title"), re.IGNORECASE))


FRAMEWORK_RULES: Mapping[str, Rule] = {
    "awarding-body": _awarding_body,
    "cmf-level": _cmf_level,
    "criteria": _criteria,
    "dated-evidence": _dated_evidence,
    "employer-evidence": _employer_evidence,
    "endorsed": _endorsed,
    "european-level": _european_level,
    "hk-credits": _hk_credits,
    "identity-checked": _identity_checked,
    "in-credits": _in_credits,
    "in-level": _in_level,
    "nfq-level": _nfq_level,
    "nl-assessment": _nl_assessment,
    "nl-size": _nl_size,
    "nz-credits": _nz_credits,
    "nz-title": _nz_title,
    "nz-title-names": _nz_title_names,
    "nz-title-words": _nz_title_words,
    "nzsced": _nzsced,
    "observable-outcomes": _observable_outcomes,
    "outcomes-assessed": _outcomes_assessed,
    "outcomes-have-skills": _outcomes_have_skills,
    "shared-skill": _shared_skill,
    "short-description": _short_description,
    "short-purpose": _short_purpose,
    "summative-credit": _summative_credit,
    "summative-evidence": _summative_evidence,
    "supervision": _supervision,
    "transcript": _transcript,
    "uk-credit": _uk_credit,
    "verbs-fit": _verbs_fit,
    "workload-in-ects": _workload_in_ects,
}
