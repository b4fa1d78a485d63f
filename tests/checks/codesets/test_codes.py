"""SNIP 5 on claims and remittances: each code in the edition of its day, and near misses that stay silent."""

from datetime import date
from pathlib import Path

import pytest

from curette import pipeline
from curette.checks.codesets import remits
from curette.checks.codesets.claims import ClaimCodes, Outcome
from curette.checks.codesets.verdicts import Verdicts
from curette.codes.tables import Head, Tables, write
from curette.findings import Finding, Severity, Unevaluated
from curette.pipeline import CheckOptions
from tests import builder as b

JUDGE = Verdicts(Tables())
SV1 = "SV1*HC:99213*100*UN*1***1"


def outcomes(data: bytes, judge: Verdicts = JUDGE) -> list[Outcome]:
    codes = ClaimCodes(judge)
    return [outcome for claim in b.claims_of(data).claims for outcome in codes.check(claim)]


def told(data: bytes, judge: Verdicts = JUDGE) -> list[str]:
    found = outcomes(data, judge)
    return [
        f"{f.rule.id} {f.place.segment}{f.place.element:02d}-{f.place.component or 0} {f.severity}"
        if isinstance(f, Finding)
        else f"{f.rule.id} needs {f.needs}"
        for f in found
    ]


def claim(*changes: tuple[str, str], day: str = "20260310", above: tuple[tuple[str, str], ...] = ()) -> bytes:
    """A small claim, with texts replaced."""
    segments = ["CLM*A1*100***11:B:1*Y*A*Y*Y", "HI*ABK:L570", "LX*1", SV1, f"DTP*472*D8*{day}"]
    for old, new in changes:
        assert any(old in s for s in segments), old
        segments = [part for s in segments for part in s.replace(old, new).split("\n")]
    heads = list(b.ABOVE)
    for old, new in above:
        assert any(old in s for s in heads), old
        heads = [part for s in heads for part in s.replace(old, new).split("\n")]
    return b.claim_file(*heads, *segments)


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("11100", "20181231", []),  # the last day
        ("11100", "20190102", ["COD-PROC-DATE SV101-2 warning"]),  # the edition begins later
        ("11100", "20260310", ["COD-PROC-DATE SV101-2 error"]),
        ("11100", "20260710", ["COD-PROC-DATE SV101-2 warning"]),  # the edition ended
        ("11102", "20260310", []),
        ("11304", "20260310", ["COD-PROC SV101-2 error"]),
        ("11309", "20260310", ["COD-PROC SV101-2 error"]),
        ("33533", "20260310", ["COD-PROC needs CPT 2026Q2"]),  # outside the subset
        ("J0135", "20241231", []),
        ("J0135", "20250101", ["COD-PROC-DATE SV101-2 error"]),
        ("J0139", "20241231", ["COD-PROC-DATE SV101-2 error"]),
        ("J0139", "20250101", []),
        ("J9999", "20260310", []),
        ("Q0000", "20260310", ["COD-PROC SV101-2 error"]),
        ("Q0000", "20260801", ["COD-PROC SV101-2 warning"]),
        ("Q0000", "20150101", ["COD-PROC needs HCPCS 2026Q2"]),
        ("D0120", "20260310", ["COD-PROC needs a table of procedure codes"]),
        ("1110", "20260310", ["COD-PROC SV101-2 error"]),
        ("99213A", "20260310", ["COD-PROC SV101-2 error"]),
        ("0001A", "20260310", ["COD-PROC needs CPT 2026Q2"]),
        ("j3301", "20260310", ["COD-PROC SV101-2 error"]),
    ],
)
def test_procedures(code: str, day: str, expected: list[str]) -> None:
    diagnosis = () if day >= "20151001" else (("ABK:L570", "BK:7020"),)
    assert told(claim(("99213", code), *diagnosis, day=day)) == expected


def test_a_service_over_a_change_is_right_on_either_day() -> None:
    over = (("D8*20260310", "RD8*20241230-20250102"),)
    assert told(claim(("99213", "J0135"), *over)) == []
    assert told(claim(("99213", "J0139"), *over)) == []


