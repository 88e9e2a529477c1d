"""Password hashing with argon2id (RFC 9106): 19 MiB, two passes, one lane, as OWASP's cheat sheet asks at least."""

from functools import cached_property
from importlib.resources import files

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError


class ArgonPasswords:
    """Hashes and checks passwords. An empty hash is checked against a decoy, so that an unknown account takes as long as a known one."""

    def __init__(self, memory_kib: int = 19 * 1024, passes: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1, type=Type.ID)

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, password_hash: str, password: str) -> bool:
        try:
            self._hasher.verify(password_hash or self._decoy, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(password_hash)

    @cached_property
    def common(self) -> frozenset[str]:
        return frozenset(files("cowork.gateways").joinpath("common-passwords.txt").read_text("utf-8").split())
