"""Blobs on the disk of the instance: by the SHA-256 of their bytes, written whole or not at all."""

import errno
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cowork.domain.ids import Digest
from cowork.ports import BlobMissing, DiskFull

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class DiskBlobs:
    """`folder` is made when the first blob is written; only the owner of the process can read it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> Digest:
        """Keep these bytes and say their SHA-256. They are on the disk when this returns. Raises DiskFull."""
        digest = Digest(hashlib.sha256(content).hexdigest())
        path = self._path(digest)
        try:
            if path.exists() and path.stat().st_size == len(content):
                # Somebody needs it now: the sweeper leaves what is young.
                os.utime(path)
                return digest
            self._write(path, content)
        except OSError as error:
            if error.errno in FULL:
                raise DiskFull from error
            raise
        return digest

    def get(self, digest: Digest) -> bytes:
        """The bytes, checked against their name. Raises BlobMissing."""
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise BlobMissing from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise BlobMissing
        return content

    def holds(self, digest: Digest) -> bool:
        """Whether these bytes are there."""
        return self._path(digest).exists()

    def older_than(self, seconds: float) -> Iterator[Digest]:
        """What has not been written or asked to be kept for so long; half-written files of that age are removed on the way."""
        before = time.time() - seconds
        for path in sorted(self._folder.glob("??/*")):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime >= before:
                    continue
                if path.suffix:
                    path.unlink()
                else:
                    yield Digest(path.name)

    def everything(self) -> Iterator[tuple[Digest, int]]:
        """All that is kept, each with its size in bytes."""
        for path in sorted(self._folder.glob("??/*")):
            with suppress(FileNotFoundError):
                if not path.suffix:
                    yield Digest(path.name), path.stat().st_size

    def spare(self, digest: Digest) -> None:
        """Count the time since these bytes were put from now on. Those that are not there are left alone."""
        with suppress(FileNotFoundError):
            os.utime(self._path(digest))

    def remove(self, digest: Digest) -> int:
        """Forget these bytes; how many they were. Twice is once."""
        path = self._path(digest)
        try:
            size = path.stat().st_size
            path.unlink()
        except FileNotFoundError:
            return 0
        return size

    def _path(self, digest: Digest) -> Path:
        if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise BlobMissing
        return self._folder / digest[:2] / digest

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = path.with_suffix(f".{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
            _sync(path.parent)
        finally:
            half.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Make the name in the folder as lasting as the bytes."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
