"""What the elements of a claim are called when a person compares two of them, and which hold patient data.

A row is element, or element-component, to a name. Signs before the name: `$` an amount, `#` a number (`1.0` is `1`),
`=` a qualifier that is told only when it changes alone, `?` patient data or free text, not shown unless asked for.
What has no name here is compared under its X12 name (HCP04) and counts as patient data.
"""

from typing import NamedTuple

from attrs import frozen

_SIGNS = "$#=?"
_ITEMS = ("AMT", "DTP", "QTY", "REF")  # segments that are named by their first element


@frozen
class Word:
    """What an element is: its name, and how to read and show it."""

    name: str
    money: bool = False
    number: bool = False
    minor: bool = False
    private: bool = False


class Who(NamedTuple):
    """Whose loop it is, as it stands before a name; a person's names and a private address are patient data."""

    name: str = ""
    id: str = "NPI"
    private_name: bool = False
    private_address: bool = False


NOBODY = Who()
OTHER_PAYER = Who("other payer", "id")
_PEOPLE = ("IL", "QC", "PW", "45")
_PUBLIC_ADDRESS = ("85", "87", "PE", "PR", "DK")
_IDS = {"IL": "member id", "QC": "member id", "PR": "id", "PE": "id"}
_ROLES = {
    "85": "billing provider", "87": "pay-to address", "PE": "pay-to plan", "IL": "subscriber", "PR": "payer",
    "QC": "patient", "DN": "referring provider", "P3": "primary care provider", "82": "rendering provider",
    "77": "facility", "DQ": "supervising provider", "PW": "pick-up", "45": "drop-off",
    "QB": "purchased service provider", "DK": "ordering provider",
}  # fmt: skip


def who(loop: str, role: str) -> Who:
    """Whose loop a party's is, by its loop id and NM101."""
    name = _ROLES.get(role, "party")
    if loop.startswith("2330"):
        name = f"other {name}" if role in ("IL", "PR") else f"other payer's {name}"
    return Who(name, _IDS.get(role, "NPI"), role in _PEOPLE, role not in _PUBLIC_ADDRESS)


BILLING = who("2000A", "85")
PATIENT = Who("patient")

