"""The hash chain finds whatever was changed, inserted, removed or cut off."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.audit import EMPTY, Link, first_fault, link_hash
from cowork.domain.ids import Digest

Chain = list[Link]


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    payload_of = st.dictionaries(st.text(max_size=4), st.integers(0, 9) | st.text(max_size=4), max_size=3)
    payloads = draw(st.lists(payload_of, min_size=1, max_size=8))
    chain: Chain = []
    head = EMPTY
    for seq, payload in enumerate(payloads, start=1):
        at, actor, kind = f"2026-03-02T09:00:{seq:02d}.000000+00:00", "ada", "version-saved"
        digest = link_hash("p", seq, at, actor, kind, payload, head)
        chain.append(Link("p", seq, at, actor, kind, payload, head, digest))
        head = digest
    return chain


@given(chains())
def test_an_untouched_chain_reaches_its_head(chain: Chain) -> None:
    assert first_fault("p", chain, chain[-1].hash, len(chain)) is None


@given(chains(), st.data())
def test_a_changed_event_is_named(chain: Chain, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain) - 1))
    changed = [*chain]
    changed[at] = replace(chain[at], payload={**chain[at].payload, "verdict": "forged"})
    fault = first_fault("p", changed, chain[-1].hash, len(chain))
    assert fault is not None
    assert fault.seq == at + 1


@given(chains(), st.data())
def test_a_removed_event_is_named(chain: Chain, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain) - 1))
    fault = first_fault("p", chain[:at] + chain[at + 1 :], chain[-1].hash, len(chain))
    assert fault is not None
    assert fault.seq == at + 1


@given(chains(), st.data())
def test_a_chain_computed_anew_does_not_reach_the_head_that_was_noted(chain: Chain, data: st.DataObject) -> None:
    noted, forged, head = chain[-1].hash, [], EMPTY
    at = data.draw(st.integers(0, len(chain) - 1))
    for link in chain:
        payload = {**link.payload, "forged": 1} if link.seq == at + 1 else link.payload
        digest = link_hash("p", link.seq, link.at, link.actor, link.kind, payload, Digest(head))
        forged.append(replace(link, payload=payload, prev_hash=Digest(head), hash=digest))
        head = digest
    assert first_fault("p", forged, noted, len(chain)) is not None
