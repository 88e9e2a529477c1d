"""The files of this repository, as the law tests see them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "cowork"
TESTS = ROOT / "tests"
TEMPLATES = ROOT / "templates"

LAYERS = ("api", "cli", "domain", "exports", "gateways", "jobs", "services", "store", "web")
SUBJECTS = frozenset(
    {
        "identity", "organisations", "programmes", "proposals", "specifications", "comments", "reviews", "workflows", "meetings",
        "exports", "notifications", "audit", "reports",
    }
)  # fmt: skip

NOT_OURS = frozenset(
    {".git", ".venv", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".import_linter_cache", ".coverage", "htmlcov",
     "__pycache__", "build", "instance", ".setup.lock"}
)  # fmt: skip
BUILT = (ROOT / "static" / "dist", ROOT / "static" / "node_modules")


def own_files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that belongs to the repository: nothing installed, built or cached."""
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or path in BUILT or path.name.endswith(".egg-info") or path.is_symlink():
            continue
        if path.is_dir():
            yield from own_files(path)
        else:
            yield path


def python_files(*folders: Path) -> list[Path]:
    """Every Python file of the product, or of the folders given, but for the generated migrations."""
    return [
        path
        for folder in folders or (PACKAGE,)
        for path in own_files(folder)
        if path.suffix == ".py" and path.parent.name != "versions"
    ]


def syntax(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path) -> str:
    """A path as people name it: from the root of the repository."""
    return str(path.relative_to(ROOT))
