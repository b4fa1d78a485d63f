"""Files to findings: what counts, what is held, what is asked for, and how much is listed."""

from datetime import date
from pathlib import Path

import pytest

import curette
from curette import pipeline
from curette.findings import Severity
from curette.pipeline import CheckOptions, DenialOptions
from tests import builder as b
from tests.running import BAD_CHARGE, BAD_COUNT, FORM, MIXED, PLAIN, Put, check, findings, put_in, rules

OTHER_KIND = b.GOOD_CLAIMS.replace(b"005010X222A1", b"005010X223A2")


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes a file of the test's folder."""
    return put_in(tmp_path)


# -- what counts


def test_a_clean_file(put: Put) -> None:
    begins, result = check(put("a.837", b.GOOD_CLAIMS))
    assert begins.begins
    assert (result.kind, result.transactions, result.claims, result.lines, result.charge) == ("837P", 1, 2, 2, 35000)
    assert (result.findings, result.held, result.held_charge, result.unreadable) == ((), 0, 0, False)


def test_an_error_holds_its_claim_alone(put: Put) -> None:
    _, result = check(put("a.837", BAD_CHARGE))
    assert [(f.rule.id, f.claim) for f in result.findings] == [("BAL-A", "A2")]
    assert (result.claims, result.charge, result.held, result.held_charge) == (2, 35100, 1, 25100)


_OTHER = (
    "SBR*S*18*******CI", "AMT*D*60", "AMT", "OI***Y***Y", "NM1*IL*1*SAMPLE*SAM****MI*X1", "NM1*PR*2*OTHER*****PI*55",
)  # fmt: skip


@pytest.mark.parametrize(
    "segments",
    [
        b.claim("A1", "100", "REF"),
        (*b.claim("A1"), "REF"),
        (*b.claim("A1"), "DTP"),
        (*b.claim("A1", "100", *_OTHER), "SVD*55*90*HC:99213**1", "DTP*573*D8*20260101"),
    ],
)
def test_a_segment_that_is_its_identifier_alone_holds_its_claim_alone(put: Put, segments: tuple[str, ...]) -> None:
    data = b.claim_file(*b.ABOVE, *segments, *b.claim("A2"))
    [_, result] = check(put("a.837", data), options=CheckOptions(snip=FORM))
    assert (result.fault, result.claims, result.held) == (None, 2, 1)


def test_an_error_above_holds_every_claim_below(put: Put) -> None:
    _, result = check(put("a.837", b.GOOD_CLAIMS.replace(b"*XX*1234567893", b"*XX*1234567890")))
    assert [f.rule.id for f in result.findings] == ["COD-NPI"]
    assert (result.held, result.held_charge) == (2, 35000)


def test_a_warning_holds_nothing(put: Put) -> None:
    _, result = check(put("a.837", b.GOOD_CLAIMS.replace(b"*SAMPLE*SAM*", b"*SAMPLE *SAM*")))
    assert [f.severity for f in result.findings] == [Severity.WARNING]
    assert result.held == 0


def test_a_claim_that_cannot_be_read_is_held(put: Put) -> None:
    _, result = check(put("a.837", b.GOOD_CLAIMS.replace(b"CLM*A2*250*", b"CLM*A2*2 50*")))
    assert [(f.rule.id, f.claim, f.place.element) for f in result.findings] == [("SYN-MONEY", "A2", 2)]
    assert (result.claims, result.held, result.charge, result.held_charge) == (2, 1, 10000, 0)


def test_a_refused_transaction_is_held_as_a_whole(put: Put) -> None:
    _, result = check(put("a.837", BAD_COUNT))
    assert [(f.rule.id, f.place.segment, f.place.element) for f in result.findings] == [("SYN-COUNT", "SE", 1)]
    assert (result.claims, result.held, result.held_charge) == (2, 2, 35000)


def test_a_file_that_is_cut_gives_no_claim(put: Put) -> None:
    _, result = check(put("a.837", b.GOOD_CLAIMS[: b.GOOD_CLAIMS.index(b"CLM*A2")]))
    assert [f.rule.id for f in result.findings] == ["SYN-CUT"]
    assert (result.claims, result.charge) == (0, 0)


def test_other_kinds_are_named(put: Put) -> None:
    _, result = check(put("a.837", OTHER_KIND))
    assert [(f.rule.id, f.severity, f.message) for f in result.findings] == [
        ("SYN-KIND", Severity.WARNING, "this is 837I, which is named but not read here")
    ]
    assert result.claims == 0


