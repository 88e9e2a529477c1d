"""Hours and credits: conversion through hours, with every step shown and nothing rounded silently.

A scheme says how many hours one credit stands for, as a band (ECTS: 25 to 30). The figures come from
library/credit-conversion.json.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from cowork.domain.conditions import Content, fact_of
from cowork.domain.specifications.rules import HOURS, exact, plain

_LABELS = ("Contact", "Independent study", "Work-based learning", "Assessment")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A credit scheme: one credit stands for `least` to `most` hours."""

    key: str
    least: Decimal
    most: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Span:
    """An exact range, from `least` to `most`."""

    least: Decimal
    most: Decimal

    def __str__(self) -> str:
        return shown(self.least) if self.least == self.most else f"{shown(self.least)} to {shown(self.most)}"


@dataclass(frozen=True, slots=True)
class Part:
    """The hours of one kind; None when not answered. `share` is the percentage of the sum, marked with “≈” when rounded."""

    key: str
    label: str
    hours: Decimal | None
    share: str


@dataclass(frozen=True, slots=True)
class CreditCheck:
    """One credit figure set against the hours. `fits` is None when the hours are unknown."""

    scheme: Scheme
    credits: Decimal
    hours_per_credit: str
    expected_hours: Span
    fits: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Workload:
    """The workload table: hours by kind, their sum, the stated total, the credits checked, and the equivalents for readers."""

    parts: tuple[Part, ...]
    sum: Decimal
    total: Decimal | None
    adds_up: bool | None
    credits: tuple[CreditCheck, ...]
    equivalents: tuple[str, ...]


@cache
def schemes() -> dict[str, Scheme]:
    """The credit schemes by key."""
    source = files("cowork.domain.specifications").joinpath("library", "credit-conversion.json").read_text("utf-8")
    entries = json.loads(source, parse_int=Decimal, parse_float=Decimal)["schemes"]
    return {e["id"]: Scheme(e["id"], e["hours_per_credit"][0], e["hours_per_credit"][1], e["source"]) for e in entries}


def credits_for(hours: Decimal, scheme: Scheme) -> Span:
    """The credits that these hours amount to, unrounded: fewest at the upper end of the band."""
    return Span(hours / scheme.most, hours / scheme.least)


def hours_for(amount: Decimal, scheme: Scheme) -> Span:
    """The hours that this many credits stand for."""
    return Span(amount * scheme.least, amount * scheme.most)


def workload(content: Content) -> Workload:
    """The workload of a specification, worked out from its answers."""
    hours = [exact(fact_of(content, f"workload.{key}")) for key in HOURS]
    known = [part for part in hours if part is not None]
    total, summed = exact(fact_of(content, "workload.total_hours")), sum(known, Decimal(0))
    parts = tuple(Part(k, label, part, _share(part, summed)) for k, label, part in zip(HOURS, _LABELS, hours, strict=True))
    return Workload(
        parts=parts,
        sum=summed,
        total=total,
        adds_up=None if total is None or len(known) < len(hours) else summed == total,
        credits=tuple(_credit_checks(content, total)),
        equivalents=_equivalents(total),
    )


def shown(number: Decimal) -> str:
    """A number with at most two decimals; marked with “≈” when that is not all of it."""
    rounded = number.quantize(Decimal("0.01"))
    return plain(number) if rounded == number else f"≈ {plain(rounded)}"


def _credit_checks(content: Content, total: Decimal | None) -> list[CreditCheck]:
    if fact_of(content, "identity.credit_bearing") != "credit":
        return []
    wanted = [("ects", exact(fact_of(content, "workload.ects")))]
    scheme = fact_of(content, "workload.scheme")
    if isinstance(scheme, str) and scheme != "ects":
        wanted.append((scheme, exact(fact_of(content, "workload.local_credits"))))
    return [_credit_check(schemes()[key], amount, total) for key, amount in wanted if amount and key in schemes()]


def _credit_check(scheme: Scheme, amount: Decimal, total: Decimal | None) -> CreditCheck:
    expected = hours_for(amount, scheme)
    named = f"{plain(amount)} {_name(scheme)} {'credit stands' if amount == 1 else 'credits stand'} for {expected} hours"
    if total is None:
        return CreditCheck(scheme, amount, "", expected, None, f"{named}. Give the total hours to check it.")
    fits = expected.least <= total <= expected.most
    each = shown(total / amount)
    band = Span(scheme.least, scheme.most)
    sentence = f"{named}; the total is {plain(total)}, that is {each} hours a credit"
    advice = (
        "."
        if fits
        else f", outside the band of {band}. Change the hours or the credits, or explain it under “How the hours were estimated”."
    )
    return CreditCheck(scheme, amount, each, expected, fits, sentence + advice)


def _equivalents(total: Decimal | None) -> tuple[str, ...]:
    if not total:
        return ()
    return tuple(f"{plain(total)} hours are {credits_for(total, scheme)} {_name(scheme)} credits" for scheme in schemes().values())


def _name(scheme: Scheme) -> str:
    names = {"ects": "ECTS", "uk": "UK", "nz": "NZ", "hk": "Hong Kong QF", "in": "Indian NCrF", "za": "South African"}
    return names.get(scheme.key, "US semester")


def _share(part: Decimal | None, whole: Decimal) -> str:
    if part is None or not whole:
        return ""
    share = part * 100 / whole
    rounded = share.quantize(Decimal("0.1"))
    return f"{plain(rounded)} %" if rounded == share else f"≈ {plain(rounded)} %"
