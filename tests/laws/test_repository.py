"""What may stand in the repository's files at all."""

import re

import pytest

from tests.laws.tree import ROOT, own_files, shown

# Written in two halves, so that this file keeps its own law.
PACKAGE_HOSTS = [f"{name}.{end}" for name, end in (
    ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("deb" + ".debian", "org"),
    ("security" + ".debian", "org"), ("yarnpkg", "com"),
)]  # fmt: skip
MACHINE_PATHS = ["/" + path for path in ("work/main", "work/shared", "root/", "opt/wheels", "opt/pypi", "home/")]
LEFT_UNDONE = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "lorem " + "ipsum"]
TEXT_UP_TO = 2_000_000


def lines_with(patterns: list[str], flags: re.RegexFlag = re.NOFLAG) -> list[str]:
    """Every line of a text file in the repository that matches one of the patterns, as "file:line: text"."""
    wanted = re.compile("|".join(patterns), flags)
    found = []
    for path in own_files():
        content = path.read_bytes()
        if b"\0" in content or len(content) > TEXT_UP_TO:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
            if wanted.search(line):
                found.append(f"{shown(path)}:{number}: {line.strip()[:120]}")
    return found


def test_no_file_names_a_package_registry() -> None:
    assert lines_with([re.escape(host) for host in PACKAGE_HOSTS], re.IGNORECASE) == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert lines_with([rf"(?<![\w./-]){re.escape(path)}" for path in MACHINE_PATHS]) == []


def test_nothing_is_left_for_later() -> None:
    assert lines_with([rf"\b{re.escape(mark)}" for mark in LEFT_UNDONE]) == []


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"])
def test_every_locked_package_has_a_hash_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if not entry.startswith("#")]
    assert entries
    assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert "://" not in text


def test_the_lock_of_the_static_files_pins_every_package_without_an_address() -> None:
    text = (ROOT / "static" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity": "sha512-') >= 4


@pytest.mark.parametrize("name", ["script/serve", "script/test", "script/setup", ".ci/run"])
def test_the_commands_can_be_run(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111
