"""How fast pages and forms are, and how many statements they send, in instances of growing size.

    python -m tests.benchmarks.pages [--sizes 100 1000 10000] [--folder KEPT] [--seconds 2] [--postgres]

Times are taken over HTTP, on one connection that is kept open, from the real server (`cowork serve`: gunicorn, two processes, eight
threads each). Statements and processor time are those of the application inside this process, on the same database: a busy machine
disturbs them least. The floor is served beside it by the same server. `--folder` keeps the filled instances for the next run, which
works on copies. Ends with code 1 when a page sends more statements in a larger instance.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from cowork.app import create_app
from cowork.settings import Settings
from cowork.store.base import db
from tests.benchmarks import floor, scenes
from tests.benchmarks.visiting import Http, InProcess, Visitor
from tests.browser.serving import COMMAND, environment, free_port
from tests.postgres import PostgresServer, start_postgres

ROOT = Path(__file__).resolve().parents[2]
WARM_UP = 5
PROCESSOR_RUNS = 15
START_SECONDS = 60.0


@dataclass(slots=True)
class Series:
    """The measurements of one page or form at one size; `statements` is None where nothing asks a database that we see.

    `milliseconds` are times over HTTP, `processor` those of the processor without a server.
    """

    name: str
    statements: int | None
    milliseconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def slow(self) -> float:
        """The 95th percentile."""
        return sorted(self.milliseconds)[min(len(self.milliseconds) - 1, round(0.95 * len(self.milliseconds)))]

    @property
    def rate(self) -> float:
        """Requests a second on one connection."""
        return 1000 * len(self.milliseconds) / sum(self.milliseconds)


def timed(act: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    begun = clock()
    act()
    return 1000 * (clock() - begun)


def repeated(act: Callable[[], object], seconds: float) -> list[float]:
    """Milliseconds of each of at least ten runs, after a few that warm up."""
    for _ in range(WARM_UP):
        act()
    found: list[float] = []
    end = time.monotonic() + seconds
    while len(found) < 10 or time.monotonic() < end:
        found.append(timed(act))
    return found


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements sent inside the block; BEGIN is SQLite's own and does not count."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def count(app: Flask, act: Callable[[], object], shown: bool = False) -> int:
    with counted(app) as sent:
        act()
    if shown:
        for number, statement in enumerate(sent, 1):
            print(f"    {number}. {' '.join(statement.split())[:400]}", file=sys.stderr)
    return len(sent)


def measure(size: int, url: str, app: Flask, seconds: float, only: str) -> list[Series]:
    """Every page and form of the scene."""
    scene = scenes.set_up(app)
    people = {page.person for page in scene.pages} | {form.person for form in scene.forms}
    outside = {person: scenes.visitor(Http(url), person) for person in people}
    inside = {person: scenes.visitor(InProcess(app), person) for person in people}
    found = []
    for page in scene.pages:
        if only in page.name:
            series = Series(page.name, page_statements(app, inside[page.person], page.path, bool(only)))
            series.processor = worked(inside[page.person], page.path)
            series.milliseconds = repeated(lambda page=page: outside[page.person].get(page.path), seconds)  # type: ignore[misc]  # bound now
            found.append(shown(size, series))
    for task in scene.forms:
        if only in task.name and len(task.pages) > 1:
            found.append(shown(size, sent_forms(app, task, inside[task.person], outside[task.person], bool(only))))
    return found


def page_statements(app: Flask, visitor: Visitor, path: str, listed: bool) -> int:
    visitor.get(path)  # definitions are read once a process
    return count(app, lambda: visitor.get(path), listed)


def worked(visitor: Visitor, path: str) -> list[float]:
    """The processor's milliseconds for a page inside this process."""
    return [timed(lambda: visitor.get(path), time.process_time) for _ in range(PROCESSOR_RUNS)]


