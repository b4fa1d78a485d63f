"""What five payers answered to the clinic day, the remittance that does not balance, and the two denied claims."""

from dataclasses import replace

import samples_day as day
from samples_claims import Claim, Line
from samples_remits import Answer, LineAnswer, Payment, payment_segments
from samples_x12 import Segments, edited, money, transaction

TO_EXAMPLE_HEALTH = f"NM1*PR*2*{day.COMMERCIAL.name}*****PI*{day.COMMERCIAL.id}"
CROSSED_OVER = f"NM1*TT*2*{day.COMMERCIAL.name}*****PI*{day.COMMERCIAL.id}"

# Paid in February, taken back and decided again in March: the deductible had been overlooked.
JANUARY = Claim(
    "DAY00", day.MEDICARE, day.BRUNO, "D49.2", (Line("11102", "210", "1"),), day.DERMATOLOGIST, day="20260120"
)
TAKEN_BACK = Answer(
    JANUARY, "ICN-MB-0120", (LineAnswer("CO45 112, CO253 1.57, PR2 19.6"),), status="22", received="20260122"
)
DECIDED_AGAIN = Answer(
    JANUARY,
    "ICN-MB-0120A",
    (LineAnswer("CO45 112, CO253 .77, PR1 50, PR2 9.6"),),
    refs=("REF*F8*ICN-MB-0120",),
    received="20260122",
)

COMMERCIAL = Payment(
    day.COMMERCIAL,
    "EFT-CI-0001",
    (
        Answer(
            day.VISIT_AND_BIOPSY,
            "ICN-CI-01",
            (LineAnswer("CO45 45, PR3 30"), LineAnswer("CO45 60, PR1 100"), LineAnswer("CO45 70")),
        ),
        # A copay of the whole claim, and one add-on refused for its number.
        Answer(
            day.INCISIONAL_BIOPSIES,
            "ICN-CI-06",
            (LineAnswer("CO45 90"), LineAnswer("CO45 35"), LineAnswer("CO151 150", "N362")),
            adjustments="PR3 25",
        ),
        # The payer pays the excision as the next smaller size.
        Answer(
            day.INFECTED_CYST,
            "ICN-CI-07",
            (LineAnswer("CO150 60, CO45 110, PR2 40", "N22", code="11402"), LineAnswer("CO45 180, PR2 68")),
        ),
        Answer(day.PATHOLOGY, "ICN-CI-10", (LineAnswer("CO45 120"), LineAnswer("CO45 100"))),
        Answer(
            day.BIOLOGIC,
            "ICN-CI-11",
            (LineAnswer("CO45 4500, PR2 500"), LineAnswer("CO45 15")),
            refs=("REF*G1*TESTAUTH01",),
        ),
        Answer(day.SECOND_PAYER, "ICN-CI-14", (LineAnswer("OA23 370"), LineAnswer("OA23 294, PR1 20")), status="2"),
    ),
)
BLUE = Payment(
    day.BLUE,
    "EFT-BL-0001",
    (
        Answer(
            day.PUNCH_BIOPSIES,
            "ICN-BL-05",
            (LineAnswer("CO45 80, PR2 36"), LineAnswer("CO45 40, PR2 17"), LineAnswer("CO97 100", "M15")),
        ),
        Answer(
            day.MELANOMA,
            "ICN-BL-15",
            (LineAnswer("CO45 320, PR2 116"), LineAnswer("CO45 300, CO59 280, PR2 56"), LineAnswer("CO45 90, PR2 30")),
        ),
    ),
)
# An old overpayment is larger than what is due: the rest is carried forward and nothing is paid.
HMO = Payment(
    day.HMO,
    "ZERO-HM-0001",
    (
        Answer(day.CHILD_WARTS, "ICN-HM-04", (LineAnswer("CO45 80, PR3 40"), LineAnswer("PR204 225", "N130"))),
        Answer(day.URTICARIA, "ICN-HM-12", (LineAnswer("CO197 3600"), LineAnswer("CO197 90"))),
        Answer(day.REFERRED, "ICN-HM-16", (LineAnswer("CO45 130, PR3 40"),)),
    ),
    "WO:ICN-HM-0931 300, FB:ICN-HM-0931 -60",
)
MEDICARE = Payment(
    day.MEDICARE,
    "EFT-MB-0001",
    (
        Answer(
            day.KERATOSES,
            "ICN-MB-02",
            (
                LineAnswer("CO50 225", "N115", policy="L35498"),
                LineAnswer("CO45 66.5, CO253 1.18, PR2 14.7"),
                LineAnswer("CO45 48.72, CO253 .66, PR2 8.26"),
            ),
            remarks="MA01",
        ),
        Answer(
            day.MANY_KERATOSES,
            "ICN-MB-03",
            (LineAnswer("CO97 215", "M15"), LineAnswer("CO45 150, CO253 2.72, PR2 34")),
            remarks="MA01",
        ),
        Answer(
            day.TRUNK_CANCER,
            "ICN-MB-08",
            (LineAnswer("CO16 560", "N521"), LineAnswer("CO16 860", "N521")),
            remarks="MA130",
        ),
        Answer(
            day.MOHS,
            "ICN-MB-09",
            (
                LineAnswer("CO45 760.2, CO253 11.04, PR2 137.96"),
                LineAnswer("CO45 443.1, CO253 6.67, PR2 83.38"),
                LineAnswer("CO45 552.55, CO59 248.73, CO253 3.98, PR2 49.74"),
            ),
            status="19",
            remarks="MA01 MA18",
            names=(CROSSED_OVER,),
        ),
        TAKEN_BACK,
        DECIDED_AGAIN,
    ),
    "WO:ICN-MB-0877 50, L6 -1.25",
)
MEDICAID = Payment(
    day.MEDICAID,
    "EFT-MC-0001",
    (
        Answer(day.PHOTOTHERAPY, "ICN-MC-13", (LineAnswer("CO45 90"), LineAnswer("CO45 180"))),
        # Refused as a whole, without lines: another plan should pay first.
        Answer(day.KELOID, "ICN-MC-17", (), adjustments="CO22 155", remarks="MA04", names=(TO_EXAMPLE_HEALTH,)),
    ),
)
PAYMENTS = (COMMERCIAL, BLUE, HMO, MEDICARE, MEDICAID)


def remittance(payments: tuple[Payment, ...]) -> list[Segments]:
    """One transaction for each payment."""
    return [transaction("835", payment_segments(each), number) for number, each in enumerate(payments, 1)]


def out_of_balance() -> list[Segments]:
    """Three payments, each wrong in one place: the total by a cent, a line by a dollar, a claim by five."""
    first = COMMERCIAL.answers[0]
    total, line, claim = (
        payment_segments(
            Payment(day.COMMERCIAL, f"EFT-OFF-{number}", (replace(first, payer_claim=f"ICN-OFF-{number}"),))
        )
        for number in (1, 2, 3)
    )
    accounts = total[0].split("*", 3)[3]
    total = edited(total, "BPR", f"BPR*I*{money(first.paid + 1)}*{accounts}")
    line = edited(line, "SVC*HC:11102", "SVC*HC:11102*210*51**1")
    claim = edited(claim, "BPR", f"BPR*I*{money(first.paid + 500)}*{accounts}")
    claim = edited(claim, "CLP", f"CLP*DAY01*1*560*{money(first.paid + 500)}*130*12*ICN-OFF-3*11*1")
    return [transaction("835", body, number) for number, body in enumerate((total, line, claim), 1)]
