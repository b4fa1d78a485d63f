"""Do the maps hold together, and does maps/README.md tell what is in them?

`python scripts/check_maps.py` reads every map as curette does (schema, sources, codes that refer to each other) and
compares the page; `--write` writes the page. Exit 1 when something is wrong.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from curette.codes.acknowledgements import acknowledgements
from curette.codes.answers import answers
from curette.codes.denials import codes
from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.maps import Maps, Row
from curette.codes.metrics import measures
from curette.codes.payers import profiles
from curette.codes.procedures import procedures
from curette.errors import MapError

ROOT = Path(__file__).resolve().parents[1]
MAPS = ROOT / "maps"
PAGE = MAPS / "README.md"

START = """\
# Maps

The tables that curette stands on, as XML. Each file is held to its schema in `schema/` every time it is read: UTF-8
only, no DOCTYPE, no entities, no processing instructions, nothing outside the file. Every row names its source. Code
numbers and dates are those of the lists' owners; names, labels and groupings are curette's own words.

`--maps DIR` lays a folder of the same layout over these files: a row with the code (or id) of a built-in row replaces
it, a new one is added. `curette check` reads its procedures, diagnoses and drugs, `denials` and `nightly` what is under
`denials`. A file with a name that is not below is refused. Payer profiles are a folder of their own (`--payers DIR`,
see [payers](payers/README.md)).

This page is written by `python scripts/check_maps.py --write`.
"""
CONTENT = {
    "sources": "what rows name as their source, and where sources disagree",
    "procedures": "procedure codes: family, site, size, add-ons; codes that ended, numbers that are no code",
    "diagnoses": "diagnosis codes: what the lesion is, where, which CPT sites agree",
    "drugs": "drugs by HCPCS code: products, units, diagnoses to expect",
    "acknowledgements": "what a finding is called in a TA1, 999 or 277CA",
    "denials/categories": "denial categories and their sub-categories",
    "denials/answers": "which changes of a resubmitted claim speak to which denial",
    "denials/carc": "claim adjustment reason codes (CAS02)",
    "denials/rarc": "remittance advice remark codes (LQ, MOA, MIA)",
    "denials/metrics": "figures of the trend report, the guides' figures beside them, lines at risk of a cause",
    "denials/rules": "ordered rules that name a dermatology cause; groups of procedures, reasons, diagnoses",
    "denials/tables": "small lists of an 835: groups, claim statuses, payment methods, provider adjustments",
    "payers/default": "the payer of whom nothing is known: nothing is asked",
    "payers/commercial_ppo": "example: a preferred provider organisation",
    "payers/medicaid": "example: what holds for Medicaid in every state",
    "payers/medicare_advantage": "example: Medicare Advantage, of which only NCCI is known",
    "payers/medicare_part_b": "example: what holds for original Medicare everywhere",
}


def names() -> list[str]:
    """Every map there is, without its ending."""
    found = [path.relative_to(MAPS).with_suffix("").as_posix() for path in MAPS.rglob("*.xml")]
    return sorted(found, key=lambda name: (name != "sources", name))


def page() -> str:
    """What maps/README.md should say."""
    maps = Maps()
    tables = {name: rows(maps, name) for name in names()}
    sources = tables["sources"]
    parts = [
        START,
        *files(tables),
        "\n## Sources\n\n",
        *listed(sources),
        "\n## Disagreements\n\n",
        *disagreements(sources),
    ]
    return "".join(parts)


def rows(maps: Maps, name: str) -> tuple[Row, ...]:
    """The rows of a map; of a folder of one kind, those of one file."""
    folder, _, stem = name.rpartition("/")
    if folder not in schemas():
        return maps.rows(name)
    return tuple(row for row in maps.folder(folder) if Path(row.file).stem == stem)


def schemas() -> set[str]:
    """The names of all schemas."""
    return {path.stem for path in (MAPS / "schema").glob("*.xsd")}


def files(tables: dict[str, tuple[Row, ...]]) -> Iterator[str]:
    yield "\n## Files\n\n| file | rows | what |\n|---|---|---|\n"
    for name, rows in tables.items():
        kinds = Counter(row.tag for row in rows)
        counted = f"{len(rows):,}" if len(kinds) == 1 else ", ".join(f"{count} {tag}" for tag, count in kinds.items())
        yield f"| [{name}.xml]({name}.xml) | {counted} | {CONTENT[name]} |\n"


def listed(sources: tuple[Row, ...]) -> Iterator[str]:
    yield "| id | kind | source | edition | note |\n|---|---|---|---|---|\n"
    for row in sources:
        if row.tag == "source":
            yield f"| {row.key} | {' | '.join(row.get(name) for name in ('kind', 'title', 'edition', 'note'))} |\n"


def disagreements(sources: tuple[Row, ...]) -> Iterator[str]:
    yield "Where sources contradict each other or themselves, and the reading that curette follows.\n\n"
    for row in sources:
        if row.tag == "disagreement":
            yield f"- **{row.get('about')}** ({', '.join(row.words('between'))}). {row.text}\n"


def faults() -> Iterator[str]:
    """What is wrong, one line each."""
    used = {part for name in names() for part in name.split("/")}
    yield from (f"maps/{name}.xml is not described in check_maps.py" for name in names() if name not in CONTENT)
    yield from (f"maps/schema/{stem}.xsd has no map" for stem in sorted(schemas() - used))
    try:
        codes()
        answers()
        measures()
        profiles()
        procedures()
        diagnoses()
        drugs()
        acknowledgements()
        if PAGE.read_text("utf-8") != page():
            yield "maps/README.md is out of step: python scripts/check_maps.py --write"
    except MapError as fault:
        yield str(fault)


def main(arguments: list[str]) -> int:
    """Check, or with --write bring the page up to date."""
    if arguments == ["--write"]:
        PAGE.write_text(page(), "utf-8")
    found = list(faults())
    print(*found or ["maps are whole"], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
