"""Words for the closed code lists of a claim, and names of parties. A code without a word is shown as it is."""

from curette.codes.denials import codes
from curette.reports.layout import TIE, View, clean, day, joined, money
from curette.x12.cas import Adjustment
from curette.x12.loop import Party

SEQUENCES = {
    "P": "primary", "S": "secondary", "T": "tertiary", "A": "4th payer", "B": "5th payer", "C": "6th payer",
    "D": "7th payer", "E": "8th payer", "F": "9th payer", "G": "10th payer", "H": "11th payer", "U": "order unknown",
}  # fmt: skip
RELATIONSHIPS = {
    "01": "spouse", "18": "self", "19": "child", "20": "employee", "21": "relationship unknown", "39": "organ donor",
    "40": "cadaver donor", "53": "life partner", "G8": "other relationship",
}  # fmt: skip
FREQUENCIES = {"1": "original", "7": "replacement", "8": "void"}
ACCIDENTS = {"AA": "auto accident", "EM": "employment", "OA": "other accident"}
PLACES = {
    "02": "telehealth away from home", "10": "telehealth at home", "11": "office", "12": "home",
    "13": "assisted living", "15": "mobile unit", "19": "off-campus outpatient hospital", "20": "urgent care",
    "21": "inpatient hospital", "22": "outpatient hospital", "23": "emergency room", "24": "surgery center",
    "31": "skilled nursing facility", "32": "nursing facility", "34": "hospice", "41": "ambulance on land",
    "49": "independent clinic", "50": "federal health center", "71": "public health clinic",
    "72": "rural health clinic", "81": "independent laboratory",
}  # fmt: skip
_FILINGS = {  # SBR09 beyond what CLP06 also has
    "11": "Other non-federal program", "BL": "Blue Cross Blue Shield", "CI": "Commercial insurance",
    "FI": "Federal employees' program",
}  # fmt: skip


def filing(code: str) -> str:
    """What kind of coverage SBR09 or CLP06 names."""
    name = _FILINGS.get(code) or codes().filings.get(code)
    return f"{name} ({code})" if name else clean(code)


def place(code: str) -> str:
    """A place of service."""
    return joined("place", clean(code), f"({PLACES[code]})" if code in PLACES else "", by=" ") if code else ""


def procedure(qualifier: str, code: str, modifiers: tuple[str, ...]) -> str:
    """A procedure with its modifiers; a code that is neither CPT nor HCPCS says what it is."""
    if qualifier == "N4":
        return f"NDC {ndc(code)}"
    named = code if qualifier in ("HC", "") else f"{qualifier}:{code}"
    return clean(" ".join((named, *modifiers)))


def ndc(code: str) -> str:
    """A drug code of eleven digits in its three parts."""
    whole = len(code) == 11 and code.isdigit() and code.isascii()
    return f"{code[:5]}-{code[5:9]}-{code[9:]}" if whole else clean(code)


def provider(party: Party | None) -> str:
    """A provider: name and NPI. Providers are not patients, so both are shown."""
    return joined(clean(party.name), f"NPI {clean(party.npi)}" if party.npi else "") if party is not None else ""


def payer(party: Party | None, view: View) -> str:
    """A payer: name and identifier; a person in its place is named only with patient data."""
    if party is None:
        return ""
    name = clean(party.name) if view.phi or not party.is_person else ""
    return joined(name, f"({clean(party.id)})" if party.id and (name or not party.is_person) else "", by=" ")


def person(party: Party | None) -> str:
    """Patient data: name, birth date, sex, member number, address. Only for `--show-phi`."""
    if party is None:
        return ""
    born = party.value("DMG", 2)
    try:
        born = day(party.birth_date)
    except ValueError:
        born = clean(born)
    town = joined(party.city, party.state, party.postal_code, by=" ")
    return joined(
        clean(party.name),
        f"born {born}" if born else "",
        clean(party.sex),
        f"member {clean(party.id)}" if party.id else "",
        clean(joined(*party.street, town)),
    )


def adjustments(found: tuple[Adjustment, ...]) -> str:
    """Adjustments on one line: "CO-45 60.25, PR-2 40.00"."""
    return ", ".join(f"{clean(a.group)}-{clean(a.carc)}{TIE}{money(a.amount)}" for a in found)