def test_one_claim_number_twice(put: Put) -> None:
    path = put("a.837", b.claim_file(*b.ABOVE, *b.claim("A1"), *b.claim("A1", "250")))
    found = findings(check(path))
    assert [(f.rule.id, f.claim, f.place.segment, f.place.element) for f in found] == [
        ("SYN-CLAIM-TWICE", "A1", "CLM", 1)
    ]
    assert found[0].place.offset == path.read_bytes().rindex(b"CLM*")


def test_a_remittance_is_held_against_its_balance(put: Put) -> None:
    wrong = b.GOOD_REMIT.replace(b"BPR*I*60*", b"BPR*I*121*").replace(b"CLP*A2*1*100*60*0", b"CLP*A2*1*100*60*5")
    _, result = check(put("a.835", wrong))
    assert [(f.rule.id, f.claim) for f in result.findings] == [("BAL-T", None), ("BAL-P", "A2")]
    assert (result.kind, result.claims, result.lines, result.charge, result.paid) == ("835", 2, 2, 20000, 12000)


def test_a_claim_of_a_remittance_that_does_not_balance_is_held(put: Put) -> None:
    right = b.GOOD_REMIT.replace(b"BPR*I*60*", b"BPR*I*120*")
    wrong = right.replace(b"CLP*A2*1*100*60*", b"CLP*A2*1*101*60*")
    assert [f.rule.id for f in findings(check(put("a.835", right)))] == []
    _, result = check(put("b.835", wrong))
    assert [f.rule.id for f in result.findings] == ["BAL-C"]
    assert (result.held, result.held_charge) == (1, 10100)


# -- the payment as a whole: told whenever its amounts are known


OFF = b.GOOD_REMIT.replace(b"BPR*I*60*", b"BPR*I*121*")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"", b"", True),
        (b"N3*1 EXAMPLE TOWER~\n", b"", True),  # the guide wants an address: no reason to trust the sum
        (b"*XX*1234567893", b"*XX*1234567890", True),
        (b"CLP*A2*1*100*60*0", b"CLP*A2*1*100*6O*0", False),
        (b"CLP*A2*1*", b"CLP*A2*22*", False),
        (b"SE*21*", b"SE*22*", False),
    ],
    ids=[
        "nothing else",
        "missing address",
        "payee's NPI",
        "unreadable amount",
        "reversal with a wrong sign",
        "refused",
    ],
)
def test_whether_the_payment_is_held_against_its_claims(put: Put, old: bytes, new: bytes, told: bool) -> None:
    data = OFF.replace(old, new).replace(b"SE*21*", b"SE*20*" if b"N3*" in old else b"SE*21*")
    path = put("a.835", data)
    for options in (CheckOptions(), PLAIN, CheckOptions(snip=frozenset({3})), CheckOptions(select=("BAL",))):
        assert ("BAL-T" in rules(path, options=options)) is told
    results = pipeline.denials([path], DenialOptions(str, conformance="fast"))
    assert ("BAL-T" in [f.rule.id for result in results for f in result.findings]) is told


def test_a_claim_whose_amounts_cannot_be_read_is_not_expected_to_balance(put: Put) -> None:
    """And the claims before and after it are."""
    answers = [b.payment(f"A{n}") for n in range(4)]
    segments = [s for answer in answers for s in answer]
    data = b.remit_file(*b.PAYMENT, *segments)
    data = data.replace(b"CLP*A1*1*100*", b"CLP*A1*1*1OO*")
    assert rules(put("a.835", data)) == ["SYN-MONEY"]
    for name in ("A0", "A2", "A3"):
        wrong = data.replace(f"CLP*{name}*1*100*".encode(), f"CLP*{name}*1*101*".encode())
        assert {(f.rule.id, f.claim) for f in findings(check(put("b.835", wrong)))} == {
            ("SYN-MONEY", "A1"),
            ("BAL-C", name),
        }


