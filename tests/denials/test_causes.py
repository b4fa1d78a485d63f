"""Every contextual rule with a line that it names and near misses, one thing away, that it does not."""

from collections import Counter
from datetime import date
from random import Random
from typing import Any

import pytest

from curette.codes.denials import codes
from curette.denials.categorise import categorise
from curette.denials.causes import Asked, Causes
from curette.denials.facts import Context, Denial
from curette.denials.outcomes import Outcome
from tests.denials.lines import denied, line

Given = tuple[str, str, str, dict[str, Any]]  # what to expect, procedure, reason, the rest


def found(procedure: str, reason: str, more: dict[str, Any]) -> Denial:
    """A line of 150.00 denied for one reason; `beside` are its sisters, `dx` diagnoses, `paid` cents."""
    around = {"sisters": more.get("beside", ()), "diagnoses": more.get("dx", ()), "ndc": more.get("ndc", "")}
    context = Context(**around, linked=more.get("linked", bool(more.get("dx"))), day=more.get("day"))
    rest = {key: more[key] for key in more.keys() & {"remarks", "claim_remarks", "modifiers", "submitted", "filing"}}
    paid = more.get("paid", 0)
    if not paid:
        return categorise(denied(reason, procedure=procedure, **rest), context)
    group, _, carc = reason.partition("-")
    return categorise(line(paid, (group, carc, 15000 - paid), procedure=procedure, **rest), context)


def told(denial: Denial) -> str:
    cause = f"{denial.derm_category}.{denial.derm_sub}" if denial.derm_category else "-"
    return f"{denial.rule} {cause} {denial.general_category} {denial.confidence} {denial.sla}"


