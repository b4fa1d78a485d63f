"""The clinic day: 2026-03-10 at one invented dermatology practice, seventeen claims that should leave clean.

Coding follows the facts curette's rules stand on: one first biopsy with its add-ons, units within a day's ceiling,
modifiers on the bundled line, the diagnosis behind each procedure, excision and repair of the same site.
"""

from samples_claims import Billing, Claim, Line, Payer, Person, Provider
from samples_x12 import npi

COMMERCIAL = Payer("EXAMPLE HEALTH PLAN", "99001", "CI", "12")
BLUE = Payer("SAMPLE BLUE PLAN", "99002", "BL", "12")
HMO = Payer("TESTCASE HMO", "99003", "HM", "HM")
MEDICARE = Payer("EXAMPLE MEDICARE CONTRACTOR", "99004", "MB", "MB")
MEDICAID = Payer("SAMPLE STATE MEDICAID", "99005", "MC", "MC")

CLINIC = Billing(
    Provider("SAMPLE SKIN CLINIC", "", npi(1), "207N00000X"),
    "100 SAMPLE STREET",
    "SPRINGFIELD*IL*627010001",
    "000000001",
)
DERMATOLOGIST = Provider("EXAMPLE", "DANA", npi(11), "207N00000X")
SURGEON = Provider("TESTCASE", "MORGAN", npi(12), "207ND0101X")
PATHOLOGIST = Provider("SPECIMEN", "ROBIN", npi(13), "207ND0900X")
REFERRING = Provider("PLACEHOLDER", "JORDAN", npi(21), "207Q00000X")
HOSPITAL = Provider("SAMPLE GENERAL HOSPITAL", "", npi(31), "")

CLIA = "REF*X4*14D9999999"

ALMA = Person("SAMPLE", "ALMA", "19810304", "F", "TEST0001")
BRUNO = Person("EXAMPLE", "BRUNO", "19480612", "M", "TEST0002")
CELIA = Person("TESTCASE", "CELIA", "19511121", "F", "TEST0003")
DORIAN = Person("FICTION", "DORIAN", "19840730", "M", "TEST0004")
ELSIE = Person("FICTION", "ELSIE", "20160509", "F")
FELIX = Person("DUMMY", "FELIX", "19690214", "M", "TEST0005")
GRETA = Person("MOCKUP", "GRETA", "19750825", "F", "TEST0006")
HUGO = Person("MOCKUP", "HUGO", "19731003", "M")
IRIS = Person("SAMPLE", "IRIS", "19880117", "F", "TEST0007")
JONAS = Person("EXAMPLE", "JONAS", "19440909", "M", "TEST0008")
KLARA = Person("TESTCASE", "KLARA", "19500528", "F", "TEST0009")
LINUS = Person("FICTION", "LINUS", "19790418", "M", "TEST0010")
MIRA = Person("DUMMY", "MIRA", "19920606", "F", "TEST0011")
NILS = Person("MOCKUP", "NILS", "19861215", "M", "TEST0012")
OLGA = Person("SAMPLE", "OLGA", "20011029", "F", "TEST0013")
PABLO = Person("EXAMPLE", "PABLO", "19560203", "M", "TEST0014")
QUINN = Person("TESTCASE", "QUINN", "19630711", "F", "TEST0015")
RUBEN = Person("FICTION", "RUBEN", "19970322", "M", "TEST0016")
STELLA = Person("DUMMY", "STELLA", "20040913", "F", "TEST0017")


def drug(ndc: str, quantity: str, unit: str) -> tuple[str, str]:
    """Loop 2410: the eleven digits of the package and how much of it was used."""
    return f"LIN**N4*{ndc}", f"CTP****{quantity}*{unit}"


def earlier(paid: str, code: str, *adjustments: str, left: str) -> tuple[str, ...]:
    """Loop 2430: what Medicare, the first payer, decided on the line."""
    return (
        f"SVD*{MEDICARE.id}*{paid}*HC:{code}**1",
        *adjustments,
        "DTP*573*D8*20260224",
        f"AMT*EAF*{left}",
    )


MEDICARE_FIRST = (  # loops 2320, 2330A, 2330B
    "SBR*P*18*******MB",
    "AMT*D*344",
    "OI***Y***Y",
    "MOA***MA01",
    "NM1*IL*1*EXAMPLE*PABLO****MI*TEST0914",
    f"NM1*PR*2*{MEDICARE.name}*****PI*{MEDICARE.id}",
    "REF*F8*ICN-MB-0203",
)
AT_HOSPITAL = (
    f"NM1*77*2*{HOSPITAL.last}*****XX*{HOSPITAL.npi}",
    "N3*500 EXAMPLE AVENUE",
    "N4*SPRINGFIELD*IL*627020002",
)

