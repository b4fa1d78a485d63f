"""Clean and held 837P files: what is copied, what is rebuilt, what is left out."""

from pathlib import Path

import pytest
from attrs import evolve

from curette.findings import Severity
from curette.x12.delimiters import Delimiters
from tests import builder as b
from tests.release import running
from tests.running import BAD_COUNT, make_parts_small, put_in

BAD = "CLM*A2*251***11:B:1*Y*A*Y*Y"  # its line bills 250
TWO = b.claim_file(*b.ABOVE, *b.claim("A1"), BAD, *b.claim("A2", "250")[1:])
DEPENDENT = (
    "HL*{0}*{1}*23*0", "PAT*19", "NM1*QC*1*SAMPLE*KIM", "N3*2 TEST ROAD", "N4*TESTVILLE*IL*62701", "DMG*D8*20150101*F",
)  # fmt: skip


def dependent(number: int, parent: int) -> tuple[str, ...]:
    return tuple(segment.format(number, parent) for segment in DEPENDENT)


def bad(name: str) -> tuple[str, ...]:
    first, *others = b.claim(name)
    return first.replace("*100*", "*101*"), *others


def segments(data: bytes) -> list[str]:
    return data.decode().replace("\n", "").split("~")[:-1]


def test_claims_go_where_they_belong(tmp_path: Path) -> None:
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", TWO))
    clean, held = segments(done.read("clean.837")), segments(done.read("held.837"))
    everything = segments(TWO)
    a2 = everything.index(BAD)
    assert clean == [*everything[:a2], "SE*23*0001", "GE*1*1", "IEA*1*000000001"]
    assert held == [*everything[: a2 - 5], *everything[a2:-3], "SE*23*0001", "GE*1*1", "IEA*1*000000001"]
    totals = done.manifest["totals"]
    assert totals["in"] == {"claims": 2, "charge": "351.00"}
    assert (totals["clean"], totals["held"]) == ({"claims": 1, "charge": "100.00"}, {"claims": 1, "charge": "251.00"})


def test_a_batch_without_a_fault_stays_as_it_is(tmp_path: Path) -> None:
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", b.GOOD_CLAIMS))
    assert done.read("clean.837") == b.GOOD_CLAIMS
    assert done.read("held.837") == b""


def of_both(own: tuple[str, ...], others: tuple[str, ...], sbr: str = b.SUBSCRIBER[1]) -> tuple[str, ...]:
    """A subscriber with claims of his own and a dependent."""
    level = b.subscriber(2, 1, 1)
    return *b.SUBMISSION, *b.BILLING, level[0], sbr, *level[2:], *own, *dependent(3, 2), *others


@pytest.mark.parametrize("delimiters", b.FOREIGN)
def test_a_subscriber_is_not_the_patient_where_his_own_claims_go_elsewhere(
    tmp_path: Path, delimiters: Delimiters
) -> None:
    for name, own, others, alone in (
        ("a", bad("A1"), b.claim("A2"), "clean.837"),
        ("b", b.claim("A1"), bad("A2"), "held.837"),
    ):
        file = put_in(tmp_path)(name, b.claim_file(*of_both(own, others), delimiters=delimiters))
        done = running.release(tmp_path / f"out {name}", file, options=running.FULL)
        other = {"clean.837": "held.837", "held.837": "clean.837"}[alone]
        empty, full = (s.replace("*", delimiters.element).encode() for s in ("SBR*P********CI", "SBR*P*18*******CI"))
        assert (empty in done.read(alone), full in done.read(alone)) == (True, False)
        assert (empty in done.read(other), full in done.read(other)) == (False, True)
        found = [f.rule.id for r in running.checked(done.first / "clean.837", running.FULL) for f in r.findings]
        assert [f for f in found if f != "SYN-PADDING"] == []


def test_nor_where_they_go_into_another_transaction(tmp_path: Path) -> None:
    file = put_in(tmp_path)("a", b.claim_file(*of_both(b.claim("A1"), b.claim("A2"))))
    done = running.release(tmp_path / "out", file, options=running.FULL, max_claims=1)
    assert [s for s in segments(done.read("clean.837")) if s[:3] == "SBR"] == [b.SUBSCRIBER[1], "SBR*P********CI"]


