"""The samples are what their README says: whole, conformant, balanced by sums of our own, rightly coded, invented.

Nothing here uses curette or the sample builder: the files are split, summed and judged from their bytes.
"""

import csv
import gzip
import io
import logging
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise, permutations
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "edi_samples"
CODESETS = ROOT.parent / "shared" / "knowledge" / "codesets"

CLAIM_FILES = sorted(SAMPLES.rglob("*.837"))
REMIT_FILES = sorted(SAMPLES.rglob("*.835"))
SOUND = [path for path in CLAIM_FILES + REMIT_FILES if path.parent.name != "faulty"]
BALANCED_CLAIMS = [path for path in CLAIM_FILES if path.parent.name != "faulty"]
BALANCED_REMITS = [path for path in REMIT_FILES if path.name != "out_of_balance.835"]
RIGHTLY_CODED = sorted([*SAMPLES.glob("clean/*.837"), *SAMPLES.glob("resubmitted/*_corrected.837")])

# Where pyx12 4.0.0 is wrong about a right file: control characters as delimiters, TA1 before the groups, and PWK*CT in
# loop 2400, which its matcher always takes for the other PWK of that loop.
FALSE_ALARMS = re.compile(
    r"\((?:ISA11|ISA16)\), contains an invalid control character"
    r"|Mandatory loop \"Functional Group Header\" \(GS_LOOP\) missing"
    r"|\(AD\) is not a valid code for Attachment Transmission Code \(PWK02\)"
)
INVENTED = {"SAMPLE", "EXAMPLE", "TESTCASE", "FICTION", "DUMMY", "MOCKUP", "SPECIMEN", "PLACEHOLDER"}
BYPASS = {"24", "25", "27", "57", "58", "59", "78", "79", "91", "XE", "XP", "XS", "XU"}

Segment = list[str]


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(SAMPLES).as_posix() for path in paths]


def segments(path: Path) -> list[Segment]:
    """Elements of every segment, components parted by a colon whatever the file uses."""
    text = path.read_bytes().decode("ascii")
    found: list[Segment] = []
    while text:
        element, component, terminator = text[3], text[104], text[105]
        body, trailer, rest = text.partition(f"IEA{element}")
        last, _, rest = rest.partition(terminator)
        for segment in (body + trailer + last).split(terminator):
            found.append(segment.strip("\r\n").replace(component, ":").split(element))
        text = rest.lstrip("\r\n")
    return [segment for segment in found if segment != [""]]


def cents(text: str) -> int:
    value = Decimal(text) * 100
    assert value == int(value)
    return int(value)


def adjusted(segment: Segment) -> int:
    """The amounts of a CAS: elements 3, 6, 9, 12, 15, 18."""
    return sum(cents(amount) for amount in segment[3::3] if amount)


@dataclass
class PriorPayer:
    paid: int | None = None  # AMT*D
    adjusted: int = 0
    id: str = ""


@dataclass
class ServiceLine:
    code: str
    charge: int
    units: int
    points: list[int]
    decided: dict[str, int] = field(default_factory=dict)  # payer: paid and adjusted
    paid: dict[str, int] = field(default_factory=dict)
    drug: bool = False


@dataclass
class SampleClaim:
    number: str
    charge: int
    frequency: str
    filing: str
    diagnoses: list[str] = field(default_factory=list)
    lines: list[ServiceLine] = field(default_factory=list)
    priors: list[PriorPayer] = field(default_factory=list)
    refs: dict[str, str] = field(default_factory=dict)


def claims(path: Path) -> list[SampleClaim]:
    """The claims of an 837P, with what the balance rules need."""
    found: list[SampleClaim] = []
    filing = payer = ""
    inside = False  # a claim is open
    for segment in segments(path):
        match segment[0]:
            case "HL":
                inside = False
            case "SBR" if not inside:
                filing = segment[9]
            case "CLM":
                inside, payer = True, ""
                found.append(SampleClaim(segment[1], cents(segment[2]), segment[5].split(":")[2], filing))
            case _ if inside:
                payer = read_detail(found[-1], segment, payer)
    return found


