"""Drugs: the right code for the disease and the route, NDC, waste, units, and who may bill them."""

from collections.abc import Iterator
from datetime import date

from curette.claims.days import Day, DayLine
from curette.claims.model import Claim, ServiceLine
from curette.codes.drugs import Drug
from curette.findings import Confidence, Severity
from curette.rules import _drugs as d
from curette.rules._context import Context
from curette.rules._lesions import listed
from curette.rules._registry import Hit, rule

_INFUSED = {
    "J3358": "J3357", "Q5138": "Q5137", "Q9997": "Q9996", "J3247": "J3590", "J2327": "J3590", "J1745": "",
    "Q5103": "", "Q5104": "", "Q5121": "",
}  # fmt: skip
# Codes that are taken for another drug's: the disease that gives it away, and what is meant.
_SWAPS = {
    "J0222": (("L20", "L281", "L501"), "dupilumab goes under J3590"),
    "J0882": (("L40", "M45"), "ixekizumab goes under J3590"),
    "J0490": (("L40", "L732", "M45"), "secukinumab under the skin goes under J3590, by infusion under J3247"),
    "J3358": (("L40",), "under the skin it is J3357"),
    "Q5138": (("L40",), "under the skin it is Q5137"),
    "Q9997": (("L40",), "under the skin it is Q9996"),
    "J2327": (("L40",), "under the skin it goes under J3590"),
}