@pytest.mark.parametrize(
    ("own", "sbr", "told"),
    [
        (b.claim("A1"), b.SUBSCRIBER[1], b.SUBSCRIBER[1]),  # his own claims are there
        ((), b.SUBSCRIBER[1], b.SUBSCRIBER[1]),  # a fault of the sender's is left as it is
        (bad("A1"), "SBR*P*01*******CI", "SBR*P*01*******CI"),
        (bad("A1"), "SBR*P*18", "SBR*P"),
        (bad("A1"), "SBR*P*18*18******CI", "SBR*P**18******CI"),
    ],
)
def test_all_else_of_sbr_stays(tmp_path: Path, own: tuple[str, ...], sbr: str, told: str) -> None:
    file = put_in(tmp_path)("a", b.claim_file(*of_both(own, b.claim("A2"), sbr)))
    done = running.release(tmp_path / "out", file)
    assert [s for s in segments(done.read("clean.837")) if s[:3] == "SBR"] == [told]


def test_levels_without_a_claim_are_left_out_and_the_others_numbered_anew(tmp_path: Path) -> None:
    body = (
        *b.SUBMISSION, *b.BILLING,
        *b.subscriber(2, 1), *bad("A1"),
        *b.subscriber(3, 1, 1), *dependent(4, 3), *b.claim("A2"), *dependent(5, 3), *bad("A3"),
        "HL*6**20*1", *b.BILLING[1:], *b.subscriber(7, 6), *b.claim("A4"),
    )  # fmt: skip
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", b.claim_file(*body)))
    levels = [s for s in segments(done.read("clean.837")) if s.startswith("HL")]
    assert levels == ["HL*1**20*1", "HL*2*1*22*1", "HL*3*2*23*0", "HL*4**20*1", "HL*5*4*22*0"]
    levels = [s for s in segments(done.read("held.837")) if s.startswith("HL")]
    assert levels == ["HL*1**20*1", "HL*2*1*22*0", "HL*3*1*22*1", "HL*4*3*23*0"]


def test_a_subscriber_whose_dependents_are_held_has_no_lower_level(tmp_path: Path) -> None:
    body = (*b.SUBMISSION, *b.BILLING, *b.subscriber(2, 1, 1), *b.claim("A1"), *dependent(3, 2), *bad("A2"))
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", b.claim_file(*body)))
    assert "HL*2*1*22*0" in segments(done.read("clean.837"))
    assert [s for s in segments(done.read("held.837")) if s.startswith("HL")][1:] == ["HL*2*1*22*1", "HL*3*2*23*0"]


def test_hold_on_warnings(tmp_path: Path) -> None:
    file = put_in(tmp_path)("batch.837", b.GOOD_CLAIMS.replace(b"UN*1***1", b"UN*0***1", 1))
    assert running.release(tmp_path / "errors", file).manifest["totals"]["held"]["claims"] == 0
    strict = evolve(running.PLAIN, hold_on=Severity.WARNING)
    done = running.release(tmp_path / "warnings", file, options=strict)
    assert done.manifest["totals"]["held"] == {"claims": 1, "charge": "100.00"}
    assert sum(result.held for result in done.results) == 1
    assert b"CLM*A1*" in done.read("held.837")


def test_claims_an_st_may_have(tmp_path: Path) -> None:
    file = put_in(tmp_path)("batch.837", b.claim_file(*b.ABOVE, *(s for n in range(5) for s in b.claim(f"A{n}"))))
    done = running.release(tmp_path / "out", file, max_claims=2)
    written = done.read("clean.837")
    heads = [s for s in segments(written) if s[:2] in ("ST", "SE", "GE")]
    assert heads == [
        "ST*837*0001*005010X222A1", "SE*28*0001", "ST*837*0002*005010X222A1", "SE*28*0002",
        "ST*837*0003*005010X222A1", "SE*23*0003", "GE*3*1",
    ]  # fmt: skip
    assert [f.rule.id for r in running.checked(done.first / "clean.837") for f in r.findings] == []


def test_a_claim_ends_without_what_the_next_segment_tells(tmp_path: Path) -> None:
    """A claim without a line is the one that is held, not the one at whose beginning that is told."""
    body = (*b.ABOVE, *b.claim("A1")[:2], *b.claim("A2"))
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", b.claim_file(*body)), options=running.GUIDE)
    assert b"CLM*A1*" in done.read("held.837")
    assert b"CLM*A2*" in done.read("clean.837")
    assert sum(result.held_charge for result in done.results) == 10000


