"""Templates and tests mirror the code: who knows one name finds the rest."""

import ast
import re
from pathlib import Path

from cowork.web import shell
from tests.laws.tree import LAYERS, PACKAGE, SUBJECTS, TEMPLATES, TESTS, own_files, python_files, shown, syntax

# Folders of templates that are no subject: the frame of every page, its building blocks, the pages for faults.
SHARED_TEMPLATES = frozenset({"layout", "components", "errors", "pages", "macros"})
# Folders of tests that are no layer.
OTHER_TESTS = frozenset({"laws", "browser", "benchmarks", "journeys", "builders"})


def test_every_folder_of_the_product_is_a_layer() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders - set(LAYERS) == set()


def imported_by(paths: list[Path]) -> set[str]:
    """The dotted names that these files import, modules and what is taken from them."""
    nodes = [node for path in paths for node in ast.walk(syntax(path))]
    whole = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    parts = {(node.module or "", name.name) for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names}
    return whole | {module for module, _ in parts} | {f"{module}.{name}" for module, name in parts}


def test_every_layer_has_tests_and_every_folder_of_tests_a_layer() -> None:
    modules = [path.parent.relative_to(PACKAGE).parts for path in python_files() if path.name != "__init__.py"]
    layers = {parts[0] for parts in modules if parts}
    tests = [path.parent.relative_to(TESTS).parts for path in python_files(TESTS) if path.name.startswith("test_")]
    tested = {parts[0] for parts in tests if parts}
    assert layers - tested == set(), "layers without tests"
    assert tested - layers - OTHER_TESTS == set(), "tests of no layer"


def test_every_module_of_the_rules_is_tested_under_its_own_layer() -> None:
    tested = imported_by(python_files(TESTS / "domain"))
    modules = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in python_files(PACKAGE / "domain")
        if path.name != "__init__.py"
    }
    assert modules - tested == set()


def test_every_folder_of_templates_is_a_subject() -> None:
    folders = {path.name for path in TEMPLATES.iterdir() if path.is_dir()}
    assert folders - SUBJECTS - SHARED_TEMPLATES == set()


def test_every_template_is_used() -> None:
    templates = [path for path in own_files(TEMPLATES) if path.suffix in {".html", ".txt", ".css", ".xml", ".svg"}]
    sources = [*python_files(), *templates]
    texts = {path: path.read_text(encoding="utf-8") for path in sources}
    # The page of a fault is found by its status.
    by_status = {TEMPLATES / "errors" / f"{status}.html" for status in shell.PAGES}
    unused = [
        shown(template)
        for template in templates
        if template not in by_status
        and not any(template.relative_to(TEMPLATES).as_posix() in text for path, text in texts.items() if path != template)
    ]
    assert unused == []


def test_every_template_that_is_named_exists() -> None:
    named = re.compile(r"""["']([a-z_]+(?:/[a-z_-]+)+\.(?:html|svg|xml))["']""")
    wrong = [
        f"{shown(path)} names {name}"
        for path in [*python_files(), *(path for path in own_files(TEMPLATES) if path.suffix == ".html")]
        for name in named.findall(path.read_text(encoding="utf-8"))
        if not (TEMPLATES / name).exists() and not list(PACKAGE.rglob(name))
    ]
    assert wrong == []
