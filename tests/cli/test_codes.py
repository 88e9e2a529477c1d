"""`cowork codes`: lists are imported, listed and removed; faults are told."""

from pathlib import Path

from tests.cli.conftest import Cowork

ABOUT = ("--title", "Roles here", "--edition", "2026", "--credit", "Our own.")


def test_a_list_is_imported_listed_and_removed(cowork: Cowork, tmp_path: Path) -> None:
    file = tmp_path / "roles.csv"
    file.write_text("\ufefflabel,code\nLine lead,R1\n", encoding="utf-8")
    told = cowork("codes", "import", str(file), "--list", "own-roles", *ABOUT).out
    assert "1 entries of “Roles here” (2026) are searched as “own-roles”" in told
    assert cowork("codes", "list").out == "own-roles\t2026\t1\tRoles here\n"
    assert "is removed" in cowork("codes", "remove", "own-roles").out
    assert cowork("codes", "remove", "own-roles").code == 1


def test_every_fault_of_a_file_is_told(cowork: Cowork, tmp_path: Path) -> None:
    file = tmp_path / "roles.csv"
    file.write_text("label,uri\n,ftp://x\nok,nowhere\n", encoding="utf-8")
    told = cowork("codes", "import", str(file), "--list", "roles", *ABOUT)
    assert told.code == 1
    assert all(said in told.err for said in ("cannot be called “roles”", "Line 2 has no label", "Line 3 has an address"))
    file.write_bytes(b"\xff\xfe")
    assert "not a text in UTF-8" in cowork("codes", "import", str(file), "--list", "own-x", *ABOUT).err
