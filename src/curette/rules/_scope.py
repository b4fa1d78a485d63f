"""Of whose claims a rule asks, and how grave it is to a payer: what a profile and the filing indicator decide."""

from collections.abc import Iterable

from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.payers import Profiles
from curette.codes.procedures import procedures
from curette.codes.profile import Profile
from curette.codes.tables import Tables
from curette.findings import Finding, Place, Rule, Severity
from curette.rules._context import Context, Facts
from curette.rules._registry import DermRule

_PAYER = 7  # SNIP type of what a profile asks beyond the rules


class Scope:
    """The claims of one payer: those that a profile (by its id) is found for; KeyError where there is none."""

    def __init__(self, known: Profiles, id: str) -> None:
        self.profile = known.by_id[id]
        facts = Facts(procedures(), diagnoses(), drugs(), Tables())
        self._contexts = [Context(facts, self.profile, filing, 0) for filing in _filings(known, self.profile, facts)]

    def severity(self, rule: Rule, derm: DermRule | None) -> Severity | None:
        """How grave a rule is to that payer; None where it is turned off, or none of its claims is asked."""
        if derm is not None and derm.asks is not None and not any(map(derm.asks, self._contexts)):
            return None
        if rule.snip == _PAYER and rule.payers and not self.profile.asks:
            return None
        by_ncci = derm is not None and derm.by_ncci and not self.profile.follows_ncci
        severity = Severity.WARNING if by_ncci else rule.severity
        found = self.profile.weigh(Finding(rule, Place(), "", severity, rule.confidence))
        return found.severity if found is not None else None


def _filings(known: Profiles, profile: Profile, facts: Facts) -> Iterable[str]:
    """The filing indicators (SBR09) that its claims may have."""
    every = [code for table in facts.tables.editions("filing")[:1] for code, _ in table]
    if not profile.matches:  # the default: what no other profile takes
        return [code for code in every if known.match("", "", code, "").profile is profile]
    return {match.filing for match in profile.matches} if all(m.filing for m in profile.matches) else every
