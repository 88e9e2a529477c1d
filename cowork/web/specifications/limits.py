"""A limit on how fast one person may ask: a bucket of tokens each, in this process. Ordinary typing never meets it."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock

from cowork.domain.errors import TooMany

MOST_KEPT = 10_000


class Bucket:
    """`burst` questions at once, refilled by `per_second`."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst, self._per_second = burst, per_second
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = Lock()

    def take(self, who: str, now: datetime) -> None:
        """Take one token. Raises TooMany with the seconds until there is another."""
        with self._lock:
            left, at = self._left.pop(who, (float(self._burst), now))
            left = min(self._burst, left + max(0.0, (now - at).total_seconds()) * self._per_second)
            enough = left >= 1
            self._left[who] = (left - 1 if enough else left, now)
            while len(self._left) > MOST_KEPT:
                self._left.popitem(last=False)
        if not enough:
            raise TooMany("You search faster than this site answers. Wait a moment, then go on.", 1)