@pytest.mark.parametrize(
    ("codes", "day", "expected"),
    [
        ("ABK:L570*ABF:C44311", "20260310", []),
        ("ABK:L57", "20260310", ["COD-DX-SHORT HI01-2 error"]),
        ("ABK:L570*ABF:C44", "20260310", ["COD-DX-SHORT HI02-2 error"]),
        ("ABK:L5700", "20260310", ["COD-DX HI01-2 error"]),
        ("ABK:L57.0", "20260310", ["COD-DX HI01-2 error"]),
        ("ABK:7020", "20260310", ["COD-DX HI01-2 error"]),
        ("ABK:L02237", "20261001", []),
        ("ABK:L02237", "20260930", ["COD-DX-DATE HI01-2 error"]),
        ("ABK:Z681", "20260930", []),
        ("ABK:Z681", "20261001", ["COD-DX-SHORT HI01-2 error"]),  # split into longer codes that day
        ("ABK:L570", "20270401", []),
        ("ABK:Q9999", "20270401", ["COD-DX HI01-2 warning"]),  # an edition that may have it is not at hand
        ("BK:7020", "20150930", []),
        ("BK:7020", "20151001", ["COD-DX-SET HI01-2 error"]),
        ("ABK:L570", "20150930", ["COD-DX-SET HI01-2 error"]),
        ("ABK:C4A0", "20260310", []),
        ("ABK:l570", "20260310", ["COD-DX HI01-2 error"]),
    ],
)
def test_diagnoses(codes: str, day: str, expected: list[str]) -> None:
    assert [t for t in told(claim(("ABK:L570", codes), day=day)) if "-DX" in t] == expected


def test_a_diagnosis_of_the_second_segment_is_found_there() -> None:
    data = claim(("HI*ABK:L570", "HI*ABK:L570\nHI*BG:01\nHI*ABF:L57"))
    (found,) = outcomes(data)
    assert isinstance(found, Finding)
    assert found.place.offset == b.where(data, "HI*ABF")
    assert found.message == "diagnosis L57 is not billable: it needs more characters (ICD-10-CM FY2016-FY2027)"
    assert found.claim == "A1"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("99213", "99213:25", []),
        ("99213", "99213:25:XS:LT:GA", []),
        ("99213", "99213:25:2 ", ["COD-MOD SV101-4 error"]),
        ("99213", "99213:xs", ["COD-MOD SV101-3 error"]),
        ("11:B:1", "02:B:1", []),
        ("11:B:1", "98:B:1", ["COD-POS CLM05-1 error"]),
        ("11:B:1", "27:B:1", []),
        ("UN*1***1", "UN*1*66**1", []),
        ("UN*1***1", "UN*1*67**1", ["COD-POS SV105-0 error"]),
        ("HI*", "REF*X4*11D1234567\nHI*", []),
        ("HI*", "REF*X4*1111234567\nHI*", ["COD-CLIA REF02-0 warning"]),
        ("HI*", "REF\nHI*", []),  # the guide's to tell
        ("DTP*", "REF\nREF*X4*1111234567\nDTP*", ["COD-CLIA REF02-0 warning"]),
        ("DTP*", "REF*F4*11D123456\nDTP*", ["COD-CLIA REF02-0 warning"]),
        ("DTP*472*D8*20260310", "DTP*472*D8*20260310\nLIN**N4*00074055402\nCTP****2*ML", []),
        ("DTP*472*D8*20260310", "DTP*472*D8*20260310\nLIN**N4*0074-0554-02\nCTP****2*ML", ["COD-NDC LIN03-0 error"]),
        (
            "DTP*472*D8*20260310",
            "DTP*472*D8*20260310\nLIN**N4*0007405540\nCTP****2*ZZ",
            ["COD-NDC LIN03-0 error", "COD-NDC-UNIT CTP05-1 error"],
        ),
        ("DTP*472*D8*20260310", "DTP*472*D8*20260310\nLIN**EN*0007405540", []),
        ("HI*", "NM1*82*1*E*E****XX*1234567893\nPRV*PE*PXC*207N00000X\nHI*", []),
    ],
)
def test_codes_of_claim_and_line(old: str, new: str, expected: list[str]) -> None:
    if "NM1*82" in new:
        new, old = new.removesuffix("\nHI*"), "HI*ABK:L570"
        new = f"HI*ABK:L570\n{new}"
    assert told(claim((old, new))) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("HL*1**20*1", "HL*1**20*1\nPRV*BI*PXC*207N00000X", []),
        ("HL*1**20*1", "HL*1**20*1\nPRV*BI*PXC*999X00000X", ["COD-TAXONOMY PRV03-0 warning"]),
        ("HL*1**20*1", "HL*1**20*1\nPRV*BI*PXC*207N", ["COD-TAXONOMY PRV03-0 warning"]),
        ("TESTVILLE*IL*627010001", "TESTVILLE*XX*627010001", ["COD-STATE N402-0 error"]),
        ("TESTVILLE*IL*627010001", "TESTVILLE*IL*62701-0001", ["COD-ZIP N403-0 error"]),
        ("TESTVILLE*IL*627010001", "TESTVILLE*IL*62701", []),
        ("TESTVILLE*IL*627010001", "TESTVILLE*QC*H2X 1Y4*CA", []),
        ("TESTVILLE*IL*627010001", "TESTVILLE*QC*12345*CA", ["COD-ZIP N403-0 error"]),
        ("TESTVILLE*IL*627010001", "TESTVILLE**SW1A 1AA*GB", []),
        ("TESTVILLE*IL*627010001", "TESTVILLE**1*QQ", ["COD-COUNTRY N404-0 error"]),
        ("*18*******CI", "*18*******MB", []),
        ("*18*******CI", "*18*******09", ["COD-FILING SBR09-0 error"]),
    ],
)
def test_codes_above_the_claim(old: str, new: str, expected: list[str]) -> None:
    assert told(claim(above=((old, new),))) == expected


