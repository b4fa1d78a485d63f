"""Single values of a sidecar, from their text; ValueError says what is wrong and never repeats the text."""

import re
from collections.abc import Callable
from datetime import date

from curette import dates

_NUMBER = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,9}))?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CODE = re.compile(r"[A-Z0-9]{5}", re.ASCII)
_LONGEST = 200  # characters of a free text
_LARGEST = 10_000  # of a measure or count, in its own unit
_FINER = ("", "a tenth", "a hundredth", "a thousandth")

# Findings of a pathology report that come as a diagnosis; any other words are "other".
_DIAGNOSES = {
    "bcc": "malignant",
    "basal_cell_carcinoma": "malignant",
    "scc": "malignant",
    "squamous_cell_carcinoma": "malignant",
    "melanoma": "malignant",
    "malignant_melanoma": "malignant",
    "merkel_cell_carcinoma": "malignant",
    "scc_in_situ": "in_situ",
    "squamous_cell_carcinoma_in_situ": "in_situ",
    "melanoma_in_situ": "in_situ",
}
_RESULTS = {name: name for name in ("none", "benign", "malignant", "in_situ", "uncertain", "no_residual")}


def number(unit: str, decimals: int = 0, *, least: int = 0, most: int = _LARGEST) -> Callable[[str], int]:
    """A reader of numbers in `unit` (empty: a count) to an int of that many decimals; bounds are in the unit."""
    what = f"a number of {unit}" if unit else "a number"
    scale: int = 10**decimals

    def read(text: str) -> int:
        if (match := _NUMBER.fullmatch(text)) is None:
            raise ValueError(f"{what} is wanted, in digits and without the unit")
        whole, part = match[1], (match[2] or "").rstrip("0")
        if len(part) > decimals:
            raise ValueError(f"finer than {_FINER[decimals]}" if decimals else "a whole number is wanted")
        value = int(whole) * scale + int(part.ljust(decimals, "0") or "0")
        if not least * scale <= value <= most * scale:
            raise ValueError(f"{what} from {least} to {most} is wanted")
        return value

    return read


def measure(unit: str, decimals: int = 1) -> Callable[[str], int]:
    """A reader of measures that are above nothing."""
    read = number(unit, decimals)

    def above_nothing(text: str) -> int:
        if not (value := read(text)):
            raise ValueError("more than 0 is wanted; leave it out where it is not known")
        return value

    return above_nothing


def word(*allowed: str) -> Callable[[str], str]:
    """A reader of a closed list, in capitals or not; it gives the word as the list has it."""
    known = {each.casefold(): each for each in allowed}

    def read(text: str) -> str:
        if (found := known.get(text.casefold())) is None:
            raise ValueError(f"none of {', '.join(allowed)}")
        return found

    return read


def words(allowed: dict[str, str]) -> Callable[[str], str]:
    """A reader of a closed list in which some words stand for others."""
    read = word(*allowed)
    return lambda text: allowed[read(text)]


def text(given: str) -> str:
    """A short text on one line."""
    if len(given) > _LONGEST or not given.isprintable():
        raise ValueError(f"a text of at most {_LONGEST} printable characters is wanted")
    return given


def code(given: str) -> str:
    """A CPT or HCPCS code."""
    if not _CODE.fullmatch(given.upper()):
        raise ValueError("a procedure code of five characters is wanted")
    return given.upper()


def day(given: str) -> date:
    """A date as 2026-03-10."""
    try:
        return dates.day(given.replace("-", "") if _DAY.fullmatch(given) else "")
    except ValueError:
        raise ValueError("a date like 2026-03-10 is wanted") from None


def yes_no(given: str) -> bool:
    """Yes or no; true and false are what JSON and spreadsheets make of it."""
    return _YES[_yes_no(given)]


def signed(given: str) -> bool | date:
    """Yes, no, or the day on which it was signed."""
    if _DAY.fullmatch(given):
        return day(given)
    try:
        return yes_no(given)
    except ValueError:
        raise ValueError("yes, no or a date like 2026-03-10 is wanted") from None


def deep(given: str) -> bool:
    """Whether a deep structure was met: yes, no, or which one."""
    return given.casefold() in _STRUCTURES or yes_no(given)


def pathology(given: str) -> str:
    """What a report says, as LineNotes has it; "null" and "none": there is no report."""
    plain = "_".join(text(given).casefold().replace("-", " ").replace("_", " ").split())
    return _RESULTS.get(plain) or _DIAGNOSES.get(plain) or ("none" if plain == "null" else "other")


_YES = {"yes": True, "no": False, "true": True, "false": False}
_yes_no = word(*_YES)
_STRUCTURES = {"muscle", "cartilage", "bone", "tendon", "nerve", "vessel"}