def held(tmp_path: Path, *body: str) -> tuple[list[str], list[str]]:
    """The clean claims and the others of such a transaction, by their numbers; a check counts the same ones."""
    file = put_in(tmp_path)("batch.837", b.claim_file(*body))
    done = running.release(tmp_path / "out", file, options=running.GUIDE)
    clean, other = ([s[4:6] for s in segments(done.read(name)) if s[:3] == "CLM"] for name in ("clean.837", "held.837"))
    assert sum(result.held for result in done.results) == len(other)
    assert running.claims(file).total() == len(clean) + len(other)
    return clean, other


FAMILY = (
    *b.SUBMISSION, *b.BILLING, *b.subscriber(2), *b.claim("A1"), *b.claim("A2"), *b.subscriber(3, children=1), *dependent(4, 3),
    *b.claim("A3"), *b.claim("A4"), "HL*5**20*1", *b.BILLING[1:], *b.subscriber(6, 5), *b.claim("A5"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("segment", "last", "wanted"),
    [
        ("NM1*40", False, ["A1", "A2", "A3", "A4", "A5"]),
        ("REF*EI", False, ["A1", "A2", "A3", "A4"]),  # of the first provider, told where the first subscriber begins
        ("REF*EI", True, ["A5"]),
        ("NM1*PR", False, ["A1", "A2"]),
        ("NM1*PR", True, ["A5"]),
        ("DMG*D8*2015", False, ["A3", "A4"]),
        ("SV1", False, ["A1"]),
        ("SV1", True, ["A5"]),
        ("DTP*472", False, ["A1"]),
        ("HI", True, ["A5"]),
    ],
)
def test_what_a_level_or_claim_lacks_holds_all_below_it_and_nothing_else(
    tmp_path: Path, segment: str, last: bool, wanted: list[str]
) -> None:
    at = [n for n, s in enumerate(FAMILY) if s.startswith(segment)][-1 if last else 0]
    _, others = held(tmp_path, *FAMILY[:at], *FAMILY[at + 1 :])
    assert others == wanted


def test_a_line_without_its_service_holds_its_claim_alone(tmp_path: Path) -> None:
    """It is told where the next claim begins, since the line goes on until then."""
    assert held(tmp_path, *b.ABOVE, *b.claim("A1")[:3], *b.claim("A2")) == (["A2"], ["A1"])


def test_what_a_level_lacks_is_told_beside_a_fault_of_the_segment_that_ends_it(tmp_path: Path) -> None:
    """The number of the first subscriber is wrong, and his provider has no tax id: that is not the subscriber's own."""
    at = next(n for n, s in enumerate(FAMILY) if s.startswith("REF*EI"))
    body = (*FAMILY[:at], FAMILY[at + 1].replace("HL*2*", "HL*9*"), *FAMILY[at + 2 :])
    assert held(tmp_path, *body) == (["A5"], ["A1", "A2", "A3", "A4"])


def test_a_claim_of_nothing_but_its_name_is_no_part_of_the_one_before(tmp_path: Path) -> None:
    assert held(tmp_path, *b.ABOVE, *b.claim("A1"), "CLM", *b.claim("A2")) == (["A1", "A2"], [""])


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("HL*4*3*23*0", "HL*4*3*99*0", ["HL*1**20*1", "HL*2*1*22*1", "HL*3*2*99*0"]),
        ("HL*1**20*1", "HL*1**99*1", ["HL*1**99*1", "HL*2*1*22*0", "HL*3*1*22*1", "HL*4*3*23*0"]),
        ("HL*1**20*1", "HL*1**22*1", ["HL*1**22*1", "HL*2*1*22*0", "HL*3*1*22*1", "HL*4*3*23*0"]),
        ("HL*3*1*22*1", "HL*3*1*99*1", ["HL*1**20*1", "HL*2*1*99*1", "HL*3*2*23*0"]),
        ("HL*3*1*22*1", "HL*3*1*23*1", ["HL*1**20*1", "HL*2*1*22*1", "HL*3*2*23*1", "HL*4*3*23*0"]),
    ],
)
def test_a_wrong_level_keeps_what_stands_below_it(tmp_path: Path, old: str, new: str, kept: list[str]) -> None:
    """Whoever mends the held file finds in it the provider or subscriber whose HL03 was wrong."""
    body = [new if s == old else s for s in FAMILY]
    file = put_in(tmp_path)("batch.837", b.claim_file(*body))
    done = running.release(tmp_path / "out", file, options=running.GUIDE)
    assert [s for s in segments(done.read("held.837")) if s[:2] == "HL"] == kept
    if "*99*" in new:  # of which nobody says more than that
        again = running.checked(done.first / "held.837")
        assert [f.rule.id for r in again for f in r.findings] == ["SYN-HL-LEVEL"]


