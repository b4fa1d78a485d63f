"""What categorising needs to know of a line, and what it finds. Money is whole cents, quantities are thousandths."""

from collections.abc import Sequence
from datetime import date

from curette._records import record
from curette.denials.outcomes import Outcome
from curette.findings import Confidence
from curette.x12.cas import Adjustment


@record
class LineFacts:
    """One service line of a remittance, or a claim that came without lines.

    A line without adjustments of its own is given its share of the claim's (see `spread`).
    """

    status: str  # CLP02
    charge: int  # SVC02, or CLP03 of a claim without lines
    paid: int  # SVC03, or CLP04
    adjustments: Sequence[Adjustment] = ()
    remarks: tuple[str, ...] = ()  # LQ*HE of the line
    claim_remarks: tuple[str, ...] = ()  # MOA03-07, MIA05, MIA20-23
    filing: str = ""  # CLP06
    procedure: str = ""  # SVC01-2, what was adjudicated; of a claim without lines its only one in the 837P
    submitted: str = ""  # SVC06-2, what was billed; empty where the segment has none
    modifiers: tuple[str, ...] = ()  # of the answer, and those that were sent
    sister_bundled: bool = False  # another line of the claim took money over: OA-94 with a negative amount


@record
class Context:
    """What stands around a line: the rest of its claim, and what was billed where the 837P is at hand."""

    sisters: tuple[str, ...] = ()  # procedures of the same patient and day beside it, each as often as it stands
    diagnoses: tuple[str, ...] = ()  # without dots; known from the 837P only
    ndc: str = ""  # of the drug; known from the 837P only
    linked: bool = False  # the line was found in an 837P
    day: date | None = None  # the first of its service


ALONE = Context()


@record
class Override:
    """A category that a person gave, and what the tables had said."""

    day: date  # when it was given
    by: str  # who, as they wrote it; may be empty
    row: int  # of the file
    rule: str
    general_category: str | None
    derm_category: str | None


@record
class Denial:
    """What became of a line. `group` and `carc` are the main reason; a field that does not apply is None.

    The three amounts answer three questions and overlap: money denied, whoever bears it; money the payer puts on
    the patient (all of group PR, which adds up to CLP05); money written off by contract.
    """

    outcome: Outcome
    group: str | None
    carc: str | None
    rarcs: tuple[str, ...]
    derm_category: str | None
    derm_sub: str | None
    general_category: str | None
    general_sub: str | None
    rule: str  # what decided: a rule (MOHS-01), a screen (SCR-04), a reason (CARC-50), a remark (RARC-N115), GENERAL
    confidence: Confidence
    action: str | None  # what to do, in words
    sla: str | None
    denied: int
    patient_responsibility: int
    contractual: int
    warnings: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # codes that no table has, as they came: "CARC Z99", "RARC N9999", "group ZZ"
    override: Override | None = None

    @property
    def patient_liable(self) -> bool:
        """Whether the payer lets the patient be billed for what it denied."""
        return self.group == "PR" and self.denied > 0
