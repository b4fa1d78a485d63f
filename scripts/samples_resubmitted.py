"""Two claims that were denied, the payers' denials, and the corrected claims: frequency 7 with the payer's number."""

from dataclasses import replace

import samples_day as day
from samples_claims import Claim, Line
from samples_remits import Answer, LineAnswer, Payment

EXCISION_NUMBER = "ICN-CI-2001"
BIOLOGIC_NUMBER = "ICN-HM-2002"
DENIED_ON = "20260302"

# Billed before the report as a benign mole under a cancer code, a size too small, the biopsy not set apart.
EXCISION = Claim(
    "EXC01",
    day.COMMERCIAL,
    day.IRIS,
    "D22.39 D49.2",
    (Line("11641", "420", "1"), Line("12052", "560", "1"), Line("11102", "210", "2")),
    day.SURGEON,
    day="20260210",
)
# The report says basal cell cancer of the cheek; the note says 1.8 cm with margins; the biopsy was of another place.
EXCISION_CORRECTED = replace(
    EXCISION,
    diagnoses="C44.319 D49.2",
    lines=(Line("11642", "480", "1"), Line("12052", "560", "1"), Line("11102:59", "210", "2")),
    frequency="7",
    refs=(f"REF*F8*{EXCISION_NUMBER}",),
)
# The dose was sent without its approval, and the drug points to the eczema instead of the psoriasis.
BIOLOGIC = Claim(
    "BIO01",
    day.HMO,
    day.NILS,
    "L20.89 L40.0",
    (Line("J3245", "17500", "1", "100", day.drug("47335017795", "1", "ML")), Line("96372", "45", "1")),
    day.DERMATOLOGIST,
    day="20260212",
)
BIOLOGIC_CORRECTED = replace(
    BIOLOGIC,
    lines=tuple(replace(line, points="2") for line in BIOLOGIC.lines),
    frequency="7",
    refs=("REF*G1*TESTAUTH02", f"REF*F8*{BIOLOGIC_NUMBER}"),
)

DENIALS = (
    Payment(
        day.COMMERCIAL,
        "EFT-CI-2001",
        (
            Answer(
                EXCISION,
                EXCISION_NUMBER,
                (LineAnswer("CO11 420", "N657"), LineAnswer("CO45 200, PR2 72"), LineAnswer("CO236 210", "M15")),
                received="20260213",
            ),
        ),
        paid_on=DENIED_ON,
    ),
    Payment(
        day.HMO,
        "ZERO-HM-2002",
        (Answer(BIOLOGIC, BIOLOGIC_NUMBER, (LineAnswer("CO197 17500"), LineAnswer("CO197 45")), received="20260214"),),
        paid_on=DENIED_ON,
    ),
)