def read_detail(claim: SampleClaim, segment: Segment, payer: str) -> str:
    """One segment after CLM; gives the payer of the open 2430, or nothing."""
    match segment:
        case ["HI", first, *more] if first.startswith("ABK"):
            claim.diagnoses = [each.split(":")[1] for each in (first, *more)]
        case ["REF", qualifier, value, *_] if not claim.lines:
            claim.refs[qualifier] = value
        case ["SBR", *_]:
            claim.priors.append(PriorPayer())
        case ["NM1", "PR", *rest] if claim.priors:
            claim.priors[-1].id = rest[-1]
        case ["AMT", "D", amount]:
            claim.priors[-1].paid = cents(amount)
        case ["CAS", *_] if payer:
            claim.lines[-1].decided[payer] += adjusted(segment)
        case ["CAS", *_]:
            claim.priors[-1].adjusted += adjusted(segment)
        case ["SV1", code, charge, _, units, _, _, points, *_]:
            numbers = [int(each) for each in points.split(":")]
            claim.lines.append(ServiceLine(code[3:], cents(charge), int(Decimal(units)), numbers))
        case ["LIN", *_]:
            claim.lines[-1].drug = True
        case ["SVD", payer, amount, *_]:
            line = claim.lines[-1]
            line.paid[payer] = line.paid.get(payer, 0) + cents(amount)
            line.decided[payer] = line.decided.get(payer, 0) + cents(amount)
        case ["LX", *_]:
            return ""
    return payer


def broken_rules(claim: SampleClaim) -> set[str]:
    """The balance rules of the 837P (TR3 1.4.4) that a claim breaks: A, B, D, E."""
    broken = set()
    if claim.charge != sum(line.charge for line in claim.lines):
        broken.add("A")
    if any(amount != line.charge for line in claim.lines for amount in line.decided.values()):
        broken.add("B")
    for prior in claim.priors:
        decided = [line for line in claim.lines if prior.id in line.decided]
        paid = sum(line.paid[prior.id] for line in decided)
        by_line = sum(line.decided[prior.id] for line in decided) - paid
        if decided and prior.paid != paid - prior.adjusted:
            broken.add("D")
        if prior.paid is not None and claim.charge != prior.paid + prior.adjusted + by_line:
            broken.add("E")
    return broken


def transactions(path: Path) -> Iterator[list[Segment]]:
    open_one: list[Segment] = []
    for segment in segments(path):
        open_one = [segment] if segment[0] == "ST" else [*open_one, segment]
        if segment[0] == "SE":
            yield open_one


def parts(found: list[Segment], head: str) -> list[list[Segment]]:
    """The runs of segments that begin with one head segment, up to the next."""
    starts = [at for at, segment in enumerate(found) if segment[0] == head]
    return [found[start:end] for start, end in pairwise([*starts, len(found)])]


def broken_in_payment(found: list[Segment]) -> list[str]:
    """The balance rules of the 835 (TR3 1.10.2.1) that a transaction breaks: L, C, T, P, N."""
    broken = []
    provider = sum(cents(amount) for segment in found if segment[0] == "PLB" for amount in segment[4::2])
    total = next(cents(segment[2]) for segment in found if segment[0] == "BPR")
    answers = parts([segment for segment in found if segment[0] not in ("PLB", "SE")], "CLP")
    for answer in answers:
        clp, adjustments = answer[0], [segment for segment in answer if segment[0] == "CAS"]
        for line in parts(answer, "SVC"):
            taken = sum(adjusted(segment) for segment in line if segment[0] == "CAS")
            if cents(line[0][2]) - taken != cents(line[0][3]):
                broken.append("L")
        if cents(clp[3]) - sum(adjusted(segment) for segment in adjustments) != cents(clp[4]):
            broken.append("C")
        share = sum(adjusted(segment) for segment in adjustments if segment[1] == "PR")
        if clp[2] != "22" and cents(clp[5] or "0") != share:
            broken.append("P")
    if sum(cents(answer[0][4]) for answer in answers) - provider != total:
        broken.append("T")
    return broken + ["N"] * (total < 0)


