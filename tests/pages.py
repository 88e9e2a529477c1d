"""What every page must be: HTML without faults, with a title, names for its controls, and nothing left over from a template.

`faults(html)` returns sentences; an empty list means that the page is in order. It parses the way browsers do (html5lib), so an
element in a forbidden place, an unclosed tag or a repeated attribute is named, and then looks at what the parser cannot know.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\}|\bUndefined\b|<[\w.]+ object at 0x|^\s*None\s*$")
NAMED_BY_LABEL = frozenset({"input", "select", "textarea"})
NO_NAME_NEEDED = frozenset("hidden submit reset button image".split())
INTERACTIVE = frozenset("a button input select textarea label details summary".split())
CHILDREN = {"ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "select": {"option", "optgroup", "hr"}, "tr": {"td", "th"}}
PHRASING_ONLY = frozenset("p span h1 h2 h3 h4 h5 h6 label button summary strong em small dt legend".split())
BLOCKS = frozenset("div p ul ol dl table section article form fieldset header footer nav aside main blockquote".split())
HEADINGS_IN = frozenset({"summary", "legend"})
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-errormessage", "list", "form", "headers")


def faults(html: str, *, fragment: bool = False) -> list[str]:
    """Everything that is wrong with a page (or with a part of one, for `fragment`)."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parseFragment(html) if fragment else parser.parse(html)
    found = [f"line {position[0]}: {code} {variables or ''}".strip() for position, code, variables in parser.errors]
    found += places(tree)
    found += references(tree)
    found += names(tree)
    found += safety(tree)
    if not fragment:
        found += frame(tree)
    return found + [f"left over from a template: {text[:80]!r}" for text in texts(tree) if LEFT_OVER.search(text)]


def elements(tree: Element) -> Iterator[Element]:
    """Every element; comments are left out."""
    return (element for element in tree.iter() if is_element(element))


def is_element(node: Any) -> bool:
    """Whether a node is an element: the tag of a comment is no text."""
    return isinstance(node.tag, str)


def texts(tree: Element) -> Iterator[str]:
    """Every piece of text a person reads or hears, attributes included; what they typed themselves is left out."""
    for element in elements(tree):
        if element.tag not in {"script", "style", "textarea", "ins", "del", "code"} and element.text:
            yield element.text
        if element.tail:
            yield element.tail
        for name in ("title", "alt", "aria-label", "placeholder", "href", "action", "class", "id"):
            yield element.get(name, "")


def described(element: Element) -> str:
    """An element as one would point at it."""
    marks = "".join(f' {name}="{element.get(name)}"' for name in ("id", "name", "class", "href") if element.get(name))
    return f"<{element.tag}{marks}>"


def frame(tree: Element) -> list[str]:
    """The page as a whole: language, title, one main part, one first heading, headings that skip no level."""
    found = []
    if not tree.get("lang"):
        found.append("<html> has no lang")
    title = tree.find("head/title")
    if title is None or not (title.text or "").strip():
        found.append("the page has no title")
    for tag in ("main", "h1"):
        count = sum(1 for element in elements(tree) if element.tag == tag)
        if count != 1:
            found.append(f"the page has {count} <{tag}> elements instead of one")
    level = 0
    for element in elements(tree):
        if re.fullmatch(r"h[1-6]", element.tag):
            if int(element.tag[1]) > level + 1:
                found.append(f"{described(element)} {text_of(element)[:40]!r} skips a heading level after h{level}")
            level = int(element.tag[1])
    return found


def text_of(element: Element) -> str:
    """The words inside an element, spaces tidied."""
    return " ".join("".join(element.itertext()).split())


def places(tree: Element) -> list[str]:
    """Elements inside elements that may not hold them."""
    found = []
    for element in elements(tree):
        tag = element.tag
        if tag in CHILDREN:
            expected = CHILDREN[tag] | {"script", "template"}
            strangers = [child for child in element if is_element(child) and child.tag not in expected]
            found += [f"{described(child)} stands directly in <{tag}>" for child in strangers]
        inside = [one for one in elements(element) if one is not element]
        if tag in {"a", "button"}:
            found += [f"{described(one)} stands inside {described(element)}" for one in inside if one.tag in INTERACTIVE]
        if tag in PHRASING_ONLY:
            found += [f"{described(one)} stands inside <{tag}>" for one in inside if one.tag in BLOCKS]
            if tag not in HEADINGS_IN:
                found += [f"{described(one)} stands inside <{tag}>" for one in inside if re.fullmatch(r"h[1-6]", one.tag)]
    return found


def references(tree: Element) -> list[str]:
    """Ids that occur twice, and references to ids that do not occur."""
    ids = Counter(identifier for element in elements(tree) if (identifier := element.get("id")) is not None)
    found = [f"the id {identifier!r} occurs {count} times" for identifier, count in ids.items() if count > 1]
    found += [f"the id {identifier!r} is empty or holds a space" for identifier in ids if len(identifier.split()) != 1]
    for element in elements(tree):
        for name in REFERENCES:
            missing = [word for word in (element.get(name) or "").split() if word not in ids]
            found += [f"{described(element)}: {name} points to {word!r}, which is not on the page" for word in missing]
        target = element.get("href") or ""
        if element.tag == "a" and target.startswith("#") and len(target) > 1 and target[1:] not in ids:
            found.append(f"{described(element)} leads to a place that is not on the page")
    return found


def names(tree: Element) -> list[str]:
    """Controls, links and pictures that have no name."""
    labelled = {element.get("for") for element in elements(tree) if element.tag == "label" and text_of(element)}
    wrapped = {one for label in elements(tree) if label.tag == "label" for one in elements(label) if one is not label}
    found = []
    for element in elements(tree):
        tag = element.tag
        has_aria = bool((element.get("aria-label") or element.get("aria-labelledby") or "").strip())
        if tag in NAMED_BY_LABEL and element.get("type") not in NO_NAME_NEEDED:
            if not (has_aria or element in wrapped or element.get("id") in labelled):
                found.append(f"{described(element)} has no label")
        elif tag in {"a", "button"} and not (has_aria or text_of(element) or element.find(".//img[@alt]") is not None):
            found.append(f"{described(element)} has no text")
        elif tag == "img" and element.get("alt") is None:
            found.append(f"{described(element)} has no alt")
        elif tag == "fieldset" and element.find("legend") is None and not has_aria:
            found.append(f"{described(element)} has no legend")
    return found


def safety(tree: Element) -> list[str]:
    """What the content security policy would stop: style and script inside the page."""
    found = []
    for element in elements(tree):
        found += [f"{described(element)} has {name}" for name in element.keys() if name.startswith("on") or name == "style"]  # noqa: SIM118
        is_data = element.get("type") == "application/json"
        if element.tag == "style" or (element.tag == "script" and not element.get("src") and not is_data):
            found.append(f"{described(element)} is written inside the page")
        for name in ("href", "src", "action"):
            if (element.get(name) or "").strip().lower().startswith(("javascript:", "data:text")):
                found.append(f"{described(element)} runs a script")
        if element.tag == "form" and (element.get("method") or "get").lower() == "post":
            fields = {one.get("name") for one in elements(element) if one.tag == "input"}
            if "csrf_token" not in fields:
                found.append(f"{described(element)} posts without a CSRF token")
    return found
