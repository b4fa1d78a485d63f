"""Each screen with a line that it stops and one that it must let pass."""

from typing import Any

import pytest

from curette.codes.denials import codes
from curette.denials.categorise import categorise
from curette.denials.facts import LineFacts
from tests.denials.lines import denied, line

HITS: list[tuple[str, LineFacts, str]] = [
    ("reversal", line(-10000, ("CO", "45", -5000), status="22", charge=-15000), "reversal recoup/reversal SCR-01"),
    ("reversal without its status", line(-10000, ("CO", "45", -5000), charge=-15000),
     "reversal recoup/reversal SCR-01"),
    ("money taken back from a free line", line(-500, charge=0), "reversal recoup/reversal SCR-01"),
    ("forwarded claim", denied("OA-B11", status="23"), "transferred transfer/forwarded SCR-02"),
    ("forwarded line", denied("CO-B11"), "transferred transfer/forwarded CARC-B11"),
    ("forwarded more than denied", line(0, ("OA", "292", 9000), ("CO", "50", 6000)),
     "transferred transfer/forwarded CARC-292"),
    ("denied more than forwarded", line(0, ("OA", "292", 6000), ("CO", "50", 9000)),
     "denied mednec/not_necessary CARC-50"),
    ("predetermination", denied("OA-101", status="25"), "predetermination info/predetermination SCR-03"),
    ("patient unknown", denied("CO-31", status="4"), "denied elig/not_identified SCR-04"),
    ("patient unknown, said with 16", denied("CO-16", status="4"), "denied elig/not_identified SCR-04"),
    ("patient unknown, said by the status alone", denied("CO-45", status="4"), "denied elig/not_identified SCR-04"),
    ("patient unknown, nothing said", line(0, status="4"), "denied elig/not_identified SCR-04"),
    ("status 4 for another denial", denied("CO-50", status="4"), "denied mednec/not_necessary CARC-50"),
    ("status 4 for one of two", denied("CO-31", "CO-50", status="4"), "denied elig/not_identified CARC-31"),
    ("reporting code", denied("CO-246", procedure="G8427"), "informational info/reporting_code SCR-06"),
    ("reporting code by its number", denied("CO-96", procedure="1036F"), "informational info/reporting_code SCR-06"),
    ("report in small letters", denied("CO-16", procedure="g8427"), "informational info/reporting_code SCR-06"),
    ("reporting remark", denied("CO-96", remarks=("n620",)), "informational info/quality SCR-06"),
    ("reporting remark of the claim", denied("CO-96", claim_remarks=("N620",)), "denied benefit/noncovered CARC-96"),
    ("free line", line(0, charge=0), "informational info/zero_charge SCR-06"),
    ("reporting codes absent", denied("CO-16", remarks=("N572",)), "denied data/missing_info RARC-N572"),
    ("report of a cent", line(0, ("CO", "16", 1), charge=1, remarks=("N572",)), "informational info/quality SCR-06"),
    ("paid, in spite of a reporting remark", line(15000, remarks=("N620",)), "paid -/- GENERAL"),
    ("under review", denied("OA-133"), "pending pend/review SCR-07"),
    ("under review beside a deductible", line(0, ("OA", "133", 9000), ("PR", "1", 6000)), "pending pend/review SCR-07"),
    ("review of a paid line", line(9000, ("OA", "133", 6000)), "paid -/- GENERAL"),
    ("pended by an old status", line(0, status="13"), "pending pend/status_pended SCR-07"),
    ("old status of a paid line", line(15000, status="13"), "paid -/- GENERAL"),
    ("crossover duplicate", denied("OA-18", claim_remarks=("N522",)), "informational info/crossover SCR-08"),
    ("other duplicate", denied("OA-18"), "denied dup/exact CARC-18"),
    ("rollup", denied("CO-97", submitted="88305", sister_bundled=True), "rollup info/rollup SCR-09"),
    ("bundled, and no line took it over", denied("CO-97", submitted="88305"), "denied bundling/included CARC-97"),
    ("bundled in part", line(0, ("CO", "97", 9000), ("CO", "45", 6000), submitted="88305", sister_bundled=True),
     "denied bundling/included CARC-97"),
    ("discount of the whole charge", denied("CO-45"), "denied other/full_45 SCR-11"),
    ("discount of the whole charge in two parts", denied("CO-45", "PR-45"), "denied other/full_45 SCR-11"),
    ("discount that leaves a cent", line(0, ("CO", "45", 14999)), "denied other/no_reason GENERAL"),
    ("discount and sequestration", denied("CO-45", "CO-253"), "contractual_zero_pay contractual/fee_schedule SCR-18"),
    ("reduction of all", denied("CO-59"), "denied other/full_reduction M51-02"),
    ("reduction of all that the contract left", denied("CO-45", "CO-59"), "denied other/full_reduction M51-02"),
    ("reduction of all with a category", denied("CO-B10"), "denied bundling/component_paid SCR-12"),
    ("reduction of a part", line(9000, ("CO", "59", 6000)), "reduced reduction/multiple_procedure M51-02"),
    ("reduction beside a deductible", denied("CO-59", "PR-1"), "reduced reduction/multiple_procedure M51-02"),
    ("reduction beside another payer", denied("CO-59", "OA-23"), "reduced reduction/multiple_procedure M51-02"),
    ("deductible", denied("PR-1"), "patient_zero_pay patient/deductible SCR-13"),
    ("deductible after the discount", denied("CO-45", "PR-1", "CO-253"), "patient_zero_pay patient/deductible SCR-13"),
    ("deductible nobody may collect", denied("CO-1"), "contractual_zero_pay contractual/- SCR-18"),
    ("deductible of another payer", denied("OA-1"), "cob_zero_pay cob_impact/- SCR-14"),
    ("share the payer keeps", denied("PI-2"), "denied other/full_reduction SCR-12"),
    ("another payer paid", denied("OA-23"), "cob_zero_pay cob_impact/prior_payer SCR-14"),
    ("qualified beneficiary", denied("CO-303"), "cob_zero_pay cob_impact/qmb SCR-14"),
    ("share of an earlier payer", denied("PR-275"), "cob_zero_pay cob_impact/prior_cost_share SCR-14"),
    ("capitation", denied("CO-24", filing="HM"), "contractual_zero_pay contractual/capitation SCR-18"),
    ("capitation said by Medicare", denied("CO-24", filing="MA"), "denied elig/wrong_payer SCR-15"),
    ("payment went to the patient", denied("OA-100"), "informational info/paid_patient GENERAL"),
    ("appeal upheld", denied("CO-193"), "appeal_upheld appeal/upheld SCR-17"),
    ("appeal upheld in part", line(9000, ("CO", "193", 6000)), "appeal_upheld appeal/upheld SCR-17"),
    ("appeal too late", denied("CO-286"), "appeal_dismissed appeal/time SCR-17"),
    ("appeal dismissed in old words", denied("PR-138"), "appeal_dismissed appeal/procedure SCR-17"),
    ("unprocessable", denied("CO-16", claim_remarks=("MA130",)), "denied data/unprocessable RARC-MA130"),
    ("unprocessable, and why", denied("CO-16", claim_remarks=("MA130", "N382")),
     "denied data/patient_demographics RARC-N382"),
    ("unprocessable without a reason", line(0, claim_remarks=("MA130",)), "denied data/unprocessable SCR-19"),
    ("unprocessable, reason in a remark", line(0, ("CO", "45", 100), remarks=("MA130", "M62")),
     "denied auth/number SCR-19"),
    ("unknown reason", denied("CO-Z99"), "denied other/unknown_code SCR-20"),
    ("unknown reason for the patient", denied("PR-Z99"), "denied other/unknown_code SCR-12"),
    ("unknown reason on a paid line", line(9000, ("CO", "Z99", 6000)), "reduced other/unknown_code SCR-20"),
    ("no reason", line(0), "denied other/no_reason GENERAL"),
    ("no reason but a note", line(0, ("CO", "45", 5000)), "denied other/no_reason GENERAL"),
    ("paid", line(15000), "paid -/- GENERAL"),
    ("paid more than charged", line(16000, ("OA", "94", -1000)), "paid -/- GENERAL"),
    ("paid less than nothing", line(-1000, ("CO", "45", 6000), ("PR", "2", 10000)),
     "patient_zero_pay patient/coinsurance SCR-13"),
    ("denial taken back in part", line(15000, ("CO", "50", -100), ("CO", "45", 100)), "paid -/- GENERAL"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), [hit[1:] for hit in HITS], ids=[hit[0] for hit in HITS])
