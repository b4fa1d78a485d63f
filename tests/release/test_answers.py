"""999, 277CA and TA1: read back field by field, and held against pyx12's own maps."""

import io
import logging
from pathlib import Path

import pytest

from curette.x12.delimiters import Delimiters
from tests import builder as b
from tests.conftest import ROOT
from tests.release import running
from tests.release.test_split import TWO
from tests.running import BAD_COUNT, put_in

FAULTY = ROOT / "edi_samples/faulty/clinic_day_faulty.837"


def complaints(data: bytes) -> list[str]:
    """What pyx12 has to say against a file, with its verdict where that is all it says."""
    import pyx12.params
    import pyx12.x12n_document

    lines: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("pyx12")
    logger.addHandler(handler)
    try:
        source = io.StringIO(data.decode("latin-1"), newline="")
        right = pyx12.x12n_document.x12n_document(pyx12.params.params(), source, None, None)
    finally:
        logger.removeHandler(handler)
    return lines or [] if right else lines or ["refused"]


def rows(data: bytes) -> list[list[str]]:
    """Segments as elements, their widths trimmed."""
    return [[e.strip() for e in s.split("*")] for s in data.decode().replace("\n", "").split("~")[:-1]]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> running.Released:
    return running.release(tmp_path_factory.mktemp("faulty") / "out", FAULTY, options=running.GUIDE)


@pytest.mark.parametrize("name", ["999.edi", "277ca.edi"])
def test_pyx12_has_nothing_against_the_answers(faulty: running.Released, name: str) -> None:
    assert complaints(faulty.read(name)) == []


def test_999_field_by_field(tmp_path: Path) -> None:
    data = b.GOOD_CLAIMS.replace(b"UN*1***1~\nDTP*472*D8*20260104", b"UN*1***1~\nDTP*472*D8*20260231", 1)
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", data), options=running.GUIDE)
    assert rows(done.read("999.edi")) == [
        ["ISA", "00", "", "00", "", "ZZ", "RECEIVER", "ZZ", "SENDER", "260310", "0930", "^", "00501", "000000001", "0",
         "T", ":"],
        ["GS", "FA", "RECEIVER", "SENDER", "20260310", "0930", "1", "X", "005010X231A1"],
        ["ST", "999", "0001", "005010X231A1"],
        ["AK1", "HC", "1", "005010X222A1"],
        ["AK2", "837", "0001", "005010X222A1"],
        ["IK3", "DTP", "22", "2400", "8"],
        ["CTX", "CLM01:A1"],
        ["IK4", "3", "", "8"],
        ["IK5", "E", "5"],
        ["AK9", "E", "1", "1", "1"],
        ["SE", "9", "0001"],
        ["GE", "1", "1"],
        ["IEA", "1", "000000001"],
    ]  # fmt: skip
    assert complaints(done.read("999.edi")) == []


def notes(tmp_path: Path, data: bytes) -> list[list[str]]:
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", data), options=running.GUIDE)
    assert complaints(done.read("999.edi")) == []
    return [row for row in rows(done.read("999.edi")) if row[0] in ("IK3", "IK4", "IK5", "AK9")]


def without(*segments: str, claim: str = "A1") -> bytes:
    """One claim without these segments."""
    return b.claim_file(*(s for s in (*b.ABOVE, *b.claim(claim)) if s not in segments))


def test_what_is_missing_is_named_where_it_should_be(tmp_path: Path) -> None:
    found = notes(tmp_path, without("NM1*PR*2*EXAMPLE PLAN*****PI*99001"))
    assert found[0] == ["IK3", "NM1", "17", "2010", "I7"]
    found = notes(tmp_path, without("HI*ABK:L570*ABF:D485"))
    assert found[0] == ["IK3", "HI", "19", "2300", "3"]


def test_elements_of_one_segment_stand_together(tmp_path: Path) -> None:
    found = notes(tmp_path, without().replace(b"UN*1***1~", b"ZZ*1*XXX**1~"))
    assert found[:3] == [["IK3", "SV1", "21", "2400", "8"], ["IK4", "3", "", "I6"], ["IK4", "5", "", "5"]]


def test_too_short_and_too_long(tmp_path: Path) -> None:
    assert ["IK4", "9", "", "5"] in notes(tmp_path, without().replace(b"MI*TEST0001", b"MI*" + b"9" * 81))
    assert ["IK4", "9", "", "4"] in notes(tmp_path, without().replace(b"MI*TEST0001", b"MI*1"))