ADMIN, MOHS, BIOPSY = {"beside": ("J1628",)}, {"beside": ("17311",)}, {"beside": ("11102",)}
HITS: list[Given] = [
    ("BIO-01 biologic_pa.absent auth certain SAME_DAY", "J1628", "CO-197", {}),
    ("BIO-01 biologic_pa.number_invalid auth certain SAME_DAY", "J3357", "CO-15", {}),
    ("BIO-01 biologic_pa.exceeded auth certain SAME_DAY", "J3357", "CO-198", {}),
    ("BIO-01 biologic_pa.expired auth certain SAME_DAY", "J3245", "CO-302", {}),
    ("BIO-01 biologic_pa.wrong_service auth certain SAME_DAY", "J1628", "CO-284", {}),
    ("BIO-01 biologic_pa.wrong_provider auth certain SAME_DAY", "J1628", "CO-296", {}),
    ("BIO-01 biologic_pa.late auth certain SAME_DAY", "J1628", "CO-210", {}),
    ("BIO-01 biologic_pa.refused auth certain SAME_DAY", "J1628", "CO-39", {}),
    ("BIO-01 biologic_pa.network auth certain SAME_DAY", "J0897", "CO-243", {}),
    ("BIO-01 biologic_pa.absent auth certain SAME_DAY", "J1628", "CO-16", {"remarks": ("M62",)}),
    ("BIO-02 biologic_pa.absent auth likely SAME_DAY", "J3590", "CO-197", {}),
    ("BIO-02 biologic_pa.absent auth likely SAME_DAY", "J3590", "CO-197", {"linked": True}),
    ("BIO-02 biologic_pa.absent auth certain SAME_DAY", "J3590", "CO-197", {"linked": True, "ndc": "00024591401"}),
    ("BIO-03 biologic_pa.administration auth certain SAME_DAY", "96372", "CO-197", ADMIN),
    ("BIO-03 biologic_pa.administration auth certain SAME_DAY", "96372", "CO-197", {"beside": ("j1628",)}),
    ("BIO-04 step_therapy.stated mednec certain P2P_24H", "J1628", "CO-50", {"remarks": ("N683",)}),
    ("BIO-05 step_therapy.inferred mednec likely P2P_24H", "J1628", "CO-272", {}),
    ("BIO-06 biologic_billing.pharmacy_benefit benefit certain SAME_DAY", "J3590", "PR-96", {"remarks": ("N426",)}),
    ("BIO-06 biologic_billing.pharmacy_benefit benefit certain SAME_DAY", "J1628", "CO-289", {}),
    ("BIO-07 biologic_billing.specialty_vendor benefit certain SAME_DAY", "J1628", "CO-96", {"remarks": ("N773",)}),
    ("BIO-08 biologic_billing.ndc coding certain SAME_DAY", "J1628", "CO-16", {"remarks": ("M119",)}),
    ("BIO-08 biologic_billing.ndc coding certain SAME_DAY", "J3490", "CO-211", {}),
    ("BIO-09 biologic_billing.units coding certain SAME_DAY", "J1628", "CO-151", {"paid": 5000}),
    ("BIO-10 biologic_billing.code coding certain SAME_DAY", "J3357", "CO-181", {}),
    ("BIO-11 biologic_billing.drug_admin_pair bundling certain SAME_DAY", "96372", "CO-B15", {}),
    ("BIO-12 biologic_medical.not_necessary mednec certain SAME_DAY", "J1628", "CO-50", {}),
    ("BIO-12 biologic_medical.experimental mednec certain SAME_DAY", "J1628", "CO-55", {}),
    ("BIO-12 biologic_medical.diagnosis mednec certain SAME_DAY", "J1628", "CO-11", {}),
    ("BIO-13 biologic_pa.documentation doc likely SAME_DAY", "J1628", "CO-252", {}),
    ("PATH-01 pathology_bundling.with_mohs bundling certain 48H", "88305", "CO-97", MOHS),
    ("MOHS-01 mohs.addon_without_first bundling certain SAME_DAY", "17312", "CO-B15", {}),
    ("MOHS-02 mohs.stage_block_units coding certain SAME_DAY", "17315", "CO-151", {"paid": 5000}),
    ("MOHS-03 mohs.authorization auth certain SAME_DAY", "17311", "CO-197", {}),
    ("MOHS-04 mohs.documentation doc certain SAME_DAY", "17312", "CO-252", {"remarks": ("M29",)}),
    ("MOHS-05 mohs.diagnosis mednec likely SAME_DAY", "17311", "CO-11", {}),
    ("MOHS-05 mohs.diagnosis mednec certain SAME_DAY", "17311", "CO-11", {"dx": ("L821",)}),
    ("MOHS-06 mohs.bundling bundling likely SAME_DAY", "17313", "CO-236", MOHS),
    ("PATH-02 pathology_bundling.component_26_tc coding certain 48H", "88305", "CO-4", {}),
    ("PATH-03 pathology_bundling.clia provider certain 48H", "88305", "CO-16", {"remarks": ("MA120",)}),
    ("PATH-04 pathology_bundling.specimen_units coding certain 48H", "88305", "CO-151", {"paid": 5000}),
    ("PATH-05 pathology_bundling.other bundling likely 48H", "88305", "OA-18", {}),
    ("EM-01 modifier_25.missing bundling certain 48H", "99213", "CO-97", BIOPSY),
    ("EM-02 modifier_25.unsupported bundling certain 48H", "99213", "CO-97", BIOPSY | {"modifiers": ("25",)}),
    ("EM-03 modifier_25.inconsistent coding certain 48H", "99213", "CO-4", {"modifiers": ("25",)}),
    ("EM-04 modifier_25.missing coding likely 48H", "99213", "CO-4", BIOPSY),
    ("EM-04 modifier_25.missing coding certain 48H", "99213", "CO-4", BIOPSY | {"dx": ("L570",)}),
    ("EM-05 modifier_25.documentation doc likely 48H", "99213", "CO-252", {"modifiers": ("25",), "remarks": ("N706",)}),
    ("EM-06 global_period.em bundling certain 48H", "99213", "CO-97", {"remarks": ("N525",)}),
    ("EM-07 global_period.em bundling likely 48H", "99213", "CO-97", {}),
    ("EM-08 modifier_25.payment_reduction reduction possible 48H", "99213", "CO-59",
     {"modifiers": ("25",), "paid": 9000}),
    ("BX-01 biopsy_code.legacy coding certain 48H", "11100", "CO-181", {}),
    ("BX-02 biopsy_code.addon_without_primary coding certain 48H", "11103", "CO-107", {"remarks": ("N122",)}),
    ("BX-03 biopsy_code.two_primaries coding certain 48H", "11104", "CO-97", BIOPSY),
    ("BX-04 biopsy_code.units coding certain 48H", "11102", "OA-18", {}),
    ("BX-05 biopsy_code.other coding likely 48H", "11106", "CO-150", {"remarks": ("N163",)}),
    ("DES-01 destruction_count.addon_without_first bundling certain 48H", "17003", "CO-107", {}),
    ("DES-02 destruction_count.17004_exclusive bundling certain 48H", "17000", "CO-236", {"beside": ("17004",)}),
    ("DES-03 destruction_count.units coding certain 48H", "17003", "CO-151", {"paid": 5000}),
    ("COS-01 cosmetic.stated benefit certain 48H", "17110", "PR-96", {"remarks": ("N383",)}),
    ("COS-02 cosmetic.always_noncovered benefit certain 48H", "15788", "CO-50", {}),
    ("COS-03 cosmetic.signalling_dx benefit certain 48H", "17110", "CO-50", {"dx": ("L821",)}),
    ("COS-04 cosmetic.boundary_service mednec likely 48H", "11401", "CO-50", {"remarks": ("N115",)}),
    ("COS-04 cosmetic.boundary_service mednec certain 48H", "11401", "CO-50", {"dx": ("C44519",)}),
    ("LES-01 lesion_size_location.recoded_by_payer coding certain 48H", "11641", "CO-150",
     {"submitted": "11642", "paid": 5000}),
    ("LES-02 dx_mismatch.malignant_unsupported coding certain 48H", "11602", "CO-11", {}),
    ("LES-03 lesion_size_location.record_mismatch coding certain 48H", "11643", "CO-150", {"remarks": ("N163",)}),
    ("LES-04 lesion_size_location.op_note doc likely 48H", "11602", "CO-16", {"remarks": ("M29",)}),
    ("MOD59-01 modifier_59.unsupported bundling certain 48H", "11102", "CO-236", {"modifiers": ("XS",)}),
    ("MOD59-01 modifier_59.unsupported bundling certain 48H", "11102", "CO-236", {"modifiers": ("xs",)}),
    ("MOD59-02 modifier_59.missing bundling certain 48H", "17110", "CO-236", {"beside": ("17000",)}),
    ("MOD59-03 modifier_59.unsupported bundling certain 48H", "11102", "CO-97",
     {"modifiers": ("59",), "beside": ("11402",)}),
    ("MOD59-04 modifier_59.missing bundling likely 48H", "17110", "CO-97", {"beside": ("17000",)}),
    ("MOD59-05 modifier_59.inconsistent coding certain 48H", "17110", "CO-4", {"modifiers": ("59",)}),
    ("MOD59-05 modifier_59.inconsistent coding certain SAME_DAY", "17311", "CO-4", {"modifiers": ("59",)}),
    ("MOD59-06 modifier_59.documentation doc likely 48H", "17110", "CO-252", {"modifiers": ("59",)}),
    ("GLOB-01 global_period.procedure bundling certain 48H", "11402", "CO-97", {"remarks": ("M144",)}),
    ("M51-01 modifier_51.on_addon coding certain 48H", "11103", "CO-4", {"modifiers": ("51",), "beside": ("11102",)}),
    ("M51-02 modifier_51.mppr reduction certain NONE", "11401", "CO-59", {"paid": 9000}),
    ("PAUTH-01 procedure_auth.phototherapy auth certain 48H", "96910", "CO-197", {}),
    ("LAT-01 laterality.modifier coding likely 48H", "12052", "CO-4", {"modifiers": ("LT",)}),
    ("DX-01 dx_mismatch.unspecific coding certain 48H", "11102", "CO-16", {"remarks": ("M81",)}),
    ("DX-02 dx_mismatch.mismatch coding certain 48H", "11301", "CO-11", {}),
    ("DX-03 dx_mismatch.invalid coding certain 48H", "11102", "CO-16", {"remarks": ("M76",)}),
]  # fmt: skip