@pytest.mark.parametrize("kind", ["CLM*A1*1OO", "CLM**100", "CLM*A1*100***11:B:1*Y*A*Y*Y~\nZZZ*1~\nN3*9"])
def test_a_claim_that_cannot_be_read_is_held_with_its_bytes(tmp_path: Path, kind: str) -> None:
    data = b.GOOD_CLAIMS.replace(b"CLM*A1*100", kind.encode(), 1)
    data = data.replace(b"SE*28*", b"SE*%d*" % (data.count(b"~") - 4))
    file = put_in(tmp_path)("batch.837", data)
    done = running.release(tmp_path / "out", file)
    assert done.manifest["totals"]["in"]["claims"] == 2 == sum(result.claims for result in done.results)
    assert kind.encode() in done.read("held.837")
    assert running.claims(done.first / "clean.837") + running.claims(done.first / "held.837") == running.claims(file)


def test_a_transaction_in_a_damaged_envelope_is_rejected_whole_with_its_reason(tmp_path: Path) -> None:
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", BAD_COUNT))
    assert sorted(p.name for p in done.first.iterdir()) == ["999.edi", "rejected"]
    assert done.read("rejected/0001.edi") == BAD_COUNT
    place = f"segment {BAD_COUNT.count(b'~') - 2}, byte {BAD_COUNT.index(b'SE*29')}"
    assert done.read("rejected/0001.txt").decode() == f"SYN-COUNT {place}: SE01 says 29, but there are 28\n"
    assert done.manifest["totals"]["rejected"] == {"claims": 2, "charge": "350.00"}
    (refused,) = done.manifest["inputs"][0]["refused"]
    assert (refused["transaction"], refused["kind"]) == ("0001", "837P")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_cut_file_is_rejected_to_its_last_byte(tmp_path: Path, jobs: int) -> None:
    cut = b.GOOD_CLAIMS[:-150]
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", cut), jobs=jobs)
    assert done.read("rejected/0001.edi") == cut
    assert b"SYN-CUT" in done.read("rejected/0001.txt")


@pytest.mark.parametrize(("lost", "rejected"), [("SE*23*0001~\n", ["0001"]), ("GE*3*1~\n", ["0001", "0002", "0003"])])
def test_what_lacks_its_end_is_rejected_with_its_own_bytes_alone(
    tmp_path: Path, lost: str, rejected: list[str]
) -> None:
    sets = [b.transaction(*b.ABOVE, *b.claim(f"A{n}"), control=f"000{n}") for n in (1, 2, 3)]
    other = b.group(b.transaction(*b.ABOVE, *b.claim("A4"), control="0004"), control="2")
    data = b.write(b.interchange(b.group(*sets), other)).replace(lost.encode(), b"")
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", data))
    names = [f"rejected/{n:04d}.edi" for n in range(1, len(rejected) + 1)]
    assert [r["transaction"] for r in done.manifest["inputs"][0]["refused"]] == rejected
    written = [done.read(name) for name in ("clean.837", *names)]
    assert [sum(file.count(b"CLM*A%d*" % n) for file in written) for n in (1, 2, 3, 4)] == [1, 1, 1, 1]


