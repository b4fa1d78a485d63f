"""Payer profiles: which payer a claim goes to, and what that payer wants.

The built-in ones (maps/payers) are examples; a folder of a practice's own is laid over them: a profile with the id of
a built-in one replaces it, a new one is added, and either may be `like` a built-in one where it says nothing itself.
Which profile holds is decided by the most specific row: payer id, then payer name, then filing indicator with receiver,
then filing indicator, else the profile "default". Of two rows alike, a practice's own goes before a built-in one, then
the id of the profile decides.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from curette.codes.profile import Deadline, Match, Profile
from curette.codes.ranges import CodeRange
from curette.errors import MapError, ProfileError
from curette.findings import Severity

if TYPE_CHECKING:
    from curette.codes.maps import Row

DEFAULT = "default"
_SEVERAL = frozenset({"match", "authorisation", "member-id", "severity"})
_ANY_OF = {"modifiers": ("allowed", "refused"), "limits": ("lines", "diagnoses"), "referral": ("number", "provider")}
_REMEMBERED = 4096  # a batch has some dozens of payers; what a strange file may cost is bounded


@frozen
class Matched:
    """The profile of a claim, and by which row it was found; the words name no more than the profile does."""

    profile: Profile
    by: str  # "filing indicator MB"; empty for the default


class Profiles:
    """All profiles, by id; `match` finds the one of a claim."""

    def __init__(
        self, profiles: Iterable[Profile], own: Iterable[str] = (), severities: "tuple[Row, ...]" = ()
    ) -> None:
        self.severities = severities  # the rows of a practice's own that name a rule
        self.by_id: Mapping[str, Profile] = {p.id: p for p in profiles}
        first = frozenset(own)
        rows = [(m.rank, p.id not in first, p.id, m) for p in self.by_id.values() for m in p.matches]
        rows.sort(key=lambda row: row[:3])
        self._rows = tuple((match, Matched(self.by_id[id], match.words)) for *_, id, match in rows)
        self._default = Matched(self.by_id[DEFAULT], "")
        self._known: dict[tuple[str, str, str, str], Matched] = {}

    def match(self, payer_id: str, payer: str, filing: str, receiver: str) -> Matched:
        """The profile for NM109 and NM103 of 2010BB, SBR09 of 2000B and NM109 of 1000B, as the file has them."""
        key = (payer_id, payer, filing, receiver)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._find(*(" ".join(value.upper().split()) for value in key))
        return found

    def _find(self, payer_id: str, payer: str, filing: str, receiver: str) -> Matched:
        for match, matched in self._rows:
            if match.fits(payer_id, payer, filing, receiver):
                return matched
        return self._default


@cache
def profiles(folder: Path | None = None) -> Profiles:
    """The built-in profiles with those of a folder laid over them; ProfileError says what is wrong, and where.

    Read once per folder.
    """
    from curette.codes.maps import Maps  # late: lxml is not needed before the first look-up

    maps = Maps()
    try:
        examples = maps.folder("payers")
        built_in = _read(examples, {})
        given = maps.folder("payers", folder) if folder is not None else ()
        own = _read(given, {row.key: row for row in examples})
    except MapError as error:
        raise ProfileError(error.file, error.line, error.reason) from None
    return Profiles((built_in | own).values(), own, tuple(inner for row in given for inner in _of(row, "severity")))


def check_severities(folder: Path, ids: Collection[str]) -> None:
    """A mistyped rule would weigh nothing, which looks like success: ProfileError where no rule has such an id."""
    for row in profiles(folder).severities:
        if not any(id.startswith(row.get("rule")) for id in ids):
            raise ProfileError(row.file, row.line, f"no rule is called or begins with {row.get('rule')}")


def _read(rows: "Iterable[Row]", examples: "Mapping[str, Row]") -> dict[str, Profile]:
    """The profiles of one folder; two of one id, or two that claim the same claims, contradict each other."""
    found: dict[str, Profile] = {}
    taken: dict[Match, Row] = {}
    for row in rows:
        if row.key in found:
            raise row.error(f"there is another profile {row.key} in this folder")
        for inner in row.rows:
            if inner.tag == "match" and (twin := taken.setdefault(_match(inner), inner)) is not inner:
                raise inner.error(f"the same match stands in {Path(twin.file).name} on line {twin.line}")
        found[row.key] = _profile(_as_like(row, examples))
    return found


def _as_like(row: "Row", examples: "Mapping[str, Row]") -> "Row":
    """The profile with what the built-in one that it is `like` says of matters on which it is silent itself."""
    if not (like := row.get("like")):
        return row
    if like not in examples:
        raise row.error(f"there is no built-in profile {like} to be like")
    spoken = {"match", *(inner.tag for inner in row.rows)}
    return evolve(row, rows=(*row.rows, *(inner for inner in examples[like].rows if inner.tag not in spoken)))


def _profile(row: "Row") -> Profile:
    one: dict[str, Row] = {}
    for inner in row.rows:
        if inner.tag not in _SEVERAL and (twin := one.setdefault(inner.tag, inner)) is not inner:
            raise inner.error(f"{inner.tag} stands already on line {twin.line}")
        _check_says(inner)

    def said(tag: str, name: str) -> str:
        return one[tag].get(name) if tag in one else ""

    return Profile(
        row.key,
        row.get("name"),
        bool(row.get("example")),
        _matches(row),
        follows_ncci=said("ncci", "follows") == "yes",
        modifier_51=said("modifier-51", "wanted") or "ignore",
        visit_25=said("visit-25", "beside"),
        benign_lesion_reason=said("benign-lesions", "reason") == "required",
        ndc_on_drugs=said("drugs", "ndc") == "required",
        clia_for_mohs=said("mohs", "clia") == "required",
        authorised=tuple(_range(inner) for inner in _of(row, "authorisation")),
        filing=_deadline(one.get("timely-filing")),
        corrected=_deadline(one.get("corrected-claims")),
        appeal=_deadline(one.get("appeals")),
        modifiers_allowed=frozenset(said("modifiers", "allowed").split()),
        modifiers_refused=frozenset(said("modifiers", "refused").split()),
        frequencies_refused=frozenset(said("frequency", "refused").split()),
        most_lines=one["limits"].number("lines") if "limits" in one else None,
        most_diagnoses=one["limits"].number("diagnoses") if "limits" in one else None,
        member_ids=tuple(_form(inner) for inner in _of(row, "member-id")),
        referral_number=said("referral", "number") == "required",
        referral_provider=said("referral", "provider") == "required",
        weights=_weights(row),
    )


def _check_says(row: "Row") -> None:
    """A row of which every attribute may be absent says something, and not two things that exclude each other."""
    names = _ANY_OF.get(row.tag, ())
    if names and not any(map(row.get, names)):
        raise row.error(f"{row.tag} needs {' or '.join(names)}")
    if both := set(row.words("allowed")) & set(row.words("refused")):
        raise row.error(f"modifier {min(both)} is both allowed and refused")


def _of(row: "Row", tag: str) -> "Iterator[Row]":
    return (inner for inner in row.rows if inner.tag == tag)


def _matches(row: "Row") -> tuple[Match, ...]:
    found = tuple(_match(inner) for inner in _of(row, "match"))
    if row.key == DEFAULT and found:
        raise row.error("the profile default holds where no other does and takes no match")
    if row.key != DEFAULT and not found:
        raise row.error(f"profile {row.key} has no match, so no claim would ever find it")
    return found


def _match(row: "Row") -> Match:
    found = Match(row.get("payer-id"), row.get("name"), row.get("filing"), row.get("receiver"))
    if not (found.payer_id or found.payer.replace("*", "").strip() or found.filing):
        raise row.error("a match needs a payer-id, a name or a filing")
    return found


def _range(row: "Row") -> CodeRange:
    first, last = row.get("code") or row.get("from"), row.get("code") or row.get("to")
    found = CodeRange(first, last)
    both = row.get("code") and (row.get("from") or row.get("to"))
    if both or first not in found or last not in found:
        raise row.error("an authorisation needs a code, or from and to in order and of one form")
    return found


def _deadline(row: "Row | None") -> Deadline | None:
    if row is None:
        return None
    if bool(row.get("days")) is bool(row.get("years")):
        raise row.error(f"{row.tag} needs either days or years")
    return Deadline(row.number("days") or 0, row.number("years") or 0)


def _form(row: "Row") -> re.Pattern[str]:
    """The schema holds a pattern to a form that takes no more than one look at each character and starting place."""
    try:
        return re.compile(row.get("pattern"), re.ASCII)
    except (re.error, OverflowError) as fault:
        raise row.error(f"the pattern cannot be used: {fault}") from None


def _weights(row: "Row") -> tuple[tuple[str, Severity | None], ...]:
    found: dict[str, Severity | None] = {}
    for inner in _of(row, "severity"):
        rule, severity = inner.get("rule"), inner.get("is")
        if rule in found:
            raise inner.error(f"there is another severity for {rule} in this profile")
        found[rule] = None if severity == "off" else Severity(severity)
    return tuple(sorted(found.items(), key=lambda item: (-len(item[0]), item[0])))
