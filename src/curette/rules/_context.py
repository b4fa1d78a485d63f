"""What a rule may ask besides the line and its day: the tables, the payer, and what the practice tells."""

from datetime import date

from attrs import field, frozen

from curette._records import record
from curette.claims.days import DayLine
from curette.claims.history import PastLines
from curette.codes.diagnoses import Diagnoses
from curette.codes.drugs import Drugs
from curette.codes.procedures import Procedures
from curette.codes.profile import Profile
from curette.codes.tables import Row, Tables
from curette.findings import Severity
from curette.notes.authorisations import Authorisations
from curette.notes.model import ClaimNotes, LineNotes

MEMORY = 1 << 16  # how many answers of tables are remembered
TABLES = ("addon", "cpt", "icd10cm", "mue", "pfs", "ptp")  # that rules ask
_MEDICARE = frozenset({"MA", "MB", "16"})
PUBLIC = _MEDICARE | {"MC"}  # of SBR09 curette's own rules ask nothing else


@frozen
class Facts:
    """The tables that rules read; the same for every claim."""

    procedures: Procedures
    diagnoses: Diagnoses
    drugs: Drugs
    tables: Tables


@record
class Context:
    """What a rule may ask besides the line and its day. `today` is None where nobody said."""

    facts: Facts
    profile: Profile  # of the claim's payer
    filing: str  # SBR09
    kind: int  # the same number: to rules the same payer, and the same at hand beside the claim
    today: date | None = None
    notes: ClaimNotes | None = None  # of the claim
    auths: Authorisations | None = None
    history: PastLines | None = None  # earlier lines of the patient
    memo: dict[tuple[str, str, date], Row | None] = field(factory=dict)

    @property
    def medicare(self) -> bool:
        """Medicare, also Medicare Advantage."""
        return self.filing in _MEDICARE

    @property
    def part_b(self) -> bool:
        """Original Medicare."""
        return self.filing == "MB"

    @property
    def medicaid(self) -> bool:
        """Medicaid."""
        return self.filing == "MC"

    @property
    def grave(self) -> Severity:
        """How grave a bundling finding is to this payer."""
        return Severity.ERROR if self.profile.follows_ncci else Severity.WARNING

    def row(self, table: str, key: str, day: date) -> Row | None:
        """The row of a shipped or imported table that is in force on a day, None where the table lacks the key."""
        wanted = table, key, day
        try:
            return self.memo[wanted]
        except KeyError:
            pass
        edition = self.facts.tables.on(table, day)
        if len(self.memo) > MEMORY:
            self.memo.clear()
        found = self.memo[wanted] = edition.at(key, day) if edition is not None else None
        return found

    def behaviours(self, line: DayLine) -> list[str]:
        """What the diagnoses of a line are: benign, malignant, ...; "" where that is not known."""
        return [self.facts.diagnoses.behaviour(code) for code in line.diagnoses]

    def legible(self, line: DayLine) -> bool:
        """Whether a line points to diagnoses, each billable on its day: nothing can be said by one that is not."""
        return bool(line.diagnoses) and all(self.row("icd10cm", code, line.end) for code in line.diagnoses)

    def family(self, line: DayLine) -> str:
        """The family of its procedure, "" where it has none."""
        return self.facts.procedures.family(line.code)

    def noted(self, line: DayLine) -> LineNotes | None:
        """What the practice tells of a line of this claim; nothing of a sister claim's, which has notes of its own."""
        if self.notes is None or self.notes.claim != line.claim.control_number:
            return None
        return self.notes.line(line.line.number, line.line.control_number)

    def lacks(self, needs: tuple[str, ...]) -> str:
        """The first of these facts that is not at hand, or ""; "auths or notes" is at hand where one of them is."""
        return next((name for name in needs if all(getattr(self, n) is None for n in name.split(" or "))), "")
