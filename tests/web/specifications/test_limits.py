"""One bucket for whatever comes too fast: questions for codes, messages and bytes of a socket."""

from cowork.web.specifications.limits import MOST_KEPT, Bucket


def test_so_much_is_taken_at_once_and_so_much_a_second() -> None:
    bucket = Bucket(burst=10, per_second=2)
    assert bucket.takes(0, 8)
    assert not bucket.takes(0, 3), "more than is left"
    assert bucket.takes(0, 2), "what was refused took nothing"
    assert not bucket.takes(0.4)
    assert bucket.takes(0.5)
    assert bucket.takes(60, 10)
    assert not bucket.takes(60), "a long pause fills it once"
    assert not bucket.takes(30), "a clock that is put back gives nothing"


def test_everybody_has_a_bucket_of_their_own_and_the_oldest_are_forgotten() -> None:
    bucket = Bucket(burst=1, per_second=0)
    assert bucket.takes(0, who="first")
    assert bucket.takes(0, who="second")
    assert not bucket.takes(0, who="first")
    for number in range(MOST_KEPT):
        bucket.takes(0, who=str(number))
    assert bucket.takes(0, who="second")