_ROWS: dict[str, dict[str, str]] = {
    "BHT": {"6": "claim or encounter"},
    "CLM": {
        "1": "claim number", "2": "$charge", "5-1": "place of service", "5-2": "=place of service qualifier",
        "5-3": "frequency", "6": "provider signature", "7": "assignment", "8": "benefits assignment",
        "9": "release of information", "10": "patient signature", "11-1": "accident", "11-2": "second accident",
        "11-3": "third accident", "11-4": "accident state", "11-5": "accident country", "12": "special program",
        "20": "delay reason",
    },
    "SBR": {
        "1": "responsibility", "2": "relationship", "3": "?group number", "4": "?group name", "5": "insurance type",
        "9": "filing indicator",
    },
    "PAT": {"1": "relationship", "5": "=death date format", "6": "?death date", "7": "=weight unit", "8": "?#weight",
            "9": "?pregnancy"},
    "NM1": {"2": "=entity type", "3": "name", "4": "first name", "5": "middle name", "6": "name prefix",
            "7": "name suffix", "8": "=id qualifier"},
    "N2": {"1": "additional name"},
    "N3": {"1": "street", "2": "street, second line"},
    "N4": {"1": "city", "2": "state", "3": "ZIP code", "4": "country", "7": "country subdivision"},
    "DMG": {"1": "=birth date format", "2": "?birth date", "3": "sex"},
    "PER": {"1": "=contact function", "2": "?contact name", "3": "=contact number type", "4": "?contact number",
            "5": "=second contact number type", "6": "?second contact number", "7": "=third contact number type",
            "8": "?third contact number"},
    "PRV": {"1": "=taxonomy role", "2": "=taxonomy qualifier", "3": "taxonomy"},
    "CUR": {"1": "=currency of", "2": "currency"},
    "REF": {"4-1": "=payer id qualifier", "4-2": "payer id"},
    "NTE": {"2": "?note"},
    "PWK": {"1": "attachment type", "2": "attachment sent by", "5": "=attachment number qualifier",
            "6": "attachment number", "7": "?attachment description"},
    "CN1": {"1": "contract type", "2": "$contract amount", "3": "#contract percentage", "4": "contract code",
            "5": "#contract discount", "6": "contract version"},
    "CR1": {"1": "=weight unit", "2": "?#weight", "3": "transport code", "4": "transport reason", "5": "=distance unit",
            "6": "#transport distance", "9": "?round trip purpose", "10": "?stretcher purpose"},
    "CR2": {"8": "spinal condition", "10": "?spinal condition description", "11": "?spinal condition description"},
    "CR3": {"1": "equipment certification", "2": "=length of need unit", "3": "#length of need"},
    "CRC": {"2": "condition applies", "3": "condition", "4": "second condition", "5": "third condition",
            "6": "fourth condition", "7": "fifth condition"},
    "HCP": {"1": "pricing method", "2": "$repriced allowed", "3": "$repriced saving", "4": "repricer",
            "5": "#repricing rate", "6": "repriced group", "7": "$repriced group amount", "8": "repriced revenue code",
            "9": "=repriced procedure qualifier", "10": "repriced procedure", "11": "=repriced unit",
            "12": "#repriced units", "13": "repricing rejection", "14": "policy compliance",
            "15": "repricing exception"},
    "OI": {"3": "benefits assignment", "4": "patient signature", "6": "release of information"},
    "MOA": {"1": "#reimbursement rate", "2": "$payable amount", "3": "remark", "4": "second remark",
            "5": "third remark", "6": "fourth remark", "7": "fifth remark", "8": "$renal payment",
            "9": "$professional component"},
    "SV1": {"1-1": "=procedure qualifier", "1-2": "procedure", "1-7": "?procedure description", "2": "$charge",
            "3": "unit of measure", "4": "#units", "5": "place of service", "9": "emergency", "11": "EPSDT",
            "12": "family planning", "15": "copay exemption"},
    "SV5": {"1-1": "=equipment qualifier", "1-2": "equipment", "2": "=equipment unit", "3": "#equipment units",
            "4": "$rental price", "5": "$purchase price", "6": "rental frequency"},
    "PS1": {"1": "purchased from", "2": "$purchase charge"},
    "MEA": {"3": "?#measurement"},
    "LIN": {"2": "=NDC qualifier", "3": "NDC"},
    "CTP": {"3": "$drug unit price", "4": "#drug quantity", "5-1": "drug unit"},
    "SVD": {"1": "id", "2": "$paid", "3-1": "=procedure qualifier", "3-2": "procedure",
            "3-7": "?procedure description", "5": "#units", "6": "bundled into line"},
    "LQ": {"1": "=form list", "2": "form"},
    "FRM": {"2": "form answer", "3": "?form answer text", "4": "?form answer date", "5": "?#form answer percentage"},
}  # fmt: skip