MISSES: list[Given] = [
    ("BIO-01: no biologic", "J3301", "CO-197", {}),
    ("BIO-01: not denied for approval", "J1628", "CO-29", {}),
    ("BIO-02: a drug with a code", "J3301", "CO-197", {}),
    ("BIO-03: no drug beside it", "96372", "CO-197", {}),
    ("BIO-04: not a drug", "99213", "CO-50", {"remarks": ("N683",)}),
    ("BIO-05: a drug without a code may be anything", "J3590", "CO-272", {}),
    ("BIO-06: another remark", "J3590", "PR-96", {"remarks": ("N130",)}),
    ("BIO-12: a drug without a code may be anything", "J3590", "CO-50", {}),
    ("PATH-01: no Mohs", "88305", "CO-97", {"beside": ("11102",)}),
    ("MOHS-01: the first stage", "17311", "CO-B15", {}),
    ("EM-01: no procedure beside it", "99213", "CO-97", {"beside": ("99000",)}),
    ("EM-01: 57 for the decision for surgery", "99213", "CO-97", BIOPSY | {"modifiers": ("57",)}),
    ("EM-01: no visit", "97597", "CO-97", BIOPSY),
    ("EM-02: without 25", "99213", "CO-97", BIOPSY),
    ("EM-03: without 25", "99213", "CO-4", {}),
    ("EM-06: a procedure beside it", "99213", "CO-97", BIOPSY | {"remarks": ("N525",)}),
    ("EM-08: nothing was paid", "99213", "CO-59", {"modifiers": ("25",)}),
    ("BX-01: nothing but a discount", "11100", "CO-45", {}),
    ("BX-02: with its first code", "11103", "CO-107", BIOPSY),
    ("BX-03: one first code", "11104", "CO-97", {"beside": ("11105",)}),
    ("DES-01: with 17000", "17003", "CO-107", {"beside": ("17000",)}),
    ("DES-02: without 17004", "17000", "CO-236", {}),
    ("COS-01: another remark", "17110", "PR-96", {"remarks": ("N130",)}),
    ("COS-02: a service that may be necessary", "17110", "CO-50", {}),
    ("COS-03: another diagnosis", "17110", "CO-50", {"dx": ("B078",)}),
    ("COS-04: something more particular is said", "11401", "CO-50", {"remarks": ("M76",)}),
    ("LES-01: another family", "11641", "CO-150", {"submitted": "11402", "paid": 5000}),
    ("LES-02: a benign excision", "11402", "CO-11", {}),
    ("MOD59-01: another modifier", "11102", "CO-236", {"modifiers": ("RT",)}),
    ("MOD59-02: with 59", "17110", "CO-236", {"modifiers": ("59",)}),
    ("MOD59-04: alone", "17110", "CO-97", {}),
    ("MOD59-04: in a global period", "17110", "CO-97", {"beside": ("17000",), "remarks": ("M144",)}),
    ("M51-01: no add-on", "11102", "CO-4", {"modifiers": ("51",)}),
    ("PAUTH-01: another procedure", "11102", "CO-197", {}),
    ("LAT-01: no side", "12052", "CO-4", {}),
    ("DX-02: another reason", "11301", "CO-50", {}),
]


