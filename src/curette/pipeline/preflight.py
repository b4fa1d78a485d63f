"""Pre-flight: transactions to findings, and what became of their claims."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, nullcontext
from datetime import date
from functools import cache, lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import IO

from attrs import evolve, frozen

from curette.checks import again, balancing, guide, payer, situations
from curette.checks import baseline as accepted
from curette.checks.codesets import npi
from curette.checks.codesets import remits as remit_codes
from curette.checks.codesets.claims import ClaimCodes
from curette.checks.codesets.verdicts import Verdicts
from curette.checks.results import Billed, Checked, Conformance, Fault, Noted, Seen
from curette.claims import reader as claims_reader
from curette.claims.billed import BilledClaim, billed
from curette.claims.days import together
from curette.claims.history import History
from curette.claims.model import Claim
from curette.claims.sent import Known
from curette.claims.spans import Carried, Held, Level, Spans
from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.payers import check_severities, profiles
from curette.codes.procedures import procedures
from curette.codes.profile import Profile
from curette.codes.tables import Edition, Tables, user_folder
from curette.dates import Period
from curette.errors import ConfigError, InputError
from curette.findings import Finding, Rule, Severity, Unevaluated, rules
from curette.notes import sidecar
from curette.notes.authorisations import authorisations
from curette.pipeline import earlier
from curette.pipeline.files import Paths, items, unreadable
from curette.pipeline.results import balanced, conform, hinders, listed, named, ordered, particular
from curette.pipeline.workers import Outcome, each, safely
from curette.release.run import Release
from curette.remits import balance
from curette.remits import reader as remits_reader
from curette.rules import _plugins
from curette.rules._context import Context, Facts
from curette.rules._engine import Engine, catalogue
from curette.rules.batch import KINDS, Tally
from curette.store.checks import verdicts
from curette.store.duckdb import Store
from curette.x12 import faults, style
from curette.x12.envelope import Item
from curette.x12.source import Source
from curette.x12.transaction import Transaction, Unread

_NOTHING: Mapping[str, Known] = {}


@frozen
class CheckOptions:
    """What a pre-flight runs. `conformance` is the implementation guide (SNIP 1 and 2).

    `snip` are the types of check; `select` and `ignore` are beginnings of rule ids. `payers` is a folder of payer
    profiles laid over the built-in ones, `tables` one of imported code tables, which win over those that ship (None:
    the user's own). `notes` is a documentation sidecar, `auths` an authorisation log, `history` are stores, and 837P
    files of claims that were sent before, `rules` is a folder of rules of a practice's own, `maps` one of maps
    (procedures, diagnoses, drugs) laid over those that coding rules stand on, `baseline` a file of findings that a
    person has accepted. `as_of` is today. An open finding at or above `hold_on` holds its claim; for a
    `release`, and where it is `kept`, each claim is told whether one does. `billed` says of which claims it is told
    what was billed (and whether it is held), `phi` whether with the patient.
    """

    conformance: Conformance = "fast"
    snip: frozenset[int] = frozenset(range(8))
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    payers: Path | None = None
    tables: Path | None = None
    notes: Path | None = None
    auths: Path | None = None
    as_of: date | None = None
    history: tuple[Path, ...] = ()
    rules: Path | None = None
    maps: Path | None = None
    baseline: Path | None = None
    hold_on: Severity = Severity.ERROR
    release: bool = False
    billed: Billed = "none"
    phi: bool = False
    kept: bool = False

    def wants(self, finding: Finding | Unevaluated) -> bool:
        """Whether a finding, or what could not be looked at, is asked for."""
        return finding.rule.snip in self.snip and self.names(finding.rule.id)

    def names(self, id: str) -> bool:
        """Whether a rule is selected and not ignored."""
        chosen = not self.select or id.startswith(self.select)
        return chosen and not (self.ignore and id.startswith(self.ignore))


def check(
    paths: Paths,
    options: CheckOptions | None = None,
    *,
    jobs: int = 1,
    stdin: IO[bytes] | None = None,
    release: Release | None = None,
    store: Store | None = None,
    notes: str | Path | None = None,
    today: date | None = None,
) -> Iterator[Checked]:
    """Pre-flight files, in order: one `Checked` for each transaction or part, and for what stands outside them.

    With `release`, its files are written as the results are taken, and stand when the last one is. An open `store` is
    asked for earlier claims, and has what was said of each claim when the last result is taken; this needs `as_of`, and
    the paths of `history` must be others. `notes` and `today` say what `options` may say, for a short call. Raises at
    once: ProfileError when a payer profile is wrong, MapError when a map is, NotesError when the notes, authorisations
    or baseline are, RuleError when a practice's own rules are, ConfigError when earlier claims
    cannot be read or no rule is selected.
    """
    options = evolve(options or CheckOptions(), release=release is not None, kept=store is not None)
    if notes is not None:
        options = evolve(options, notes=Path(notes))
    if today is not None:
        options = evolve(options, as_of=today)
    sidecar.notes(options.notes), authorisations(options.auths), accepted.baseline(options.baseline)
    if options.payers is not None:
        profiles(options.payers)
    engine = _engine(options)
    ids = {r.id for r in (*rules(), *(one.rule for one in _plugins.rules(options.rules)))}
    if options.baseline is not None:
        accepted.check_rules(options.baseline, ids)
    ids |= {kind.rule for kind in KINDS.values()}
    if options.payers is not None:
        check_severities(options.payers, ids)
    _check_names(options.select, ids)
    past = earlier.history(options.history, engine.recalls, store) if options.history or store else None
    work = partial(safely, partial(_check_part, options, past), check_fault)
    before = (Checked("", earlier=(past.claims, past.lines, past.unread)),) if past is not None else ()
    things = items(paths, stdin)
    results: Iterator[Checked]
    if release is None:
        results = (result for _, _, result in _check(things, options, work, jobs, store))
    else:
        results = release.over(_check(release.opening(things), options, work, jobs, store), options.wants)
    return chain(before, listed(named(results)))


def _check_names(selected: tuple[str, ...], ids: Iterable[str]) -> None:
    """A mistyped rule would find nothing, which looks like success."""
    for name in selected:
        if not any(id.startswith(name) for id in ids):
            raise ConfigError(f"select: no rule is called or begins with {name} (curette rules lists them)")


def _check(
    things: Iterable[Item], options: CheckOptions, work: Callable[..., Checked], jobs: int, store: Store | None
) -> Iterator[tuple[Item, Transaction | None, Checked]]:
    with ExitStack() as stack:
        asked = earlier.register(options.history, store) if 7 in options.snip else nullcontext()
        keep = stack.enter_context(verdicts(store, options.as_of)) if store and options.as_of else None
        for item, part, result in _checked(each(things, work, jobs, stack.enter_context(asked)), options):
            if keep is not None:
                keep.take(result)
            yield item, part, evolve(result, seen=()) if result.seen else result


def _checked(
    outcomes: Iterable[Outcome[Checked]], options: CheckOptions
) -> Iterator[tuple[Item, Transaction | None, Checked]]:
    paid, whole, opened, carried = 0, True, "", Carried()
    for item, part, result in outcomes:
        if isinstance(item, Source):
            opened = item.name
            yield item, None, Checked(opened, begins=True)
        elif isinstance(item, InputError):
            told = (unreadable(item),)
            yield item, None, Checked(item.file, told, begins=item.file != opened, unreadable=True)
        elif isinstance(item, Finding):
            yield item, None, Checked(item.place.file, tuple(filter(options.wants, (item,))))
        elif isinstance(item, Unread):
            yield item, None, Checked(item.file)
        elif part is not None and result is not None:
            paid += result.paid
            whole = whole and result.whole
            clean = carried.free(result.free)
            held, held_charge = carried.over(result.above)
            result = evolve(result, held=held, held_charge=held_charge, above=Held(), clean=clean, free=())
            if part.last:
                if part.kind == "835" and item.readable and item.complete and whole:
                    payment = filter(options.wants, balance.check_payment(remits_reader.head(item), paid))
                    result = evolve(result, findings=ordered((*result.findings, *payment)))
                paid, whole, carried = 0, True, Carried()
            yield item, part, result


def _check_part(
    options: CheckOptions, past: History | None, part: Transaction, sent: Mapping[str, Known] = _NOTHING
) -> Checked:
    return _Part(options, past, part, sent).checked()


class _Part:
    """One transaction, or a part of one, while it is checked. Money in cents."""

    def __init__(
        self, options: CheckOptions, past: History | None, part: Transaction, sent: Mapping[str, Known]
    ) -> None:
        self.options, self.past, self.part, self.sent = options, past, part, sent
        self.findings = list(part.findings)
        self.unevaluated: list[Unevaluated] = []
        self.spans = Spans()
        self.claims = self.lines = self.charge = self.paid = 0
        self.whole = not part.refused
        self.ended: int | None = None  # from which segment on the guide was not asked
        self.levels: tuple[Level | None, ...] = ()
        self.codes = ClaimCodes(_verdicts(options.tables))
        self.payers = payer.Payers(profiles(options.payers))
        self.notes, self.auths = sidecar.notes(options.notes), authorisations(options.auths)
        self.noted = Noted()
        self.profiles: dict[int, Profile] = {}  # by id of the claims that are held
        self.tally = Tally()
        self.looked_at: list[Seen] = []
        self.unread: list[claims_reader.UnreadClaim] = []
        self.editions: frozenset[Edition] = frozenset()  # of the tables that were asked
        self.failed: list[tuple[Rule, str, Claim]] = []  # a practice's own rules that raised

    def checked(self) -> Checked:
        """Everything that is asked for, and what becomes of the claims."""
        part, options = self.part, self.options
        if part.readable and part.complete:
            self._claims() if part.kind == "837P" else self._answers()
            if 1 in options.snip:
                self.findings.extend(style.inspect(part))
            if 5 in options.snip:
                self.findings.extend(npi.check(part))
            if options.snip & {1, 2}:  # after what is left out, which would hide what the guide says of it
                asked = list(filter(options.wants, self.payers.weigh(self.findings, part.before)))
                self.findings, self.ended = conform(part, asked, options.conformance)
            self.findings = self.payers.weigh(self.findings, part.before)
        elif not part.readable and not part.refused:
            self.findings.append(faults.KIND.at(part.place(0), kind=part.kind))
        known = accepted.baseline(options.baseline)
        found = ordered(particular(filter(options.wants, self.findings)))
        findings = tuple(known.mark(f, options.as_of) for f in found) if known.rows else found
        holding = self._holding(findings)
        held = self._held(holding)
        told = self._billed(findings)
        unread = sum(claim.charge for claim in self.unread)
        return Checked(
            part.file, findings, part.kind, transactions=int(part.before == 0), claims=self.claims + len(self.unread),
            lines=self.lines, charge=self.charge + unread, paid=self.paid, whole=self.whole, size=len(part.raw),
            above=evolve(held, count=held.count + len(self.unread), charge=held.charge + unread),
            free=self._free(holding) if options.release or options.kept or told else (), billed=told,
            unevaluated=tuple(filter(options.wants, self.unevaluated)), editions=self.editions | self.codes.editions(),
            profiles=self.payers.counts(), noted=self.noted,
            fault=self._fault(), seen=self._seen(findings),
            batch={key: n for key, n in self.tally.counts().items() if options.names(KINDS[key[0]].rule)},
        )  # fmt: skip

    def _claims(self) -> None:
        reader = claims_reader.Reader(self.part)
        if 6 in self.options.snip:
            engine = _engine(self.options)
            for sisters in together(self._one_by_one(reader), self.part, reader.unread):
                self._day(engine, sisters)
            self.unevaluated.extend(engine.unevaluated())
            self.editions |= engine.editions()
            self.failed, engine.failed = engine.failed, []
        else:
            for _ in self._one_by_one(reader):
                pass
        self.findings.extend(reader.findings)
        self.unread = reader.unread
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
            if self.options.kept:
                self.looked_at.append(_looked_at(claim))
            self.claims += 1
            self.lines += len(claim.lines)
            self.charge += claim.charge
            self._claim(claim)
            yield claim

    def _day(self, engine: Engine, sisters: list[Claim]) -> None:
        """The coding rules, on all claims of one patient."""
        unclear = _of_several_visits(sisters) if len(sisters) > 1 and self.notes.claims else frozenset()
        contexts = {id(claim): self._context(engine, claim, unclear) for claim in sisters}
        for outcome in engine.check(sisters, contexts, self.tally):
            if isinstance(outcome, Finding):
                self.findings.append(outcome)
            else:
                self.unevaluated.append(outcome)

    def _context(self, engine: Engine, claim: Claim, unclear: frozenset[str]) -> Context:
        number = claim.control_number
        return engine.context(
            self.profiles.pop(id(claim)), claim.subscriber.filing_indicator, self.options.as_of,
            self.notes.of(number) if number not in unclear else None, self.auths,
            self.past.of(claim) if self.past is not None else None,
        )  # fmt: skip

    def _claim(self, claim: Claim) -> None:
        """What one claim shows by itself."""
        if (notes := self.notes.of(claim.control_number)) is not None:
            lines = ((line.number, line.control_number) for line in claim.lines)
            self.noted.take(claim.control_number, notes.idle(lines))
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
        if claim.control_number in self.sent:
            findings.extend(again.check(claim, self.sent[claim.control_number]))

    def _answers(self) -> None:
        part = self.part
        reader, day = remits_reader.Reader(part), remits_reader.head(part).payment_date
        for answer, told in balanced(reader):
            self.claims += 1
            self.lines += len(answer.lines)
            self.charge += answer.charge
            self.paid += answer.paid
            self.spans.add_alone(answer.control_number, answer.charge, answer.at, answer.end)
            self.findings.extend(told)
            if day is not None and 5 in self.options.snip:
                self.findings.extend(remit_codes.check(answer, part, day, self.codes.judge))
        if day is not None and 5 in self.options.snip:
            self.editions |= self.codes.judge.tables.asked(remit_codes.TABLES, (day,))
        if not part.before and 5 in self.options.snip:
            self.findings.extend(remit_codes.addresses(reader.organisations, part, self.codes.judge))
        self.findings.extend(reader.findings)
        self.whole = self.whole and reader.usable and not any(map(hinders, self.findings))

    def _holding(self, findings: Iterable[Finding]) -> list[int]:
        """The segments (from 0 in the part) that hold: with a finding, and of claims that were not held against the
        guide, or that a rule failed on. What a claim or level ended without is its own.
        """
        before = self.part.before
        found = [claim.at for _, _, claim in self.failed]  # what could not be checked is not clean
        for f in findings:
            if f.open and f.severity.rank <= self.options.hold_on.rank and f.place.segment_in_transaction is not None:
                at = f.place.segment_in_transaction - 1 - before
                ended = f.rule in guide.ENDED_WITHOUT and f.claim and self.spans.ended_at(at, f.claim)
                found.append(at - 1 if ended or guide.ended(f) else at)
        if self.ended is not None:  # what nobody looked at is not clean
            found += self.spans.from_(self.ended - 1 - before)
        return found

    def _held(self, holding: list[int]) -> Held:
        """The claims that depend on a segment with such a finding; all of a refused transaction."""
        held = self.spans.held(holding, self.levels, self.part.before)
        if self.part.refused or (self.part.kind == "835" and not self.whole):
            return Held(self.claims, self.charge, (), held.faulty)
        return held

    def _billed(self, findings: Iterable[Finding]) -> tuple[BilledClaim, ...]:
        """What was billed on the claims that a report shows."""
        part, wanted = self.part, self.options.billed
        if wanted == "none" or part.kind != "837P" or not (part.readable and part.complete):
            return ()
        places = {
            at - (f.rule in guide.ENDED_WITHOUT or guide.ended(f))
            for f in findings
            if (at := f.place.segment_in_transaction) is not None
        }
        if wanted == "found" and not places:
            return ()
        return tuple(billed(part, places if wanted == "found" else None, phi=self.options.phi))

    def _fault(self) -> Fault | None:
        if not self.failed:
            return None
        rule, reason, claim = min(self.failed, key=lambda failed: failed[2].at)
        more = f", and {len(self.failed) - 1:,} more" if len(self.failed) > 1 else ""
        return _faulty(self.part, f"{reason}, claim {claim.control_number}{more}", rule.id)

    def _free(self, holding: list[int]) -> tuple[tuple[int, int], ...]:
        """Where the other claims begin, in bytes."""
        if self.part.refused or self.part.kind != "837P":
            return ()
        starts = self.part.starts()
        return tuple((starts[at], earlier) for at, earlier in self.spans.free(holding))

    def _seen(self, findings: Iterable[Finding]) -> tuple[Seen, ...]:
        """Every claim for the store."""
        if not self.options.kept or self.part.kind != "837P":
            return ()
        rules: dict[str, dict[str, None]] = {}
        for f in findings:
            if f.open and f.claim and f.severity.rank <= self.options.hold_on.rank:
                rules.setdefault(f.claim, {})[f.rule.id] = None
        starts = self.part.starts()
        read = (evolve(one, at=starts[one.at], rules=tuple(rules.get(one.control, ()))) for one in self.looked_at)
        unread = (
            Seen(name, -1, charge=charge, rules=tuple(rules.get(name, ()))) for name, charge in self.unread if name
        )
        return (*read, *unread)


def _of_several_visits(claims: Iterable[Claim]) -> frozenset[str]:
    """The numbers of a patient's claims under which visits of different days stand: notes tell by the number alone."""
    first: dict[str, Period | None] = {}
    days = ((claim.control_number, claim.service_dates) for claim in claims)
    return frozenset(number for number, when in days if first.setdefault(number, when) != when)


def _looked_at(claim: Claim) -> Seen:
    days, rendering = claim.service_dates, claim.rendering
    billing = claim.billing.npi
    return Seen(
        claim.control_number, claim.at, billing, claim.charge, days.start if days else None,
        rendering.npi if rendering is not None else billing, claim.place_of_service,
    )  # fmt: skip


def _engine(options: CheckOptions) -> Engine:
    """With the rules that are asked for; another neither speaks nor stands for one of these."""
    return _engine_of(options.tables, options.rules, options.maps, options.select, options.ignore)


@lru_cache(maxsize=4)  # each remembers much
def _engine_of(
    folder: Path | None, own: Path | None, maps: Path | None, select: tuple[str, ...], ignore: tuple[str, ...]
) -> Engine:
    facts = Facts(procedures(maps), diagnoses(maps), drugs(maps), _tables(folder))
    chosen = CheckOptions(select=select, ignore=ignore)
    return Engine(facts, [one for one in (*catalogue(), *_plugins.rules(own)) if chosen.names(one.rule.id)])


@cache
def _verdicts(folder: Path | None) -> Verdicts:
    return Verdicts(_tables(folder))


@cache
def _tables(folder: Path | None) -> Tables:
    return Tables(folder or user_folder())


def check_fault(part: Transaction, reason: str) -> Checked:
    """A fault of ours in a transaction: nothing more is known of it."""
    known = _faulty(part, reason)
    return Checked(part.file, (), part.kind, transactions=int(part.before == 0), whole=False, fault=known)


def _faulty(part: Transaction, reason: str, rule: str = "") -> Fault:
    envelope = part.interchange.control, part.group.control, part.control
    return Fault(part.file, *envelope, part.first_segment, reason, rule)
