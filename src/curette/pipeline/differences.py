"""Two sets of claim files to what `diff` compares, and remittances to what was answered of the old ones."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import IO

from attrs import define, frozen

from curette.checks.situations import references
from curette.claims.model import Claim
from curette.claims.outline import may_void, names
from curette.claims.reader import Reader as ClaimReader
from curette.codes.answers import answers
from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.payers import profiles
from curette.codes.procedures import procedures
from curette.codes.tables import Tables, user_folder
from curette.denials.categorise import categoriser
from curette.denials.lines import Options
from curette.denials.link import Links
from curette.diff.answers import Judge, Judged, Resubmission
from curette.diff.compare import compare
from curette.diff.hygiene import Hygiene
from curette.diff.match import Side
from curette.diff.model import Comparison, NotCompared
from curette.diff.speaking import Speaking
from curette.errors import InputError
from curette.findings import Finding
from curette.pipeline.adjudications import Adjudications, adjudicated
from curette.pipeline.files import items
from curette.pipeline.results import ordered
from curette.remits.reader import Reader as RemitReader
from curette.remits.reader import head
from curette.x12.transaction import Transaction

STDIN = "-"


@frozen
class Examination:
    """How the comparisons of a run are looked at further."""

    adjudications: Adjudications
    judge: Judge
    hygiene: Hygiene

    def of(self, found: Comparison | NotCompared) -> Resubmission:
        """What became of the denials, and what is wrong with how the claim was sent again."""
        if isinstance(found, NotCompared) or not found.match.olds or found.match.replaced:
            return Resubmission(found)
        answered = self.adjudications.of(found.match)
        judged: tuple[Judged, ...] = ()
        if answered.denials and not found.match.beside:
            found, judged = self.judge.judge(found, answered.denials)
        if not judged and not found.sections:  # nothing changed and nothing was denied
            return Resubmission(found)
        findings = list(self.hygiene.check(found, judged, answered))
        for new in found.match.news if found.match.olds else ():
            findings += references.check(new)
        return Resubmission(found, judged, ordered(findings))


def examination(adjudications: Adjudications, payers: Path | None = None, today: date | None = None) -> Examination:
    """With the built-in maps and a practice's payer profiles; MapError or ProfileError when one is wrong."""
    known, tables = procedures(), Tables(user_folder())
    hygiene = Hygiene(profiles(payers), known, tables, today)
    return Examination(adjudications, Judge(answers(), Speaking(known, drugs(), diagnoses(), tables)), hygiene)


def differences(old: Side, new: Side, examine: Examination) -> Iterator[Resubmission]:
    """Every claim of both sides once, compared and examined."""
    return map(examine.of, compare(old, new, examine.adjudications.numbers))


@define
class Reading:
    """Reads the files of a comparison. `tell` is called with what is found wrong in them, `note` with what is left out,
    `fail` with what cannot be read at all.
    """

    tell: Callable[[Finding], object]
    note: Callable[[str], object]
    fail: Callable[[str], object]
    stdin: IO[bytes] | None = None
    failures: int = 0

    def side(self, path: str) -> Side:
        """The claims of OLD or NEW; those of a transaction that is damaged are named, and not compared."""
        side = Side(())
        if again(path):
            parts = [(list(names(part)), may_void(part)) for part in self._quietly([path], "837P")]
            side.outline = [name for found, _ in parts for name in found]
            side.voids = any(found for _, found in parts)
        side.claims = self._claims(path, side)
        return side

    def _claims(self, path: str, side: Side) -> Iterator[Claim]:
        usable, failures = False, self.failures
        for transaction in self._transactions([path], "837P"):
            if not transaction.complete:
                side.damaged = True
                continue
            usable = usable or not transaction.refused
            for part in transaction.parts():
                reader = ClaimReader(part)
                if part.refused:
                    side.unread += [claim.control_number for claim in reader.read()]
                else:
                    yield from reader.read()
                side.unread += [claim.control_number for claim in reader.unread]
                self._tell(reader.findings)
        if not usable:
            self._fail(f"{path}: no 837P claims that can be read")
        side.damaged = side.damaged or self.failures > failures

    def adjudications(self, paths: Iterable[str], old: str) -> Adjudications:
        """What payers answered. A remittance is used as a whole or not at all; OLD tells what a denied line was for."""
        found = Adjudications()
        paths = tuple(paths)
        if not paths:
            return found
        categorise, options = categoriser(), Options(self._links(paths, old))
        for transaction in self._transactions(paths, "835"):
            if transaction.refused or not transaction.complete:
                continue
            remit, usable, told = head(transaction), True, []
            for part in transaction.parts():
                reader = RemitReader(part)
                told += [adjudicated(remit, claim, categorise, options) for claim in reader.claims()]
                usable = usable and reader.usable and not part.refused
                self._tell(reader.findings)
            for each in told if usable else ():
                found.take(each)
        return found

    def _links(self, paths: Iterable[str], old: str) -> Links:
        """What was billed of the claims that the remittances answer."""
        if not all(map(again, (old, *paths))):
            return Links()
        answered = {name for part in self._quietly(paths, "835") for name in _heads(part)}
        parts = (part for part in self._quietly([old], "837P") if not part.refused)
        return Links(claim for part in parts for claim in ClaimReader(part).read() if claim.control_number in answered)

    def _quietly(self, paths: Iterable[str], kind: str) -> Iterator[Transaction]:
        """The parts of all transactions; what is wrong with them is told by the reading that counts."""
        for item in items(paths):
            if isinstance(item, Transaction) and item.kind == kind and item.readable and item.complete:
                yield from item.parts()

    def _transactions(self, paths: Iterable[str], kind: str) -> Iterator[Transaction]:
        for item in items(paths, self.stdin):
            if isinstance(item, InputError):
                self._fail(str(item))
            elif isinstance(item, Finding):
                self._tell([item])
            elif isinstance(item, Transaction):
                self._tell(item.findings)
                if item.kind == kind and item.readable:
                    yield item
                else:
                    self.note(f"{item.file}: transaction {item.control} is {item.kind}, not {kind}; left out")

    def _fail(self, message: str) -> None:
        self.failures += 1
        self.fail(message)

    def _tell(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.tell(finding)


def again(path: str) -> bool:
    """Whether a path can be read more than once: standard input and pipes cannot."""
    return path != STDIN and (Path(path).is_file() or Path(path).is_dir() or not Path(path).exists())


def _heads(part: Transaction) -> Iterator[str]:
    """CLP01 of every claim."""
    mark = f"CLP{part.delimiters.element}"
    for block in part.blocks():
        yield from (s[len(mark) :].partition(mark[-1])[0] for s in block if s.startswith(mark))
