"""A second practice: another sender, other delimiters, two billing providers (a physician alone, and a laboratory)."""

from samples_claims import Billing, Claim, Line, Payer, Person, Provider
from samples_x12 import npi

TEXAS_MEDICARE = Payer("EXAMPLE MEDICARE SOUTH", "99014", "MB", "MB")
ADVANTAGE = Payer("SAMPLE ADVANTAGE PLAN", "99016", "16", "16")
EMPLOYER = Payer("TESTCASE EMPLOYER TRUST", "99017", "CI", "12")

SOLO = Billing(
    Provider("FICTION", "AVERY", npi(41), "207N00000X"),
    "7 EXAMPLE PLAZA",
    "AUSTIN*TX*787010003",
    "000000002",
    ("NM1*87*1", "N3*PO BOX 70", "N4*AUSTIN*TX*787110003"),
)
LABORATORY = Billing(
    Provider("EXAMPLE SKIN PATHOLOGY", "", npi(42), "291U00000X"),
    "9 EXAMPLE PLAZA",
    "AUSTIN*TX*787010004",
    "000000003",
)
READER = Provider("MOCKUP", "BLAIR", npi(43), "207ND0900X")

TESS = Person("SAMPLE", "TESS", "19470801", "F", "TEST0101")
ULF = Person("DUMMY", "ULF", "19900212", "M", "TEST0102")
VERA = Person("MOCKUP", "VERA", "19850630", "F", "TEST0103")
WALT = Person("EXAMPLE", "WALT", "19530917", "M", "TEST0104")

SOLO_CLAIMS = (
    # Light therapy with its gel, and frozen keratoses elsewhere: no pair stands between them.
    Claim(
        "SOLO01",
        TEXAS_MEDICARE,
        TESS,
        "L57.0",
        (Line("96573", "420", "1"), Line("J7345:JZ", "380.5", "1", "200"), Line("17000", "135", "1")),
    ),
    Claim(
        "SOLO02",
        EMPLOYER,
        ULF,
        "L74.510",
        (Line("99214:25", "210", "1"), Line("64650", "310", "1"), Line("J0585:JZ", "1150.75", "1", "100")),
    ),
    Claim(
        "SOLO03",
        EMPLOYER,
        VERA,
        "L91.8 R58",
        (Line("11200", "165", "1:2"), Line("11201", "60", "1:2")),
    ),
    Claim(
        "SOLO04",
        ADVANTAGE,
        WALT,
        "D22.5 D49.2",
        (Line("11301", "240", "1"), Line("11102:59", "210", "2")),
    ),
)
LABORATORY_CLAIMS = (
    Claim(
        "LAB01",
        ADVANTAGE,
        WALT,
        "D22.5 C43.59",
        (Line("88305", "450", "1:2", "3"), Line("88342", "280", "2"), Line("88341", "390", "2", "2")),
        READER,
        place="81",
        refs=("REF*X4*45D9999999",),
        providers=(SOLO.provider.name("DN"),),
    ),
    Claim(
        "LAB02",
        EMPLOYER,
        VERA,
        "L30.9",
        (Line("88305", "150", "1"), Line("88312", "240", "1")),
        READER,
        place="81",
        refs=("REF*X4*45D9999999",),
        providers=(SOLO.provider.name("DN"),),
    ),
)
SIDES = ((SOLO, SOLO_CLAIMS), (LABORATORY, LABORATORY_CLAIMS))
