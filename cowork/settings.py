"""Settings of one instance, read once at the start from `COWORK_*` variables. Every fault is named, in words, together."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit


class BadSettings(ValueError):
    """The settings cannot be used. `str(error)` has a line for each fault."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`base_url` is the address people use, without a slash at its end; links in documents and mails begin with it."""

    instance: Path
    database_url: str
    secret_key: str
    base_url: str
    max_upload_bytes: int
    render_seconds: int
    render_megabytes: int
    proxies: int
    blobs: Path
    file_bytes: int
    smtp_url: str = ""
    mail_from: str = ""
    redis_url: str = ""
    live_sockets: int = 120
    withdrawn_days: int = 0
    clamd_url: str = ""

    @property
    def secure(self) -> bool:
        """Whether people reach the instance by HTTPS, so that cookies can insist on it."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_env(cls, env: Mapping[str, str], root: Path) -> "Settings":
        """Read the settings; `root` is the folder that holds `instance/` unless COWORK_INSTANCE names another. Raises BadSettings."""
        problems: list[str] = []
        known = {f"COWORK_{name}" for name in _NAMES}
        for name in sorted(name for name in env if name.startswith("COWORK_") and name not in known):
            if not name.startswith(("COWORK_TEST_", "COWORK_SETUP_")):
                problems.append(f"{name} is not a setting. The README lists those there are.")
        instance = Path(env.get("COWORK_INSTANCE") or root / "instance").absolute()
        base_url = (env.get("COWORK_BASE_URL") or f"http://127.0.0.1:{env.get('PORT') or 8000}").rstrip("/")
        if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).netloc:
            problems.append("COWORK_BASE_URL must be an address such as https://cowork.example.org.")
        try:
            instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            problems.append(f"COWORK_INSTANCE: the folder {instance} cannot be made ({error.strerror}).")
        secret = env.get("COWORK_SECRET_KEY", "")
        if secret and len(secret) < 32:
            problems.append("COWORK_SECRET_KEY must have at least 32 characters. Leave it out to have one made and kept in the instance.")
        numbers = {name: _number(env, name, problems) for name in _NUMBERS}
        smtp_url, mail_from = env.get("COWORK_SMTP_URL", ""), env.get("COWORK_MAIL_FROM", "")
        problems += _mail_problems(smtp_url, mail_from)
        redis_url = env.get("COWORK_REDIS_URL", "")
        if redis_url and not redis_url.startswith(("redis://", "rediss://", "unix://")):
            problems.append("COWORK_REDIS_URL must be an address such as redis://127.0.0.1:6379/0.")
        clamd_url = env.get("COWORK_CLAMD_URL", "")
        if clamd_url and not _is_clamd(clamd_url):
            problems.append("COWORK_CLAMD_URL must be an address such as tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl.")
        database_url = _database_url(env.get("COWORK_DATABASE_URL") or f"sqlite:///{instance / 'cowork.sqlite3'}", problems)
        if problems:
            raise BadSettings("\n".join(problems))
        return cls(
            instance=instance,
            database_url=database_url,
            secret_key=secret or _kept_secret(instance),
            base_url=base_url,
            max_upload_bytes=numbers["MAX_UPLOAD_MB"] * 1024 * 1024,
            render_seconds=numbers["RENDER_SECONDS"],
            render_megabytes=numbers["RENDER_MB"],
            proxies=numbers["PROXIES"],
            blobs=Path(env.get("COWORK_BLOBS") or instance / "blobs").absolute(),
            file_bytes=numbers["FILE_MB"] * 1024 * 1024,
            smtp_url=smtp_url,
            mail_from=mail_from,
            redis_url=redis_url,
            live_sockets=numbers["LIVE_SOCKETS"],
            withdrawn_days=numbers["WITHDRAWN_DAYS"],
            clamd_url=clamd_url,
        )


_NUMBERS = {
    "MAX_UPLOAD_MB": (8, 1, 1024), "FILE_MB": (20, 1, 200), "RENDER_SECONDS": (60, 5, 3600), "RENDER_MB": (2048, 256, 65536),
    "PROXIES": (0, 0, 10), "LIVE_SOCKETS": (120, 0, 120), "WITHDRAWN_DAYS": (0, 0, 36500),
}  # fmt: skip
"""Default, least and most of each number."""
_NAMES = ("INSTANCE", "DATABASE_URL", "SECRET_KEY", "BASE_URL", "SMTP_URL", "MAIL_FROM", "BLOBS", "REDIS_URL", "CLAMD_URL", *_NUMBERS)


def _number(env: Mapping[str, str], name: str, problems: list[str]) -> int:
    default, least, most = _NUMBERS[name]
    text = env.get(f"COWORK_{name}") or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        problems.append(f"COWORK_{name} must be a whole number from {least} to {most}.")
        return default
    return int(text)


def _mail_problems(smtp_url: str, mail_from: str) -> list[str]:
    """What is wrong with how mails are to be sent; without an SMTP server none are."""
    if not smtp_url:
        return ["COWORK_MAIL_FROM is set, but COWORK_SMTP_URL is not, so no mail would be sent. Set both or none."] if mail_from else []
    problems = []
    try:
        parts = urlsplit(smtp_url)
        usable = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        problems.append("COWORK_SMTP_URL must be an address such as smtp://user:password@mail.example.org:587 or smtps://….")
    name, address = parseaddr(mail_from)
    if "@" not in address or any(not letter.isprintable() for letter in name + address) or " " in address:
        problems.append("COWORK_MAIL_FROM must be an address such as Cowork <cowork@example.org>.")
    return problems


def _is_clamd(url: str) -> bool:
    """Whether this is an address of a virus scanner: a host with its port, or the path of a socket."""
    try:
        parts = urlsplit(url)
        if parts.scheme == "unix":
            return not parts.netloc and len(parts.path) > 1
        return parts.scheme == "tcp" and bool(parts.hostname) and bool(parts.port) and parts.path in ("", "/")
    except ValueError:
        return False


def _database_url(url: str, problems: list[str]) -> str:
    """The URL with the driver that Cowork uses; postgres:// and postgresql:// are both understood."""
    for prefix in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith("sqlite:///"):
        problems.append("COWORK_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return url


def _kept_secret(instance: Path) -> str:
    """The instance's own secret, made at the first start and readable by its owner alone."""
    path = instance / "secret-key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