def test_an_address_is_never_shown() -> None:
    (found,) = outcomes(claim(above=(("TESTVILLE*IL*62701", "TESTVILLE*XX*62701"),)))[:1]
    assert isinstance(found, Finding)
    assert "XX" not in found.message


def test_what_stands_above_claims_is_told_once() -> None:
    wrong = [s.replace("*IL*627010001", "*XX*627010001") for s in b.ABOVE]
    again = ["CLM*A2*100***11:B:1*Y*A*Y*Y", "HI*ABK:L570", "LX*1", SV1, "DTP*472*D8*20260310"]
    first = ["CLM*A1*100***11:B:1*Y*A*Y*Y", *again[1:]]
    assert len(told(b.claim_file(*wrong, *first, *again))) == 1


def test_what_has_no_date_is_not_judged() -> None:
    assert told(claim(("99213", "11100"), ("DTP*472*D8*20260310", "REF*6R*1"))) == []


def test_what_a_subset_lacks_is_not_evaluated() -> None:
    (found,) = outcomes(claim(("99213", "33533")))
    assert found == Unevaluated(found.rule, "A1", 1, "CPT 2026Q2", "the table at hand lacks the code")


def test_an_imported_edition_wins(tmp_path: Path) -> None:
    head = Head("hcpcs", "2026Q3", date(2026, 7, 1), date(2026, 9, 30), "test", ("name", "kind"))
    write(tmp_path / "hcpcs-2026Q3.table", head, [("Q0000", None, None, ("invented", "procedure"))])
    judge = Verdicts(Tables(tmp_path))
    assert told(claim(("99213", "Q0000"), day="20260801"), judge) == []
    assert told(claim(("99213", "J3301"), day="20260801"), judge) == ["COD-PROC SV101-2 error"]
    assert told(claim(("99213", "J3301")), judge) == []


def excerpt(folder: Path, table: str, *keys: str, complete: bool = False) -> Verdicts:
    """A judge with an imported list of these codes alone."""
    head = Head(table, "2026X", date(2026, 10, 1), date(2027, 9, 30), "test", (), complete)
    write(folder / f"{table}-2026X.table", head, [(key, None, None, ()) for key in keys])
    return Verdicts(Tables(folder))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("L570", []),
        ("L400", ["COD-DX needs ICD-10-CM 2026X"]),  # billable, and not in the excerpt
        ("L57", ["COD-DX-SHORT HI01-2 error"]),  # a longer code is in the excerpt
        ("L5", ["COD-DX HI01-2 error"]),
    ],
)
def test_a_diagnosis_that_an_excerpt_lacks_is_not_evaluated(code: str, expected: list[str], tmp_path: Path) -> None:
    judge = excerpt(tmp_path, "icd10cm", "L570")
    assert [t for t in told(claim(("L570", code), day="20261102"), judge) if "-DX" in t] == expected


def test_a_diagnosis_that_a_whole_list_lacks_is_unknown(tmp_path: Path) -> None:
    judge = excerpt(tmp_path, "icd10cm", "L570", complete=True)
    assert "COD-DX HI01-2 error" in told(claim(("L570", "L400"), day="20261102"), judge)


def test_a_taxonomy_that_an_excerpt_lacks_is_not_evaluated(tmp_path: Path) -> None:
    above = (("HL*1**20*1", "HL*1**20*1\nPRV*BI*PXC*207ND0101X"),)
    judge = excerpt(tmp_path, "taxonomy", "207N00000X")
    assert "COD-TAXONOMY needs NUCC 2026X" in told(claim(day="20261102", above=above), judge)


@pytest.mark.parametrize(("complete", "expected"), [(False, []), (True, ["COD-CARC", "COD-RARC"])])
def test_what_an_excerpt_of_reasons_lacks_is_not_told(complete: bool, expected: list[str], tmp_path: Path) -> None:
    excerpt(tmp_path, "rarc", "MA01", complete=complete)
    judge = excerpt(tmp_path, "carc", "45", complete=complete)
    lines = ("CLP*A1*1*100*60*0*12*PAYER1*11*1", "CAS*CO*45*10**97*30", "MOA***MA01*N20", "NM1*QC*1*SAMPLE*SAM")
    read = b.remits_of(b.remit_file(*b.PAYMENT, *lines))
    found = remits.check(read.claims[0], read.remits[0].transaction, date(2026, 11, 2), judge)
    assert [f.rule.id for f in found] == expected


