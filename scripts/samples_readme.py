"""edi_samples/README.md: one row a file, its claims and charges counted from the bytes that are written."""

from collections.abc import Iterator

from samples_again import ABOUT as AGAIN
from samples_faults import FAULTS
from samples_x12 import cents

ABOUT = {
    "clean/clinic_day.837": "One practice on 2026-03-10, three rendering providers, five payers: visits with 25, "
    "biopsies, excisions, destruction, Mohs, pathology, biologics, light therapy, dependents, a second payer",
    "clean/second_practice.837": "Another sender, other delimiters: a physician alone and a laboratory",
    "faulty/clinic_day_faulty.837": "One fault a claim, listed below, in three transactions",
    "faulty/truncated.837": "The clinic day, cut inside a segment of its fifth claim",
    "faulty/wrong_count.837": "A whole transaction; GE01 and IEA01 each count one too many",
    "remits/clinic_day.835": "Five payers answer the clinic day: paid, denied, partly denied, recoded, reduced, "
    "reversed and corrected, crossed over, second payer, recovered and carried forward (PLB)",
    "remits/out_of_balance.835": "Three payments, each wrong once: the total by a cent, a line by one, a claim by five",
    "resubmitted/denied.835": "The denials of the two original claims in this folder",
    "resubmitted/excision_original.837": "Cancer excision a size too small under a mole's diagnosis, biopsy without 59",
    "resubmitted/excision_corrected.837": "Its correction: code, charge, diagnosis, modifier; frequency 7 and REF*F8",
    "resubmitted/biologic_original.837": "A biologic without approval, pointed to the wrong diagnosis",
    "resubmitted/biologic_corrected.837": "Its correction: REF*G1 added, pointers changed; frequency 7 and REF*F8",
    **{
        f"resubmitted/set/{name}_{part}": f"Made resubmissions, {words}: {about}"
        for name, about in AGAIN.items()
        for part, words in (("old.837", "originals"), ("denied.835", "denials"), ("new.837", "corrected"))
    },
    "odd/crlf.837": "CR and LF after each terminator",
    "odd/newline_terminator.837": "The newline is the terminator, the pipe parts elements, > components",
    "odd/two_interchanges_two_delimiters.837": "Two interchanges, the second with `+`, `<`, `!` and an apostrophe",
    "odd/ta1_and_two_groups.837": "An interchange acknowledgement (TA1) before two groups",
    "odd/two_transactions.837": "Two transactions in one group",
    "odd/one_line.835": "No line break anywhere",
    "odd/control_char_delimiters.835": "Delimiters 0x1D, 0x1F, 0x1E and 0x1C",
    "odd/plb_only.835": "A payment of nothing: no claims, a recovery carried forward",
    "odd/everything.837": "Every loop and segment of 005010X222A1 in six claims: structure, not good coding",
}
HEAD = """# Samples

Synthetic X12 files. Every person, provider, payer and number is invented: test interchanges (ISA15 = T), member numbers
TEST0001 and up, provider numbers 1000000xx with a right check digit, surnames such as SAMPLE, EXAMPLE and FICTION.
Written by `scripts/make_samples.py`, this page too: change the script, not the files. All conform to the
implementation guides but those in `faulty/` and `remits/out_of_balance.835`. What a practice may tell beside its claims
is in [notes/](notes/README.md), which is written by hand.

"Claims" counts CLM in an 837P and CLP in an 835, "charge" sums CLM02 or CLP03, "paid" BPR02, as written in the file.

| file | what it shows | claims | charge | paid |
|---|---|--:|--:|--:|
"""
FAULT_HEAD = """
## Faults in `faulty/clinic_day_faulty.837`

SNIP type 1 is syntax, 2 the implementation guide, 3 balance. A wrong line or AMT*D also upsets the claim's own balance
with that payer (rule E), so FAULT-BAL-B and FAULT-BAL-D break two rules each. Rules A, B, D, E are those of the 837P
guide, section 1.4.4: charge and lines; line and prior payment; claim and line payments; charge and prior payment.

| claim | fault | SNIP |
|---|---|--:|
"""
ELSEWHERE = """| FAULT-HL-1, FAULT-HL-2 | transaction 0002: HL01 runs 1, 2, 4 | 1 |
| FAULT-SE | transaction 0003: SE01 is one too many | 1 |
"""


def segments(data: bytes) -> Iterator[list[str]]:
    """Every segment as its elements, the delimiters read from each ISA."""
    text = data.decode("ascii")
    while text.startswith("ISA"):
        element, terminator = text[3], text[105]
        trailer = text.find(f"IEA{element}")
        end = text.find(terminator, trailer) if trailer > 0 else len(text)
        yield from (segment.strip("\r\n").split(element) for segment in text[:end].split(terminator))
        text = text[end + 1 :].lstrip("\r\n")


def amounts(data: bytes, head: str, place: int) -> list[int]:
    """Whole cents of one element of every segment that begins with `head`."""
    return [cents(each[place]) for each in segments(data) if each[0] == head]


def shown(value: int) -> str:
    return f"{'-' if value < 0 else ''}{abs(value) // 100:,}.{abs(value) % 100:02d}"


def table_row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |\n".replace("*", r"\*")


def about_file(name: str, data: bytes) -> str:
    remittance = name.endswith(".835")
    charges = amounts(data, "CLP", 3) if remittance else amounts(data, "CLM", 2)
    paid = shown(sum(amounts(data, "BPR", 2))) if remittance else ""
    return table_row(name, ABOUT[name], len(charges), shown(sum(charges)), paid)


def readme(files: dict[str, bytes]) -> str:
    """The page; a file without a word about it is an error."""
    rows = "".join(about_file(name, data) for name, data in sorted(files.items()))
    faults = "".join(table_row(each.number, each.about, each.snip) for each in FAULTS)
    return HEAD + rows + FAULT_HEAD + faults + ELSEWHERE