@pytest.mark.parametrize("hit", HITS, ids=[f"{hit[0].split()[0]} {hit[1]} {hit[2]}" for hit in HITS])
def test_a_rule_names_the_cause(hit: Given) -> None:
    expected, procedure, reason, more = hit
    denial = found(procedure, reason, more)
    assert told(denial) == expected
    rule = next(rule for rule in codes().rules.rules if rule.id == denial.rule)
    assert denial.action == rule.action


@pytest.mark.parametrize("miss", MISSES, ids=[miss[0] for miss in MISSES])
def test_a_near_miss_is_another_matter(miss: Given) -> None:
    name, procedure, reason, more = miss
    assert found(procedure, reason, more).rule != name.partition(":")[0]


def test_every_rule_has_a_hit() -> None:
    assert {hit[0].split()[0] for hit in HITS} == {rule.id for rule in codes().rules.rules}
    assert len(codes().rules.rules) == 62


def test_the_first_rule_by_priority_decides() -> None:
    # a biologic without approval whose remark also says cosmetic: BIO-01 (100) before COS-01 (370)
    assert found("J1628", "CO-197", {"remarks": ("N383",)}).rule == "BIO-01"


def test_of_equal_amounts_the_reason_whose_rule_is_asked_first() -> None:
    half = (("CO", "50", 7500), ("CO", "16", 7500))
    facts = line(0, *half, procedure="J1628", remarks=("M119",))
    denial = categorise(facts)
    assert (denial.rule, denial.carc) == ("BIO-08", "50"), "the remark speaks for either; BIO-08 comes before BIO-12"
    two = line(0, ("CO", "11", 7500), ("CO", "197", 7500), procedure="17311")
    assert (categorise(two).rule, categorise(two).carc) == ("MOHS-03", "197")


