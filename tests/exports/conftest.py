"""One warm renderer for all tests of exports, as in the server."""

from collections.abc import Iterator

import pytest

from cowork.gateways.renderer import WorkerRenderer


@pytest.fixture(scope="session")
def renderer() -> Iterator[WorkerRenderer]:
    with WorkerRenderer(timeout_seconds=60) as warm:
        yield warm
