"""A very long transaction is read in parts: the same records at the same places, whatever the size of a part."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from curette import pipeline
from curette.checks import conformance
from curette.checks.results import Conformance
from curette.claims.model import Claim
from curette.errors import InputError
from curette.remits.model import ClaimPayment
from curette.remits.reader import head
from curette.x12 import parts
from curette.x12.delimiters import Delimiters
from curette.x12.loop import Loop
from tests.builder import (
    ABOVE,
    BILLING,
    CONTROLS,
    PAYMENT,
    USUAL,
    claim,
    claim_file,
    claims_of,
    only,
    payment,
    read,
    remit_file,
    remits_of,
    subscriber,
)

DEPENDENT = (
    "HL*4*3*23*0",
    "PAT*19",
    "NM1*QC*1*SAMPLE*TIM",
    "N3*2 TEST ROAD",
    "N4*TESTVILLE*IL*62701",
    "DMG*D8*20100101*M",
)
BODY = (
    *ABOVE, *claim("A1"), *claim("A2"), *subscriber(3, children=1), *DEPENDENT, *claim("A3"), "HL*5**20*1", *BILLING[1:],
    *subscriber(6, 5), *claim("A4"), *subscriber(7, 5), *claim("A5", "20", "NTE*ADD*A LONG NOTE THAT FILLS A PART OF ITS OWN"), *claim("A6"),
)  # fmt: skip
ANSWERS = (
    *PAYMENT, *payment("A1"), *payment("A2", "MOA***MA01"), "LX*2", "TS3*1234567893*11*20261231*1*100", *payment("A3"), *payment("A4"),
    "PLB*1234567893*20261231*WO:REF1*10", "PLB*1234567893*20261231*FB*-10",
)  # fmt: skip
SIZES = [1, 2, 17, 50, 100, 150, 200, 300, 400, 500, 700, 900, 1200, 5000]
LAYOUTS = [
    (USUAL, "\n"),
    (USUAL, ""),
    (USUAL, "\r\n"),
    (CONTROLS, ""),
    (Delimiters("|", ">", "^", "\n"), ""),
    (USUAL, "\n  "),
]


def segments(loop: Loop | None) -> object:
    return None if loop is None else [list(s) for s in loop.segments]


def billed(claim: Claim) -> tuple[object, ...]:
    """All that a claim says, with its bytes and its place in the file."""
    above = [segments(c) for c in (claim.submission, claim.billing, claim.subscriber, claim.patient)]
    people = [
        [segments(p) for p in holder.parties]
        for holder in (claim, claim.submission, claim.billing, claim.subscriber, claim.patient)
        if holder is not None
    ]
    lines = [(n.number, n.charge, segments(n)) for n in claim.lines]
    places = [claim.transaction.place(index) for index in (claim.at, claim.end - 1)]
    return claim.control_number, claim.charge, claim.raw, segments(claim), above, people, lines, places


def paid(answer: ClaimPayment) -> tuple[object, ...]:
    lines = [(n.number, n.paid, n.adjustments, segments(n)) for n in answer.lines]
    return answer.control_number, answer.paid, segments(answer), segments(answer.section), lines


@pytest.fixture
def shrink(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make every transaction a long one, read in pieces of some bytes."""

    def set_sizes(size: int, level: int = 0) -> None:
        monkeypatch.setattr(parts, "LIMIT", 0)
        monkeypatch.setattr(parts, "_SIZE", size)
        monkeypatch.setattr(parts, "_MOST", level)

    return set_sizes


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("delimiters", "end"), LAYOUTS, ids=repr)
def test_claims_are_the_same_in_parts(shrink: Callable[..., None], delimiters: Delimiters, end: str, size: int) -> None:
    data = claim_file(*BODY, delimiters=delimiters, end=end)
    whole = [billed(c) for c in claims_of(data).claims]
    assert len(whole) == 6
    shrink(size)
    assert [billed(c) for c in claims_of(data).claims] == whole
    assert claims_of(data).findings == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("delimiters", "end"), LAYOUTS, ids=repr)
