"""What one payer wants of a claim, as far as its profile says; what it does not say is never held against a claim."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from fnmatch import fnmatchcase

from attrs import field, frozen

from curette.codes.ranges import CodeRange
from curette.findings import Finding, Rule, Severity


@frozen
class Match:
    """One way to tell that a claim goes to the payer: every part that is not empty must hold.

    `payer_id` is NM109 of 2010BB, `payer` its NM103 in capitals ("*" stands for any text), `filing` SBR09 of 2000B,
    `receiver` NM109 of 1000B.
    """

    payer_id: str = ""
    payer: str = ""
    filing: str = ""
    receiver: str = ""

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, int]:
        """Low is more specific: a payer id, then a name (a long one first), then a filing indicator, each first with
        what follows it beside it, then without.
        """
        absent = (not self.payer_id, not self.payer, not self.filing, not self.receiver)
        return (*absent, -len(self.payer.replace("*", "")))

    @property
    def words(self) -> str:
        """What was looked at, as a report says it."""
        parts = (
            ("payer id", self.payer_id), ("payer name", self.payer),
            ("filing indicator", self.filing), ("receiver", self.receiver),
        )  # fmt: skip
        return ", ".join(f"{name} {value}" for name, value in parts if value)

    def fits(self, payer_id: str, payer: str, filing: str, receiver: str) -> bool:
        """Whether a claim with these values (in capitals) is meant."""
        return (
            self.payer_id in ("", payer_id)
            and self.filing in ("", filing)
            and self.receiver in ("", receiver)
            and (not self.payer or fnmatchcase(payer, self.payer))
        )


@frozen
class Deadline:
    """How long after a day (the first of service; of an appeal, that of payment) something may come."""

    days: int = 0
    years: int = 0

    def last_day(self, day: date) -> date:
        """The last day on which it is in time; of 29 February, a year later it is the 28th."""
        if self.days:
            return day + timedelta(days=self.days)
        try:
            return day.replace(year=day.year + self.years)
        except ValueError:
            return day.replace(year=day.year + self.years, day=28)


@frozen
class Profile:
    """A payer. Every switch has a value that asks nothing, which holds where the profile does not say."""

    id: str
    name: str
    example: bool = False
    matches: tuple[Match, ...] = ()
    follows_ncci: bool = False  # NCCI findings are errors; else warnings
    modifier_51: str = "ignore"  # yes: on lower-valued procedures; no: take it off; ignore
    visit_25: str = ""  # pairs, procedures or nothing: beside what a visit needs 25; empty: not known
    benign_lesion_reason: bool = False  # the removal of a benign lesion needs a diagnosis that gives the reason
    ndc_on_drugs: bool = False  # 2410 LIN with N4 on drug lines
    clia_for_mohs: bool = False  # REF*X4 on Mohs surgery
    authorised: tuple[CodeRange, ...] = ()  # procedures that need REF*G1
    filing: Deadline | None = None
    corrected: Deadline | None = None  # of replacements and voids
    appeal: Deadline | None = None  # after the day of payment
    modifiers_allowed: frozenset[str] = frozenset()  # empty: all
    modifiers_refused: frozenset[str] = frozenset()
    frequencies_refused: frozenset[str] = frozenset()  # CLM05-3
    most_lines: int | None = None
    most_diagnoses: int | None = None
    member_ids: tuple[re.Pattern[str], ...] = ()  # one must fit the whole NM109 of 2010BA; empty: any
    referral_number: bool = False  # REF*9F
    referral_provider: bool = False  # NM1*DN
    weights: tuple[tuple[str, Severity | None], ...] = ()  # beginnings of rule ids, the longest first; None: off
    asks: bool = field(init=False, eq=False)  # whether checks.payer has anything to look at

    def __attrs_post_init__(self) -> None:
        asks = (
            self.modifiers_allowed or self.modifiers_refused or self.frequencies_refused or self.most_lines
            or self.most_diagnoses or self.member_ids or self.referral_number or self.referral_provider
        )  # fmt: skip
        object.__setattr__(self, "asks", bool(asks))

    def takes(self, modifiers: Iterable[str]) -> bool:
        """Whether the payer takes all these modifiers."""
        return self.modifiers_refused.isdisjoint(modifiers) and (
            not self.modifiers_allowed or self.modifiers_allowed.issuperset(modifiers)
        )

    def wants_authorisation(self, procedure: str) -> bool:
        """Whether the procedure is on the payer's list of those that need approval (REF*G1)."""
        return any(procedure in codes for codes in self.authorised)

    def knows(self, member: str) -> bool:
        """Whether a member number has a form that the payer gives; small letters are read as capitals."""
        number = member.upper()
        for form in self.member_ids:  # a loop, since every claim comes here
            if form.fullmatch(number):
                return True
        return not self.member_ids

    def silences(self, rule: Rule) -> bool:
        """Whether the payer turns a rule off."""
        told = (severity is None for beginning, severity in self.weights if rule.id.startswith(beginning))
        return rule.snip >= 2 and next(told, False)

    def weigh(self, finding: Finding) -> Finding | None:
        """The finding as grave as it is to this payer; None where the rule is turned off.

        The syntax of the file (SNIP 0 and 1) is no payer's to judge.
        """
        if finding.rule.snip < 2:
            return finding
        for beginning, severity in self.weights:
            if finding.rule.id.startswith(beginning):
                if severity is None or severity is finding.severity:
                    return finding if severity else None
                return finding.with_severity(severity)
        return finding
