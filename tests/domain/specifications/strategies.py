"""Random answers under the small form: raw ones as anybody may send them, and clean ones as they are kept."""

from hypothesis import strategies as st

from cowork.domain.specifications import values
from tests.domain.specifications.builders import SMALL, Contents

words = st.sampled_from(["", "a", "b c", "  padded  ", "two\r\nlines", "naïve", "nai\u0308ve", "“quoted”", "end.\n", "\U0001f600", "*x*"])
texts = words | st.text(max_size=30)
row_ids = st.sampled_from(["r1", "r2", "r3", "r4"])
numbers = st.integers(-5, 60) | st.floats(-5, 60) | st.sampled_from(["7", "7.5", "7,5", "x", " 8 ", 2**70, "1e5"])
junk = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.none(), max_size=2) | st.just({"x": 1})

goals = st.fixed_dictionaries({}, optional={"id": row_ids | junk, "text": texts, "size": numbers, "more": texts})
steps = st.fixed_dictionaries({}, optional={"id": row_ids, "name": texts, "goals": st.lists(row_ids, max_size=3)})

about = {
    "title": texts,
    "story": texts,
    "count": numbers,
    "ratio": numbers,
    "open": st.sampled_from([True, False, "yes", "no", "perhaps"]),
    "kind": st.sampled_from(["a", "b", "c", ""]),
    "tones": st.lists(st.sampled_from(["do", "re", "mi", "fa"]), max_size=3),
    "day": st.sampled_from(["2027-03-31", "2027-02-30", "soon"]),
    "page": st.sampled_from(["https://example.org/a?b=c", "javascript:alert(1)", "http://[", "ftp://example.org"]),
    "mail": st.sampled_from(["ada@example.org", "ada@", "a b@example.org"]),
    "tags": st.lists(texts, max_size=4) | texts,
    "secret": texts,
}
plan = {"goals": st.lists(goals, max_size=4), "steps": st.lists(steps, max_size=3), "budget": numbers}

raw_contents = st.fixed_dictionaries(
    {
        "about": st.fixed_dictionaries({}, optional={key: strategy | junk for key, strategy in about.items()}),
        "plan": st.fixed_dictionaries({}, optional={key: strategy | junk for key, strategy in plan.items()}),
    }
)


def _cleaned(raw: object) -> Contents:
    return values.clean_content(SMALL, raw)[0]


contents = st.fixed_dictionaries(
    {"about": st.fixed_dictionaries({}, optional=about), "plan": st.fixed_dictionaries({}, optional=plan)}
).map(_cleaned)
