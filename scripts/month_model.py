"""What the clinic month is written in: services with the diagnoses they point at, and the places of a body."""

from dataclasses import dataclass
from random import Random
from typing import NamedTuple


@dataclass(frozen=True)
class Service:
    """One service line; `code` may carry modifiers ("99213:25"), `diagnoses` are those it points at."""

    code: str
    diagnoses: str
    units: int = 1
    after: tuple[str, ...] = ()  # NTE, then LIN and CTP
    later: int = 0  # days after the claim's day

    @property
    def procedure(self) -> str:
        return self.code.partition(":")[0]


@dataclass(frozen=True)
class Draft:
    """A claim before it has a patient, a payer and a day."""

    lines: tuple[Service, ...]
    by: str = "doctor"  # doctor, surgeon, nurse, pathologist (of the clinic), laboratory (another billing provider)
    place: str = "11"
    clia: bool = False
    approved: bool = False  # the payer's approval is on the claim
    later: int = 0  # days after the first claim of the encounter
    child: bool = False
    sex: str = ""


class Place(NamedTuple):
    """A part of the body: the middle digit of its excision codes, and what its repairs and flaps begin with."""

    excision: str
    intermediate: str
    complex: str
    flap: str
    mohs: str  # the first stage
    cancers: str
    benign: str


TRUNK = Place("0", "1203", "1310", "1400", "17313", "C44.519 C44.529 C44.599 D04.5 D03.59 C43.59", "D22.5 D23.5")
ARM = Place(
    "0", "1203", "1312", "1402", "17313", "C44.612 C44.619 C44.622 C44.629 D04.61 D04.62 C43.61", "D22.61 D23.62"
)
LEG = Place(
    "0", "1203", "1312", "1402", "17313", "C44.712 C44.719 C44.722 C44.729 D04.71 D03.72 C43.72", "D22.71 D23.72"
)
SCALP = Place("2", "1203", "1312", "1402", "17311", "C44.41 C44.42 D04.4 D03.4 C43.4", "D22.4 D23.4 L72.11")
NECK = Place("2", "1204", "1313", "1404", "17311", "C44.41 C44.42 D04.4", "D22.4 D23.4")
HAND = Place("2", "1204", "1313", "1404", "17311", "C44.612 C44.622 C44.629 D04.61", "D22.62 D23.61")
FOOT = Place("2", "1204", "1313", "1404", "17311", "C44.722 C44.729 C43.71", "D22.72 D23.71")
CHEEK = Place("4", "1205", "1313", "1404", "17311", "C44.319 C44.329 D04.39 D03.39 C43.39", "D22.39 D23.39")
NOSE = Place("4", "1205", "1315", "1406", "17311", "C44.311 C44.321 C44.391 C43.31", "D22.39 D23.39")
EAR = Place("4", "1205", "1315", "1406", "17311", "C44.212 C44.219 C44.222 C44.229 D04.21", "D22.21 D23.22")
LIP = Place("4", "1205", "1315", "1406", "17311", "C44.01 C44.02", "D22.0 D23.0")

EYELID = Place("4", "1205", "1315", "1406", "17311", "C44.1121 C44.1191 D04.111", "D22.111 D23.112")

BODY = (TRUNK, ARM, LEG)
MIDDLE = (SCALP, NECK, HAND, FOOT)
HEAD = (CHEEK, NOSE, EAR, LIP)
EVERYWHERE = (*BODY, *MIDDLE, *HEAD)


def one(r: Random, words: str) -> str:
    """One of the words."""
    return r.choice(words.split())


def visit(r: Random, diagnosis: str, modifier: str = "") -> Service:
    """An office visit, mostly of somebody known."""
    code = one(r, "99213 99213 99213 99214 99214 99212 99215 99203 99203 99204 99202")
    return Service(f"{code}:{modifier}" if modifier else code, diagnosis)


def chance(r: Random, percent: int) -> bool:
    """True that often."""
    return r.randrange(100) < percent