THREE = [b.interchange(b.group(b.transaction(*b.ABOVE, *b.claim(f"A{n}"))), control=f"00000000{n}") for n in (1, 2, 3)]
WHOLE = [b.write(each) for each in THREE]


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("old", "new", "rule", "claims"),
    [
        (b"ISA*00", b"isa*00", "SYN-TEXT", 0),
        (b"*T*:~", b"*T*1~", "SYN-ISA-DELIMITERS", 0),
        (b"ISA*00", b"ISA#00", "SYN-ISA-MISSING", 0),
        (b"ST*837*0001", b"ST-837*0001", "SYN-STRAY", 1),
        (b"GS*HC*", b"GS-HC*", "SYN-STRAY", 1),
    ],
)
def test_claims_that_no_transaction_holds_are_rejected_to_the_last_byte(
    tmp_path: Path, old: bytes, new: bytes, rule: str, claims: int, jobs: int
) -> None:
    """An interchange without a usable ISA, or a group without ST: neither clean nor held, and not lost either."""
    first, second, third = WHOLE
    damaged = second.replace(old, new, 1)
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", first + damaged + third), jobs=jobs)
    assert [s for s in segments(done.read("clean.837")) if s[:3] == "CLM"] == [
        s for s in (*THREE[0], *THREE[2]) if s[:3] == "CLM"
    ]
    (refused,) = done.manifest["inputs"][0]["refused"]
    assert (refused["claims"], refused["reasons"][0]["rule"]) == (claims, rule)
    written = done.read("rejected/0001.edi")
    assert b"CLM*A2*" in written
    assert written in damaged
    assert rule.encode() in done.read("rejected/0001.txt")


def test_text_before_and_behind_interchanges_is_rejected(tmp_path: Path) -> None:
    body = b.write(THREE[0][1:-1])
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", body + WHOLE[1] + body))
    assert [done.read(f"rejected/000{n}.edi") for n in (1, 2)] == [body, body]


def test_a_segment_without_an_end_is_rejected_with_what_it_swallowed(tmp_path: Path) -> None:
    long = b"NTE*ADD*" + b"X" * 1_100_000
    damaged = WHOLE[0].replace(b"LX*1~", long + b"LX*1-", 1).replace(b"~\n", b"-").replace(b"-ST", b"~ST", 1)
    data = damaged + WHOLE[1]
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", data))
    assert sum(p["bytes"] for p in done.manifest["inputs"][0]["refused"]) >= len(damaged)
    assert b"CLM*A2*" in done.read("clean.837")


def test_what_is_no_837p_is_not_released(tmp_path: Path) -> None:
    done = running.release(tmp_path / "out", put_in(tmp_path)("era.835", b.GOOD_REMIT))
    assert done.read("rejected/0001.edi") == b.GOOD_REMIT
    assert done.read("rejected/0001.txt").startswith(b"835 is not released, only 837P claims are\n")


def test_good_transactions_beside_a_bad_one(tmp_path: Path) -> None:
    sets = [b.transaction(*b.ABOVE, *b.claim(f"A{n}"), control=f"000{n}") for n in (1, 2, 3)]
    data = b.write(b.interchange(b.group(*sets))).replace(b"SE*23*0002", b"SE*24*0002")
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", data))
    assert [s for s in segments(done.read("clean.837")) if s[:2] in ("ST", "GE")] == [
        "ST*837*0001*005010X222A1", "ST*837*0003*005010X222A1", "GE*2*1",
    ]  # fmt: skip
    assert b"ST*837*0002" in done.read("rejected/0001.edi")


def test_parts_of_a_long_transaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = [s for n in range(30) for s in (b.claim(f"A{n}") if n % 3 else bad(f"A{n}"))]
    file = put_in(tmp_path)("batch.837", b.claim_file(*b.ABOVE, *claims))
    whole = running.release(tmp_path / "whole", file)
    make_parts_small(monkeypatch)
    parted = running.release(tmp_path / "parted", file)
    assert len(parted.results) > 5
    assert running.tree(parted.folder) == running.tree(whole.folder)


def test_an_error_above_the_claims_of_many_parts_holds_them_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = [s for n in range(30) for s in b.claim(f"A{n}")]
    data = b.claim_file(*b.ABOVE, *claims).replace(b"HL*2*1*22*0", b"HL*3*1*22*0")
    make_parts_small(monkeypatch)
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", data))
    assert done.manifest["totals"]["held"]["claims"] == 30
    assert done.read("277ca.edi").count(b"STC*A3:684") == 30


def test_claims_that_were_not_held_against_the_guide_are_not_clean(tmp_path: Path) -> None:
    """The search for faults of the guide ends after a thousand of them."""
    wrong = [s.replace("SV1*HC", "SV1*QQ") for n in range(1001) for s in b.claim(f"A{n}")]
    file = put_in(tmp_path)("batch.837", b.claim_file(*b.ABOVE, *wrong, *b.claim("LAST")))
    done = running.release(tmp_path / "out", file, options=running.GUIDE)
    assert b"CLM*LAST*" in done.read("held.837")
    assert done.read("clean.837") == b""
    assert sum(result.held for result in done.results) == 1002
