"""The word differ: rapidfuzz finds the fewest insertions and deletions (a longest common subsequence), 10,000 words in some 10 ms."""

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Indel


def opcodes(old: Sequence[int], new: Sequence[int]) -> Iterator[tuple[str, int, int, int, int]]:
    """How to turn `old` into `new`: (tag, i1, i2, j1, j2) with the tags "equal", "delete" and "insert", in order."""
    for step in Indel.opcodes(old, new):
        yield step.tag, step.src_start, step.src_end, step.dest_start, step.dest_end
