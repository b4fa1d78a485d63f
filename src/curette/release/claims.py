"""277CA (005010X214): what became of every claim of a transaction, by billing provider and patient.

The totals of a provider and of the transaction stand before its claims, so the claims wait in an unnamed private file
until the transaction ends. A claim without a charge or date that can be read is answered by the 999 alone.
"""

import re
import tempfile
from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from typing import IO

from attrs import define, field

from curette import money
from curette.codes.acknowledgements import ACCEPTED, Status
from curette.dates import day
from curette.release.blocks import elements
from curette.release.files import Outgoing
from curette.release.numbers import Numbers
from curette.release.reply import Reply, clock, isa_elements
from curette.release.split import Level
from curette.x12 import tokens
from curette.x12.loop import element
from curette.x12.transaction import Transaction

VERSION = "005010X214"
_MEMORY = 4 << 20
_CHUNK = 1 << 20
_LONGEST = 1 << 12  # bytes of an NM1 that are looked at
_MOST = 12  # statuses of a claim
_NAMES = (60, 35, 25, 10, 10)  # characters of NM103 to NM107
_NUMBER = 80  # of NM109
_TRACE = 50  # of TRN02


@define
class Totals:
    """Claims and charges (cents), accepted and rejected."""

    accepted: int = 0
    rejected: int = 0
    accepted_charge: int = 0
    rejected_charge: int = 0

    def take(self, accepted: bool, charge: int) -> None:
        """One more claim."""
        if accepted:
            self.accepted += 1
            self.accepted_charge += charge
        else:
            self.rejected += 1
            self.rejected_charge += charge


@define
class _Provider:
    """A billing provider: its head, what its claims are, and where they wait."""

    hl: int
    name: tuple[str, ...]
    begin: int
    segments: int = 0
    totals: Totals = field(factory=Totals)


@define(eq=False)
class ClaimAnswers:
    """A file of 277CA, one for each transaction as its claims come."""

    reply: Reply
    _item: Transaction | None = None
    _head: Level | None = None
    _waiting: IO[bytes] | None = None
    _providers: list[_Provider] = field(factory=list)
    _totals: Totals = field(factory=Totals)
    _hl: int = 2
    _billing: Level | None = None
    _patient: Level | None = None

    @classmethod
    def into(cls, out: Outgoing, numbers: Numbers, day: date) -> "ClaimAnswers":
        """Answers in a new file."""
        return cls(Reply(out, numbers, day, "HN", VERSION))

    def claim(
        self, item: Transaction, chain: Sequence[Level], raw: bytes, name: str, charge: int | None,
        statuses: Sequence[Status],
    ) -> None:  # fmt: skip
        """One more claim with its levels and, where it is held, what holds it. Charge in cents, None if unreadable."""
        dates = service_dates(raw, item)
        if charge is None or not 0 < len(name.strip()) <= _TRACE or dates is None or len(chain) < 3:
            return
        if self._item is not item:
            self._begin(item, chain[0])
        form = self.reply.form
        if chain[1] is not self._billing:
            self._provider(item, chain[1])
        provider = self._providers[-1]
        wanted = [] if chain[-1] is self._patient else self._patient_level(item, chain, provider)
        told = statuses[:_MOST] or (ACCEPTED,)
        action = "U" if statuses else "WQ"
        wanted.append(form.segment("TRN", "2", name))
        today = f"{self.reply.day:%Y%m%d}"
        amount, mark = money.x12(charge), item.delimiters.component
        wanted += [form.sure("STC", mark.join(filter(None, status)), today, action, amount) for status in told]
        wanted.append(form.sure("DTP", "472", "D8" if len(dates) == 8 else "RD8", dates))
        assert self._waiting is not None
        self._waiting.write(b"".join(wanted))
        provider.segments += len(wanted)
        for totals in (provider.totals, self._totals):
            totals.take(not statuses, charge)

    def end(self) -> None:
        """The open transaction ends: its answer is written."""
        if self._item is None or self._head is None or self._waiting is None:
            return
        self._write_head(self._item, self._head)
        ends = [p.begin for p in self._providers[1:]] + [self._waiting.seek(0, 2)]
        for provider, stop in zip(self._providers, ends, strict=True):
            self._write_provider(provider)
            self._waiting.seek(provider.begin)
            left = stop - provider.begin
            while left:
                data = self._waiting.read(min(_CHUNK, left))
                left -= len(data)
                self.reply.add_all(data, 0)
            self.reply.add_all(b"", provider.segments)
        self.reply.end()
        self._waiting.close()
        self._item = self._waiting = None

    def close(self) -> None:
        """No transaction of the open interchange follows."""
        self.reply.close()

    # -- while claims come

    def _begin(self, item: Transaction, head: Level) -> None:
        self.reply.begin(item, "277")
        self._item, self._head, self._hl, self._totals, self._providers = item, head, 2, Totals(), []
        self._billing = self._patient = None
        self._waiting = tempfile.SpooledTemporaryFile(_MEMORY)  # noqa: SIM115 - closed by `end`

    def _provider(self, item: Transaction, level: Level) -> None:
        self._hl += 1
        self._billing, self._patient = level, None
        assert self._waiting is not None
        self._providers.append(_Provider(self._hl, _billing_name(level.raw, item), self._waiting.tell()))

    def _patient_level(self, item: Transaction, chain: Sequence[Level], provider: _Provider) -> list[bytes]:
        self._hl += 1
        self._patient = chain[-1]
        form, name = self.reply.form, _patient_name([level.raw for level in chain[2:]], item)
        return [form.sure("HL", str(self._hl), str(provider.hl), "PT"), form.segment("NM1", "QC", "1", *name)]

    # -- at the end

    def _write_head(self, item: Transaction, head: Level) -> None:
        add, today = self.reply.add, f"{self.reply.day:%Y%m%d}"
        segments = _split(head.raw, item)
        bht = next((s for s in segments if s[0] == "BHT"), [])
        receiver, submitter = _named(head.raw, item, "40"), _named(head.raw, item, "41")
        time = clock(isa_elements(item.interchange)[10])
        trace = f"{item.interchange.control}{item.control}"
        add("BHT", "0085", "08", trace, today, time, "TH")
        add("HL", "1", "", "20", "1")
        us = element(receiver, 9) or item.group.receiver
        add("NM1", "AY", "2", *_fitting([element(receiver, 3) or us], "46", us))
        add("TRN", "1", trace)
        add("DTP", "050", "D8", today)
        add("DTP", "009", "D8", today)
        add("HL", "2", "1", "21", "1")
        them, kind = element(submitter, 9) or item.group.sender, element(submitter, 2)
        names = (element(submitter, 3) or them, element(submitter, 4), element(submitter, 5))
        add("NM1", "41", kind if kind in ("1", "2") else "2", *_fitting(names, "46", them))
        add("TRN", "2", element(bht, 3).strip()[:_TRACE] or item.control)
        self._add_totals(self._totals, today, "90", "AA")

    def _write_provider(self, provider: _Provider) -> None:
        add = self.reply.add
        add("HL", str(provider.hl), "2", "19", "1")
        add("NM1", "85", *provider.name)
        add("TRN", "1", "0")
        self._add_totals(provider.totals, "", "QA", "QC")

    def _add_totals(self, totals: Totals, today: str, accepted: str, rejected: str) -> None:
        add, all_charge = self.reply.add, totals.accepted_charge + totals.rejected_charge
        add("STC", tuple(ACCEPTED), today, "WQ", money.x12(all_charge))
        for qualifier, count in ((accepted, totals.accepted), (rejected, totals.rejected)):
            if count:
                add("QTY", qualifier, str(count))
        for qualifier, count, charge in (
            ("YU", totals.accepted, totals.accepted_charge),
            ("YY", totals.rejected, totals.rejected_charge),
        ):
            if count:
                add("AMT", qualifier, money.x12(charge))


