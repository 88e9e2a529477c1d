"""Forms as a browser sends them: what a page's form holds, to be changed by a test and posted."""

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.datastructures import MultiDict


def form_of(html: str, action: str) -> MultiDict[str, str]:
    """The values of the successful controls of the form that posts to `action`, without its buttons. KeyError when there is none."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    for form in tree.iter("form"):
        if form.get("action") == action:
            return MultiDict([pair for element in form.iter() for pair in _pairs(element)])
    actions = [form.get("action") for form in tree.iter("form")]
    raise KeyError(f"no form posts to {action}, only to {actions}")


def _pairs(element: Element) -> list[tuple[str, str]]:
    name = element.get("name")
    if not name:
        return []
    if element.tag == "textarea":
        return [(name, "".join(element.itertext()))]
    if element.tag == "select":
        return [(name, chosen(element))]
    if element.tag != "input" or element.get("type") in ("submit", "button", "file"):
        return []
    if element.get("type") in ("checkbox", "radio") and element.get("checked") is None:
        return []
    return [(name, element.get("value") or "")]


def chosen(select: Element) -> str:
    """The value of the option that is selected, else of the first."""
    options: list[Any] = list(select.iter("option"))
    marked = [option for option in options if option.get("selected") is not None] or options[:1]
    return str(marked[0].get("value", "")) if marked else ""


def words_of(html: str, part: str = "main") -> str:
    """The words of a page's main part, or of the first element of another name, spaces tidied."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return " ".join("".join(next(tree.iter(part)).itertext()).split())