def test_screens(facts: LineFacts, expected: str) -> None:
    found = categorise(facts)
    category = f"{found.general_category or '-'}/{found.general_sub or '-'}"
    assert f"{found.outcome} {category} {found.rule}" == expected


WARNED: list[tuple[str, LineFacts]] = [
    ("", line(10000, ("CO", "45", 5000), claim_remarks=("MA01",))),
    ("carc_without_rarc", denied("CO-16")),
    ("carc_without_rarc", denied("CO-16", remarks=("N211",))),
    ("", denied("CO-16", remarks=("M76",))),
    ("carc_without_rarc", line(9000, ("CO", "96", 6000))),
    ("unknown_rarc", denied("CO-16", remarks=("N9999",))),
    ("unknown_rarc", line(15000, claim_remarks=("XX",))),
    ("unknown_carc", denied("CO-Z99")),
    ("unknown_group", denied("ZZ-50")),
    ("unknown_group", line(9000, ("ZZ", "45", 6000))),
    ("", denied("CR-29")),
    ("group_not_permitted", denied("CO-23")),
    ("", denied("CO-18")),
    ("status4_nonstandard", denied("CO-50", status="4")),
    ("status4_nonstandard", line(9000, ("CO", "45", 6000), status="4")),
    ("", denied("CO-31", status="4")),
    ("unknown_status", line(15000, status="99")),
    ("", line(15000, status="01")),
    ("reversal_nonstandard", line(-15000, charge=-15000)),
    ("", line(-15000, charge=-15000, status="22")),
    ("full_45", denied("CO-45")),
    ("unexplained", line(0, ("CO", "50", 5000))),
    ("unprocessable", denied("CO-252", claim_remarks=("MA01",), remarks=("MA130",))),
    ("expected_denial", denied("PR-204", modifiers=("59", "GY"))),
    ("expected_denial", denied("PR-204", modifiers=("gy",))),
    ("", denied("OA-204", modifiers=("GY",))),
    ("", denied("PR-27", modifiers=("GX",))),
    ("payer_recode", line(15000, procedure="11641", submitted="11642")),
    ("", line(15000, procedure="11641", submitted=" 11641")),
]


