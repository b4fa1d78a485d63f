"""Which transaction a file holds, told by ST01 and the implementation guide in GS08 or ST03."""

import re

# guide number to what the trade calls it (X12 implementation guide numbers; our words)
_GUIDES = {
    "X222": "837P", "X223": "837I", "X224": "837D", "X221": "835",
    "X298": "837P post-adjudicated data", "X299": "837I post-adjudicated data", "X300": "837D post-adjudicated data",
    "X291": "837P predetermination", "X292": "837I predetermination",
    "X214": "277CA", "X212": "276/277 claim status", "X213": "277 request for information",
    "X228": "277 pending claims",
    "X231": "999", "X230": "997", "X186": "824", "X217": "278 authorisation", "X215": "278 inquiry",
    "X216": "278 notification", "X218": "820", "X306": "820 exchange", "X220": "834", "X307": "834 exchange",
    "X279": "270/271 eligibility", "X210": "275 attachment", "X314": "275 attachment",
}  # fmt: skip
_SETS = {
    "270": "270 eligibility inquiry", "271": "271 eligibility response", "275": "275 attachment",
    "276": "276 claim status",
    "277": "277 claim status", "278": "278 authorisation", "820": "820 premium payment",
    "824": "824 application advice",
    "834": "834 enrolment", "835": "835", "837": "837", "856": "856 ship notice",
    "997": "997", "999": "999",
}  # fmt: skip
_VERSION = re.compile(r"(00\d{4})(X\d{3})?(A\d)?", re.ASCII)
_GROUPS = {
    "HC": ("837",), "HP": ("835",), "FA": ("997", "999"), "HS": ("270",), "HB": ("271",), "HR": ("276",),
    "HN": ("277",),
    "HI": ("278",), "BE": ("834",), "RA": ("820",), "PI": ("275",), "AG": ("824",), "SH": ("856",),
}  # fmt: skip
READ = {
    "837P": frozenset({"005010X222", "005010X222A1", "005010X222A2"}),
    "835": frozenset({"005010X221", "005010X221A1"}),
}
ADOPTED = {"837P": "005010X222A1", "835": "005010X221A1"}


def kind(code: str, version: str) -> str:
    """What a transaction is: "837P", "835", "999", ... from ST01 and its guide; "unknown" where nothing tells."""
    match = _VERSION.fullmatch(version)
    guide = _GUIDES.get(match[2] or "", "") if match else ""
    name = _SETS.get(code, "")
    if match and match[1] != "005010":
        return f"{name or 'unknown'} {match[1][2:]}"
    if guide and (code in guide or not name) and not (name and "/" in guide):  # one that two sets share names neither
        return guide
    return name or "unknown"


def contradicts(code: str, version: str) -> bool:
    """Whether the version names a guide that is none of this transaction set (ST01)."""
    match = _VERSION.fullmatch(version)
    guide = _GUIDES.get(match[2] or "", "") if match else ""
    return guide != "" and code not in guide


def is_set(code: str) -> bool:
    """Whether ST01 names a transaction set of the trade."""
    return code in _SETS


def is_old(version: str) -> str | None:
    """The release of a version before 5010 ("4010"), else None."""
    match = _VERSION.fullmatch(version)
    return match[1][2:] if match and match[1] < "005010" else None


def known_guide(code: str, version: str) -> bool:
    """Whether the version names a guide of the table above - of claims and remittances, in an edition that is read - or
    is the bare 005010 of an acknowledgement.
    """
    match = _VERSION.fullmatch(version)
    if match is None or match[2] is None:
        return match is not None and code not in ("837", "835")
    return match[2] in _GUIDES and version in READ.get(_GUIDES[match[2]], (version,))


def sets_of_group(code: str) -> tuple[str, ...]:
    """The transaction sets that may stand in a group with this GS01; empty for an unknown GS01."""
    return _GROUPS.get(code, ())