_NAMED: dict[str, dict[str, str]] = {
    "REF": {
        "F8": "original reference", "G1": "prior authorisation", "9F": "referral", "X4": "CLIA number",
        "F4": "referring CLIA number", "6R": "line control number", "4N": "authorisation exception",
        "F5": "Medicare crossover", "EW": "mammography certification", "9A": "repriced claim number",
        "9C": "adjusted repriced claim number", "9B": "repriced line number", "9D": "adjusted repriced line number",
        "LX": "device exemption number", "D9": "clearinghouse number", "EA": "?medical record number",
        "P4": "demonstration project", "1J": "care plan oversight number", "BT": "vaccine batch",
        "XZ": "?prescription number", "VY": "?link sequence number", "EI": "tax id", "SY": "?social security number",
        "0B": "licence", "1G": "UPIN", "G2": "payer's provider number", "LU": "location number", "2U": "secondary id",
        "FY": "claim office", "NF": "NAIC code", "Y4": "?property and casualty claim number", "1W": "?member number",
        "IG": "?policy number", "T4": "claim adjustment indicator",
    },
    "AMT": {
        "F5": "patient paid", "D": "paid", "A8": "non-covered", "EAF": "patient liability", "T": "sales tax",
        "F4": "postage",
    },
    "QTY": {"PT": "patients transported", "FL": "obstetric units"},
    "DTP": {
        "472": "service date", "431": "onset date", "454": "initial treatment date", "304": "last seen date",
        "453": "acute manifestation date", "439": "accident date", "484": "?last menstrual period",
        "455": "last X-ray date", "471": "prescription date", "314": "disability dates",
        "360": "disability start", "361": "disability end",
        "297": "last worked date", "296": "return to work date", "435": "admission date", "096": "discharge date",
        "090": "assumed care date", "091": "relinquished care date", "444": "first contact date",
        "050": "repricer received date", "607": "certification revision date", "463": "therapy start date",
        "461": "last certification date", "738": "hemoglobin test date", "739": "creatinine test date",
        "011": "shipped date", "573": "adjudication date",
    },
}  # fmt: skip
_OTHERWISE = {"REF": "?reference", "AMT": "amount", "QTY": "quantity", "DTP": "date"}
_SORTS = {"AMT": "$", "QTY": "#"}

LISTS = {  # HI qualifiers to the list their codes stand in: name, the qualifier of the first, of the others
    **dict.fromkeys(("ABK", "ABF", "BK", "BF"), ("diagnoses", "ABK", "ABF")),
    **dict.fromkeys(("BP", "BO"), ("anesthesia procedures", "BP", "BO")),
    "BG": ("condition codes", "BG", "BG"),
}


def _word(text: str) -> Word:
    name = text.lstrip(_SIGNS)
    signs = text[: len(text) - len(name)]
    return Word(name, "$" in signs, "#" in signs, "=" in signs, "?" in signs)


def _place(text: str) -> tuple[int, int]:
    element, _, component = text.partition("-")
    return int(element), int(component or 1)


_WORDS = {s: {_place(p): _word(text) for p, text in row.items()} for s, row in _ROWS.items()}
_ITEM_WORDS = {s: {q: _word(_SORTS.get(s, "") + text) for q, text in row.items()} for s, row in _NAMED.items()}
_OTHER_WORDS = {s: _word(_SORTS.get(s, "") + text) for s, text in _OTHERWISE.items()}
_PERSON = ("NM1", "N2", "REF")
_ADDRESS = ("N3", "N4")
_UNNAMED = 3  # a qualifier longer than any in the guide is not quoted


def item(identifier: str, qualifier: str) -> Word:
    """What a segment that is known by its qualifier is called."""
    known = _ITEM_WORDS[identifier].get(qualifier)
    if known is not None:
        return known
    other = _OTHER_WORDS[identifier]
    name = f"{other.name} {qualifier}" if len(qualifier) <= _UNNAMED else other.name
    return Word(name.strip(), other.money, other.number, other.minor, other.private)


def word(identifier: str, qualifier: str, element: int, component: int, owner: Who) -> Word:
    """What one element, or component of one, is called in the loop of `owner`."""
    found = _WORDS.get(identifier, {}).get((element, component))
    if identifier in _ITEMS and (element, component) == (2, 1):
        found = item(identifier, qualifier)
    elif identifier == "NM1" and (element, component) == (9, 1):
        found = Word(owner.id)
    if found is None:
        suffix = f"-{component}" if component > 1 else ""
        found = Word(f"{identifier}{element:02d}{suffix}", private=True)
    if not owner.name:
        return found
    hidden = (identifier in _PERSON and owner.private_name) or (identifier in _ADDRESS and owner.private_address)
    return Word(
        f"{owner.name} {found.name}".strip(), found.money, found.number, found.minor,
        found.private or (hidden and not found.minor),
    )  # fmt: skip
