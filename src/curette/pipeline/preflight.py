"""Pre-flight: transactions to findings, and what became of their claims."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import IO

from attrs import evolve, frozen

from curette.checks import balancing, payer, situations
from curette.checks.codesets import npi
from curette.checks.codesets import remits as remit_codes
from curette.checks.codesets.claims import ClaimCodes
from curette.checks.codesets.verdicts import Verdicts
from curette.checks.results import Checked, Fault
from curette.claims import reader as claims_reader
from curette.claims.days import together
from curette.claims.model import Claim
from curette.claims.spans import Carried, Held, Level, Spans
from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.payers import profiles
from curette.codes.procedures import procedures
from curette.codes.profile import Profile
from curette.codes.tables import Tables, user_folder
from curette.errors import InputError
from curette.findings import Finding, Severity, Unevaluated
from curette.notes.authorisations import authorisations
from curette.notes.sidecar import notes
from curette.pipeline.files import Item, Paths, items, unreadable
from curette.pipeline.results import balanced, conform, hinders, listed, named, ordered, particular
from curette.pipeline.workers import each, safely
from curette.remits import balance
from curette.remits import reader as remits_reader
from curette.rules._context import Context, Facts
from curette.rules._engine import Engine
from curette.rules.batch import KINDS, Tally
from curette.x12 import faults, style
from curette.x12.source import Source
from curette.x12.transaction import Transaction


@frozen
class CheckOptions:
    """What a pre-flight runs. `conformance` is the implementation guide (SNIP 1 and 2).

    `snip` are the types of check; `select` and `ignore` are beginnings of rule ids. `payers` is a folder of payer
    profiles laid over the built-in ones, `tables` one of imported code tables, which win over those that ship (None:
    the user's own). `notes` is a documentation sidecar, `auths` an authorisation log. `as_of` is today.
    """

    conformance: bool = True
    snip: frozenset[int] = frozenset(range(8))
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    payers: Path | None = None
    tables: Path | None = None
    notes: Path | None = None
    auths: Path | None = None
    as_of: date | None = None

    def wants(self, finding: Finding | Unevaluated) -> bool:
        """Whether a finding, or what could not be looked at, is asked for."""
        return finding.rule.snip in self.snip and self.names(finding.rule.id)

    def names(self, id: str) -> bool:
        """Whether a rule is selected and not ignored."""
        chosen = not self.select or id.startswith(self.select)
        return chosen and not (self.ignore and id.startswith(self.ignore))


def check(
    paths: Paths, options: CheckOptions | None = None, *, jobs: int = 1, stdin: IO[bytes] | None = None
) -> Iterator[Checked]:
    """Pre-flight files, in order: one `Checked` for each transaction or part, and for what stands outside them.

    Raises ProfileError at once when a payer profile is wrong, NotesError when the notes or authorisations are.
    """
    options = options or CheckOptions()
    notes(options.notes), authorisations(options.auths)
    if options.payers is not None:
        profiles(options.payers)
    return listed(named(_check(items(paths, stdin), options, jobs)))


def _check(things: Iterable[Item], options: CheckOptions, jobs: int) -> Iterator[Checked]:
    paid, whole, opened, carried = 0, True, "", Carried()
    for item, part, result in each(things, partial(safely, partial(_check_part, options), check_fault), jobs):
        if isinstance(item, Source):
            opened = item.name
            yield Checked(opened, begins=True)
        elif isinstance(item, InputError):
            yield Checked(item.file, (unreadable(item),), begins=item.file != opened, unreadable=True)
        elif isinstance(item, Finding):
            yield Checked(item.place.file, tuple(filter(options.wants, (item,))))
        elif part is not None and result is not None:
            paid += result.paid
            whole = whole and result.whole
            held, held_charge = carried.over(result.above)
            result = evolve(result, held=held, held_charge=held_charge, above=Held())
            if part.last:
                if part.kind == "835" and item.readable and item.complete and whole:
                    payment = filter(options.wants, balance.check_payment(remits_reader.head(item), paid))
                    result = evolve(result, findings=ordered((*result.findings, *payment)))
                paid, whole, carried = 0, True, Carried()
            yield result


def _check_part(options: CheckOptions, part: Transaction) -> Checked:
    return _Part(options, part).checked()


class _Part:
    """One transaction, or a part of one, while it is checked. Money in cents."""

    def __init__(self, options: CheckOptions, part: Transaction) -> None:
        self.options, self.part = options, part
        self.findings = list(part.findings)
        self.unevaluated: list[Unevaluated] = []
        self.spans = Spans()
        self.claims = self.lines = self.charge = self.paid = self.unread = 0
        self.whole = not part.refused
        self.levels: tuple[Level | None, ...] = ()
        self.codes = ClaimCodes(_verdicts(options.tables))
        self.payers = payer.Payers(profiles(options.payers))
        self.notes, self.auths = notes(options.notes), authorisations(options.auths)
        self.noted = set[str]()
        self.profiles: dict[int, Profile] = {}  # by id of the claims that are held
        self.tally = Tally()

    def checked(self) -> Checked:
        """Everything that is asked for, and what becomes of the claims."""
        part, options = self.part, self.options
        if part.readable and part.complete:
            self._claims() if part.kind == "837P" else self._answers()
            if 1 in options.snip:
                self.findings.extend(style.inspect(part))
            if 5 in options.snip:
                self.findings.extend(npi.check(part))
            if options.conformance and options.snip & {1, 2}:
                self.findings = conform(part, self.findings)
            if part.kind == "837P":
                self.findings = self.payers.weigh(self.findings, part.before)
        elif not part.readable and not part.refused:
            self.findings.append(faults.KIND.at(part.place(0), kind=part.kind))
        findings = ordered(particular(filter(options.wants, self.findings)))
        held = self._held(findings)
        return Checked(
            part.file, findings, part.kind, transactions=int(part.before == 0), claims=self.claims + self.unread,
            lines=self.lines, charge=self.charge, paid=self.paid, whole=self.whole,
            above=evolve(held, count=held.count + self.unread),
            unevaluated=tuple(filter(options.wants, self.unevaluated)), editions=frozenset(self.codes.editions()),
            profiles=self.payers.counts(), noted=frozenset(self.noted),
            batch={key: n for key, n in self.tally.counts().items() if options.names(KINDS[key[0]].rule)},
        )  # fmt: skip

    def _claims(self) -> None:
        reader = claims_reader.Reader(self.part)
        if 6 in self.options.snip:
            engine = _engine(self.options.tables)
            for sisters in together(self._one_by_one(reader), self.part, reader.unread):
                self._day(engine, sisters)
            self.unevaluated.extend(engine.unevaluated())
        else:
            for _ in self._one_by_one(reader):
                pass
        self.findings.extend(reader.findings)
        self.unread = len(reader.unread)
        self.levels = (reader.submission, reader.billing, reader.subscriber, reader.patient)

    def _one_by_one(self, reader: claims_reader.Reader) -> Iterator[Claim]:
        """Every claim, counted, once it was looked at by itself."""
        known = set[str]()
        for claim in reader.read():
            if claim.control_number in known:
                place = self.part.place(claim.at, 1)
                self.findings.append(faults.CLAIM_TWICE.at(place, claim=claim.control_number))
            known.add(claim.control_number)
            self.spans.add(claim)
            self.claims += 1
            self.lines += len(claim.lines)
            self.charge += claim.charge
            self._claim(claim)
            yield claim

    def _day(self, engine: Engine, sisters: list[Claim]) -> None:
        """The coding rules, on all claims of one patient."""
        contexts = {id(claim): self._context(engine, claim) for claim in sisters}
        for outcome in engine.check(sisters, contexts, self.tally.take):
            if isinstance(outcome, Finding):
                self.findings.append(outcome)
            else:
                self.unevaluated.append(outcome)

    def _context(self, engine: Engine, claim: Claim) -> Context:
        return engine.context(
            self.profiles.pop(id(claim)), claim.subscriber.filing_indicator, self.options.as_of,
            self.notes.of(claim.control_number), self.auths,
        )  # fmt: skip

    def _claim(self, claim: Claim) -> None:
        """What one claim shows by itself."""
        if claim.control_number in self.notes.claims:
            self.noted.add(claim.control_number)
        snip, findings = self.options.snip, self.findings
        findings.extend(balancing.check(claim))
        if 4 in snip:
            findings.extend(situations.check(claim))
        if 5 in snip:
            for outcome in self.codes.check(claim):
                if isinstance(outcome, Finding):
                    findings.append(outcome)
                else:
                    self.unevaluated.append(outcome)
        profile = self.payers.of(claim)
        if 6 in snip:
            self.profiles[id(claim)] = profile
        if profile.asks and 7 in snip:
            findings.extend(payer.check(claim, profile))

    def _answers(self) -> None:
        part = self.part
        reader, day = remits_reader.Reader(part), remits_reader.head(part).payment_date
        for answer, told in balanced(reader):
            self.claims += 1
            self.lines += len(answer.lines)
            self.charge += answer.charge
            self.paid += answer.paid
            self.spans.add_alone(answer.charge, answer.at, answer.end)
            self.findings.extend(told)
            if day is not None and 5 in self.options.snip:
                self.findings.extend(remit_codes.check(answer, part, day, self.codes.judge))
        self.findings.extend(reader.findings)
        self.whole = self.whole and reader.usable and not any(map(hinders, self.findings))

    def _held(self, findings: Iterable[Finding]) -> Held:
        """The claims that depend on a segment with an error; all of a refused transaction."""
        before = self.part.before
        errors = [f.place.segment_in_transaction for f in findings if f.severity is Severity.ERROR]
        held = self.spans.held((e - 1 - before for e in errors if e is not None), self.levels, before)
        if self.part.refused or (self.part.kind == "835" and not self.whole):
            return Held(self.claims, self.charge, (), held.faulty)
        return held


@cache
def _engine(folder: Path | None) -> Engine:
    return Engine(Facts(procedures(), diagnoses(), drugs(), _tables(folder)))


@cache
def _verdicts(folder: Path | None) -> Verdicts:
    return Verdicts(_tables(folder))


@cache
def _tables(folder: Path | None) -> Tables:
    return Tables(folder or user_folder())


def check_fault(part: Transaction, reason: str) -> Checked:
    """A fault of ours in a transaction: nothing more is known of it."""
    known = Fault(part.file, part.interchange.control, part.group.control, part.control, part.first_segment, reason)
    return Checked(part.file, (), part.kind, transactions=int(part.before == 0), whole=False, fault=known)
