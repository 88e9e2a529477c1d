"""How long a search in the largest shipped list takes: ``python -m tests.benchmarks.codes``. The target is 10 ms at the 99th percentile.

Processor time is measured, so that others on the machine change little.
"""

import random
import statistics
import time

from cowork.domain.specifications import codes, finding


def main() -> None:
    """Print the times of making the index and of searching by every kind of query."""
    found, chance = codes.shipped("esco-occupations"), random.Random(1)
    started = time.process_time()
    index = finding.index_of(found)
    print(f"index of {len(found.entries):,} entries: {1000 * (time.process_time() - started):.0f} ms")
    times = []
    for _ in range(3_000):
        words = chance.choice(found.entries).label.split()
        word = chance.choice(words)
        slip = word[:2] + word[3:] if len(word) > 5 else word
        code = chance.choice(found.entries).code
        query = chance.choice([word[:1], word[:3], word, slip, " ".join(words), code, f"{slip} {words[-1][:4]}"])
        started = time.process_time()
        index.find(query)
        times.append(1000 * (time.process_time() - started))
    shares = statistics.quantiles(times, n=100)
    print(f"3,000 searches: median {shares[49]:.2f} ms, p95 {shares[94]:.2f} ms, p99 {shares[98]:.2f} ms, most {max(times):.2f} ms")


if __name__ == "__main__":
    main()
