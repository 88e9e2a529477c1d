"""Live documents: what several people write at once converges, and stays answers that the form has a place for."""

import random
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.conditions import Value
from cowork.domain.specifications import forms
from cowork.domain.specifications.rooms import NOTHING, Room, RoomAnswers, room_answers, rooms_of, settled
from cowork.domain.specifications.values import clean
from cowork.gateways.livedoc import YDocument
from cowork.gateways.worddiff import opcodes
from cowork.ports import BadUpdate
from tests.exports.samples import CONTENT

FORM = forms.shipped()
OUTCOMES = rooms_of(FORM.section("outcomes"))[0]
TEXT = st.text("ab Ā😀\n", max_size=20)
ROW = st.sampled_from(["a", "b", "c0", "d", "e1"])


def outcomes(rows: Mapping[str, str]) -> RoomAnswers:
    return room_answers(OUTCOMES, {"items": [{"id": row, "text": text} for row, text in rows.items()]})


def seeded(room: Room, answers: Mapping[str, Value]) -> YDocument:
    document = YDocument()
    document.carry(room, NOTHING, room_answers(room, answers), opcodes)
    return document


@pytest.mark.parametrize("section", [section.key for section in FORM.sections])
def test_answers_that_go_in_come_out_the_same(section: str) -> None:
    answers = CONTENT.get(section, {})
    live = {}
    for room in rooms_of(FORM.section(section)):
        copy = YDocument([seeded(room, answers).missing(b"")])
        live[room.name] = copy.answers(room)
        assert live[room.name] == room_answers(room, answers)
    assert settled(FORM, FORM.section(section), CONTENT, live)[0] == clean(FORM, section, answers, CONTENT).values


ORDER = st.lists(ROW, unique=True, max_size=5)
STATE = ORDER.flatmap(lambda rows: st.fixed_dictionaries(dict.fromkeys(rows, TEXT)))


@given(STATE, st.lists(st.tuples(st.integers(0, 2), STATE, st.booleans()), max_size=8), st.integers(0, 1_000))
def test_replicas_that_hear_everything_agree(first: dict[str, str], steps: list[tuple[int, dict[str, str], bool]], seed: int) -> None:
    updates = [YDocument().carry(OUTCOMES, NOTHING, outcomes(first), opcodes)]
    needs: list[set[int]] = [set()]
    replicas = [YDocument(updates) for _ in range(3)]
    known: list[set[int]] = [{0} for _ in replicas]
    for number, target, hears in steps:
        replica = replicas[number]
        if hears:
            replica.apply(updates)
            known[number] = set(range(len(updates)))
        change = replica.carry(OUTCOMES, replica.answers(OUTCOMES), outcomes(target), opcodes)
        # Alone, a replica is what was made of it.
        assert list(replica.answers(OUTCOMES).rows["items"]) == list(target)
        needs.append(set(known[number]))
        known[number].add(len(updates))
        updates.append(change)
    for place, replica in enumerate(replicas):
        for number in in_some_order(needs, known[place], random.Random(seed + place)):
            replica.apply([updates[number]])
    found = [replica.answers(OUTCOMES) for replica in (*replicas, YDocument(updates), YDocument([replicas[0].missing(b"")]))]
    assert all(answers == found[0] for answers in found)
    values, problems = settled(FORM, FORM.section("outcomes"), {}, {OUTCOMES.name: found[0]})
    assert clean(FORM, "outcomes", values, {}).values == values
    assert problems == ()


def in_some_order(needs: list[set[int]], known: set[int], chance: random.Random) -> list[int]:
    """Everything in an order in which nothing comes before what it was written on, with some of it twice: as a server passes it on."""
    heard, order = set(known), [number for number in known if chance.random() < 0.3]
    while len(heard) < len(needs):
        ready = [number for number, before in enumerate(needs) if number not in heard and before <= heard]
        chosen = chance.choice(ready)
        heard.add(chosen)
        order += [chosen] * chance.choice((1, 1, 2))
    return order


def test_what_is_carried_stands_beside_what_was_typed() -> None:
    document = YDocument()
    document.carry(OUTCOMES, NOTHING, outcomes({"a": "Train a model", "b": "Explain it"}), opcodes)
    was, typed = outcomes({"a": "Train a model", "b": "Explain it"}), outcomes({"a": "Train a model – Māori 😀", "b": "Explain it"})
    document.carry(OUTCOMES, was, typed, opcodes)
    now = outcomes({"b": "Explain it", "c": "Third", "a": "Build a model"})
    document.carry(OUTCOMES, was, now, opcodes)
    found = document.answers(OUTCOMES)
    assert found.rows["items"] == ("b", "c", "a")
    assert found.answers["items.a.text"] == "Build a model – Māori 😀"


def test_a_removal_holds_against_a_move_at_the_same_time() -> None:
    start = YDocument()
    rows = {"a": "A", "b": "B", "c": "C"}
    first = start.carry(OUTCOMES, NOTHING, outcomes(rows), opcodes)
    one, other = YDocument([first]), YDocument([first])
    removal = one.carry(OUTCOMES, outcomes(rows), outcomes({"b": "B", "c": "C"}), opcodes)
    move = other.carry(OUTCOMES, outcomes(rows), outcomes({"b": "B", "c": "C", "a": "A"}), opcodes)
    for document, update in ((one, move), (other, removal)):
        document.apply([update])
        assert document.answers(OUTCOMES).rows["items"] == ("b", "c")


def test_nothing_new_is_no_change() -> None:
    document = YDocument()
    update = document.carry(OUTCOMES, NOTHING, outcomes({"a": "A"}), opcodes)
    assert document.apply([update]) == b""
    assert document.apply([document.missing(document.state())]) == b""
    assert document.carry(OUTCOMES, NOTHING, NOTHING, opcodes) == b""


@given(st.binary(max_size=80), st.integers(0, 10_000), st.integers(0, 255))
def test_bytes_that_are_no_change_are_refused_or_change_nothing_unreadable(noise: bytes, place: int, byte: int) -> None:
    good = bytearray(seeded(OUTCOMES, CONTENT["outcomes"]).missing(b""))
    good[place % len(good)] = byte
    for update in (noise, bytes(good)):
        try:
            document = YDocument([update])
        except BadUpdate:
            continue
        document.answers(OUTCOMES)
    with suppress(BadUpdate):
        YDocument().missing(noise)


def test_what_a_room_has_no_place_for_is_not_read() -> None:
    need = {room.name: room for room in rooms_of(FORM.section("need"))}
    document = seeded(need["employer.employer"], {field.key: "secret" for field in need["employer.employer"].singles})
    assert document.answers(need["shared.both"]) == RoomAnswers({}, {group.key: () for group in need["shared.both"].lists})