def test_payments_are_the_same_in_parts(
    shrink: Callable[..., None], delimiters: Delimiters, end: str, size: int
) -> None:
    data = remit_file(*ANSWERS, delimiters=delimiters, end=end)
    whole = remits_of(data)
    assert (len(whole.claims), len(whole.remits[0].adjustments)) == (4, 2)
    shrink(size)
    found = remits_of(data)
    assert [paid(c) for c in found.claims] == [paid(c) for c in whole.claims]
    [remit], [same] = found.remits, whole.remits
    assert (remit.paid, remit.trace, remit.payer_name) == (same.paid, same.trace, same.payer_name)
    assert [(p.reason, p.reference, p.amount) for p in remit.adjustments] == [("WO", "REF1", 1000), ("FB", "", -1000)]
    assert (found.findings, found.usable) == ([], True)


@pytest.mark.parametrize("size", SIZES)
def test_parts_are_the_transaction(shrink: Callable[..., None], size: int) -> None:
    data = claim_file(*BODY)
    whole = only(data)
    shrink(size)
    found = list(only(data).parts())
    assert b"".join(p.raw for p in found) == whole.raw
    assert [p.last for p in found] == [False] * (len(found) - 1) + [True]
    assert [p.offset for p in found] == [whole.offset + sum(len(q.raw) for q in found[:n]) for n in range(len(found))]
    assert [p.before for p in found] == [sum(q.count for q in found[:n]) for n in range(len(found))]
    assert sum(p.count for p in found) == whole.count
    assert [s for p in found for s in p.segments()] == whole.segments()
    assert found[0].context == b""
    places = [p.place(n) for p in found for n in range(p.count)]
    assert places == [whole.place(n) for n in range(whole.count)]


@pytest.mark.parametrize("size", [100, 200, 300, 500, 900])
def test_no_part_ends_with_a_level_that_lacks_its_claims(shrink: Callable[..., None], size: int) -> None:
    """Providers of one claim each, and an LX for each payment: what a part lacked would be the next one's."""
    providers = [(f"HL*{2 * n - 1}**20*1", *BILLING[1:], *subscriber(2 * n, 2 * n - 1)) for n in range(1, 8)]
    sent = claim_file(*ABOVE[:4], *(s for n, above in enumerate(providers) for s in (*above, *claim(f"A{n}"))))
    answered = remit_file(*PAYMENT[:-1], *(s for n in range(1, 8) for s in (f"LX*{n}", *payment(f"A{n}"))))
    shrink(size, 4000)
    for data in (sent, answered):
        found = list(only(data).parts())
        assert len(found) > 1
        assert [list(conformance.check(part)) for part in found] == [[]] * len(found)


@pytest.mark.parametrize("engine", ["fast", "pyx12"])
@pytest.mark.parametrize("size", [100, 200, 300, 500, 900])
def test_a_part_does_not_miss_what_the_levels_above_it_had(
    shrink: Callable[..., None], size: int, engine: Conformance
) -> None:
    """A patient needs a claim, and a section with totals a payment: both were in the part before."""
    families = [
        (*subscriber(2 * n, 1, 1), f"HL*{2 * n + 1}*{2 * n}*23*0", "PAT*19", "NM1*QC*1*SAMPLE*TIM", "N3*2 TEST ROAD",
         "N4*TESTVILLE*IL*62701", "DMG*D8*20100101*M", *claim(f"A{n}"), *claim(f"B{n}"))
        for n in range(1, 8)
    ]  # fmt: skip
    sent = claim_file(*ABOVE[:4], *BILLING, *(s for family in families for s in family))
    totals = [(f"LX*{n}", "TS3*1234567893*11*20261231*1*100", *payment(f"A{n}")) for n in range(1, 8)]
    answered = remit_file(*PAYMENT[:-1], *(s for section in totals for s in section))
    shrink(size, 1 << 20)
    for data in (sent, answered):
        found = list(only(data).parts())
        assert len(found) > 1
        assert [list(conformance.check(part, engine=engine)) for part in found] == [[]] * len(found)


def test_small_parts_begin_at_claims_and_levels(shrink: Callable[..., None]) -> None:
    shrink(1)
    found = list(only(claim_file(*BODY)).parts())
    assert {p.segments()[0].partition("*")[0] for p in found[1:]} == {"HL", "CLM"}
    assert len(found) == len([s for s in BODY if s.startswith(("HL*", "CLM*"))]) + 1