@pytest.mark.parametrize(("warnings", "facts"), WARNED)
def test_warnings(warnings: str, facts: LineFacts) -> None:
    assert " ".join(categorise(facts).warnings) == warnings


@pytest.mark.parametrize(
    ("facts", "group", "carc"),
    [
        (line(0, ("CO", "50", 5000), ("CO", "16", 10000)), "CO", "16"),
        (line(0, ("CO", "50", -9000), ("CO", "16", 8000), ("CO", "97", 16000)), "CO", "97"),
        (denied("CO-29", "PR-197", "CO-50"), "PR", "197"),  # of equal amounts authorization is asked first
        (denied("CO-50", "PR-50"), "CO", "50"),
        (line(10000, ("CO", "45", 5000)), None, None),
        (line(0, ("CO", "45", 9000), ("PR", "3", 2000), ("PR", "1", 4000)), "PR", "1"),
    ],
)
def test_main_reason_is_the_largest(facts: LineFacts, group: str | None, carc: str | None) -> None:
    found = categorise(facts)
    assert (found.group, found.carc) == (group, carc)


@pytest.mark.parametrize(
    ("facts", "money", "patient_liable"),
    [
        (denied("PR-96"), (15000, 15000, 0), True),
        (denied("CO-96"), (15000, 0, 0), False),
        (line(0, ("CO", "45", 3000), ("PR", "1", 4000), ("CO", "50", 8000)), (8000, 4000, 3000), False),
        (denied("CO-45"), (15000, 0, 0), False),
        (denied("PR-45"), (15000, 15000, 0), True),
        (line(0), (15000, 0, 0), False),
        (line(0, ("CO", "45", 3000)), (12000, 0, 3000), False),
        (denied("CO-193"), (0, 0, 0), False),
        (line(-9000, ("PR", "2", -1000), ("CO", "45", -5000), charge=-15000, status="22"), (0, -1000, -5000), False),
        (line(9000, ("CO", "45", 4000), ("PR", "2", 2000)), (0, 2000, 4000), False),
    ],
)
def test_money(facts: LineFacts, money: tuple[int, int, int], patient_liable: bool) -> None:
    found = categorise(facts)
    assert (found.denied, found.patient_responsibility, found.contractual) == money
    assert found.patient_liable is patient_liable