VISIT_AND_BIOPSY = Claim(
    "DAY01",
    COMMERCIAL,
    ALMA,
    "L40.0 D49.2",
    (Line("99213:25", "150", "1"), Line("11102", "210", "2"), Line("11103", "200", "2", "2")),
    DERMATOLOGIST,
)
KERATOSES = Claim(
    "DAY02",
    MEDICARE,
    BRUNO,
    "L57.0 L82.0",
    (Line("17110", "225", "2"), Line("17000:59", "140", "1"), Line("17003:59", "90", "1", "6")),
    DERMATOLOGIST,
)
MANY_KERATOSES = Claim(
    "DAY03",
    MEDICARE,
    CELIA,
    "L57.0 L21.9",
    (Line("99214:25", "215", "2"), Line("17004", "320", "1")),
    DERMATOLOGIST,
)
CHILD_WARTS = Claim(
    "DAY04",
    HMO,
    DORIAN,
    "L20.89 B07.8",
    (Line("99203:25", "220", "1"), Line("17110", "225", "2")),
    DERMATOLOGIST,
    patient=ELSIE,
    relation="19",
)
PUNCH_BIOPSIES = Claim(
    "DAY05",
    BLUE,
    FELIX,
    "D49.2",
    (Line("11104", "260", "1"), Line("11105", "125", "1"), Line("11103", "100", "1")),
    DERMATOLOGIST,
)
INCISIONAL_BIOPSIES = Claim(
    "DAY06",
    COMMERCIAL,
    GRETA,
    "D49.2",
    (Line("11106", "320", "1"), Line("11105", "125", "1"), Line("11107", "150", "1")),
    SURGEON,
    patient=HUGO,
    relation="01",
)
INFECTED_CYST = Claim(
    "DAY07",
    COMMERCIAL,
    IRIS,
    "L72.0 L08.9",
    (Line("11403", "380", "1:2"), Line("12032", "520", "1")),
    SURGEON,
)
TRUNK_CANCER = Claim(
    "DAY08",
    MEDICARE,
    JONAS,
    "C44.519",
    (Line("11603", "560", "1"), Line("13101", "860", "1")),
    SURGEON,
)
MOHS = Claim(
    "DAY09",
    MEDICARE,
    KLARA,
    "C44.311",
    (Line("17311", "1450", "1"), Line("17312", "860", "1"), Line("13152", "1050", "1")),
    SURGEON,
    refs=(CLIA,),
)
PATHOLOGY = Claim(
    "DAY10",
    COMMERCIAL,
    LINUS,
    "D22.5 C44.519 L30.9",
    (Line("88305", "300", "1:2", "2"), Line("88312", "240", "3")),
    PATHOLOGIST,
    refs=(CLIA,),
)
BIOLOGIC = Claim(
    "DAY11",
    COMMERCIAL,
    MIRA,
    "L40.0",
    (Line("J3245", "17500", "1", "100", drug("47335017795", "1", "ML")), Line("96372", "45", "1")),
    DERMATOLOGIST,
    refs=("REF*G1*TESTAUTH01",),
)
URTICARIA = Claim(
    "DAY12",
    HMO,
    NILS,
    "L50.1",
    (Line("J2357", "3600", "1", "60", drug("50242004062", "2", "UN")), Line("96372", "90", "1", "2")),
    DERMATOLOGIST,
)
PHOTOTHERAPY = Claim(
    "DAY13",
    MEDICAID,
    OLGA,
    "L40.0",
    (Line("99213:25", "150", "1"), Line("96910", "250", "1")),
    DERMATOLOGIST,
)
SECOND_PAYER = Claim(
    "DAY14",
    COMMERCIAL,
    PABLO,
    "C44.519",
    (
        Line("11604", "420", "1", after=earlier("200", "11604", "CAS*CO*45*170", "CAS*PR*2*50", left="50")),
        Line("12032", "350", "1", after=earlier("144", "12032", "CAS*CO*45*150", "CAS*PR*1*20**2*36", left="56")),
    ),
    SURGEON,
    day="20260203",
    level="S",
    other_payer=MEDICARE_FIRST,
)
MELANOMA = Claim(
    "DAY15",
    BLUE,
    QUINN,
    "C43.59",
    (Line("11606", "900", "1"), Line("13101", "860", "1"), Line("13102", "240", "1")),
    SURGEON,
    place="22",
    providers=AT_HOSPITAL,
)
REFERRED = Claim(
    "DAY16",
    HMO,
    RUBEN,
    "L63.9",
    (Line("99204", "310", "1"),),
    DERMATOLOGIST,
    refs=("REF*9F*TESTREFERRAL1",),
    providers=(REFERRING.name("DN"),),
)
KELOID = Claim(
    "DAY17",
    MEDICAID,
    STELLA,
    "L91.0",
    (Line("11900", "130", "1"), Line("J3301", "25", "1", after=drug("00003049420", "1", "ML"))),
    DERMATOLOGIST,
)

CLAIMS = (
    VISIT_AND_BIOPSY,
    KERATOSES,
    MANY_KERATOSES,
    CHILD_WARTS,
    PUNCH_BIOPSIES,
    INCISIONAL_BIOPSIES,
    INFECTED_CYST,
    TRUNK_CANCER,
    MOHS,
    PATHOLOGY,
    BIOLOGIC,
    URTICARIA,
    PHOTOTHERAPY,
    SECOND_PAYER,
    MELANOMA,
    REFERRED,
    KELOID,
)
