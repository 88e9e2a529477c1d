"""Renders the catalogue: the frame and every macro, with sample data, without an application."""

import json
from typing import Any

import jinja2

from tests.laws.tree import ROOT, TEMPLATES
from tests.web import samples

CATALOGUE = ROOT / "tests" / "web" / "catalogue"
DIST = ROOT / "static" / "dist"
PAGES = ("review", "draft", "route", "work")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self';"
    " connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def asset(name: str) -> str:
    """The address of a built file."""
    manifest: dict[str, str] = json.loads((DIST / "manifest.json").read_text(encoding="utf-8")) if DIST.exists() else {}
    return f"/static/{manifest.get(name, name)}"


def environment() -> jinja2.Environment:
    """The template environment as the application sets it up, as far as the macros need it."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([TEMPLATES, CATALOGUE]), autoescape=True, undefined=jinja2.ChainableUndefined, trim_blocks=False
    )
    made.globals.update(asset=asset, csrf_token=lambda: "token", moment=samples.moment, get_flashed_messages=lambda with_categories: [])
    return made


def rendered(name: str, **changes: Any) -> str:
    """One page of the catalogue as HTML."""
    return environment().get_template(f"{name}.html").render({**samples.context(), **changes})
