"""Blobs: whole or not at all, by what they are, and gone only when nothing needs them."""

import errno
import os
import time
from pathlib import Path

import pytest

from cowork.domain.ids import Digest
from cowork.gateways.blobs import DiskBlobs
from cowork.ports import BlobMissing, DiskFull


def test_what_is_put_is_there_under_its_digest_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path / "blobs")
    digest = blobs.put(b"content")
    assert blobs.put(b"content") == digest
    assert blobs.get(digest) == b"content"
    (path,) = tmp_path.glob("blobs/??/*")
    assert path.name == digest
    assert path.stat().st_mode & 0o077 == 0


def test_bytes_that_are_gone_or_changed_are_not_handed_out(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    digest = blobs.put(b"content")
    (tmp_path / digest[:2] / digest).write_bytes(b"another")
    with pytest.raises(BlobMissing):
        blobs.get(digest)
    assert blobs.remove(digest) == len(b"another")
    assert blobs.remove(digest) == 0
    blobs.spare(digest)
    assert list(blobs.everything()) == []
    with pytest.raises(BlobMissing):
        blobs.get(digest)
    for name in ("../../etc/passwd", "x" * 64, "", digest.upper()):
        with pytest.raises(BlobMissing):
            blobs.get(Digest(name))


def test_a_full_disk_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    blobs = DiskBlobs(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match="disk is full"):
        blobs.put(b"content")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_only_what_is_old_is_offered_and_half_files_go_on_the_way(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    old, young = blobs.put(b"old"), blobs.put(b"young")
    half = tmp_path / old[:2] / f"{old}.0011"
    half.write_bytes(b"ha")
    past = time.time() - 10_000
    for path in (tmp_path / old[:2] / old, half):
        os.utime(path, (past, past))
    assert list(blobs.older_than(5_000)) == [old]
    assert not half.exists()
    assert blobs.holds(young)
    blobs.put(b"old")
    assert list(blobs.older_than(5_000)) == [], "whoever puts it again needs it"
