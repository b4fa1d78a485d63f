"""What a practice tells about its claims beside the 837: lesions, sizes, pathology, Mohs maps, scores, approvals.

Lengths are whole tenths of a millimetre, areas hundredths of a square centimetre, units thousandths, scores tenths:
always an int. None means that nothing was said; an empty tuple that there is none.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from attrs import field

from curette._records import record

_NOTHING: Mapping[str, int] = MappingProxyType({})
_APART = 10  # tenths of a millimetre by which a stated excised diameter may differ from lesion and margins


@record
class LineNotes:
    """The facts of one service line: `number` is LX01, `control` is REF*6R; "" or None where not given.

    `path_result` and `prior_path_result` are benign, malignant, in_situ, uncertain, no_residual; "none" where the
    practice says there is no report; "other" for a report in words that curette does not know (judge nothing by it).
    """

    number: int | None = None
    control: str = ""
    lesion_id: str | None = None
    site: str | None = None
    side: str | None = None  # L, R, M
    technique: str | None = None
    depth: str | None = None
    lesion_max: int | None = None  # tenths of a millimetre
    margins: tuple[int, ...] | None = None  # tenths of a millimetre, each side
    excised_diameter: int | None = None  # tenths of a millimetre
    measured_when: str | None = None
    closure: str | None = None
    repair_class: str | None = None
    repair_len: int | None = None  # tenths of a millimetre
    defect_area: int | None = None  # hundredths of a square centimetre
    lesion_count: Mapping[str, int] | None = None  # all lesions treated, by behaviour
    path_result: str | None = None
    path_date: date | None = None
    prior_path_result: str | None = None
    prior_path_date: date | None = None
    prior_path_lab: str | None = None
    session: str | None = None
    units_wasted: int | None = None  # thousandths
    vial_type: str | None = None  # single, multi


@record
class Specimen:
    """One specimen that was sent: `technique` as a line has it."""

    lesion_id: str | None = None
    technique: str | None = None
    container: str | None = None


@record
class Tumour:
    """One tumour of a Mohs map: `blocks` are the tissue blocks of stage 1, 2, ..., so it has `stages` of them."""

    tumour: str | None = None
    site: str | None = None
    deep_structure: bool | None = None  # muscle, cartilage, bone, tendon, major nerve or vessel
    blocks: tuple[int, ...] | None = None

    @property
    def stages(self) -> int | None:
        """How many stages; None where the blocks are not told."""
        return None if self.blocks is None else len(self.blocks)


@record
class Earlier:
    """A procedure of an earlier day."""

    code: str
    day: date
    provider: str | None = None
    claim: str | None = None


@record
class Score:
    """A severity score; `value` in tenths (PASI 12.4 is 124)."""

    name: str  # PASI, BSA, EASI, IGA, DLQI, Hurley, IHS4
    value: int
    day: date | None = None


@record
class Therapy:
    """A treatment that was tried before."""

    drug: str
    dose: str | None = None
    start: date | None = None
    end: date | None = None
    reason: str | None = None  # why it ended


@record
class Authorisation:
    """An approval: of what, from when to when (both included), and how much of it. Units in thousandths.

    `units_used` is what was given before the batch that is checked. In the log the number is always there.
    """

    number: str = ""
    payer: str | None = None
    codes: tuple[str, ...] | None = None
    drug: str | None = None
    start: date | None = None
    end: date | None = None
    units_approved: int | None = None
    units_used: int | None = None
    event: str | None = None  # start, maintenance, renewal

    @property
    def units_left(self) -> int | None:
        """Approved less used, below 0 when overdrawn; used counts as none where it is not told."""
        return None if self.units_approved is None else self.units_approved - (self.units_used or 0)

    def doses_left(self, units: int) -> int | None:
        """Whole doses of so many units (thousandths, above 0) that are left, never below 0."""
        left = self.units_left
        return None if left is None or units <= 0 else max(left, 0) // units

    def covers(self, day: date) -> bool:
        """Whether a day of service is inside the dates, as far as they are told."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@record
class ClaimNotes:
    """The facts of one claim; `claim` is CLM01."""

    claim: str
    specimens: tuple[Specimen, ...] | None = None
    mohs: tuple[Tumour, ...] | None = None
    history: tuple[Earlier, ...] | None = None
    auth: Authorisation | None = None
    scores: tuple[Score, ...] | None = None
    prior_therapies: tuple[Therapy, ...] | None = None
    symptoms: frozenset[str] | None = None
    photo: bool | None = None
    abn_signed: bool | date | None = None  # the day, where it is told
    drug_source: str | None = None
    credentials: str | None = None  # of the rendering provider: a taxonomy code or such as MD, PA-C
    received: date | None = None  # by the payer
    lesion_count: Mapping[str, int] | None = None  # all lesions treated, by behaviour
    lines: tuple[LineNotes, ...] = field(default=())

    def line(self, number: int, control: str = "") -> LineNotes | None:
        """The facts of the line with this LX01 and REF*6R ("" for none).

        A control number decides where both sides have one; else the line number does.
        """
        if control:
            for line in self.lines:
                if line.control == control:
                    return line
        for line in self.lines:
            if line.number == number and not (control and line.control):
                return line
        return None

    def idle(self, lines: Iterable[tuple[int, str]]) -> frozenset[int]:
        """The places in `lines` of facts that are about none of a claim's lines, which come as LX01 and REF*6R."""
        used = {id(self.line(number, control)) for number, control in lines}
        return frozenset(at for at, line in enumerate(self.lines) if id(line) not in used)

    @property
    def lesion_counts(self) -> Mapping[str, int]:
        """Lesions by behaviour: the claim's own, else the lines' where all that tell one agree; others are left out."""
        told: dict[str, set[int]] = {}
        for line in self.lines:
            for behaviour, number in (line.lesion_count or _NOTHING).items():
                told.setdefault(behaviour, set()).add(number)
        agreed = {behaviour: numbers.pop() for behaviour, numbers in told.items() if len(numbers) == 1}
        return {**agreed, **(self.lesion_count or _NOTHING)}


def excised(notes: LineNotes) -> int | None:
    """The excised diameter in tenths of a millimetre: lesion and twice its narrowest margin, or what the note states.

    None when the note does not tell it, when what it states differs from the sum by more than 1 mm, and when the
    specimen was measured after the excision, since it shrinks.
    """
    if notes.measured_when == "specimen":
        return None
    total = None if notes.lesion_max is None or not notes.margins else notes.lesion_max + 2 * min(notes.margins)
    stated = notes.excised_diameter
    if stated is None or total is None:
        return total if stated is None else stated
    return stated if abs(stated - total) <= _APART else None