@rule(
    "DERM-R01", "drug.other-disease", looks="claim", sees=d.naming, on=("drug",),
    confidence=Confidence.LIKELY, prevents=("biologic_billing",), sources=("cms-hcpcs",),
    message="{code} is {drug}, which is not given for {diagnosis}{instead}",
)  # fmt: skip
def other_disease(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """A drug code that does not belong to the disease.

    Why: Some lists give the code of another drug: J0222, J0882 and J0490 are no skin biologics, J3358 is an infusion.
    Fix: Look the code up by the name on the vial and send that of the drug and form that was given.
    """
    rows = d.products(line, ctx)
    expected = [code for row in rows for code in row.expected]
    if not expected or not line.diagnoses or d.pointed(line, expected):
        return
    facts = {"drug": rows[0].name, "diagnosis": listed(line.diagnoses), "instead": ""}
    disease, instead = _SWAPS.get(line.code, ((), ""))
    if found := d.pointed(line, disease):
        yield Hit(line, {**facts, "diagnosis": listed(found), "instead": f": {instead}"})
    elif (disease or all(map(d.is_biologic, rows))) and all(map(ctx.facts.diagnoses.get, line.diagnoses)):
        yield Hit(line, facts, severity=Severity.ADVICE)  # a skin disease; off-label use exists


@rule(
    "DERM-R02", "drug.route", looks="day", on=tuple(_INFUSED), beside=("96372",), prevents=("biologic_billing",),
    sources=("cms-hcpcs",),
    message="{code} is the form for infusion, and {other} is an injection under the skin or into muscle: {instead}",
)  # fmt: skip
def route(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """A drug for infusion with an injection.

    Why: The two forms of a drug have codes of their own, and the administration must be of the same kind.
    Fix: Send the code of the form that was given, or the infusion, as the note has it.
    """
    given = day.of(frozenset({"96372"}))
    if not given or day.of(d.INFUSIONS):
        return
    other = _INFUSED[line.code]
    instead = f"under the skin it is {other}" if other else "an infusion has its own code"
    injected = any(not _only_infused(each) for each in d.drugs(day, ctx))
    severity = Severity.ADVICE if injected else None  # the injection may be that drug's
    yield Hit(line, {"other": "96372", "instead": instead}, severity=severity, related=tuple(given))


def _only_infused(line: DayLine) -> bool:
    return line.code in _INFUSED


@rule(
    "DERM-R03", "drug.unlisted-without-name", looks="day", sees=lambda claim, line: (bool(d.told(line)), _ndc(line)),
    on=tuple(sorted(d.UNLISTED)), prevents=("biologic_billing",),
    sources=("noridian", "x12-837p"),
    message="{code} stands for any drug without a code, and the line lacks {expected}",
)  # fmt: skip
def unlisted(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """An unlisted drug without its name or NDC.

    Why: The code alone does not say what was given, so payers reject the line or ask for records.
    Fix: Put name and dose into the line's description (SV101-7), the NDC with its quantity into 2410, and one unit.
    """
    named, ndc = bool(d.told(line.line)), _ndc(line.line)
    if not named or not ndc:
        lacks = [*([] if named else ["name and dose (SV101-7)"]), *([] if ndc else ["the NDC (LIN03)"])]
        severity = Severity.WARNING if named and ctx.part_b else None  # which takes the name alone
        yield Hit(line, {"expected": " and ".join(lacks)}, severity=severity)


@rule(
    "DERM-R04", "drug.ndc-missing", looks="day", sees=lambda claim, line: _ndc(line), on=("drug",),
    severity=Severity.WARNING, confidence=Confidence.LIKELY,
    asks=lambda ctx: ctx.profile.ndc_on_drugs, payers="payers whose profile asks for the NDC",
    message="this payer wants the NDC on drugs, and the line of {code} has none", prevents=("biologic_billing",),
    sources=("cfr-447-520", "practice"),
)  # fmt: skip
def ndc_missing(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """A drug line without its NDC.

    Why: Medicaid asks its rebate by NDC, and other payers check the price by it.
    Fix: Add the NDC of the vial and its quantity (LIN and CTP of loop 2410).
    """
    if line.code in d.UNLISTED or line.code[0] not in "JQ":
        return
    if not _ndc(line.line):
        yield Hit(line, {})


def _ndc(line: ServiceLine) -> bool:
    return any(drug.ndc for drug in line.drugs)


_WASTE_SINCE = date(2023, 7, 1)


@rule(
    "DERM-R05", "drug.waste", looks="day", sees=lambda claim, line: (d.naming(claim, line), _pharmacy(claim)),
    on=("drug",), severity=Severity.WARNING, confidence=Confidence.LIKELY,
    asks=lambda ctx: ctx.part_b, payers="Medicare Part B",
    message="{code} comes in single-dose containers, and {reason}", prevents=("biologic_billing",),
    sources=("cms-jw-jz",),
)  # fmt: skip
def waste(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """No word on waste of a single-dose drug.

    Why: Since July 2023 Medicare Part B wants JZ when nothing was thrown away, else a line with JW for what was.
    Fix: Add JZ where nothing was wasted; send the wasted units as a second line with JW where the note has waste.
    """
    if line.day < _WASTE_SINCE:
        return
    zero, wasted = line.has("JZ"), line.has("JW")
    beside = [other for other in day.others(line) if other.code == line.code and other.has("JW")]
    notes = ctx.noted(line)
    if zero and wasted:
        yield Hit(line, {"reason": "the line says both that nothing was wasted (JZ) and that it is waste (JW)"},
                  severity=Severity.ERROR)  # fmt: skip
    elif zero and not beside and notes is not None and notes.units_wasted:
        yield Hit(line, {"reason": "JZ says that nothing was wasted, but the note has waste"})
    elif not (zero or wasted or beside or line.has("GY")) and _single_dose(line, ctx):  # GY: its denial is wanted
        yield Hit(line, {"reason": "the line has neither JZ nor a second line with JW"})


def _single_dose(line: DayLine, ctx: Context) -> bool:
    if line.place == "01" or _pharmacy(line.claim):
        return False
    rows, notes = d.products(line, ctx), ctx.noted(line)
    if notes is not None and notes.vial_type is not None:  # the note knows better than the map
        return notes.vial_type == "single"
    return bool(rows) and all(row.single_dose for row in rows)


def _pharmacy(claim: Claim) -> bool:
    return claim.billing.taxonomy.startswith("3336")


@rule(
    "DERM-R06", "drug.injection-alone", looks="day", sees=d.noted, on=("drug", "injection"), severity=Severity.ADVICE,
    confidence=Confidence.POSSIBLE, message="{code} stands without {expected}", sources=("injection-pages",),
)  # fmt: skip
def injection_alone(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """A drug without its injection, or an injection without a drug.

    Why: Drug and injection are paid as two lines; where a pharmacy sent the drug, only the injection is the office's.
    Fix: Add the missing line if the note has it; where the pharmacy sent the drug, say so in a note (NTE).
    """
    if d.elsewhere(line, ctx):
        return
    if line.code == "96372":
        if not d.drugs(day, ctx):
            yield Hit(line, {"expected": "a drug"})
    elif line.place != "12" and not line.has("JW", "GY") and not day.standing(d.INJECTIONS | d.INFUSIONS):
        rows = d.products(line, ctx)
        if rows and all("SC" in row.route and d.is_biologic(row) for row in rows):
            yield Hit(line, {"expected": "an injection (96372)"})


_PLAIN = frozenset({"J3245", "J0717", "J2357", "J0897"})


@rule(
    "DERM-R07", "drug.complex-injection", looks="day",
    on=("96401",), severity=Severity.WARNING, confidence=Confidence.LIKELY,
    asks=lambda ctx: ctx.medicare, payers="Medicare",
    message="Medicare wants 96372 for {other}, not {code}", prevents=("biologic_billing",),
    sources=("biologic-injection",),
)  # fmt: skip
def complex_injection(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """An injection of chemotherapy with a skin biologic.

    Why: Medicare contractors list drugs whose injection is the plain one, whatever the label of the drug.
    Fix: Send 96372 for these drugs; 96401 stays for methotrexate and drugs against cancer.
    """
    given = d.drugs(day, ctx)
    if given and all(other.code in _PLAIN for other in given):
        yield Hit(line, {"other": given[0].code}, related=tuple(given))


@rule(
    "DERM-R08", "drug.hospital-code", on=("drug",), looks="line", severity=Severity.WARNING,
    prevents=("biologic_billing",), sources=("cms-hcpcs",), hides=("DERM-R03",),
    message="{code} is for hospital outpatient claims, and the place of service is an office",
)  # fmt: skip
def hospital_code(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """A hospital's drug code on an office claim.

    Why: C codes belong to the outpatient payment of hospitals; an office has the J or Q code.
    Fix: Send the drug's own J or Q code; where it has none, J3590 or J3490 with name, dose and NDC.
    """
    if line.code[0] == "C" and line.place == "11":
        yield Hit(line, {})


_ELSEWHERE = frozenset({"64653", "64612", "64615", "64616", "64617", "64642", "64644", "64646", "64647"})
_ADALIMUMAB = ("J0139", "Q5140", "Q5141", "Q5142", "Q5143", "Q5144", "Q5145")


@rule(
    "DERM-R09", "drug.units", looks="day", on=(*_ADALIMUMAB, "J7345", "J0585"), severity=Severity.WARNING,
    confidence=Confidence.LIKELY, prevents=("biologic_billing",), sources=("cms-hcpcs", "pdt-pages"),
    message="a unit of {code} is {size}, and {count} of them look wrong: {expected}",
)  # fmt: skip
def units(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Units of a drug as on an older scale.

    Why: A unit is what the code says, not a pen, tube or vial; adalimumab counted 20 mg until 2024 and counts 1 mg now.
    Fix: Send the dose of the note divided by the unit of the code.
    """
    same = [other for other in day.lines if other.code == line.code]
    if line is not same[0]:
        return
    count = sum(other.count for other in same)
    if expected := _wrong_units(line, count, day):
        row: Drug = ctx.facts.drugs.rows(line.code)[0]
        facts = {"size": row.unit, "count": count, "expected": expected}
        yield Hit(line, facts, related=tuple(same[1:]), element=4)


def _wrong_units(line: DayLine, count: int, day: Day) -> str:
    """What to expect where so many units cannot well be meant, else ""."""
    if line.code in _ADALIMUMAB:
        return "40 mg are 40 units" if 1 <= count <= 8 else ""
    if line.code == "J7345":
        return "a tube is 200 units" if count % 200 else ""
    armpits = day.of(frozenset({"64650"})) and not day.of(_ELSEWHERE)
    return "both armpits take about 100 units" if count > 200 and armpits else ""


_OWN_HAND = frozenset(
    {
        "dupilumab", "tralokinumab", "lebrikizumab", "nemolizumab", "ixekizumab", "secukinumab", "bimekizumab",
        "brodalumab", "adalimumab", "etanercept",
    }
)  # fmt: skip


@rule(
    "DERM-R10", "drug.self-given", looks="day", sees=d.naming, on=("drug",), severity=Severity.WARNING,
    confidence=Confidence.LIKELY, asks=lambda ctx: ctx.part_b, payers="Medicare Part B",
    hides=("DERM-R05", "DERM-R06"), prevents=("biologic_billing",), sources=("mac-self-given",),
    message="{drug} is a drug that patients usually inject themselves: Medicare Part B does not pay it",
)  # fmt: skip
def self_given(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """A drug that patients give themselves, billed to Part B.

    Why: Part B pays drugs given by a professional; contractors keep lists of those usually given by the patient.
    Fix: Leave it to the pharmacy and Part D; where a denial is wanted, add GY. Look at your contractor's list first.
    """
    if line.has("GY"):
        return
    rows = d.products(line, ctx)
    if rows and all(d.stem(row.name) in _OWN_HAND and "SC" in row.route for row in rows):
        yield Hit(line, {"drug": rows[0].name})
