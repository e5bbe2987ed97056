import pytest

from memory.learn.language import english
from memory.learn.slots import Filled, SlotReader

SLOTS = SlotReader(english())


@pytest.mark.parametrize(
    ("clause", "slot", "value"),
    [
        ("I live in Porto", "home", "Porto"),
        ("I've moved to Lisbon", "home", "Lisbon"),
        ("My name is Ana", "name", "Ana"),
        ("I'm Ana", "name", "Ana"),
        ("Call me Bex", "nickname", "Bex"),
        ("I'm 34", "age", "34"),
        ("I\u2019m 34", "age", "34"),
        ("I work as a nurse", "job", "nurse"),
        ("I work for Siemens", "employer", "Siemens"),
        ("I'm married", "relationship", "married"),
        ("I was born in Leeds", "birthplace", "Leeds"),
        ("I grew up in Leeds", "hometown", "Leeds"),
        ("I'm from Ghana", "origin", "Ghana"),
        ("My birthday is on 3 May", "birthday", "3 May"),
        ("My favorite color is green", "favourite colour", "green"),
        ("I have two kids", "number of children", "two"),
        ("I'm Vegan", "diet", "Vegan"),
        ("I drive a Golf", "car", "Golf"),
    ],
)
def test_a_pattern_reads_the_slot_and_its_value(clause: str, slot: str, value: str) -> None:
    assert SLOTS.read(clause) == [Filled(slot, value, clause.index(value))]


@pytest.mark.parametrize("clause", ["I love jazz", "My sister lives in Canada", "It rains", ""])
def test_what_fills_no_slot_has_none(clause: str) -> None:
    assert SLOTS.read(clause) == []
