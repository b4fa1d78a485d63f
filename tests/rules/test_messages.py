"""What a coder reads, where the same rule tells of different things."""

import json
from pathlib import Path
from typing import Any

import pytest

from curette import pipeline
from tests.rules.claims import file_of, of_vector

ONLY = "only one first-biopsy code is paid a day, whatever the modifier: "
PAID = "11102 beside 17311 is paid, with 59 or 58, for another lesion or where no report existed"
DAY = "2026-02-10"
BOTH = (
    "a precancer or cancer: 17000 and 17003, or 17004, are for precancers, 17260 to 17286 by site and size for cancers"
)
PRECANCERS = "is for precancers such as L570, and"
AT_CHEEK = {"lines": [{"line": 1, "excised_diameter_mm": 25, "site": "cheek"}]}
HIDRADENITIS = "is for hidradenitis (L732), and"
MIDDLE = "is for scalp, neck, hands, feet and genitals"
TRUNK = "is for the trunk and the limbs"


@pytest.mark.parametrize(
    ("rule", "lines", "notes", "said"),
    [
        ("B01", ["11104 x1 @D49.2", "11102 x1 @D49.2"], {}, f"{ONLY}keep 11104, send 11102 as 11103"),
        ("B01", ["11102 x1 @D49.2", "11102 x1 @D49.2"], {}, f"{ONLY}keep 11102, send this line as 11103"),
        ("B01", ["11104 x2 @D49.2"], {}, f"{ONLY}keep one unit of 11104, send the others as 11105"),
        ("B06", ["11104 x1 @D49.2"], {"specimens": []}, "the claim has 1 biopsy, the note lists none"),
        ("D04", ["17000 x1 @L82.1"], {}, f"17000 {PRECANCERS} L821 is benign: 17110, or 17111 from 15 lesions"),
        ("D04", ["17000 x1 @L91.8,R58"], {}, f"17000 {PRECANCERS} L918 is benign: 11200"),
        ("D04", ["17000 x1 @D18.01,L91.8"], {}, f"17000 {PRECANCERS} D1801, L918 is benign: 17106 to 17108 or 11200"),
        ("D04", ["17000 x1 @D18.01,B07.8"], {},
         f"17000 {PRECANCERS} D1801, B078 is benign: 17110, or 17111 from 15 lesions"),
        ("D05", ["17110 x1 @L57.0"], {},
         "17110 is for benign lesions, and L570 is a precancer: 17000 and 17003, or 17004, are for precancers"),
        ("D05", ["17110 x1 @L57.0,C44.519"], {}, f"17110 is for benign lesions, and L570, C44519 is {BOTH}"),
        ("D10", ["17000 x1 @L57.0"], {"lesion_count": {"premalignant": 2, "benign": 9}},
         "of precancers the note counts 2, which is 17000 x1 + 17003 x1; the claim has 17000 x1"),
        ("E09", ["11450-LT x1 @L72.0"], {}, f"11450 {HIDRADENITIS} L720 is not: look at 11400 to 11446"),
        ("E09", ["11450-LT x1 @C44.519,Z85.828"], {},
         f"11450 {HIDRADENITIS} C44519, Z85828 is not: look at 11600 to 11646"),
        ("M06", ["17311 x1 @C44.311", "11102 x1 @C44.311"], {}, PAID),
        ("M06", ["17311 x1 @C44.311", "11102-59 x1 @C44.311"], {"lines": [{"line": 2, "prior_path_date": DAY}]},
         f"{PAID}: the note has one of {DAY}"),
        ("R01", ["J3358 x90 @Z79.899,L40.0"], {}, "J3358 is ustekinumab, which is not given for L400: under the skin it is J3357"),
        ("S01", ["11622 x1 @C44.311,C44.519"], {},
         f"11622 {MIDDLE}, but diagnosis C44519 usually says trunk (the code of that size there is 11602)"),
        ("S01", ["11602 x1 @C44.42"], {},
         f"11602 {TRUNK}, but diagnosis C4442 says scalp or neck (the code of that size there is 11622)"),
        ("S01", ["11402 x1 @D22.5"], {"lines": [{"line": 1, "site": "eyelid_upper"}]},
         f"11402 {TRUNK}, but the note says upper eyelid (the code of that size there is 11442)"),
        ("S01", ["11402 x1 @D22.39"], AT_CHEEK,
         f"11402 {TRUNK}, but the note says cheek (the code of that size there is 11443)"),
        ("E03", ["11402 x1 @D22.39"], AT_CHEEK, "the note gives 2.5 cm, which is 11443, and the claim has 11402"),
        ("E03", ["11402 x1 @D22.39"], {"lines": [{"line": 1, "excised_diameter_mm": 25}]},
         "the note gives 2.5 cm, which is 11403, and the claim has 11402"),
        ("E03", ["11402 x1 @D22.5"], {"lines": [{"line": 1, "excised_diameter_mm": 25, "site": "perineum"}]},
         "the note gives 2.5 cm, which is 11403, and the claim has 11402"),
        ("T01", ["96573 x1 @Z85.828,L70.0", "J7308-JZ x1 @L70.0"], {},
         "photodynamic therapy, 96573: it is not paid as a rule for Z85828, L700"),
        ("T03", ["96920 x1 @Z79.899,L80"], {}, "since 2024 96920 is for psoriasis only, and Z79899, L80 is none"),
        ("X08", ["17110-XS-59 x1 @B07.8"], {}, "XS and 59 on 17110: they say the same, so only one is sent"),
        ("X08", ["99213-XU x1 @B07.8"], {}, "XU on 99213: it belongs on procedures, visits take 24, 25 or 57"),
    ],
)  # fmt: skip
def test_message(rule: str, lines: list[str], notes: dict[str, Any], said: str, tmp_path: Path) -> None:
    (tmp_path / "a.837").write_bytes(file_of([of_vector(lines, {})]))
    (tmp_path / "notes.json").write_text(json.dumps([{"claim": "A1", **notes}]), encoding="utf-8")
    chosen = pipeline.CheckOptions(conformance="off", snip=frozenset({6}), notes=tmp_path / "notes.json")
    found = [f for result in pipeline.check([tmp_path / "a.837"], chosen) for f in result.findings]
    assert [f.message for f in found if f.rule.id == f"DERM-{rule}"] == [said]
