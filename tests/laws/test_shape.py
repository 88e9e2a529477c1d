"""Small modules, small functions, plain names: the shape that keeps the code readable."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.laws.tree import PACKAGE, TESTS, python_files, shown, syntax

MOST_LINES_IN_A_MODULE = 500
MOST_LINES_IN_A_FUNCTION = 60
ATTICS = frozenset({"utils", "util", "common", "helpers", "helper", "manager", "managers", "misc", "tools", "lib"})


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the `def` to the end, its docstring not counted."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def is_data(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function does nothing but give a literal: a table of data may be as long as it is."""
    only = [node for node in function.body if not isinstance(node, ast.Expr)]
    return len(only) == 1 and isinstance(only[0], ast.Return) and isinstance(only[0].value, ast.Dict | ast.List | ast.Tuple)


def test_no_module_is_longer_than_one_can_keep_in_mind() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(PACKAGE, TESTS)}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_IN_A_MODULE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{shown(path)}:{function.lineno} {function.name} has {length(function)} lines"
        for path in python_files(PACKAGE, TESTS)
        for function in functions(syntax(path))
        if length(function) > MOST_LINES_IN_A_FUNCTION and not is_data(function)
    ]
    assert long == []


def test_imports_stand_at_the_top_of_their_module() -> None:
    hidden = [
        f"{shown(path)}:{node.lineno} in {function.name}"
        for path in python_files(PACKAGE, TESTS)
        for function in functions(syntax(path))
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_packages_re_export_nothing() -> None:
    full = [
        f"{shown(path)}:{node.lineno}"
        for path in python_files(PACKAGE, TESTS)
        if path.name == "__init__.py"
        for node in syntax(path).body
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    assert full == []


def test_nothing_is_called_by_a_name_that_could_hold_anything() -> None:
    def is_attic(path: Path) -> bool:
        return bool(ATTICS & {*path.parent.relative_to(PACKAGE.parent).parts, path.stem})

    assert [shown(path) for path in python_files(PACKAGE, TESTS) if is_attic(path)] == []


def test_every_module_of_the_product_says_what_it_is_for() -> None:
    silent = [shown(path) for path in python_files() if path.name != "__init__.py" and not ast.get_docstring(syntax(path))]
    assert silent == []
