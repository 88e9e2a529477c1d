"""Jobs are leased, put off and given up."""

from datetime import UTC, datetime

from flask import Flask

from cowork.domain.ids import JobId
from cowork.store import jobs, unit
from cowork.store.jobs import LEASE, MAX_ATTEMPTS

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_job_whose_workers_die_every_time_is_given_up_with_a_sentence(app: Flask) -> None:
    with unit.writing() as session:
        jobs.enqueue(session, JobId("one"), "export-pdf", "key", {}, NOW)
    moment = NOW
    for attempt in range(1, MAX_ATTEMPTS + 1):
        with unit.writing() as session:
            taken = jobs.take(session, moment)
        assert taken is not None
        assert taken.attempts == attempt
        moment += LEASE * 2
    with unit.writing() as session:
        assert jobs.take(session, moment) is None
    with unit.reading() as session:
        line = jobs.by_key(session, "key")
    assert line is not None
    assert (line.standing, bool(line.error)) == ("failed", True)
