"""A limit on how fast something may come: a bucket of tokens, in this process. Ordinary typing never meets it."""

from collections import OrderedDict
from threading import Lock

MOST_KEPT = 10_000


class Bucket:
    """`burst` at once, refilled by `per_second`; for each who asks one of their own."""

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst, self._per_second = burst, per_second
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def takes(self, now: float, amount: float = 1, who: str = "") -> bool:
        """Take so much at `now`, in seconds. False, and nothing taken, when there is not enough."""
        with self._lock:
            left, at = self._left.pop(who, (self._burst, now))
            left = min(self._burst, left + max(0.0, now - at) * self._per_second)
            enough = left >= amount
            self._left[who] = (left - amount if enough else left, now)
            while len(self._left) > MOST_KEPT:
                self._left.popitem(last=False)
        return enough