def test_the_context_is_the_head_and_the_open_levels(shrink: Callable[..., None]) -> None:
    shrink(1)
    found = {
        p.segments()[0]: [s.partition("*")[0] + s[3:6] for s in p.context_segments() if s[:2] in ("ST", "HL")]
        for p in only(claim_file(*BODY)).parts()
    }
    contexts = {first: [s for s in context if s.startswith("HL")] for first, context in found.items()}
    assert contexts["HL*2*1*22*0"] == ["HL1**"]
    assert contexts["HL*4*3*23*0"] == ["HL1**", "HL3*1"]
    assert contexts["HL*5**20*1"] == ["HL1**", "HL3*1", "HL4*3"]
    assert contexts["HL*6*5*22*0"] == ["HL5**"]
    assert contexts["HL*7*5*22*0"] == ["HL5**", "HL6*5"]


@pytest.mark.parametrize("size", SIZES)
def test_a_fault_in_a_part_is_where_it_is_in_the_whole(shrink: Callable[..., None], size: int) -> None:
    body = [s.replace("CLM*A4*100", "CLM*A4*1O0").replace("SBR*P*18", "SBR*P*18*", 1) for s in BODY]
    data = claim_file(*body).replace(b"DTP*472*D8*20260104~\nHL*5", b"DTP*472*D8*20260231~\nHL*5")
    whole = claims_of(data)
    assert whole.rules == ["SYN-DATE", "SYN-MONEY"]
    shrink(size)
    assert claims_of(data).findings == whole.findings
    assert claims_of(data).unread == whole.unread == ["A3", "A4"]


@pytest.mark.parametrize("size", SIZES)
def test_a_fault_above_the_claims_holds_them_in_every_part(shrink: Callable[..., None], size: int) -> None:
    body = [s.replace("DMG*D8*19700101", "DMG*D8*19700001") if n == len(ABOVE) - 2 else s for n, s in enumerate(BODY)]
    data = claim_file(*body)
    whole = claims_of(data)
    assert (whole.unread, whole.names) == (["A1", "A2"], ["A3", "A4", "A5", "A6"])
    shrink(size)
    found = claims_of(data)
    assert (found.unread, found.names, found.rules) == (["A1", "A2"], whole.names, ["SYN-DATE"])


@pytest.mark.parametrize("engine", ["fast", "pyx12"])
@pytest.mark.parametrize("start", [b"ST~", b"ST**0001~", b"ST***GUIDE~"])
def test_a_part_below_a_damaged_st_is_cut_and_held_against_the_guide_of_its_group(
    shrink: Callable[..., None], start: bytes, engine: Conformance
) -> None:
    shrink(100, 1 << 20)
    for data, version in ((claim_file(*BODY), b"005010X222A1"), (remit_file(*ANSWERS), b"005010X221A1")):
        told = []
        for sent in (data, re.sub(rb"ST\*83[57]\*[^~]*~", start.replace(b"GUIDE", version), data)):
            found = list(only(sent).parts())
            checks = [conformance.check(part, engine=engine) for part in found]
            told.append([(p.segments()[1:], [f.message for f in one]) for p, one in zip(found, checks, strict=True)])
        assert len(told[0]) > 1
        assert told[0] == told[1]


@pytest.mark.parametrize("size", SIZES)
def test_a_segment_that_belongs_nowhere_loses_the_same_claims_in_parts(shrink: Callable[..., None], size: int) -> None:
    data = claim_file(
        *ABOVE,
        *claim("A1"),
        "SV5*HC:E0424*DA*30*95.75",
        "PAT*19",
        *claim("A2"),
        *claim("A3"),
        *subscriber(3),
        *claim("A4"),
    )
    whole = claims_of(data)
    assert whole.names == ["A4"]
    shrink(size, 10_000)
    found = claims_of(data)
    assert (found.names, sorted(found.unread), found.rules) == (whole.names, sorted(whole.unread), whole.rules)


@pytest.mark.parametrize("size", SIZES)
def test_trailing_separators_above_a_part(shrink: Callable[..., None], size: int) -> None:
    data = claim_file(*(s + "**" for s in BODY))
    whole = [billed(c)[3:5] for c in claims_of(data).claims]
    shrink(size)
    assert [billed(c)[3:5] for c in claims_of(data).claims] == whole


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["clean/clinic_day.837", "odd/everything.837", "clean/second_practice.837"])
def test_samples_in_parts(shrink: Callable[..., None], samples: Path, name: str, size: int) -> None:
    data = (samples / name).read_bytes()
    whole = [billed(c) for c in claims_of(data).claims]
    assert len(whole) > 5
    shrink(size)
    assert [billed(c) for c in claims_of(data).claims] == whole