def pyx12_complaints(path: Path) -> tuple[bool, list[str]]:
    """pyx12's verdict, and the errors it logs."""
    import pyx12.params
    import pyx12.x12n_document

    lines: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("pyx12")
    logger.addHandler(handler)
    try:
        source = io.StringIO(path.read_bytes().decode("ascii"), newline="")
        verdict = pyx12.x12n_document.x12n_document(pyx12.params.params(), source, None, None)
    finally:
        logger.removeHandler(handler)
    return verdict, lines


def test_the_folder_is_what_the_script_writes() -> None:
    script = [sys.executable, str(ROOT / "scripts/make_samples.py"), "--check"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("name", names(SOUND))
def test_conforms_to_the_guide(name: str) -> None:
    verdict, complaints = pyx12_complaints(SAMPLES / name)
    known = [each for each in complaints if FALSE_ALARMS.search(each)]
    assert [each for each in complaints if each not in known] == []
    assert verdict or known


@pytest.mark.slow
def test_everything_has_every_segment_of_the_guide() -> None:
    import pyx12.map_if
    import pyx12.params
    import pyx12.x12n_document

    settings = pyx12.params.params()
    guide = pyx12.map_if.load_map_file("837.5010.X222.A1.xml", settings).loop_segment_iterator()
    wanted = {(anywhere(node.get_path()), node.name) for node in guide if node.is_segment()}
    met: set[tuple[str, str]] = set()

    def note(_segment: object, _source: object, node: pyx12.map_if.x12_node, _valid: bool) -> None:
        met.add((anywhere(node.get_path()), node.name))

    source = io.StringIO((SAMPLES / "odd/everything.837").read_text("ascii"))
    pyx12.x12n_document.x12n_document(settings, source, None, None, callback=note)
    # PWK*CT is there, but the matcher never comes to its node; TA1 belongs to the interchange.
    assert {path.rpartition("/")[2] for path, _ in wanted - met} == {"PWK[CT]", "TA1"}
    assert len(wanted) > 200


def anywhere(path: str) -> str:
    """A claim may stand under the subscriber or the patient: one path for both."""
    return path.replace("/2000C/2300", "/2300")


@pytest.mark.parametrize("name", names(BALANCED_CLAIMS))
def test_claims_balance(name: str) -> None:
    found = claims(SAMPLES / name)
    assert found
    assert {claim.number: broken_rules(claim) for claim in found if broken_rules(claim)} == {}


@pytest.mark.parametrize("name", names(BALANCED_REMITS))
def test_payments_balance(name: str) -> None:
    assert [broken_in_payment(each) for each in transactions(SAMPLES / name) if broken_in_payment(each)] == []


def test_each_payment_of_the_unbalanced_remittance_is_wrong_in_one_place() -> None:
    found = [broken_in_payment(each) for each in transactions(SAMPLES / "remits/out_of_balance.835")]
    assert found == [["T"], ["L"], ["C"]]


def test_a_reversal_negates_and_is_followed_by_its_correction() -> None:
    found = [each for one in transactions(SAMPLES / "remits/clinic_day.835") for each in parts(one, "CLP")]
    at = next(at for at, answer in enumerate(found) if answer[0][2] == "22")
    reversal, correction = found[at], found[at + 1]
    assert reversal[0][1] == correction[0][1]
    assert cents(reversal[0][3]) == -cents(correction[0][3]) < 0
    assert all(adjusted(segment) < 0 for segment in reversal if segment[0] == "CAS")


def test_every_claim_of_the_day_is_answered_line_by_line() -> None:
    sent = {claim.number: claim for claim in claims(SAMPLES / "clean/clinic_day.837")}
    controls = {segment[2] for segment in segments(SAMPLES / "clean/clinic_day.837") if segment[:2] == ["REF", "6R"]}
    found = [each for one in transactions(SAMPLES / "remits/clinic_day.835") for each in parts(one, "CLP")]
    answered = [answer for answer in found if answer[0][1] != "DAY00"]
    assert sorted(answer[0][1] for answer in answered) == sorted(sent)
    for answer in answered:
        claim, lines = sent[answer[0][1]], parts(answer, "SVC")
        assert cents(answer[0][3]) == claim.charge
        assert [cents(line[0][2]) for line in lines] == [line.charge for line in claim.lines] * bool(lines)
        assert {segment[2] for segment in answer if segment[:2] == ["REF", "6R"]} <= controls


def claim_of_each_line(path: Path) -> dict[int, str]:
    """The claim that each segment of a file belongs to, HL and the head of a transaction going with what follows."""
    owner: dict[int, str] = {}
    waiting: list[int] = []
    number = ""
    for at, segment in enumerate(segments(path), 1):
        if segment[0] in ("ST", "HL"):
            number = ""
        if segment[0] == "CLM":
            number = segment[1]
            owner |= dict.fromkeys(waiting, number)
            waiting = []
        if number:
            owner[at] = number
        else:
            waiting.append(at)
    return owner


def test_the_faults_are_found_in_the_claims_that_bear_their_name() -> None:
    path = SAMPLES / "faulty/clinic_day_faulty.837"
    claim_of = claim_of_each_line(path)
    _, complaints = pyx12_complaints(path)
    places = Counter(claim_of[int(re.findall(r"Line:(\d+)", each)[0])] for each in complaints)
    syntax_and_guide = {each for each in claim_of.values() if re.match(r"FAULT-(?:SYN|IG)", each)}
    assert len(syntax_and_guide) == 11
    assert places == Counter([*syntax_and_guide, "FAULT-HL-2", "FAULT-SE"])


def test_the_faults_of_balance_are_what_the_readme_says(tmp_path: Path) -> None:
    readable = (SAMPLES / "faulty/clinic_day_faulty.837").read_bytes().replace(b"*14O*", b"*140*")
    (tmp_path / "readable.837").write_bytes(readable)
    broken = {each.number: broken_rules(each) for each in claims(tmp_path / "readable.837") if broken_rules(each)}
    assert broken == {
        "FAULT-BAL-A": {"A"},
        "FAULT-BAL-B": {"B", "E"},
        "FAULT-BAL-D": {"D", "E"},
        "FAULT-BAL-E": {"E"},
    }


@pytest.mark.parametrize("name", ["truncated.837", "wrong_count.837"])
def test_damaged_envelopes_are_damaged(name: str) -> None:
    verdict, _ = pyx12_complaints(SAMPLES / "faulty" / name)
    assert not verdict


@pytest.mark.parametrize("pair", ["excision", "biologic"])
def test_a_corrected_claim_names_the_claim_it_replaces(pair: str) -> None:
    (old,) = claims(SAMPLES / f"resubmitted/{pair}_original.837")
    (new,) = claims(SAMPLES / f"resubmitted/{pair}_corrected.837")
    found = [each[0] for one in transactions(SAMPLES / "resubmitted/denied.835") for each in parts(one, "CLP")]
    payer_numbers = {clp[1]: clp[7] for clp in found}
    assert (old.frequency, new.frequency) == ("1", "7")
    assert old.number == new.number
    assert new.refs["F8"] == payer_numbers[old.number]
    assert "F8" not in old.refs


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in SOUND])
def test_everybody_is_invented(path: Path) -> None:
    for segment in segments(path):
        if segment[0] == "ISA":
            assert segment[15] == "T"
        if segment[0] == "NM1" and segment[2] == "1" and segment[3:]:
            assert segment[3] in INVENTED
        if segment[0] == "NM1" and segment[8:9] == ["MI"]:
            assert re.fullmatch(r"TEST[0-9]{4}", segment[9])
        if segment[0] in ("NM1", "N1") and "XX" in segment:
            assert is_made_up_npi(segment[-1])