@pytest.mark.parametrize(
    ("code", "days", "expected"),
    [
        ("Z681", "20260929-20261002", []),  # ended on 2026-09-30: the edition of the first day has it
        ("Z681", "20261001-20261002", ["COD-DX HI01-2 error"]),
        ("L5700", "20260929-20261002", ["COD-DX HI01-2 error"]),
        ("L570", "20260929-20261002", []),
    ],
)
def test_a_service_over_a_change_of_editions_is_right_on_either_day(
    code: str, days: str, expected: list[str], tmp_path: Path
) -> None:
    judge = excerpt(tmp_path, "icd10cm", "L570", complete=True)
    changes = (("L570", code), ("D8*20260310", f"RD8*{days}"))
    assert [t for t in told(claim(*changes), judge) if "-DX" in t] == expected


def test_a_procedure_of_the_edition_of_the_first_day_is_right(tmp_path: Path) -> None:
    for quarter, code, start, end in (("2Q", "Q0001", "20260401", "20260630"), ("3Q", "Q0002", "20260701", "20260930")):
        head = Head("hcpcs", quarter, date.fromisoformat(start), date.fromisoformat(end), "test", ("name", "kind"))
        write(tmp_path / f"hcpcs-{quarter}.table", head, [(code, None, None, ("invented", "procedure"))])
    judge, over = Verdicts(Tables(tmp_path)), ("D8*20260310", "RD8*20260630-20260701")
    assert told(claim(("99213", "Q0001"), over), judge) == []
    assert told(claim(("99213", "Q0002"), over), judge) == []
    assert told(claim(("99213", "Q0003"), over), judge) == ["COD-PROC SV101-2 error"]


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("CAS*CO*45*40", []),
        ("CAS*CO*45*10**97*30", []),
        ("CAS*CO*99999*40", ["COD-CARC CAS02"]),
        ("CAS*CO*45*10**98*30", ["COD-CARC CAS05"]),  # retired
        ("MOA***MA01*N999999", ["COD-RARC MOA04"]),
        ("MOA***MA01", []),
    ],
)
def test_codes_of_a_remittance_are_warnings(segment: str, expected: list[str]) -> None:
    lines = ("CLP*A1*1*100*60*0*12*PAYER1*11*1", segment, "NM1*QC*1*SAMPLE*SAM")
    read = b.remits_of(b.remit_file(*b.PAYMENT, *lines))
    found = list(remits.check(read.claims[0], read.remits[0].transaction, date(2026, 3, 2), JUDGE))
    assert [f"{f.rule.id} {f.place.segment}{f.place.element:02d}" for f in found] == expected
    assert {f.severity for f in found} <= {Severity.WARNING}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("SPRINGFIELD*IL*62701", []),
        ("SPRINGFIELD*il*62701", [("COD-STATE", 2)]),
        ("SPRINGFIELD*XX*6270", [("COD-STATE", 2), ("COD-ZIP", 3)]),
        ("SPRINGFIELD***DE", []),  # abroad
        ("SPRINGFIELD***XX", [("COD-COUNTRY", 4)]),
    ],
)
def test_addresses_of_a_remittance_are_warnings(address: str, expected: list[tuple[str, int]], tmp_path: Path) -> None:
    payment = [f"N4*{address}" if s.startswith("N4*") else s for s in b.PAYMENT]
    assert payment != list(b.PAYMENT)
    path = tmp_path / "a.835"
    path.write_bytes(b.remit_file(*payment, "CLP*A1*1*100*100*0*12*PAYER1*11*1", "NM1*QC*1*SAMPLE*SAM"))
    (result,) = (r for r in pipeline.check([path], CheckOptions(snip=frozenset({5}))) if r.kind)
    found = [f for f in result.findings if f.place.segment == "N4"]
    assert [(f.rule.id, f.place.element) for f in found] == expected
    assert {f.severity for f in found} <= {Severity.WARNING}


def test_remarks_of_a_line_are_found() -> None:
    lines = (
        "CLP*A1*1*100*60*0*12*PAYER1*11*1",
        "NM1*QC*1*SAMPLE*SAM",
        "SVC*HC:99213*100*60**1",
        "DTM*472*20260105",
        "CAS*CO*45*40",
        "LQ*HE*N999999",
        "LQ*RX*N999999",
    )
    read = b.remits_of(b.remit_file(*b.PAYMENT, *lines))
    (found,) = remits.check(read.claims[0], read.remits[0].transaction, date(2026, 3, 2), JUDGE)
    assert (found.rule.id, found.line, found.place.segment) == ("COD-RARC", 1, "LQ")