@pytest.mark.parametrize(
    ("old", "new", "transaction", "group"),
    [
        (b"SE*28*0001", b"SE*29*0001", ["IK5", "R", "4"], ["AK9", "R", "1", "1", "0"]),
        (b"SE*28*0001", b"SE*28*0002", ["IK5", "R", "3"], ["AK9", "R", "1", "1", "0"]),
        (b"GE*1*1", b"GE*2*1", ["IK5", "R"], ["AK9", "R", "2", "1", "0", "5"]),
        (b"GE*1*1", b"GE*1*2", ["IK5", "R"], ["AK9", "R", "1", "1", "0", "4"]),
        (b"GE*1*1", b"GE*\xc2\xb2*1", ["IK5", "R"], ["AK9", "R", "1", "1", "0", "5"]),  # a digit, but of no number
        (b"X*005010X222A1", b"X*004010X098A1", ["IK5", "R", "19"], ["AK9", "R", "1", "1", "0", "2"]),
    ],
)
def test_damaged_envelopes_in_a_999(
    tmp_path: Path, old: bytes, new: bytes, transaction: list[str], group: list[str]
) -> None:
    assert notes(tmp_path, b.GOOD_CLAIMS.replace(old, new))[-2:] == [transaction, group]


def test_one_bad_transaction_leaves_a_group_partly_accepted(tmp_path: Path) -> None:
    sets = [b.transaction(*b.ABOVE, *b.claim(f"A{n}"), control=f"000{n}") for n in (1, 2)]
    data = b.write(b.interchange(b.group(*sets))).replace(b"SE*23*0002", b"SE*24*0002")
    assert notes(tmp_path, data) == [["IK5", "A"], ["IK5", "R", "4"], ["AK9", "P", "2", "2", "1"]]


@pytest.mark.parametrize("head", [(), ("GE*0*9",), ("GE*1*1",)])
def test_what_is_wrong_with_a_group_without_transactions_is_told_of_no_other(
    tmp_path: Path, head: tuple[str, ...]
) -> None:
    empty = ("GS*HC*SENDER*RECEIVER*20260105*0930*1*X*005010X222A1", *head)
    data = b.write(b.interchange(empty, b.group(b.transaction(*b.ABOVE, *b.claim("A1")), control="2")))
    assert notes(tmp_path, data) == [["IK5", "A"], ["AK9", "A", "1", "1", "1"]]


def test_277ca_field_by_field(tmp_path: Path) -> None:
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", TWO))
    assert rows(done.read("277ca.edi"))[1:] == [
        ["GS", "HN", "RECEIVER", "SENDER", "20260310", "0930", "1", "X", "005010X214"],
        ["ST", "277", "0001", "005010X214"],
        ["BHT", "0085", "08", "0000000010001", "20260310", "0930", "TH"],
        ["HL", "1", "", "20", "1"],
        ["NM1", "AY", "2", "EXAMPLE CLEARINGHOUSE", "", "", "", "", "46", "RECEIVER1"],
        ["TRN", "1", "0000000010001"],
        ["DTP", "050", "D8", "20260310"],
        ["DTP", "009", "D8", "20260310"],
        ["HL", "2", "1", "21", "1"],
        ["NM1", "41", "2", "SAMPLE BILLING", "", "", "", "", "46", "SENDER1"],
        ["TRN", "2", "BATCH1"],
        ["STC", "A1:19:40", "20260310", "WQ", "351"],
        ["QTY", "90", "1"],
        ["QTY", "AA", "1"],
        ["AMT", "YU", "100"],
        ["AMT", "YY", "251"],
        ["HL", "3", "2", "19", "1"],
        ["NM1", "85", "1", "SAMPLE", "SKIN", "", "", "", "XX", "1234567893"],
        ["TRN", "1", "0"],
        ["STC", "A1:19:40", "", "WQ", "351"],
        ["QTY", "QA", "1"],
        ["QTY", "QC", "1"],
        ["AMT", "YU", "100"],
        ["AMT", "YY", "251"],
        ["HL", "4", "3", "PT"],
        ["NM1", "QC", "1", "SAMPLE", "SAM", "", "", "", "MI", "TEST0001"],
        ["TRN", "2", "A1"],
        ["STC", "A1:19:40", "20260310", "WQ", "100"],
        ["DTP", "472", "D8", "20260104"],
        ["TRN", "2", "A2"],
        ["STC", "A8:400", "20260310", "U", "251"],
        ["DTP", "472", "D8", "20260104"],
        ["SE", "32", "0001"],
        ["GE", "1", "1"],
        ["IEA", "1", "000000001"],
    ]
    assert complaints(done.read("277ca.edi")) == []


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("delimiters", [b.USUAL, Delimiters("|", ">", "^", "\n"), Delimiters("*", ":", "^", "\r")])
def test_a_date_that_is_wrapped_is_read_all_the_same(tmp_path: Path, delimiters: Delimiters, end: str) -> None:
    whole = b.claim_file(*b.ABOVE, *b.claim("A1"), *b.claim("A2", "250"), delimiters=delimiters, end=end)
    answer = running.release(tmp_path / "whole", put_in(tmp_path)("whole.837", whole)).read("277ca.edi")
    mark = delimiters.element.encode()
    for cut in (b"DTP" + mark + b"47", b"D8" + mark + b"2026", b"D", b"CLM" + mark + b"A"):
        at = whole.index(b"DTP" if cut == b"D" else cut) + len(cut)
        data = whole[:at] + (b"\n" if delimiters.segment == "\r" else b"\r") + whole[at:]
        done = running.release(tmp_path / "out", put_in(tmp_path)("wrapped.837", data))
        assert done.read("277ca.edi") == answer


