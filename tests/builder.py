"""Small synthetic files: segments as strings in the usual delimiters, wrapped in right envelopes, in any form.

Also the shortest way to read them back: `read` gives transactions and findings, `claims_of` and `remits_of` records.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from curette.claims.model import Claim
from curette.claims.reader import Reader as ClaimReader
from curette.findings import Finding
from curette.remits.model import ClaimPayment, Remit
from curette.remits.reader import Reader as RemitReader
from curette.remits.reader import head
from curette.x12 import envelope
from curette.x12.delimiters import Delimiters
from curette.x12.source import Source
from curette.x12.transaction import Transaction

USUAL = Delimiters()
CONTROLS = Delimiters("\x1d", "\x1f", "\x1e", "\x1c")
FOREIGN = (
    USUAL, CONTROLS, Delimiters("+", "<", "!", "'"), Delimiters("|", ">", "^", "\n"), Delimiters("*", ":", "^", "\r"),
    Delimiters("\t", "\\", "`", "\x07"), Delimiters("~", "*", ":", "^"), Delimiters(",", ";", "@", "$"),
)  # fmt: skip

CLAIMS, REMITS = "005010X222A1", "005010X221A1"

SUBMISSION = (
    "BHT*0019*00*BATCH1*20260105*0930*CH",
    "NM1*41*2*SAMPLE BILLING*****46*SENDER1",
    "PER*IC*EXAMPLE DESK*TE*5555550100",
    "NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*RECEIVER1",
)
BILLING = (
    "HL*1**20*1",
    "NM1*85*1*SAMPLE*SKIN****XX*1234567893",
    "N3*1 TEST ROAD",
    "N4*TESTVILLE*IL*627010001",
    "REF*EI*000000001",
)
SUBSCRIBER = (
    "HL*2*1*22*0",
    "SBR*P*18*******CI",
    "NM1*IL*1*SAMPLE*SAM****MI*TEST0001",
    "N3*2 TEST ROAD",
    "N4*TESTVILLE*IL*62701",
    "DMG*D8*19700101*F",
    "NM1*PR*2*EXAMPLE PLAN*****PI*99001",
)
ABOVE = (*SUBMISSION, *BILLING, *SUBSCRIBER)
PAYMENT = (
    "BPR*I*60*C*CHK************20260302",
    "TRN*1*CHECK1*1990099001",
    "DTM*405*20260302",
    "N1*PR*EXAMPLE PLAN",
    "N3*1 EXAMPLE TOWER",
    "N4*CHICAGO*IL*60601",
    "PER*BL*EXAMPLE EDI*TE*3125550111",
    "N1*PE*SAMPLE SKIN CLINIC*XX*1234567893",
    "LX*1",
)


def subscriber(number: int, parent: int = 1, children: int = 0) -> tuple[str, ...]:
    """A subscriber level with this HL01 and HL02."""
    return (f"HL*{number}*{parent}*22*{children}", *SUBSCRIBER[1:])


def line(number: int = 1, charge: str = "100", *more: str) -> tuple[str, ...]:
    """A service line; `more` follows its date."""
    return (f"LX*{number}", f"SV1*HC:99213:25*{charge}*UN*1***1", "DTP*472*D8*20260104", *more)


def claim(name: str = "A1", charge: str = "100", *more: str) -> tuple[str, ...]:
    """A claim of one line of the same charge; `more` stands after the diagnoses."""
    return (f"CLM*{name}*{charge}***11:B:1*Y*A*Y*Y", "HI*ABK:L570*ABF:D485", *more, *line(1, charge))


def payment(name: str = "A1", *more: str) -> tuple[str, ...]:
    """A claim of 100 paid 60 in an 835; `more` stands before its line."""
    return (
        f"CLP*{name}*1*100*60*0*12*PAYER1*11*1", "NM1*QC*1*SAMPLE*SAM****MI*TEST0001", *more,
        "SVC*HC:99213:25*100*60**1", "DTM*472*20260104", "CAS*CO*45*40",
    )  # fmt: skip


def transaction(*body: str, control: str = "0001", version: str = CLAIMS) -> tuple[str, ...]:
    """ST to SE with a right count; an 835 has no ST03."""
    code = "835" if version == REMITS else "837"
    header = f"ST*{code}*{control}" + ("" if code == "835" else f"*{version}")
    return (header, *body, f"SE*{len(body) + 2}*{control}")


def group(*transactions: Sequence[str], control: str = "1", version: str = CLAIMS) -> tuple[str, ...]:
    """GS to GE."""
    code = "HP" if version == REMITS else "HC"
    header = f"GS*{code}*SENDER*RECEIVER*20260105*0930*{control}*X*{version}"
    return (header, *(s for t in transactions for s in t), f"GE*{len(transactions)}*{control}")


def isa(control: str = "000000001") -> str:
    """An ISA of right widths, without its terminator."""
    return f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*260105*0930*^*00501*{control}*0*T*:"


def interchange(*groups: Sequence[str], control: str = "000000001") -> tuple[str, ...]:
    """ISA to IEA."""
    return (isa(control), *(s for g in groups for s in g), f"IEA*{len(groups)}*{control}")


def write(segments: Iterable[str], delimiters: Delimiters = USUAL, end: str = "\n") -> bytes:
    """The bytes of a file: segments in other delimiters, each with its terminator and `end`."""
    table = str.maketrans("*:^", delimiters.element + delimiters.component + delimiters.repetition)
    end = "" if delimiters.segment in ("\n", "\r") and end == "\n" else end
    return "".join(s.translate(table) + delimiters.segment + end for s in segments).encode("utf-8")


def claim_file(*body: str, delimiters: Delimiters = USUAL, end: str = "\n") -> bytes:
    """One 837P transaction in its envelopes; `body` stands between ST and SE."""
    return write(interchange(group(transaction(*body))), delimiters, end)


def remit_file(*body: str, delimiters: Delimiters = USUAL, end: str = "\n") -> bytes:
    """One 835 transaction in its envelopes."""
    return write(interchange(group(transaction(*body, version=REMITS), version=REMITS)), delimiters, end)


GOOD_CLAIMS = claim_file(*ABOVE, *claim("A1"), *claim("A2", "250"))
GOOD_REMIT = remit_file(*PAYMENT, *payment("A1"), *payment("A2"))


@dataclass
class Reading:
    """What a file gave."""

    transactions: list[Transaction]
    loose: list[Finding]

    @property
    def findings(self) -> list[Finding]:
        """Of the file and of its transactions."""
        return [*self.loose, *(f for t in self.transactions for f in t.findings)]

    @property
    def rules(self) -> list[str]:
        """The ids of the findings."""
        return [f.rule.id for f in self.findings]

    @property
    def accepted(self) -> list[str]:
        """ST02 of the transactions that may be used."""
        return [t.control for t in self.transactions if not t.refused]

    def finding(self) -> Finding:
        """The only one."""
        assert len(self.findings) == 1, self.rules
        return self.findings[0]


def source(data: bytes, name: str = "file.edi") -> Source:
    """A file that is not on disk."""
    return Source(name, io.BytesIO(data))


def read(data: bytes) -> Reading:
    """Transactions and findings of a file."""
    items = list(envelope.read(source(data)))
    return Reading(
        [item for item in items if isinstance(item, Transaction)], [item for item in items if isinstance(item, Finding)]
    )


def only(data: bytes) -> Transaction:
    """The one transaction of a file."""
    found = read(data).transactions
    assert len(found) == 1
    return found[0]


@dataclass
class Claims:
    """What the claims of a file are."""

    claims: list[Claim]
    findings: list[Finding]
    unread: list[str]

    @property
    def names(self) -> list[str]:
        """CLM01 of the claims."""
        return [c.control_number for c in self.claims]

    @property
    def rules(self) -> list[str]:
        """The ids of the findings."""
        return [f.rule.id for f in self.findings]

    def finding(self) -> Finding:
        """The only one."""
        assert len(self.findings) == 1, self.rules
        return self.findings[0]


def claims_of(data: bytes) -> Claims:
    """All claims of the transactions that are not refused, with what the reader (not the envelope) found."""
    found = Claims([], [], [])
    for part in parts(data):
        reader = ClaimReader(part)
        found.claims += reader.read()
        found.findings += reader.findings
        found.unread += [claim.control_number for claim in reader.unread]
    return found


@dataclass
class Payments:
    """What the remittances of a file are."""

    remits: list[Remit]
    claims: list[ClaimPayment]
    findings: list[Finding]
    usable: bool

    @property
    def rules(self) -> list[str]:
        """The ids of the findings."""
        return [f.rule.id for f in self.findings]

    def finding(self) -> Finding:
        """The only one."""
        assert len(self.findings) == 1, self.rules
        return self.findings[0]


def remits_of(data: bytes) -> Payments:
    """All payments and their claims, of the transactions that are not refused."""
    found = Payments([head(t) for t in read(data).transactions if not t.refused], [], [], True)
    for part in parts(data):
        reader = RemitReader(part)
        found.claims += reader.claims()
        found.findings += reader.findings
        found.usable = found.usable and reader.usable
    return found


def parts(data: bytes) -> Iterator[Transaction]:
    """The parts of every transaction that is not refused."""
    for found in read(data).transactions:
        if not found.refused:
            yield from found.parts()


def where(data: bytes, segment: str | bytes) -> int:
    """The offset of a segment that stands once in the file, sought as bytes."""
    sought = segment.encode() if isinstance(segment, str) else segment
    assert data.count(sought) == 1, sought
    return data.index(sought)


def ordinal(data: bytes, offset: int, delimiters: Delimiters = USUAL) -> int:
    """Which segment of the file (1-based) begins at `offset`, counted from the bytes alone."""
    before = data[:offset].split(delimiters.segment.encode("latin-1"))
    return sum(1 for piece in before if piece.strip()) + 1
