"""Which segments stand in which loop of 005010X221A1; as `claims.loops`."""

from curette.x12.walk import PLAIN

_END = {"SE": "end", "PLB": "provider"}
_CLAIM = {"CLP": "claim", "LX": "section", **_END}

LOOPS: dict[str, dict[str, str]] = {
    "ST": {
        "ST": PLAIN, "BPR": "payment", "TRN": PLAIN, "CUR": PLAIN, "REF": PLAIN, "DTM": "date", "N1": "organisation",
        **_CLAIM,
    },
    "1000": {
        "N2": PLAIN, "N3": PLAIN, "N4": PLAIN, "REF": PLAIN, "PER": PLAIN, "RDM": PLAIN, "N1": "organisation", **_CLAIM,
    },
    "2000": {"TS3": "checked", "TS2": "checked", **_CLAIM},
    "2100": {
        "CAS": "adjustments", "NM1": "party", "MIA": "remarks", "MOA": "remarks", "REF": PLAIN, "DTM": "claim_date",
        "PER": PLAIN, "AMT": "amount", "QTY": "count", "SVC": "service", **_CLAIM,
    },
    "2110": {
        "DTM": "line_date", "CAS": "adjustments", "REF": PLAIN, "AMT": "line_amount", "QTY": "count", "LQ": "remark",
        "SVC": "service", **_CLAIM,
    },
    "PLB": dict(_END),
    "lost": {"SE": "end"},
}  # fmt: skip

# elements that hold an amount (data element 782) or a day (373), of segments that are "checked"
MONEY = {
    "MOA": (2, 8, 9), "MIA": (2, 4, *range(6, 15), *range(16, 20), 24),
    "TS3": (5, 13, 15, 17, 18, 20, 21, 22, 24), "TS2": (*range(1, 7), 8, 9, 15, 17, 18, 19),
}  # fmt: skip
DAYS = {"TS3": (3,)}