def service_dates(raw: bytes, item: Transaction) -> str | None:
    """The first and last day of a claim's lines, CCYYMMDD or two with a hyphen; None where none can be read."""
    if item.between is None:  # a segment may be wrapped
        raw = raw.translate(None, b"\r\n".replace(item.delimiters.segment.encode("latin-1"), b""))
    found = [text.decode() for pair in _dates(item.delimiters.element).findall(raw) for text in pair if text]
    right = [text for text in found if _is_day(text)]
    if not right or len(right) < len(found):
        return None
    first, last = min(right), max(right)
    return first if first == last else f"{first}-{last}"


@cache
def _dates(separator: str) -> re.Pattern[bytes]:
    mark = re.escape(separator.encode("latin-1"))
    return re.compile(
        b"DTP" + mark + b"472" + mark + b"R?D8" + mark + rb"([0-9]{8})(?:-([0-9]{8}))?(?![0-9])", re.ASCII
    )


@lru_cache(1 << 12)
def _is_day(text: str) -> bool:
    try:
        day(text)
    except ValueError:
        return False
    return True


def _split(raw: bytes, item: Transaction) -> list[list[str]]:
    return [text.split(item.delimiters.element) for text in tokens.split(raw, item.delimiters, None)]


def _named(raw: bytes, item: Transaction, role: str) -> list[str]:
    """The first NM1 with this NM101, as elements; empty where there is none."""
    d = item.delimiters
    sought = f"NM1{d.element}{role}{d.element}".encode("latin-1")
    at = raw.find(sought)
    if at >= 0:
        return elements(raw[at : at + _LONGEST], d, 2)
    return next((s for s in _split(raw, item) if s[0] == "NM1" and element(s, 1) == role), [])


def _billing_name(raw: bytes, item: Transaction) -> tuple[str, ...]:
    """NM102 to NM109 of the billing provider: NPI, else tax number."""
    name = _named(raw, item, "85")
    kind = element(name, 2) if element(name, 2) in ("1", "2") else "2"
    number = ("XX", element(name, 9))
    if element(name, 8) != "XX" or not number[1]:
        tax = next((element(s, 2) for s in _split(raw, item) if s[0] == "REF" and element(s, 1) in ("EI", "SY")), "")
        number = ("FI", tax or "UNKNOWN")
    return kind, *_fitting([element(name, i) for i in (3, 4, 5, 6, 7)], *number)


def _patient_name(levels: list[bytes], item: Transaction) -> tuple[str, ...]:
    """NM103 to NM109 of the patient; the number is the member number of the patient, else of the subscriber."""
    member = _named(levels[0], item, "IL")
    name = (_named(levels[-1], item, "QC") if len(levels) > 1 else []) or member
    number = element(name, 9) or element(member, 9) or "UNKNOWN"
    qualifier = element(name, 8) or element(member, 8)
    names = [element(name, i) for i in (3, 4, 5, 6, 7)]
    return _fitting(names, qualifier if qualifier in ("II", "MI") else "MI", number)


def _fitting(names: Sequence[str], qualifier: str, number: str) -> tuple[str, ...]:
    """NM103 to NM109 in the sizes of the guide, so that an answer is valid that tells of names which are too long."""
    padded = (*names, *[""] * (len(_NAMES) - len(names)))
    last, *others = (name.strip()[:size] for name, size in zip(padded, _NAMES, strict=True))
    number = number.strip()[:_NUMBER]
    return last or "UNKNOWN", *others, qualifier, number if len(number) > 1 else "UNKNOWN"
