"""The renderer: one warm process, replaced when it fails, never left behind."""

import gc
import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cowork.gateways.renderer import WorkerRenderer
from cowork.ports import Attachment, RenderFailed, RenderMeta

META = RenderMeta("ab" * 32, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
DATA = Attachment("data.json", "application/json", "Data", b'{"a":1}')
SIMPLE = '<!DOCTYPE html><html lang="en"><head><title>Simple</title></head><body><p>Simple</p></body></html>'
ENDLESS = SIMPLE.replace("<p>Simple</p>", '<div style="display:flex">' * 14 + "x" + "</div>" * 14 + "<p>" + "long words " * 200_000)
DEEP = SIMPLE.replace("<p>Simple</p>", "<div>" * 200 + "x" + "</div>" * 200)


def children() -> set[int]:
    """The processes that this one has started, zombies included."""
    tasks = Path("/proc/self/task").iterdir()
    return {int(child) for task in tasks for child in (task / "children").read_text().split()}


def pid(renderer: WorkerRenderer) -> int:
    assert renderer._process is not None
    return renderer._process.pid


def test_one_process_makes_many_documents() -> None:
    with WorkerRenderer() as renderer:
        assert renderer.render(SIMPLE, DATA, META).startswith(b"%PDF-1.7")
        first = pid(renderer)
        assert renderer.render(SIMPLE, DATA, META).startswith(b"%PDF-1.7")
        assert pid(renderer) == first


def test_a_process_that_has_done_its_share_is_replaced_and_the_result_is_the_same() -> None:
    with WorkerRenderer(jobs_per_process=1) as renderer:
        first = renderer.render(SIMPLE, DATA, META)
        one = pid(renderer)
        assert renderer.render(SIMPLE, DATA, META) == first
        assert pid(renderer) != one


def test_a_document_that_takes_too_long_is_stopped_and_the_next_one_is_made() -> None:
    with WorkerRenderer(timeout_seconds=3) as renderer:
        renderer.render(SIMPLE, DATA, META)
        begun = time.monotonic()
        with pytest.raises(RenderFailed, match=r"longer than 3 seconds|more memory or time"):
            renderer.render(ENDLESS, DATA, META)
        assert time.monotonic() - begun < 10
        assert renderer.render(SIMPLE, DATA, META).startswith(b"%PDF-1.7")


def test_a_document_that_needs_too_much_memory_fails_and_the_next_one_is_made() -> None:
    with WorkerRenderer(memory_bytes=700 * 1024**2) as renderer:
        with pytest.raises(RenderFailed, match="memory"):
            renderer.render(SIMPLE.replace("Simple", "x" * 200_000_000), DATA, META)
        assert renderer.render(SIMPLE, DATA, META).startswith(b"%PDF-1.7")


def test_deep_nesting_neither_overflows_the_stack_nor_stops_the_process() -> None:
    with WorkerRenderer() as renderer:
        assert renderer.render(DEEP, DATA, META).startswith(b"%PDF-1.7")


def test_a_process_killed_between_jobs_is_replaced() -> None:
    with WorkerRenderer() as renderer:
        renderer.render(SIMPLE, DATA, META)
        os.kill(pid(renderer), 9)
        time.sleep(0.1)
        assert renderer.render(SIMPLE, DATA, META).startswith(b"%PDF-1.7")


def test_a_process_killed_during_a_job_fails_that_job_alone() -> None:
    with WorkerRenderer(timeout_seconds=20) as renderer:
        renderer.render(SIMPLE, DATA, META)
        killer = threading.Timer(0.5, os.kill, (pid(renderer), 9))
        killer.start()
        with pytest.raises(RenderFailed):
            renderer.render(ENDLESS, DATA, META)
        killer.join()
        assert renderer.render(SIMPLE, DATA, META).startswith(b"%PDF-1.7")


def test_threads_share_the_process() -> None:
    made: list[bytes] = []
    with WorkerRenderer() as renderer:
        threads = [threading.Thread(target=lambda: made.append(renderer.render(SIMPLE, DATA, META))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1


def test_closing_leaves_no_process_and_refuses_later_jobs() -> None:
    before = children()
    renderer = WorkerRenderer()
    renderer.render(SIMPLE, DATA, META)
    assert children() - before
    renderer.close()
    renderer.close()
    gc.collect()
    assert children() - before == set()
    with pytest.raises(RenderFailed, match="stopping"):
        renderer.render(SIMPLE, DATA, META)


def test_the_process_does_not_inherit_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COWORK_SECRET_KEY", "canary")
    with WorkerRenderer() as renderer:
        renderer.render(SIMPLE, DATA, META)
        assert b"canary" not in Path(f"/proc/{pid(renderer)}/environ").read_bytes()
