"""The worker's loop: jobs as they come, and once a day what only the calendar changes."""

import logging
import threading
from datetime import date

from cowork.services import jobs, reviews
from cowork.services.context import Context

IDLE_SECONDS = 0.5
AFTER_FAULT_SECONDS = 5.0

log = logging.getLogger(__name__)


def run(context: Context, stop: threading.Event) -> None:
    """Work until told to stop. A fault is logged and the work goes on, so that one bad job or a database away never ends it."""
    seen: date | None = None
    while not stop.is_set():
        try:
            today = context.now().date()
            if today != seen:
                reviews.refresh_all(context)
                seen = today
            worked = jobs.run_next(context)
        except Exception:
            log.exception("the worker met a fault and goes on in %.0f seconds", AFTER_FAULT_SECONDS)
            stop.wait(AFTER_FAULT_SECONDS)
            continue
        if not worked:
            stop.wait(IDLE_SECONDS)