def sent_forms(app: Flask, task: scenes.FormTask, inside: Visitor, outside: Visitor, listed: bool) -> Series:
    """Send a third of the forms inside this process, the others over HTTP."""
    counted_forms = max(1, len(task.pages) // 3)
    series = Series(task.name, None)
    for page in task.pages[:counted_forms]:
        action, fields = task.prepare(inside.get(page))
        begun = time.process_time()
        series.statements = count(app, lambda: inside.post(action, fields), listed)  # noqa: B023 - it runs at once
        series.processor.append(1000 * (time.process_time() - begun))
    for page in task.pages[counted_forms:]:
        action, fields = task.prepare(outside.get(page))
        series.milliseconds.append(timed(lambda: outside.post(action, fields)))  # noqa: B023 - it runs at once
    return series


def shown(size: int, one: Series) -> Series:
    words = "" if one.statements is None else f"{one.statements:>3} statements"
    cpu = f"cpu {statistics.median(one.processor):>6.1f} ms"
    times = f"{one.median:>8.1f} ms  p95 {one.slow:>8.1f} ms  {one.rate:>7.1f}/s  n={len(one.milliseconds)}  {cpu}"
    print(f"{size:>7,} {one.name:<32} {words:<16} {times}", file=sys.stderr, flush=True)
    return one


def measure_floor(size: int, url: str, database: str, seconds: float) -> list[Series]:
    outside, inside = Visitor(Http(url)), Visitor(InProcess(floor.create_app(database)))
    found = []
    for name, path in (("floor: Flask, Jinja, 20 rows", "/plain"), ("floor: and one query", "/queried")):
        inside.get(path)
        series = Series(name, None, processor=worked(inside, path))
        series.milliseconds = repeated(lambda path=path: outside.get(path), seconds)  # type: ignore[misc]  # bound now
        found.append(shown(size, series))
    return found


@contextmanager
def served(command: list[str], surroundings: Mapping[str, str], port: int, path: str) -> Iterator[str]:
    """A server as long as the block lasts; its address."""
    log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the server
    process = subprocess.Popen(command, env=dict(surroundings), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                Visitor(Http(url)).get(path)
                break
            except OSError:
                if time.monotonic() > give_up or process.poll() is not None:
                    log.seek(0)
                    raise RuntimeError(log.read().decode(errors="replace")) from None
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


def run(size: int, surroundings: Mapping[str, str], seconds: float, only: str) -> list[Series]:
    """Serve the instance and measure it, the floor beside it."""
    settings = Settings.from_env(surroundings, ROOT)
    app = create_app(settings)
    os.sync()  # what the seeding left to write must not be written while forms are measured
    port, floor_port = free_port(), free_port()
    command = [str(COMMAND), "serve", "--host", "127.0.0.1", "--port", str(port)]
    beside = [sys.executable, "-m", "tests.benchmarks.floor", str(floor_port)]
    with (
        served(command, surroundings, port, "/sign-in") as url,
        served(beside, {**surroundings, "COWORK_TEST_FLOOR": settings.database_url}, floor_port, "/plain") as floor_url,
    ):
        found = measure(size, url, app, seconds, only)
        found += measure_floor(size, floor_url, settings.database_url, seconds)
    with app.app_context():
        db.engine.dispose()
    return found


def seed(size: int, surroundings: Mapping[str, str]) -> None:
    subprocess.run([str(COMMAND), "seed", "--proposals", str(size)], env=dict(surroundings), check=True, stdout=sys.stderr)


@contextmanager
def sqlite_instance(size: int, kept: Path | None) -> Iterator[dict[str, str]]:
    """The surroundings of an instance of this size that can be changed."""
    with tempfile.TemporaryDirectory(prefix="cowork-benchmark-") as folder:
        instance = Path(folder) / "instance"
        if kept is None:
            seed(size, environment(instance))
        else:
            if not (kept / str(size)).exists():
                seed(size, environment(kept / str(size)))
            shutil.copytree(kept / str(size), instance)
        yield environment(instance)


@contextmanager
def postgres_instance(size: int, server: PostgresServer) -> Iterator[dict[str, str]]:
    """The same on a PostgreSQL server that is started for the benchmark."""
    url = server.create_database()
    with tempfile.TemporaryDirectory(prefix="cowork-benchmark-") as folder:
        surroundings = environment(Path(folder) / "instance") | {"COWORK_DATABASE_URL": url}
        seed(size, surroundings)
        yield surroundings
    server.drop_database(url)


def table(found: Mapping[int, list[Series]]) -> str:
    """All sizes side by side, as Markdown."""
    sizes = sorted(found)
    heads = " / ".join(f"{size:,}" for size in sizes)
    lines = [
        f"| page or form at {heads} | statements | median ms | 95th percentile ms | processor ms | requests/s at {sizes[-1]:,} |",
        "|---|---|---|---|---|---|",
    ]
    for name in [one.name for one in found[sizes[-1]]]:
        row = [one for size in sizes for one in found[size] if one.name == name]
        cells = (
            " / ".join("–" if one.statements is None else str(one.statements) for one in row),
            " / ".join(f"{one.median:.1f}" for one in row),
            " / ".join(f"{one.slow:.1f}" for one in row),
            " / ".join(f"{statistics.median(one.processor):.1f}" for one in row),
            f"{row[-1].rate:.0f}",
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def growing(found: Mapping[int, list[Series]]) -> list[str]:
    """The pages that send more statements in a larger instance."""
    smallest = {one.name: one.statements for one in found[min(found)]}
    return [
        f"{one.name}: {smallest.get(one.name)} statements at {min(found):,}, {one.statements} at {size:,}"
        for size, series in found.items()
        for one in series
        if one.statements is not None and one.statements > (smallest.get(one.name) or one.statements)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--folder", type=Path, help="where filled instances are kept for the next run")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each page is measured")
    parser.add_argument("--only", default="", help="only pages with these letters in their name; their statements are listed")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, which is started for it")
    options = parser.parse_args()
    found: dict[int, list[Series]] = {}
    server = start_postgres() if options.postgres else None
    try:
        for size in options.sizes:
            with postgres_instance(size, server) if server else sqlite_instance(size, options.folder) as surroundings:
                found[size] = run(size, surroundings, options.seconds, options.only)
    finally:
        if server:
            server.stop()
    print(table(found))
    if faults := growing(found):
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    # The application in this process must not read the settings of whoever runs the benchmark.
    for name in [name for name in os.environ if name.startswith("COWORK_") and not name.startswith("COWORK_TEST_")]:
        del os.environ[name]
    main()
