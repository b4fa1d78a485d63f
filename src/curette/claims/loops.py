"""Which segments stand in which loop of 005010X222A1: what keeps a loop open, and what opens another.

PLAIN segments are kept; a name is the handler of `reader.Reader` that takes the segment. A segment that a loop does
not list is misplaced. Some orders that the guide does not allow, but that leave no doubt whose a segment is (a drug
after a line's providers), are read; conformance says what is wrong with them.
"""

from curette.x12.walk import PLAIN

_PARTY = {"N2": PLAIN, "N3": PLAIN, "N4": PLAIN, "REF": PLAIN, "PER": PLAIN}
_ABOVE = {"CLM": "orphan", "HL": "level", "SE": "end"}
_AT_CLAIM = {"CLM": "claim", "HL": "level", "SE": "end"}
_AT_LINE = {"LX": "line", **_AT_CLAIM}
_MONEY = {"AMT": "amount", "HCP": "checked"}

LOOPS: dict[str, dict[str, str]] = {
    "ST": {"ST": PLAIN, "BHT": "checked", "REF": PLAIN, "NM1": "party", **_ABOVE},
    "1000": {**_PARTY, "NM1": "party", **_ABOVE},
    "2000A": {"PRV": PLAIN, "CUR": PLAIN, "NM1": "party", **_ABOVE},
    "2010A": {**_PARTY, "NM1": "party", **_ABOVE},
    "2000B": {"SBR": PLAIN, "PAT": "patient_dates", "NM1": "party", **_AT_CLAIM},
    "2010B": {**_PARTY, "DMG": "birth", "NM1": "party", **_AT_CLAIM},
    "2000C": {"PAT": "patient_dates", "NM1": "party", **_AT_CLAIM},
    "2010C": {**_PARTY, "DMG": "birth", "NM1": "party", **_AT_CLAIM},
    "2300": {
        "DTP": "date", "PWK": PLAIN, "CN1": "checked", "REF": PLAIN, "K3": PLAIN, "NTE": PLAIN,
        "CR1": PLAIN, "CR2": PLAIN, "CR3": PLAIN, "CRC": PLAIN, "HI": "diagnoses", **_MONEY,
        "NM1": "party", "SBR": "other", **_AT_LINE,
    },
    "2310": {**_PARTY, "PRV": PLAIN, "NM1": "party", "SBR": "other", **_AT_LINE},
    "2320": {
        "CAS": "adjustments", "AMT": "amount", "DMG": "birth", "OI": PLAIN, "MIA": PLAIN, "MOA": "checked",
        "NM1": "party", "SBR": "other", **_AT_LINE,
    },
    "2330": {**_PARTY, "DTP": "date", "DMG": "birth", "NM1": "party", "SBR": "other", **_AT_LINE},
    "2400": {
        "SV1": "service", "SV5": "checked", "PWK": PLAIN, "CR1": PLAIN, "CR3": PLAIN, "CRC": PLAIN, "DTP": "line_date",
        "QTY": "count", "MEA": PLAIN, "CN1": "checked", "REF": PLAIN, "K3": PLAIN, "NTE": PLAIN, "PS1": "checked",
        **_MONEY, "LIN": "drug", "NM1": "party", "SVD": "adjudication", "LQ": "form", **_AT_LINE,
    },
    "2410": {
        "CTP": "drug_quantity", "REF": PLAIN,
        "LIN": "drug", "NM1": "party", "SVD": "adjudication", "LQ": "form", **_AT_LINE,
    },
    "2420": {
        **_PARTY, "PRV": PLAIN, "LIN": "drug", "NM1": "party", "SVD": "adjudication", "LQ": "form", **_AT_LINE,
    },
    "2430": {
        "CAS": "adjustments", "DTP": "date", "AMT": "amount",
        "LIN": "drug", "NM1": "party", "SVD": "adjudication", "LQ": "form", **_AT_LINE,
    },
    "2440": {"FRM": "checked", "LQ": "form", **_AT_LINE},
    "lost": {"HL": "level", "SE": "end", "CLM": "lost_claim"},
}  # fmt: skip

# NM1 roles (NM101) to loop ids, by the level they stand on
HEADER = {"41": "1000A", "40": "1000B"}
BILLING = {"85": "2010AA", "87": "2010AB", "PE": "2010AC"}
SUBSCRIBER = {"IL": "2010BA", "PR": "2010BB"}
PATIENT = {"QC": "2010CA"}
CLAIM = {"DN": "2310A", "P3": "2310A", "82": "2310B", "77": "2310C", "DQ": "2310D", "PW": "2310E", "45": "2310F"}
OTHER = {
    "IL": "2330A", "PR": "2330B", "DN": "2330C", "P3": "2330C", "82": "2330D", "77": "2330E", "DQ": "2330F",
    "85": "2330G",
}  # fmt: skip
LINE = {
    "82": "2420A", "QB": "2420B", "77": "2420C", "DQ": "2420D", "DK": "2420E", "DN": "2420F", "P3": "2420F",
    "PW": "2420G", "45": "2420H",
}  # fmt: skip

ROLES = frozenset().union(HEADER, BILLING, SUBSCRIBER, PATIENT, CLAIM, OTHER, LINE)

# elements that hold an amount (data element 782) or a day (373), of segments that are "checked"
MONEY = {"HCP": (2, 3, 7), "CN1": (2,), "PS1": (2,), "SV5": (4, 5), "MOA": (2, 8, 9)}
DAYS = {"BHT": (4,), "FRM": (4,)}