def statuses(tmp_path: Path, data: bytes) -> list[str]:
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", data), options=running.FULL)
    assert complaints(done.read("277ca.edi")) == []
    return [row[1] for row in rows(done.read("277ca.edi")) if row[0] == "STC"][2:]


def test_what_holds_a_claim_says_which_status_it_gets(tmp_path: Path) -> None:
    assert statuses(tmp_path, without().replace(b"*XX*1234567893", b"*XX*1234567890")) == ["A7:562:85"]
    assert statuses(tmp_path, without().replace(b"ABF:D485", b"ABF:Z9999")) == ["A7:255"]
    assert statuses(tmp_path, without().replace(b"11:B:1", b"11:B:7")) == ["A6:464"]
    assert statuses(tmp_path, without().replace(b"UN*1***1~", b"UN*1***4~")) == ["A7:477"]


def test_a_dependent_is_the_patient_with_the_number_of_the_subscriber(tmp_path: Path) -> None:
    patient = (
        "HL*3*2*23*0",
        "PAT*19",
        "NM1*QC*1*OTHER*KIM",
        "N3*2 TEST ROAD",
        "N4*TESTVILLE*IL*62701",
        "DMG*D8*20150101*F",
    )
    data = b.claim_file(*b.SUBMISSION, *b.BILLING, *b.subscriber(2, 1, 1), *patient, *b.claim("A1"))
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", data))
    assert ["NM1", "QC", "1", "OTHER", "KIM", "", "", "", "MI", "TEST0001"] in rows(done.read("277ca.edi"))
    assert complaints(done.read("277ca.edi")) == []


def ta1(tmp_path: Path, data: bytes) -> list[str]:
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", data))
    return next((row for row in rows(done.read("ta1.edi")) if row[0] == "TA1"), [])


ASKING = b.GOOD_CLAIMS.replace(b"*000000001*0*T*", b"*000000001*1*T*")


@pytest.mark.parametrize(
    ("data", "code", "note"),
    [
        (ASKING, "A", "000"),
        (b.GOOD_CLAIMS.replace(b"IEA*1*", b"IEA*2*"), "R", "021"),
        (b.GOOD_CLAIMS.replace(b"IEA*1*000000001", b"IEA*1*000000002"), "R", "001"),
        (b.GOOD_CLAIMS.replace(b"*260105*0930*^", b"*261305*0930*^"), "R", "014"),
        (b.GOOD_CLAIMS.replace(b"*00501*", b"*00601*"), "R", "017"),
        (b.GOOD_CLAIMS[:-30], "R", "023"),
        (ASKING.replace(b"*0930*^*", b"*0930*U*"), "E", "016"),
    ],
)
def test_ta1(tmp_path: Path, data: bytes, code: str, note: str) -> None:
    date = "261305" if note == "014" else "260105"
    assert ta1(tmp_path, data) == ["TA1", "000000001", date, "0930", code, note]


def test_no_ta1_where_nobody_asks(tmp_path: Path) -> None:
    assert ta1(tmp_path, b.GOOD_CLAIMS) == []
    assert ta1(tmp_path, BAD_COUNT) == []


def test_ta1_stands_in_an_interchange_of_its_own(tmp_path: Path) -> None:
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", ASKING))
    isa, _, iea = rows(done.read("ta1.edi"))
    assert isa[5:9] == ["ZZ", "RECEIVER", "ZZ", "SENDER"]
    assert (isa[13], iea) == ("000000001", ["IEA", "0", "000000001"])
    # the control map of pyx12 wants a group in every interchange, which one with a TA1 need not have
    wrong = [c for c in complaints(done.read("ta1.edi")) if "GS_LOOP" not in c]
    assert wrong == []