def test_a_claim_that_lost_a_head_is_not_expected_to_balance(put: Put) -> None:
    """Its own lines, or those of the claim behind it, are not told from what nobody can place."""
    first, second = b.payment("A1"), b.payment("A2")
    assert [s[:3] for s in first if s[:3] in ("CLP", "SVC")] == ["CLP", "SVC"]
    for one, other in (
        ([s for s in first if not s.startswith("SVC")], second),
        (first, [s for s in second if not s.startswith("CLP")]),
        (first, ["CAS*PR*3*5", *(s for s in second if not s.startswith("CLP"))]),
    ):
        found = rules(put("a.835", b.remit_file(*b.PAYMENT, *one, *other)))
        assert found
        assert not any(rule.startswith("BAL-") for rule in found), found


def test_a_payment_without_its_amount_is_held_against_none(put: Put) -> None:
    path = put("a.835", b.remit_file(*(s for s in b.PAYMENT if not s.startswith("BPR")), *b.payment("A1")))
    assert rules(path, options=CheckOptions(snip=FORM)) == ["IG-SEG-MISSING"]


def test_an_amount_that_cannot_be_read_is_told_with_its_claim_and_line(put: Put) -> None:
    second = ("SVC*HC:11102*0*0**one", "SVC*HC:11102*0*O**1", "CAS*CO*45*4O")
    data = b.remit_file(*b.PAYMENT, *b.payment("A1"), *b.payment("A2"), *second)
    data = data.replace(b"CLP*A2*1*100*", b"CLP*A2*1*1OO*")
    told = [(f.claim, f.line, f.place.segment, f.place.element) for f in findings(check(put("a.835", data)))]
    assert told == [("A2", None, "CLP", 3), ("A2", 2, "SVC", 5), ("A2", 3, "SVC", 3), ("A2", 3, "CAS", 3)]


# -- what is asked for


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["COD-NPI", "SYN-PADDED", "BAL-A"]),
        ({"select": ("BAL",)}, ["BAL-A"]),
        ({"select": ("BAL", "COD-NPI")}, ["COD-NPI", "BAL-A"]),
        ({"ignore": ("SYN",)}, ["COD-NPI", "BAL-A"]),
        ({"select": ("SYN", "BAL"), "ignore": ("SYN-PADDED",)}, ["BAL-A"]),
        ({"snip": frozenset({3})}, ["BAL-A"]),
        ({"snip": frozenset({0, 1, 5})}, ["COD-NPI", "SYN-PADDED"]),
        ({"select": ("DERM",)}, []),
    ],
)
def test_select_ignore_and_snip(put: Put, options: dict[str, object], expected: list[str]) -> None:
    path = put("a.837", MIXED)
    assert rules(path, options=CheckOptions(conformance="off", **options)) == expected  # type: ignore[arg-type]


def test_conformance_can_be_left_out(put: Put) -> None:
    path = put("a.837", b.claim_file(*b.ABOVE, *b.claim()).replace(b"*Y*A*Y*Y~", b"*Y*Z*Y*Y~"))
    assert rules(path, options=PLAIN) == []
    assert [(f.rule.id, f.place.element) for f in findings(check(path, options=CheckOptions(snip=FORM)))] == [
        ("IG-ELE-CODE", 7)
    ]


def test_one_cause_is_not_told_by_reader_and_guide(put: Put) -> None:
    path = put("a.837", b.GOOD_CLAIMS.replace(b"DTP*472*D8*20260104", b"DTP*472*D8*20260230", 1))
    assert rules(path, options=CheckOptions(snip=FORM)) == ["SYN-DATE"]


LONG = b.GOOD_CLAIMS.replace(b"NM1*85*", b"PRV*BI*PXC*" + b"2" * 60 + b"~\nNM1*85*").replace(b"SE*28*", b"SE*29*")


def test_a_list_out_of_date_hides_no_error_of_the_guide(put: Put) -> None:
    """The list of taxonomies is out of date by then, so that it only warns."""
    options = CheckOptions(snip=FORM, as_of=date(2026, 3, 10))
    results = check(put("a.837", LONG), options=options)
    assert [(f.rule.id, f.place.element, f.severity) for f in findings(results)] == [
        ("IG-ELE-LENGTH", 3, Severity.ERROR)
    ]
    assert sum(r.held for r in results) == 2


def test_what_is_left_out_hides_nothing(put: Put) -> None:
    path = put("a.837", b.GOOD_CLAIMS.replace(b"XX*1234567893", b"XX*12345678931" + b"2" * 80, 1))
    assert rules(path, options=CheckOptions(snip=FORM)) == ["COD-NPI"]
    assert rules(path, options=CheckOptions(snip=FORM, ignore=("COD",))) == ["IG-ELE-LENGTH"]
    path = put("b.837", b.GOOD_CLAIMS.replace(b"DTP*472*D8*20260104", b"DTP*472*D8*20260230", 1))
    assert rules(path, options=CheckOptions(snip=FORM, select=("IG",))) == ["IG-ELE-DATE"]


