"""Destruction of lesions: what it is counts, and how many; the size only of cancers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from curette.claims.days import Day, DayLine
from curette.claims.history import Past
from curette.codes import modifiers
from curette.findings import Confidence, Severity
from curette.notes.model import Earlier
from curette.rules._context import Context
from curette.rules._day import sent
from curette.rules._lesions import BENIGN, CANCER, OPEN, cured, judged, lesion_of, listed
from curette.rules._registry import REVIEW, SPECIAL, Hit, Missing, rule

PREMALIGNANT = ("17000", "17003", "17004")
GENERAL_CODES = ("17110", "17111")  # benign lesions but for tags and vessels
_MOST = 13_000  # thousandths of 17003: lesions 2 to 14
_COVERS = {"17000": "17004", "17003": "17004", "17110": "17111", "11900": "11901"}
_APART = {"17000": GENERAL_CODES, "17003": GENERAL_CODES, "17110": ("17004",), "17111": ("17004",)}


def _same(day: Day, line: DayLine, *codes: str) -> list[DayLine]:
    """The lines of that day and provider with one of these codes."""
    return [other for other in day.of(frozenset(codes)) if other.provider == line.provider]


def _without(line: DayLine, day: Day, code: str, before: Sequence[Past | Earlier]) -> Iterator[Hit]:
    """An add-on whose first code that provider did not send; a colleague's counts for some payers."""
    found: list[DayLine | Past | Earlier] = [*day.standing((code,)), *before]
    if all(other.provider not in (None, line.provider) for other in found):
        yield Hit(line, {}, severity=Severity.WARNING if found else None)


