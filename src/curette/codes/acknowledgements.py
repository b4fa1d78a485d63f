"""What a finding is called in the answers to a sender: notes of TA1 and 999, status codes of a 277CA.

From maps/acknowledgements.xml: numbers of the X12 lists, chosen by rule and place. The first row that fits holds.
"""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from attrs import frozen

from curette.findings import Finding

if TYPE_CHECKING:
    from curette.codes.maps import Row

# who stands in a loop of 005010X222A1, as STC01-3 names them; others have no code there
ENTITIES = {
    "1000A": "41", "1000B": "40", "2010AA": "85", "2000A": "85", "2010AB": "87", "2010BA": "IL", "2000B": "IL",
    "2010BB": "PR", "2010CA": "QC", "2000C": "QC", "2310A": "DN", "2310B": "82", "2310C": "77", "2310D": "DQ",
    "2330A": "IL", "2330B": "PR", "2330C": "DN", "2330D": "82", "2330E": "77", "2330F": "DQ", "2330G": "85",
    "2420A": "82", "2420B": "QB", "2420C": "77", "2420D": "DQ", "2420E": "DK", "2420F": "DN",
}  # fmt: skip
_KNOWN = frozenset(ENTITIES.values())
_MISSING = ("missing", "without", "no-number")


class Status(NamedTuple):
    """STC01: category (list 507), status (list 508) and, where the status asks for one, the entity."""

    category: str
    code: str
    entity: str


ACCEPTED = Status("A1", "19", "40")  # received: nothing is said of an adjudication that others do
REJECTED = Status("A3", "684", "")  # a claim whose syntax the 999 of the same file tells of


@frozen
class Acknowledgements:
    """The rows of the map by the answer that they serve."""

    rows: tuple["Row", ...]

    def note(self, answer: str, finding: Finding) -> str:
        """The number for a finding in `answer`: interchange (TA105), group (AK905), transaction (IK502), segment
        (IK304) or element (IK403); empty where the map has none.
        """
        if answer == "element" and finding.rule.id == "IG-ELE-LENGTH" and "at least" in finding.message:
            return "4"  # one rule of ours, two numbers of theirs
        return next((row.get("note") for row in self.rows if row.tag == answer and _fits(row, finding)), "")

    def status(self, finding: Finding, role: str = "") -> Status:
        """The status that a finding gives its claim; `role` is NM101 of whoever it is about, where no loop says so."""
        role = ENTITIES.get(finding.place.loop or "", role if role in _KNOWN else "")
        for row in self.rows:
            if row.tag == "status" and row.values.get("role", role) == role and _fits(row, finding):
                entity = row.get("entity")
                if entity != "role" or role:
                    entity = role if entity == "role" else entity
                    return Status(row.get("category") or _category(finding), row.get("status"), entity)
        return REJECTED


@cache
def acknowledgements() -> Acknowledgements:
    """The built-in map; MapError when it is wrong."""
    from curette.codes.maps import Maps

    return Acknowledgements(Maps().rows("acknowledgements"))


def _fits(row: "Row", finding: Finding) -> bool:
    place, values = finding.place, row.values
    return (
        finding.rule.id.startswith(values.get("rule", ""))
        and values.get("loop", place.loop) == place.loop
        and values.get("segment", place.segment) == place.segment
        and values.get("element", str(place.element)) == str(place.element)
        and values.get("component", str(place.component)) == str(place.component)
    )


def _category(finding: Finding) -> str:
    """A6 where something is missing, else A7."""
    return "A6" if any(word in finding.rule.name for word in _MISSING) else "A7"
