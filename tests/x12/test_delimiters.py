"""Delimiters come from each ISA itself; an ISA of wrong widths is recovered where nothing is in doubt."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curette.x12.delimiters import Delimiters, find_isa, read_isa
from tests.builder import ABOVE, FOREIGN, USUAL, claim, claim_file, claims_of, isa, write

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
NEVER = ALPHANUMERIC + " -.\0"
LEGAL = [c for c in map(chr, range(1, 128)) if c not in NEVER]
INSIDE = [c for c in LEGAL if c not in "\r\n"]  # line breaks may only end segments: elsewhere they are dropped


def header(*elements: tuple[int, str], delimiters: Delimiters = USUAL) -> bytes:
    """An ISA with some elements replaced, followed by GS."""
    values = isa().split("*")
    for number, value in elements:
        values[number] = value
    return write(["*".join(values), "GS*HC"], delimiters)


def test_the_fixed_fields_of_an_isa() -> None:
    found = read_isa(header())
    assert found is not None
    assert found.delimiters == USUAL
    assert (found.length, found.widths, found.clash) == (106, (), None)
    assert found.elements[0] == "ISA"
    assert found.elements[6] == "SENDER         "
    assert found.elements[13] == "000000001"
    assert found.elements[16] == ":"


@pytest.mark.parametrize("delimiters", FOREIGN, ids=repr)
def test_delimiters_are_read_from_the_isa(delimiters: Delimiters) -> None:
    found = read_isa(header(delimiters=delimiters))
    assert found is not None
    assert found.delimiters == delimiters
    assert found.clash is None


@settings(max_examples=60)
@given(st.permutations(INSIDE).map(lambda p: p[:4]) | st.permutations(INSIDE).map(lambda p: [*p[:3], "\n"]))
def test_any_four_legal_characters_give_the_same_claims(characters: list[str]) -> None:
    # of a claim whose values hold none of the punctuation that might be chosen
    found = claims_of(claim_file(*ABOVE, *claim("A1"), delimiters=Delimiters(*characters)))
    assert found.rules == []
    [same] = found.claims
    assert (same.control_number, same.charge, same.place_of_service) == ("A1", 10000, "11")
    assert [d.code for d in same.diagnoses] == ["L570", "D485"]
    assert same.lines[0].modifiers == ("25",)


@pytest.mark.parametrize("character", INSIDE, ids=ascii)
@pytest.mark.parametrize("place", range(4))
def test_every_legal_character_in_every_place(character: str, place: int) -> None:
    usual = list("*:^~")
    if character in usual:
        usual[usual.index(character)] = "%"
    usual[place] = character
    found = claims_of(claim_file(*ABOVE, *claim("A1"), delimiters=Delimiters(*usual)))
    assert (found.rules, [c.charge for c in found.claims]) == ([], [10000])


@pytest.mark.parametrize("character", [*NEVER, "\x80", "\xff"], ids=ascii)
@pytest.mark.parametrize("place", ["element", "component", "segment"])
def test_what_data_may_hold_is_no_delimiter(character: str, place: str) -> None:
    values = {"element": "*", "component": ":", "segment": "~", place: character}
    text = isa().replace("*", values["element"])[:-1] + values["component"] + values["segment"] + "GS"
    found = read_isa(text.encode("latin-1"))
    assert found is None or found.clash is not None


@pytest.mark.parametrize("character", ["\r", "\n"], ids=ascii)
@pytest.mark.parametrize("place", ["element", "component", "repetition"])
def test_a_line_break_separates_nothing_inside_a_segment(character: str, place: str) -> None:
    values = {"element": "*", "component": ":", "repetition": "^", "segment": "~", place: character}
    found = read_isa(header(delimiters=Delimiters(**values)))
    assert found is None or found.clash is not None


@pytest.mark.parametrize("pair", [*combinations(("element", "component", "repetition", "segment"), 2)])
def test_delimiters_are_apart(pair: tuple[str, str]) -> None:
    values = {"element": "*", "component": ":", "repetition": "^", "segment": "~"}
    values[pair[1]] = values[pair[0]]
    found = read_isa(header(delimiters=Delimiters(**values)))
    assert found is None or found.clash is not None


def test_a_letter_in_isa11_means_no_repetition() -> None:
    found = read_isa(header((11, "U")))
    assert found is not None
    assert found.delimiters.repetition == ""
    assert found.clash is None


def test_isa11_of_4010_is_no_separator() -> None:
    found = read_isa(header((11, "^"), (12, "00401")))
    assert found is not None
    assert found.delimiters.repetition == ""


@pytest.mark.parametrize("number", [n for n in range(1, 16) if n not in (11, 12)])
@pytest.mark.parametrize("change", [-1, 1, 7])
def test_a_wrong_width_is_recovered_and_named(number: int, change: int) -> None:
    value = isa().split("*")[number]
    wrong = value[:change] if change < 0 else value + value[-1] * change
    found = read_isa(header((number, wrong)))
    assert found is not None
    assert found.widths == (number,)
    assert found.clash is None
    assert found.delimiters == USUAL
    assert found.length == 106 + len(wrong) - len(value)


def test_a_wrong_width_is_in_doubt_where_nothing_known_follows() -> None:
    text = header((6, "SENDER")).replace(b"GS*HC", b"XX*HC")
    found = read_isa(text)
    assert found is not None
    assert found.clash is not None
    assert found.clash_element == 6


def test_seventeen_elements() -> None:
    found = read_isa(isa().encode() + b"*~GS*HC")
    assert found is not None
    assert found.clash is not None


@pytest.mark.parametrize("size", range(105))
def test_a_cut_isa_is_none(size: int) -> None:
    assert read_isa(isa().encode()[:size]) is None


def test_an_isa_that_never_ends_is_none() -> None:
    assert read_isa(b"ISA*" + b"A" * 100_000) is None
    assert (
        read_isa(b"ISA*" * 20 + b"A" * 100_000 + b"~") is not None
    )  # separators enough: what follows is not looked at


def test_an_isa_without_terminator() -> None:
    found = read_isa(isa().encode())
    assert found is not None
    assert found.clash is not None


def test_find_isa_passes_over_words_that_begin_alike() -> None:
    data = b"ISABEL ISA. ISA-1 isa*00 ISA*broken " + header()
    assert find_isa(data) == data.rindex(b"ISA*")
    assert find_isa(data, data.rindex(b"ISA*") + 1) == -1