@pytest.mark.parametrize("size", SIZES)
def test_sample_payments_in_parts(shrink: Callable[..., None], samples: Path, size: int) -> None:
    data = (samples / "remits/clinic_day.835").read_bytes()
    whole = remits_of(data)
    shrink(size)
    found = remits_of(data)
    assert [paid(c) for c in found.claims] == [paid(c) for c in whole.claims]
    assert [(r.paid, [a.amount for a in r.adjustments]) for r in found.remits] == [
        (r.paid, [a.amount for a in r.adjustments]) for r in whole.remits
    ]


def test_unusual_characters_are_told_in_their_part(shrink: Callable[..., None]) -> None:
    data = claim_file(*ABOVE, *claim("A1"), *claim("A2", "20", "NTE*ADD*BELL \x07"))
    shrink(100)
    told = [f for p in only(data).parts() for f in p.findings]
    assert [(f.rule.id, f.place.offset) for f in told] == [("SYN-CONTROL", data.index(b"NTE*ADD"))]


def test_the_head_of_a_long_payment_needs_only_its_ends(shrink: Callable[..., None]) -> None:
    data = remit_file(*PAYMENT, *(s for n in range(400) for s in payment(f"A{n}")), "PLB*1234567893*20261231*WO:X*5")
    shrink(300)
    remit = head(only(data))
    assert [a.amount for a in remit.adjustments] == [500]
    assert read(data).rules == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("old", "new"), [("\nCLP*A2", "\nC\nLP*A2"), ("\nCLP*A3", "\nCLP\n*A3"), ("\nLX*2", "\nL\r\nX*2")]
)
def test_a_broken_identifier_doubles_no_payment(shrink: Callable[..., None], size: int, old: str, new: str) -> None:
    data = remit_file(*ANSWERS).replace(old.encode(), new.encode())
    whole = [paid(c) for c in remits_of(data).claims]
    assert len(whole) == 4
    shrink(size)
    assert [paid(c) for c in remits_of(data).claims] == whole


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("old", "new"), [("HL*1**20*1", "HL*1.**20*1"), ("HL*3*1*22*1", "HL*X*1*22*1"), ("HL*6*5*22*0", "HL**5*22*0")]
)
def test_a_level_without_a_number_counts_in_parts_too(
    shrink: Callable[..., None], size: int, old: str, new: str
) -> None:
    data = claim_file(*(new if s == old else s for s in BODY))
    whole = claims_of(data)
    assert "SYN-HL-NUMBER" in whole.rules
    shrink(size, 10_000)
    assert (claims_of(data).names, claims_of(data).rules) == (whole.names, whole.rules)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("head", ["HL*3*1*22*1", "HL*5**20*1", "HL*7*5*22*0"])
def test_a_missing_level_is_told_in_parts_too(shrink: Callable[..., None], size: int, head: str) -> None:
    data = claim_file(*(s for s in BODY if s != head))
    whole = claims_of(data)
    assert whole.rules
    shrink(size, 10_000)
    assert (claims_of(data).names, claims_of(data).unread) == (whole.names, whole.unread)
    assert claims_of(data).rules == whole.rules


def test_a_refused_part_gives_no_claims_to_programs(shrink: Callable[..., None], tmp_path: Path) -> None:
    path = tmp_path / "long.837"
    path.write_bytes(claim_file(*ABOVE, *claim("A1"), *subscriber(3), *claim("A2", "20", "NTE*ADD*BELL \x07")))
    shrink(300)
    assert [c.control_number for c in pipeline.read_claims(path)] == ["A1"]
    assert [c.control_number for c in pipeline.read_claims(path, damaged=True)] == ["A1", "A2"]


def test_a_refused_part_makes_a_payment_unusable(shrink: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    data = remit_file(*PAYMENT, *payment("A1"), *payment("A2", "REF*1L*" + "G" * 600))
    monkeypatch.setattr("curette.x12.characters.SEGMENT_LIMIT", 500)
    shrink(300)
    with pytest.raises(InputError, match="cannot be used"):
        list(head(only(data)).claims)