@pytest.mark.parametrize(
    ("more", "category", "confidence"),
    [
        ({}, "data", "possible"),
        ({"remarks": ("M76",)}, "coding", "certain"),
        ({"remarks": ("M21",)}, "data", "likely"),  # its category was found by a keyword
        ({"remarks": ("N382", "M62")}, "auth", "certain"),  # asked in order: authorization before claim data
        ({"remarks": ("N382",), "claim_remarks": ("M62",)}, "data", "certain"),  # the line's own remarks first
        ({"remarks": ("MA01",), "claim_remarks": ("M62",)}, "auth", "certain"),
        ({"remarks": ("N362", "M76")}, "coding", "certain"),
    ],
)
def test_a_remark_names_the_cause_of_a_generic_reason(more: dict[str, Any], category: str, confidence: str) -> None:
    found = categorise(denied("CO-16", **more))
    assert found.general_category == category
    assert found.confidence == confidence


@pytest.mark.parametrize(
    ("facts", "sla", "action"),
    [
        (denied("CO-50"), "48H", "mednec"),
        (line(9000, ("CO", "50", 6000)), "48H", "mednec"),
        (line(9000, ("CO", "100", 6000), ("CO", "61", 100)), "NONE", None),
        (line(15000), None, None),
        (denied("PR-96", modifiers=("GY",)), "NONE", "benefit"),
        (denied("CO-16", remarks=("MA130",)), "48H", "new_claim"),
        (denied("CO-45"), "48H", "review"),
        (denied("CO-27", procedure="J1628"), "SAME_DAY", "elig"),  # biologics and Mohs, whatever the reason
        (denied("CO-29", procedure=" j1628"), "SAME_DAY", "timely"),
        (denied("CO-29", procedure="17311"), "SAME_DAY", "timely"),
        (denied("CO-50", procedure="J3590"), "SAME_DAY", "mednec"),
        (denied("CO-29", procedure="17310"), "48H", "timely"),
        (denied("CO-29", procedure="J1100"), "48H", "timely"),
        (denied("PR-204", procedure="J1628", modifiers=("GY",)), "NONE", "benefit"),
        (line(9000, ("CO", "61", 6000), procedure="17311"), "NONE", None),
    ],
)
def test_what_to_do_and_how_soon(facts: LineFacts, sla: str | None, action: str | None) -> None:
    found = categorise(facts)
    assert (found.sla, found.action) == (sla, codes().actions[action] if action else None)
