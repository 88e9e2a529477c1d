"""`cowork files`: what is kept is counted, what is kept no more is removed, what is missing is said."""

import os
import time
from pathlib import Path

import pytest

from cowork.gateways.blobs import DiskBlobs
from tests.cli.conftest import Cowork


def test_what_nothing_names_is_counted_and_removed(cowork: Cowork, tmp_path: Path) -> None:
    assert cowork("files", "report").out.startswith("0 contents kept, 0 bytes.\n")
    blobs = DiskBlobs(tmp_path / "instance" / "blobs")
    old, young = blobs.put(b"left behind"), blobs.put(b"just sent")
    past = time.time() - 2 * 86_400
    os.utime(tmp_path / "instance" / "blobs" / old[:2] / old, (past, past))
    report = cowork("files", "report")
    assert report.code == 0
    assert "2 contents kept, 20 bytes." in report.out
    assert "2 of them are named by no file (20 bytes)" in report.out
    assert "never (COWORK_WITHDRAWN_DAYS is not set)" in report.out
    assert cowork("files", "clean").out == "0 withdrawn files forgotten.\n1 content removed, 11 bytes.\n"
    assert (blobs.holds(old), blobs.holds(young)) == (False, True)


def test_the_rule_is_said(cowork: Cowork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COWORK_WITHDRAWN_DAYS", "90")
    assert "90 days after it was withdrawn" in cowork("files", "report").out
    monkeypatch.setenv("COWORK_WITHDRAWN_DAYS", "soon")
    assert "must be a whole number from 0" in cowork("files", "report").err