@rule(
    "DERM-D01", "destruction.17003-without-17000", looks="day",
    on=("17003",), rank=SPECIAL, hides=("DERM-D10", "DERM-N04"),
    message="17003 counts lesions 2 to 14 and needs 17000 of the same provider on this day", sources=("cms-aoc",),
    prevents=("destruction_count",), recalls=("17000",),
)  # fmt: skip
def without_17000(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """17003 without 17000.

    Why: 17003 is an add-on to 17000, the first lesion; 17004 is no first lesion for it.
    Fix: Send 17000 for the first lesion with it, or 17004 alone where the note counts 15 lesions or more.
    """
    yield from _without(line, day, "17000", sent(line, ctx, ("17000",)))


@rule(
    "DERM-D02", "destruction.17003-units", looks="day", on=("17003",), hides=("DERM-D01", "DERM-D10", "DERM-U01"),
    message="17003 has {units} units on this day and can have 13, for lesions 2 to 14; from 15 lesions it is 17004",
    prevents=("destruction_count",), sources=("cms-pfs", "coding-pages"),
)  # fmt: skip
def too_many_17003(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """More units of 17003 than lesions 2 to 14.

    Why: 17003 is one unit for each lesion from the second to the fourteenth; 15 or more are one other code.
    Fix: Count the lesions in the note: up to 14 are 17000 and 17003, 15 or more are 17004 x1 and nothing else.
    """
    lines = _same(day, line, "17003")
    if line is lines[-1] and sum(other.units for other in lines) > _MOST:  # told once, at the last
        units = sum(other.count for other in lines)
        yield Hit(line, {"units": units}, related=tuple(lines[:-1]), element=4)


@rule(
    "DERM-D03", "destruction.codes-that-replace-each-other", looks="day",
    on=tuple(_COVERS), beside=("never",), rank=SPECIAL,
    sources=("cms-ncci",),    prevents=("destruction_count",),
    hides=("DERM-D01", "DERM-D02", "DERM-D08", "DERM-D10"),
    message="{other} already covers {code} of the same day, and no modifier opens this pair: keep {other} only",
)  # fmt: skip
def replaced(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Codes that replace each other on one day.

    Why: One code is for few lesions, the other for many; NCCI pairs them at indicator 0.
    Fix: Keep the code for the number of lesions that the note counts, and drop the other.
    """
    for other in _same(day, line, _COVERS[line.code])[:1]:
        if _indicator(ctx, other, line) == "0":
            yield Hit(line, {"other": other.code}, severity=_by_edition(ctx, line), related=(other,))


@rule(
    "DERM-D08", "destruction.precancers-and-benign-lesions", looks="day",
    on=tuple(_APART), beside=("closed",), rank=SPECIAL,
    by_ncci=True, prevents=("modifier_59",), sources=("cms-ncci",), hides=("DERM-N02",),
    message="{code} beside {other} is paid for other lesions only: 59 or XS on {code} says so; else keep one code",
)  # fmt: skip
def both_kinds(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Precancers and benign lesions destroyed on one day, and no modifier says so.

    Why: NCCI takes the two kinds for one and the same lesion unless a modifier on either line parts them.
    Fix: Where the note names different lesions, put 59 or XS on the second code; for one lesion keep one code.
    """
    for other in _same(day, line, *_APART[line.code]):
        parted = any(modifiers.opens(m, on_visit=False) for m in (*line.modifiers, *other.modifiers))
        if not parted and _indicator(ctx, other, line) == "1":
            yield Hit(line, {"other": other.code}, severity=_by_edition(ctx, line), related=(other,))
            return


def _indicator(ctx: Context, first: DayLine, second: DayLine) -> str:
    """NCCI's indicator of a pair, "" where the table lacks it."""
    row = ctx.row("ptp", first.code + second.code, second.day)
    return row.values["indicator"] if row is not None else ""


def _by_edition(ctx: Context, line: DayLine) -> Severity | None:
    """A warning where the pairs at hand are of other dates."""
    edition = ctx.facts.tables.on("ptp", line.day)
    return None if edition is not None and edition.head.covers(line.day) else Severity.WARNING


_DOUBTED = frozenset({"D485", "D492", "L858", "Q828", "L578", "K130"})  # may stand for a precancer
# which 17110 and 17111 leave out
_TAGS_AND_VESSELS = {"L918": "11200", "D1801": "17106 to 17108", "I781": "17106 to 17108", "Q825": "17106 to 17108"}
_CANCER_CODES = "17260 to 17286 by site and size"


@rule(
    "DERM-D04", "destruction.not-a-precancer", on=PREMALIGNANT, looks="line", sources=("cms-pfs", "coding-pages"),
    prevents=("dx_mismatch",),
    message="{code} is for precancers such as L570, and {diagnosis} is {kind}: {instead}",
)  # fmt: skip
def not_a_precancer(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Precancer destruction that points at benign lesions or at cancer.

    Why: 17000, 17003 and 17004 are for precancers only; one precancer among the pointed diagnoses is enough.
    Fix: Point to the precancer if the note has one, or send the code of the lesion that was treated.
    """
    found = judged(line, ctx)
    told = {"diagnosis": listed(found)}
    clear = {behaviour for code, behaviour in found.items() if code not in _DOUBTED}
    if not found or not clear <= BENIGN | CANCER:
        return
    if _DOUBTED & set(found):
        facts = {"kind": "not surely one", "instead": "see what the note calls the lesion"}
        yield Hit(line, told | facts, severity=Severity.ADVICE)
    elif clear <= BENIGN:
        instead = _left_out(found) or "17110, or 17111 from 15 lesions"
        yield Hit(line, told | {"kind": "benign", "instead": instead})
    elif clear <= CANCER:
        yield Hit(line, told | {"kind": "a cancer", "instead": _CANCER_CODES})


def _left_out(diagnoses: Iterable[str]) -> str:
    """The codes for tags and vascular lesions, where the diagnoses name nothing else; "" else."""
    codes = [_TAGS_AND_VESSELS.get(code, "") for code in diagnoses]
    return " or ".join(dict.fromkeys(codes)) if all(codes) else ""


_OPEN = frozenset({"D485", "D492"})  # not yet known, or not surely


@rule(
    "DERM-D05", "destruction.not-benign", on=GENERAL_CODES, looks="line", sources=("cms-pfs",),
    prevents=("dx_mismatch",),
    message="{code} is for benign lesions, and {diagnosis} is {kind}: {instead}",
)  # fmt: skip
def not_benign(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Benign destruction that points at a precancer or a cancer.

    Why: 17110 and 17111 are for benign lesions; precancers and cancers have codes of their own.
    Fix: Send the code of the lesion that was treated, or point to the benign lesion if the note has one.
    """
    found = judged(line, ctx)
    kinds = set(found.values())
    told = {"diagnosis": listed(found)}
    if not found or not all(kind in {"premalignant", *CANCER} or code in _OPEN for code, kind in found.items()):
        return
    if _OPEN & set(found):
        facts = {"kind": "not surely one", "instead": "see what the note calls the lesion"}
        yield Hit(line, told | facts, severity=Severity.ADVICE)
    elif kinds <= CANCER:
        yield Hit(line, told | {"kind": "a cancer", "instead": _CANCER_CODES})
    else:
        kind, instead = "a precancer", "17000 and 17003, or 17004, are for precancers"
        if kinds & CANCER:
            kind, instead = "a precancer or cancer", f"{instead}, {_CANCER_CODES} for cancers"
        yield Hit(line, told | {"kind": kind, "instead": instead})


@rule(
    "DERM-D06", "destruction.tags-or-vessels", on=GENERAL_CODES, looks="line", severity=Severity.WARNING,
    confidence=Confidence.LIKELY, sources=("coding-pages",),
    message="{code} leaves out skin tags and vascular lesions: for {diagnosis} look at {instead}",
)  # fmt: skip
def tags_or_vessels(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Skin tags or vascular spots under the general code.

    Why: 17110 and 17111 leave both out: tags are counted as 11200 and 11201, vascular lesions by area.
    Fix: Check what the note says; L918 also covers other thickened skin, for which the general code is right.
    """
    found = judged(line, ctx)
    if instead := _left_out(found):
        yield Hit(line, {"diagnosis": listed(found), "instead": instead})


@rule(
    "DERM-D07", "destruction.anogenital-warts", on=GENERAL_CODES, looks="line", severity=Severity.ADVICE, rank=REVIEW,
    confidence=Confidence.POSSIBLE, sources=("cms-pfs",),
    message="warts of penis, vulva or anus have codes of their own ({codes}): check the site in the note",
)  # fmt: skip
def anogenital_warts(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Genital or anal warts under the general code.

    Why: A630 names warts of sites that have destruction codes of their own; skin of groin and pubis has none.
    Fix: Check the site in the note; keep the general code for groin and pubic skin.
    """
    if list(judged(line, ctx)) == ["A630"]:
        yield Hit(line, {"codes": "54050 to 54065, 56501, 56515, 46900 to 46924"})


@rule(
    "DERM-D09", "destruction.not-a-cancer", on=("destruction_malignant",), looks="line", hides=("DERM-E07",),
    sources=("cms-pfs",),    prevents=("dx_mismatch",),
    message="{code} destroys a cancer, and {diagnosis} is {kind}: point to the cancer, or send the code of the lesion",
)  # fmt: skip
def not_a_cancer(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Cancer destruction without a cancer diagnosis.

    Why: 17260 to 17286 are for cancers, in situ ones among them; one among the pointed diagnoses is enough.
    Fix: Point to the cancer if the report has one; precancers are 17000 to 17004, benign lesions 17110 and 17111.
    """
    found = judged(line, ctx) or cured(line, ctx)
    if not found or CANCER & set(found.values()):
        return
    doubted = "L858" in found or OPEN & set(found.values())
    facts = {"diagnosis": listed(found), "kind": "not surely one" if doubted else "none"}
    yield Hit(line, facts, severity=Severity.ADVICE if doubted else None)


_COUNTED = {"premalignant": PREMALIGNANT, "benign": GENERAL_CODES, "skin_tag": ("11200", "11201")}
_NAMES = {"premalignant": "precancers", "benign": "benign lesions", "skin_tag": "skin tags"}
_FURTHER = ("17003", "11201")  # the others are one unit, however many lesions
_ALSO = ("shave", "excision_benign", "pdt", "intralesional", "destruction_vascular", "biopsy", "biopsy_addon")


@rule(
    "DERM-D10", "destruction.count-differs-from-note", on=tuple(c for codes in _COUNTED.values() for c in codes),
    needs=("notes",), prevents=("destruction_count",), sources=("cms-pfs", "coding-pages"),
    hides=("DERM-U01", "DERM-U02"),
    message="of {kind} the note counts {count}, which is {expected}; the claim has {actual}",
)  # fmt: skip
def count_differs(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Units differ from the number of lesions in the note.

    Why: These codes count lesions, each kind for itself: precancers, benign lesions and tags are never added up.
    Fix: Correct codes and units to the lesions in the note, or the count in the note if that is wrong.
    """
    kind, codes = next((kind, codes) for kind, codes in _COUNTED.items() if line.code in codes)
    lines = day.of(frozenset(codes))
    mine = [other for other in lines if other.claim is line.claim]
    if line is not mine[0] or _on_other_days(line, codes):
        return
    count = ctx.notes.lesion_counts.get(kind) if ctx.notes is not None else None
    if count is None:
        yield Missing(line, "notes.lesion_count")
        return
    expected = _expected(kind, count)
    if not count or expected in (_units(mine), _units(lines)):
        return
    units = _units(mine)
    at = next((other for other in mine if units[other.code] != expected[other.code]), mine[-1])
    own = _units(_same(day, line, *codes))
    sure = any(own[code] > 1 for code in codes if code not in _FURTHER)  # which no count makes right
    unsure = not sure and (len(mine) < len(lines) or _others_counted(day, mine, ctx))
    facts = {"kind": _NAMES[kind], "count": count, "expected": _sent(expected), "actual": _sent(units)}
    related = tuple(other for other in mine if other is not at)
    yield Hit(at, facts, severity=Severity.WARNING if unsure else None, related=related, element=4)


def _expected(kind: str, count: int) -> Counter[str]:
    """Codes and units of so many lesions."""
    first, *more = _COUNTED[kind]
    if kind == "skin_tag":  # 15, and each further 10 or part of them
        return Counter({first: 1, more[0]: -(-max(count - 15, 0) // 10)})
    if count >= 15:
        return Counter({more[-1]: 1})
    return Counter({first: 1, **({more[0]: count - 1} if kind == "premalignant" else {})})


def _units(lines: list[DayLine]) -> Counter[str]:
    units: Counter[str] = Counter()
    for line in lines:
        units[line.code] += line.count
    return units


def _sent(units: Counter[str]) -> str:
    return " + ".join(f"{code} x{number}" for code, number in units.items() if number)


def _on_other_days(line: DayLine, codes: tuple[str, ...]) -> bool:
    """Whether the claim has such lines of other days too: the note counts all of them."""
    dates = {other.service.start for other in line.claim.lines if other.procedure in codes and other.service}
    return len(dates) > 1


def _others_counted(day: Day, mine: list[DayLine], ctx: Context) -> bool:
    """Whether lesions of the same diagnosis were treated in another way, and may be in the count."""
    named = {code for line in mine for code in line.diagnoses}
    others = day.of(ctx.facts.procedures.codes(*_ALSO))
    return any(named & set(other.diagnoses) for other in others)


_CAUTERY_NEAR = (
    "biopsy", "biopsy_addon", "biopsy_site", "shave", "skin_tag", "excision_benign", "excision_malignant",
    "excision_hidradenitis", "destruction_premalignant", "destruction_benign", "destruction_malignant", "mohs",
)  # fmt: skip


@rule(
    "DERM-D11", "destruction.cautery-beside-a-procedure", looks="day", on=("17250",), beside=_CAUTERY_NEAR, rank=REVIEW,
    severity=Severity.ADVICE,    confidence=Confidence.POSSIBLE, sources=("cms-ncci", "coding-pages"),
    message="17250 is for granulation tissue: if it only stopped the bleeding of {other}, drop it",
)  # fmt: skip
def cautery(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """17250 next to another procedure of the skin.

    Why: Silver nitrate that stops the bleeding of a procedure is part of that procedure.
    Fix: Drop 17250 unless the note tells of granulation tissue in another wound; there XS says so.
    """
    if line.has("XS"):
        return
    for other in day.of(ctx.facts.procedures.codes(*_CAUTERY_NEAR)):
        if other.provider == line.provider and not _other_lesion(line, other, ctx):
            yield Hit(line, {"other": other.code}, related=(other,))
            return


def _other_lesion(line: DayLine, other: DayLine, ctx: Context) -> bool:
    """Whether the note gives the two different lesions."""
    ids = {lesion_of(line, ctx), lesion_of(other, ctx)}
    return None not in ids and len(ids) > 1


@rule(
    "DERM-D12", "destruction.11201-without-11200", looks="day", on=("11201",), hides=("DERM-D10", "DERM-N04"),
    message="11201 counts tags beyond the first 15, and needs 11200 of the same provider on this day",
    sources=("cms-aoc",),
    prevents=("destruction_count",), recalls=("11200",),
)  # fmt: skip
def without_11200(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """11201 without 11200.

    Why: 11200 is the first 15 tags; 11201 is an add-on for each further 10 or part of them.
    Fix: Send 11200 x1 for the first 15 tags; drop 11201 where the note counts 15 tags or fewer.
    """
    yield from _without(line, day, "11200", sent(line, ctx, ("11200",)))
