"""Files to damage and reshape, and all that can be read from a file, whatever it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from curette.claims.model import Claim
from curette.claims.reader import Reader as ClaimReader
from curette.findings import Finding
from curette.remits.model import ClaimPayment
from curette.remits.reader import Reader as RemitReader
from curette.remits.reader import head
from curette.x12 import envelope, style
from curette.x12.delimiters import Delimiters
from curette.x12.transaction import Transaction
from tests.builder import (
    ABOVE,
    CONTROLS,
    PAYMENT,
    REMITS,
    USUAL,
    claim,
    group,
    interchange,
    payment,
    source,
    subscriber,
    transaction,
    write,
)

SAMPLES = Path(__file__).resolve().parents[2] / "edi_samples"
PLACES = ("at", "end", "element", "separator")
ENDS = ["", "\n", "\r\n", "\r", "\n\n", " \n"]
DELIMITERS = [
    USUAL,
    CONTROLS,
    Delimiters("|", ">", "!", "\n"),
    Delimiters("+", "<", "^", "'"),
    Delimiters("*", ":", "^", "\r"),
]


def _claims(name: str, control: str) -> tuple[str, ...]:
    return transaction(
        *ABOVE, *claim(name), *claim(name + "2", "20"), *subscriber(3), *claim(name + "3"), control=control
    )


def _payments(name: str, control: str) -> tuple[str, ...]:
    plb = "PLB*1234567893*20261231*WO:REF1*10"
    return transaction(
        *PAYMENT, *payment(name), *payment(name + "2", "MOA***MA01"), plb, control=control, version=REMITS
    )


FIRST = interchange(
    group(_claims("A", "0001"), _claims("B", "0002"), control="1"), group(_claims("C", "0003"), control="2")
)
SECOND = interchange(
    group(_payments("D", "0004"), _payments("E", "0005"), control="3", version=REMITS), control="000000002"
)


def built(first: Delimiters = USUAL, second: Delimiters = USUAL, end: str = "\n") -> bytes:
    """Two interchanges: claims in two groups, then payments."""
    return write(FIRST, first, end) + write(SECOND, second, end)


GOOD = [
    built(), built(CONTROLS, USUAL, ""), built(DELIMITERS[2], DELIMITERS[3], ""), built(end="\r\n"),
    *(path.read_bytes() for path in sorted(SAMPLES.rglob("*.83?")) if path.parent.name in ("odd", "resubmitted")),
]  # fmt: skip
files = st.sampled_from(GOOD)


@dataclass(frozen=True)
class Accepted:
    """A claim that may be used: where it is and all that it says."""

    control: str  # of its transaction
    name: str
    offset: int
    text: str


def accepted(found: Transaction) -> tuple[list[Accepted], list[Finding]]:
    """The claims of one transaction; every record is looked at, also where the transaction is refused."""
    claims: list[Accepted] = []
    findings: list[Finding] = []
    whole = not found.refused
    for part in found.parts():
        findings += part.findings
        list(style.inspect(part))
        read: Sequence[Claim | ClaimPayment]
        if part.code == "835":  # a payment is used as a whole or not at all
            answers = RemitReader(part)
            read = list(answers.claims())
            findings += answers.findings
            whole = whole and answers.usable and not part.refused
            head(part)
        else:
            reader = ClaimReader(part)
            read = list(reader.read())
            findings += reader.findings
            read = [] if part.refused else read
        claims += [Accepted(found.control, c.control_number, part.place(c.at).offset, _text(c)) for c in read]
    return (claims if whole else []), findings


def _text(record: object) -> str:
    """All that a record says, without its bytes and places, in brackets that no delimiter looks like."""
    if isinstance(record, list | tuple):
        return f"⟦{'·'.join(map(_text, record))}⟧"
    names = getattr(type(record), "__attrs_attrs__", None)
    if names is None or isinstance(record, Transaction):
        return "" if isinstance(record, Transaction) else str(record)
    return f"⟨{'·'.join(_text(getattr(record, a.name)) for a in names if a.name not in PLACES)}⟩"


@dataclass
class Everything:
    """What a whole file gave."""

    transactions: list[Transaction]
    claims: list[Accepted]
    findings: list[Finding]


def everything(data: bytes) -> Everything:
    """Read all there is; raises InputError where the file is no X12, and nothing else."""
    found = Everything([], [], [])
    for item in envelope.read(source(data)):
        if isinstance(item, Transaction):
            claims, findings = accepted(item)
            found.transactions.append(item)
            found.claims += claims
            found.findings += findings
        elif isinstance(item, Finding):
            found.findings.append(item)
    return found


def boundaries(data: bytes) -> Iterator[int]:
    """Where a cut leaves whole interchanges only (offsets of the bytes after each IEA and the blanks behind it)."""
    at = 0
    while (at := data.find(b"IEA", at)) >= 0:
        begin = data.rfind(b"ISA", 0, at)
        stop = data.index(data[begin + 105 : begin + 106], at) + 1
        yield stop
        at = stop
