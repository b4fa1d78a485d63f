"""What may happen to a claim in the thirty nights, and to whom: stories with the truth about every line.

A service is a code, what the payer does with it ("pay", or a reason that takes "all" of it, with remarks after "/"),
and - where that is a denial - the general category and the dermatology cause that the denial tables give it.
"""

from dataclasses import dataclass

from samples_claims import Payer, Person, Provider
from samples_day import BLUE, COMMERCIAL, HMO, MEDICAID, MEDICARE
from samples_x12 import npi

ADVANTAGE = Payer("SAMPLE ADVANTAGE PLAN", "99016", "16", "16")
PAYERS = (COMMERCIAL, BLUE, HMO, MEDICARE, MEDICAID, ADVANTAGE)
PROVIDERS = tuple(
    Provider(last, first, npi(61 + at), "207N00000X")
    for at, (last, first) in enumerate(
        (
            ("EXAMPLE", "ADA"), ("SAMPLE", "BEN"), ("MOCKUP", "CLEO"), ("DUMMY", "DAN"), ("FICTION", "EVE"),
            ("TESTCASE", "FAY"), ("SPECIMEN", "GUS"), ("PLACEHOLDER", "HAL"), ("EXAMPLE", "IDA"), ("SAMPLE", "JON"),
        )
    )
)  # fmt: skip
PEOPLE = tuple(
    Person("SAMPLE", name, f"19{50 + at}0{1 + at % 9}15", "F" if at % 2 else "M", f"TEST{100 + at:04d}")
    for at, name in enumerate(("ANN", "BOB", "CAL", "DEE", "ELI", "FLO", "GIL", "HAZ", "IVO", "JAN", "KIT", "LEO"))
)
COSTS = {
    "99213": 180, "99214": 260, "11102": 210, "11103": 120, "17000": 150, "17003": 60, "17110": 230, "17311": 1400,
    "11642": 620, "12052": 480, "88305": 160, "J3245": 17000, "96372": 60,
}  # fmt: skip
Service = tuple[str, str, str, str]


def paid(*codes: str) -> tuple[Service, ...]:
    """Lines that are paid."""
    return tuple((code, "pay", "", "") for code in codes)


@dataclass(frozen=True)
class Story:
    """A claim's services, and what comes after its first answer.

    `then` is nothing more, "silence" (no answer at all), "paid" or "denied again" (after a replacement), "corrected"
    (taken back and denied), "taken back", or "recouped" (money kept back beside the claims).
    """

    services: tuple[Service, ...]
    diagnosis: str = "L57.0"
    then: str = ""
    remarks: str = ""


_TIMELY = (("99213", "CO29 all", "timely", "none"), ("17000", "CO29 all", "timely", "none"))
_PRIOR = (("J3245", "CO197 all", "auth", "biologic_pa"), ("96372", "CO197 all", "auth", "biologic_pa"))
_VISIT = (("99213", "CO97 all", "bundling", "modifier_25"), *paid("17110"))
_EDIT = (*paid("17000"), ("11102", "CO236 all", "bundling", "modifier_59"))
_WARTS = (("17110", "CO50 all", "mednec", "cosmetic"),)
_LAYERS = (("17311", "CO252 all/N706", "doc", "mohs"),)
_CANCER = (("11642", "CO11 all", "coding", "dx_mismatch"), *paid("12052"))
_OTHER = (("99214", "CO22 all", "cob", "none"),)
_ENDED = (("99213", "CO27 all", "elig", "none"), ("11102", "CO27 all", "elig", "none"))
_ASKED = (("99213", "CO16 all/N290", "data", "none"),)

STORIES = (
    Story(paid("99213")), Story(paid("99213:25", "17000", "17003")), Story(paid("11102", "88305")),
    Story(paid("17110")), Story(paid("11642", "12052"), "C44.319"), Story(paid("99214")),
    Story((("99213", "PR1 all", "", ""),)),  # the deductible: nothing paid, nothing denied
    Story(_TIMELY), Story(_PRIOR, "L40.0"), Story(_PRIOR, "L40.0", "paid"), Story(_VISIT, "B07.8"),
    Story(_VISIT, "B07.8", "paid"), Story(_EDIT), Story(_EDIT, then="denied again"), Story(_WARTS, "B07.8"),
    Story(_WARTS, "B07.8", "paid"), Story(_LAYERS, "C44.319"), Story(_CANCER, "D22.39"),
    Story(_CANCER, "D22.39", "denied again"), Story(_OTHER), Story(_ENDED), Story(_ASKED, then="paid"),
    Story(paid("17000"), then="corrected"), Story(paid("11102"), then="taken back"),
    Story(paid("99214"), then="recouped"), Story(paid("17311"), "C44.319", "silence"),
    Story(paid("99213"), then="silence"),
)  # fmt: skip