def is_made_up_npi(text: str) -> bool:
    """Ten digits that begin as no issued number does, with a right check digit (Luhn, after the prefix 80840)."""
    digits = [int(digit) for digit in reversed(f"80840{text}")]
    luhn = sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return re.fullmatch(r"1000000[0-9]{3}", text) is not None and luhn % 10 == 0


def table(name: str) -> list[dict[str, str]]:
    """One table of the knowledge folder beside the project."""
    path = CODESETS / name
    with gzip.open(path, "rt") if name.endswith(".gz") else path.open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def bundled() -> dict[tuple[str, str], str]:
    """Pairs of procedures bundled on the day of the samples, and whether a modifier opens them."""
    rows = table("derm_ptp.csv")
    return {(row["column1"], row["column2"]): row["modifier_indicator"] for row in rows if not row["deletion_date"]}


shared = pytest.mark.skipif(not CODESETS.is_dir(), reason="../shared/knowledge is not part of the project")


def unbundled_by_no_modifier(claim: SampleClaim, bundled: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
    codes = [line.code.split(":") for line in claim.lines]
    return [
        (first[0], second[0])
        for first, second in permutations(codes, 2)
        if (indicator := bundled.get((first[0], second[0])))
        and not (indicator == "1" and BYPASS & {*first[1:], *second[1:]})
    ]


@pytest.mark.shared
@shared
def test_codes_are_valid_on_the_day() -> None:
    procedures = {row["code"] for row in table("derm_cpt_validity.csv") if not row["valid_to"]}
    procedures |= {row["code"] for row in table("hcpcs_level2.csv.gz") if not row["valid_to"]}
    diagnoses = {row["code"]: row for row in table("icd10cm_billable_ranges.csv.gz")}
    for path in RIGHTLY_CODED:
        for claim in claims(path):
            assert {line.code.split(":")[0] for line in claim.lines} <= procedures
            for code in claim.diagnoses:
                assert diagnoses[code]["valid_from"] <= "2026-02-03"
                assert (diagnoses[code]["valid_to"] or "9") > "2026-03-10"


@pytest.mark.shared
@shared
def test_coding_keeps_the_published_limits(bundled: dict[tuple[str, str], str]) -> None:
    limits = {row["hcpcs"]: int(row["mue"]) for row in table("derm_mue.csv")}
    addons: dict[str, set[str]] = {}
    for row in table("derm_addon.csv"):
        addons.setdefault(row["addon"], set()).add(row["primary"])
    for claim in [each for path in RIGHTLY_CODED for each in claims(path)]:
        codes = {line.code.split(":")[0] for line in claim.lines}
        assert unbundled_by_no_modifier(claim, bundled) == []
        assert [code for code in codes if code in addons and not addons[code] & codes] == []
        for line in claim.lines:
            assert line.units <= limits.get(line.code.split(":")[0], line.units)
            assert max(line.points) <= len(claim.diagnoses)
            assert line.drug or claim.filing != "MC" or not line.code.startswith("J")


@pytest.mark.shared
@shared
def test_the_original_excision_lacks_its_modifier(bundled: dict[tuple[str, str], str]) -> None:
    (original,) = claims(SAMPLES / "resubmitted/excision_original.837")
    assert ("11641", "11102") in unbundled_by_no_modifier(original, bundled)


@pytest.mark.shared
@shared
def test_specialties_exist() -> None:
    known = {row["code"] for row in table("nucc_codes_251.csv")}
    for path in BALANCED_CLAIMS:
        assert {segment[3] for segment in segments(path) if segment[0] == "PRV"} <= known