@pytest.mark.parametrize(
    ("told", "ours"), [("00000001A", "000000001"), ("-00000012", "000000012"), ("1        ", "000000001")]
)
def test_an_interchange_without_a_number_is_answered_under_one(tmp_path: Path, told: str, ours: str) -> None:
    data = ASKING.replace(b"*000000001*1*T*", f"*{told}*1*T*".encode())
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", data))
    assert ta1(tmp_path, data)[1:] == [told.strip(), "260105", "0930", "R", "018"]
    for name in ("ta1.edi", "999.edi"):
        isa, *_, iea = rows(done.read(name))
        assert (isa[13], iea[2]) == (ours, ours)
    assert complaints(done.read("999.edi")) == []


PERSON = b"NM1*IL*1*SAMPLE*SAM****MI*TEST0001"
PARTS = [
    (b"ST*837*0001", b"ST*837*1"), (b"ST*837*0001", b"ST*837*"), (b"ST*837*0001", b"ST*837*ABCDEFGHIJ"), (b"ST*837*", b"ST**"),
    (b"*1*X*005010X222A1", b"*A1*X*005010X222A1"), (b"*1*X*005010X222A1", b"**X*005010X222A1"), (b"*1*X*005010X222A1", b"*1*X*"),
    (b"*T*:~", b"*X*:~"), (b"*ZZ*SENDER", b"*QQ*SENDER"), (b"*ZZ*RECEIVER", b"*QQ*RECEIVER"),
    (b"GS*HC*SENDER", b"GS*HC*" + b"S" * 40),
    (PERSON, b"NM1*IL*1*" + b"L" * 90 + b"*" + b"F" * 90 + b"*" + b"M" * 90 + b"**" + b"S" * 90 + b"*MI*" + b"1" * 90),
    (PERSON, b"NM1*IL*1*SAMPLE*SAM****MI* "), (PERSON, b"NM1*IL*1* *SAM****MI*1"),
    (b"NM1*85*1*SAMPLE*SKIN****XX*1234567893", b"NM1*85*1*SAMPLE*SKIN***" + b"S" * 90 + b"*XX*" + b"1" * 90),
    (b"NM1*41*2*SAMPLE BILLING", b"NM1*41*2*" + b"S" * 90), (b"*SENDER1~", b"*" + b"S" * 90 + b"~"), (b"*BATCH1*", b"*" + b"B" * 90 + b"*"),
    (b"CLM*A1*", b"CLM*" + b"A" * 300 + b"*"), (b"CLM*A1*", b"CLM* *"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), PARTS)
def test_answers_are_valid_whatever_they_answer(tmp_path: Path, old: bytes, new: bytes) -> None:
    assert ASKING.count(old) >= 1
    done = running.release(
        tmp_path / "out", put_in(tmp_path)("batch.837", ASKING.replace(old, new, 1)), options=running.GUIDE
    )
    assert done.findings
    for name in ("999.edi", "277ca.edi"):
        if data := done.read(name):
            assert complaints(data) == [], name
    isa = rows(done.read("ta1.edi"))[0]
    assert (isa[5], isa[7], isa[15] in ("P", "T")) == ("ZZ", "ZZ", True)


def test_answers_are_written_in_the_delimiters_of_the_sender(tmp_path: Path) -> None:
    for delimiters in b.FOREIGN:
        data = b.write(b.interchange(b.group(b.transaction(*b.ABOVE, *b.claim("A1")))), delimiters)
        done = running.release(
            tmp_path / f"{ord(delimiters.element)}{ord(delimiters.segment)}", put_in(tmp_path)("x.837", data)
        )
        for name in ("999.edi", "277ca.edi"):
            found = b.read(done.read(name))
            assert found.findings == [] or {f.rule.id for f in found.findings} <= {"SYN-PADDING"}
            assert found.transactions[0].delimiters == delimiters


def test_every_rule_of_syntax_has_a_number_in_a_999() -> None:
    """What a 999 tells of: all errors of SNIP 1 and 2 inside a transaction."""
    import curette.checks.guide  # noqa: F401 - declares
    from curette.codes.acknowledgements import acknowledgements
    from curette.findings import Severity, rules
    from curette.x12 import faults  # noqa: F401 - declares

    known = acknowledgements().rows
    around = {
        "SYN-ISA",
        "SYN-EX",
        "SYN-GS",
        "SYN-ST",
        "SYN-VA",
        "SYN-CO",
        "SYN-NU",
        "SYN-NE",
        "SYN-CU",
        "SYN-LO",
        "SYN-KI",
    }
    for rule in rules():
        inside = rule.id.startswith(("SYN-", "IG-")) and rule.severity is Severity.ERROR and 0 < rule.snip < 3
        if inside and rule.id[:6] not in around and rule.id not in ("SYN-ISA-COPY",):
            told = [r for r in known if r.tag in ("segment", "element") and rule.id.startswith(r.get("rule"))]
            assert told, rule.id
