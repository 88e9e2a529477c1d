"""A real PostgreSQL server for the tests: started in a temporary folder, reached by a Unix socket only, gone afterwards."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

FAST_AND_FORGETFUL = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c listen_addresses="
OWNER = "cowork"


class PostgresMissing(Exception):
    """There is no PostgreSQL on this machine, or it does not start; the message says what to do."""


@dataclass(slots=True)
class PostgresServer:
    """One running server. Databases on it are cheap: make a new one for every test that writes."""

    folder: Path
    programs: Path
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def create_database(self, template: str = "template0") -> str:
        """Make an empty database, or a copy of `template`, and return its SQLAlchemy URL."""
        name = f"test_{next(self._numbers)}"
        self._run("createdb", "--host", str(self.folder), "--username", OWNER, "--template", template, name)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove a database and whoever is still connected to it."""
        name = urlsplit(url).path.removeprefix("/")
        self._run("dropdb", "--host", str(self.folder), "--username", OWNER, "--force", name)

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of a database by its name."""
        return f"postgresql+psycopg://{OWNER}@/{name}?host={self.folder}"

    def stop(self) -> None:
        """Stop the server at once and remove its folder."""
        self._run("pg_ctl", "stop", "--pgdata", str(self.folder / "data"), "--mode", "immediate", "--silent")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        run_as_owner(self.programs / program, *arguments)


def find_programs() -> Path:
    """The folder of initdb and its fellows: the newest of Debian's, or the one on the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise PostgresMissing("PostgreSQL is not installed. Run script/setup --tests, or on Debian: apt-get install postgresql.")
    return Path(on_path).resolve().parent


def run_as_owner(program: Path, *arguments: str) -> None:
    """Run one program of PostgreSQL. It refuses to work for root, who therefore becomes the user `postgres`."""
    command = [str(program), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    # The output goes to a file: a pipe would stay open in the server and keep us waiting.
    with tempfile.TemporaryFile() as output:
        code = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/", check=False
        ).returncode
        if code != 0:
            output.seek(0)
            raise PostgresMissing(f"{program.name} ended with {code}: {output.read().decode(errors='replace')}")


def start_postgres() -> PostgresServer:
    """Make a cluster in a new folder under /tmp (a socket's path must be short) and start it."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="cowork-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"
    run_as_owner(
        programs / "initdb", "--pgdata", str(data), "--username", OWNER, "--auth", "trust",
        "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
    )  # fmt: skip
    options = f"{FAST_AND_FORGETFUL} -c unix_socket_directories={folder}"
    try:
        run_as_owner(
            programs / "pg_ctl", "start", "--pgdata", str(data), "--log", str(folder / "log"), "--options", options, "--wait"
        )
    except PostgresMissing as fault:
        log = (folder / "log").read_text(errors="replace") if (folder / "log").exists() else ""
        shutil.rmtree(folder, ignore_errors=True)
        raise PostgresMissing(f"{fault}\n{log}") from None
    return PostgresServer(folder, programs)
