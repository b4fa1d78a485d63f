"""Every file of the public corpus beside the project: read without a traceback, counted as its manifest says.

Where curette reads less, EXPLAINED says why: the file lacks what would tell whose a claim or line is, or a value
cannot be read. A file that is explained and yet agrees fails too.
"""

import csv
import io
import sys
from pathlib import Path

import pytest

from curette import pipeline
from curette.errors import InputError
from curette.findings import Finding
from curette.x12 import writer
from curette.x12.transaction import Transaction

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
sys.path.insert(0, str(ROOT / "scripts"))
import corpus as script  # noqa: E402 - scripts/ is no package

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project"),
]

_NO_LEVELS = "no HL segments: nobody can say which subscriber and provider a claim belongs to"
_NO_ISA = "no ISA segment, so neither delimiters nor sender are known"
_LINE_HEADS = "LX or SV1 is missing, so lines cannot be told apart"
EXPLAINED = {
    "835/Query-farm__vgi-x12__era_835.835": "BPR16 is missing and NM1 stands where N1, payer and payee, must be",
    "835/hzbarcea__x12-parser__example835One.txt": "a form with words in place of values: GS, BPR and CLP hold text",
    "835/hzbarcea__x12-parser__example835SpecialCharsOne.txt": "the same form with other delimiters",
    "837p/AlexJReid__scribe__facility_837.edi": _NO_LEVELS,
    "837p/AlexJReid__scribe__neurology_837.edi": _NO_LEVELS,
    "837p/AlexJReid__scribe__professional_837.edi": _NO_LEVELS,
    "837p/AlexJReid__scribe__sample_837.edi": _NO_LEVELS,
    "837p/AlexJReid__scribe__sample_837_multi_claim.edi": _NO_LEVELS,
    "837p/AlexJReid__scribe__sample_837_provider_roles.edi": _NO_LEVELS,
    "837p/AlexJReid__scribe__sample_837_rendering_provider.edi": _NO_LEVELS,
    "837p/Bsingh8387__EDI-to-CSV-Change__sample_837.edi": _NO_LEVELS,
    "837p/CloudFocused__healthcare-edi-converter__sample837p_02.txt": _LINE_HEADS,
    "837p/Query-farm__vgi-x12__claim_837.837": _NO_LEVELS,
    "837p/RevCycleMGMT__revcyclemgmt-edi-validation-harness__valid_837p.edi": _NO_LEVELS,
    "837p/cosyte__x12__837p-empty-optionals.edi": "DTP02 and DTP03 are empty",
    "837p/daggubatikundan__EDI837__sample_837P.edi": "SB for SBR, and a patient name inside the claim",
    "837p/imsweb__x12-parser__x12_missing_required_loops_mult_repeats.txt": "two subscribers lack their claim heads",
    "malformed/CloudFocused__healthcare-edi-converter__111111.edi": _NO_LEVELS,
    "malformed/IPerception__EDI-Workbench__bad_amount.edi": "SV102 is no number",
    "malformed/Query-farm__vgi-x12__truncated.edi": "cut before SE: nothing of it may be used",
    "malformed/RevCycleMGMT__revcyclemgmt-edi-validation-harness__invalid_837p_missing_clm.edi": "CLM is missing",
    "malformed/RevCycleMGMT__revcyclemgmt-edi-validation-harness__invalid_control_numbers.edi": _NO_LEVELS,
    "malformed/affect-therapeutics__edi-835-parser__exhaustive_sample.txt": _NO_ISA,
    "malformed/bryanbritten__edi-x12-healthcare-demo__encounter.edi": _NO_ISA,
    "malformed/bryanbritten__edi-x12-healthcare-demo__orthodontics.edi": _NO_ISA,
    "malformed/gunajii__EDI-parser-and-validator__invalid_837.edi": "CLM is missing",
    "malformed/imsweb__x12-parser__x12_bad_segment_identifier.txt": "identifiers of SBR and NM1 are misspelt",
    "malformed/imsweb__x12-parser__x12_bad_valid_code.txt": "the billing provider's NM1 has another role",
    "malformed/imsweb__x12-parser__x12_no_isa_line.txt": _NO_ISA,
    "malformed/jyoung-centric__edi-835-parser__blue_cross_nc_sample.txt": _NO_ISA,
    "malformed/keironstoddart__edi-835-parser__blue_cross_nc_sample.txt": _NO_ISA,
    "malformed/ryanco__x12-parser__example835NoISA.txt": _NO_ISA,
    "malformed/ryanco__x12-parser__example835nonasciielemsep.txt": "the element separator is a two-byte character",
    "other/Query-farm__vgi-x12__multi_group.edi": _NO_LEVELS,
}


def rows() -> list[dict[str, str]]:
    if not CORPUS.is_dir():
        return []
    with (CORPUS / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_counts_and_sums_are_the_manifests(row: dict[str, str]) -> None:
    counts = script.count(CORPUS / row["file"])
    if counts.kinds and not set(counts.kinds) & {"837P", "835"}:
        assert "unknown" not in counts.kinds, "a file of another kind is named for what it is"
        return
    assert bool(script.differences(row, counts)) == (row["file"] in EXPLAINED), script.differences(row, counts)


def test_all_files_are_there() -> None:
    assert len(rows()) == 282
    assert not set(EXPLAINED) - {row["file"] for row in rows()}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_a_well_formed_file_is_written_back_byte_for_byte(row: dict[str, str]) -> None:
    path = CORPUS / row["file"]
    found = list(pipeline.items([path]))[1:]
    transactions = [item for item in found if isinstance(item, Transaction)]
    faulty = any(isinstance(i, Finding | InputError) for i in found) or any(t.refused for t in transactions)
    if not transactions or faulty:
        pytest.skip("its envelope is not well formed, or holds no transaction")
    stream = io.BytesIO()
    writer.write(transactions, stream)
    assert stream.getvalue() == path.read_bytes()