def test_what_the_screens_decided_is_not_asked_again() -> None:
    for reason in ("CO-45", "OA-23", "PR-1", "OA-133", "CO-193"):
        assert found("11100", reason, {}).derm_category is None, reason
    assert categorise(denied("CO-16", status="4", procedure="J1628")).rule == "SCR-04"


def test_a_paid_line_under_another_code_of_its_family_is_told() -> None:
    denial = categorise(line(9000, ("CO", "45", 6000), procedure="11641", submitted="11642"))
    assert (denial.outcome, denial.rule, denial.general_category) == (Outcome.PAID, "LES-01", None)
    assert (denial.derm_category, denial.derm_sub, denial.sla) == ("lesion_size_location", "recoded_by_payer", "NONE")
    other = categorise(line(9000, ("CO", "45", 6000), procedure="99213", submitted="99214"))
    assert (other.derm_category, other.warnings) == (None, ("payer_recode",))


def test_a_reduction_of_all_is_worked_as_a_denial() -> None:
    denial = found("11401", "CO-59", {})
    assert (denial.outcome, denial.general_category, denial.general_sub) == (Outcome.DENIED, "other", "full_reduction")
    assert (denial.derm_category, denial.sla) == ("modifier_51", "48H")


def test_what_must_be_a_new_claim_stays_one() -> None:
    denial = found("11102", "CO-16", {"remarks": ("M76", "MA130")})
    assert (denial.rule, denial.action) == ("DX-03", codes().actions["new_claim"])


@pytest.mark.parametrize(
    ("procedure", "sister", "day", "sub"),
    [
        ("11900", "11901", date(2026, 3, 10), "not_allowed"),
        ("11901", "11900", date(2026, 3, 10), "missing"),  # the code that includes the other
        ("17000", "17110", date(2026, 3, 10), "missing"),  # a modifier may part them
        ("17000", "36415", date(2026, 3, 10), "missing"),  # no such pair
        ("11900", "11901", None, "missing"),  # no day, no edition
    ],
)
def test_what_ncci_says_of_the_pair(procedure: str, sister: str, day: date | None, sub: str) -> None:
    denial = found(procedure, "CO-236", {"beside": (sister,), "day": day})
    assert (denial.rule, denial.derm_sub) == ("MOD59-02", sub)


def test_what_is_remembered_is_what_would_be_found() -> None:
    """Lines are told apart only by what the rules for their reason ask."""
    random, known = Random(5), codes()
    rules = known.rules.rules
    asked = [condition for rule in rules for condition in (rule.when, *rule.any)]

    def any_of(name: str) -> list[str]:
        return sorted(frozenset().union(*(getattr(c, name) for c in asked)))

    carcs, rarcs, tags = [*any_of("carcs"), "999"], any_of("rarcs"), [*any_of("tags"), *any_of("tags_none")]
    procedures = [
        "J1628",
        "J3357",
        "96372",
        "17311",
        "17312",
        "11102",
        "11103",
        "99213",
        "88305",
        "17000",
        "17110",
        "0",
    ]
    modifiers = ["25", "59", "RT", "JZ", "", *any_of("modifiers")]
    diagnoses = [(), ("L400",), ("L570",), ("C44311", "L570"), ("L720",)]
    warm, found = Causes(known), Counter[str]()
    for _ in range(4000):
        line = Asked(
            random.choice(carcs),
            frozenset(random.sample(rarcs, random.choice((0, 0, 1)))),
            frozenset(random.sample(tags, random.choice((0, 0, 1)))),
            random.choice(procedures),
            tuple(filter(None, random.choices(modifiers, k=2))),
            random.random() < 0.2,
            random.choice(("", "", *procedures)),
        )
        around = Context(
            tuple(random.choices(procedures, k=random.choice((0, 0, 1, 2)))),
            random.choice(diagnoses),
            random.choice(("", "00000111122")),
            linked=random.random() < 0.5,
        )
        cause = warm.of(line, around)
        assert cause == Causes(known).of(line, around)
        found[cause.rule.id if cause else ""] += 1
    assert len(found) > 30