def test_a_value_that_cannot_be_read_hides_no_fault_beside_it(put: Put) -> None:
    path = put("a.837", b.GOOD_CLAIMS.replace(b"*100*UN*1***1", b"*1OO*QQ*1***1", 1))
    found = [(f.rule.id, f.place.element) for f in findings(check(path, options=CheckOptions(snip=FORM)))]
    assert found == [("SYN-MONEY", 2), ("IG-ELE-CODE", 3)]
    path = put("b.837", b.GOOD_CLAIMS.replace(b"DMG*D8*19700101*F", b"DMG*D9*19701301*X", 1))
    found = [(f.rule.id, f.place.element) for f in findings(check(path, options=CheckOptions(snip=FORM)))]
    assert found == [("SYN-DATE", 2), ("IG-ELE-CODE", 3)]  # its qualifier is a part of a date


# -- the limit of findings


def test_findings_of_a_file_beyond_the_limit_are_counted(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curette.pipeline.results.FINDINGS_A_FILE", 3)
    claims = [s for n in range(5) for s in b.claim(f"A{n}")]
    data = b.claim_file(*b.ABOVE, *claims).replace(b"CLM*A", b"CLM*B").replace(b"*100***11", b"*101***11")
    sums = CheckOptions(conformance="off", snip=frozenset({3}))  # five visits on one day are a finding of their own
    results = check(put("a.837", data), put("b.837", data), options=sums)
    listed = [(r.file[-5:], len(r.findings), len(r.hidden)) for r in results if not r.begins]
    assert listed == [("a.837", 3, 2), ("b.837", 3, 2)]
    assert [f.claim for f in results[1].findings] == ["B0", "B1", "B2"]
    assert [f.claim for f in results[1].hidden] == ["B3", "B4"]


def test_the_limit_spans_the_transactions_of_a_file(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curette.pipeline.results.FINDINGS_A_FILE", 3)
    one = [*b.ABOVE, *(s.replace("*100***11", "*101***11") for n in range(2) for s in b.claim(f"A{n}"))]
    data = b.write(b.interchange(b.group(*(b.transaction(*one, control=f"000{n}") for n in range(3)))))
    results = check(put("a.837", data))[1:]
    assert [(len(r.findings), len(r.hidden)) for r in results] == [(2, 0), (1, 1), (0, 2)]


def test_what_is_wrong_with_a_group_is_told_once_and_refuses_each_of_its_transactions(put: Put) -> None:
    sets = [b.transaction(*b.ABOVE, *b.claim(f"A{n}"), control=f"000{n}") for n in (1, 2, 3)]
    groups = b.group(*sets, control="1"), b.group(*sets, control="2")
    data = b.write(b.interchange(*groups)).replace(b"GS*HC", b"GS*HP")
    results = check(put("batch.837", data))
    assert [f.place.group for f in findings(results)] == ["1", "2"]
    assert (sum(r.claims for r in results), sum(r.held for r in results)) == (6, 6)


def test_the_limit_holds_for_denials_too(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curette.pipeline.results.FINDINGS_A_FILE", 1)
    path = put("a.835", b.GOOD_REMIT.replace(b"*100*60*0*", b"*100*60*5*"))
    results = [r for r in pipeline.denials([path], DenialOptions(str)) if not r.begins]
    assert [(len(r.findings), len(r.hidden)) for r in results] == [(1, 2)]


def test_a_short_call_says_what_the_options_may(tmp_path: Path) -> None:
    path, notes = tmp_path / "batch.837", tmp_path / "notes.csv"
    path.write_bytes(b.GOOD_CLAIMS)
    notes.write_text("claim,line,lesion_max_mm\nA1,1,4.0\n", "utf-8")
    day = date(2026, 3, 10)
    short = list(curette.check(str(path), notes=str(notes), today=day))
    assert short == list(curette.check([path], CheckOptions(notes=notes, as_of=day)))
    assert short != list(curette.check(path))
    with pytest.raises(curette.NotesError):
        curette.check(path, notes=tmp_path / "absent.csv")
