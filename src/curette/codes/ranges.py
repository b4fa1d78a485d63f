"""Ranges of procedure codes, as tables write them: 11102 to 11107, G8395 to G9999, 0001F to 9007F."""

import re
from functools import lru_cache

from curette._records import record

_CODE = re.compile(r"([A-Z]?)([0-9]{4,5})([A-Z]?)", re.ASCII)


@lru_cache(maxsize=4096)
def _parts(code: str) -> tuple[str, int, str] | None:
    match = _CODE.fullmatch(code)
    return (match[1], int(match[2]), match[3]) if match and len(code) == 5 else None


@record
class CodeRange:
    """Codes of one form (11102, G8395, 0001F) from `first` to `last`, both included."""

    first: str
    last: str

    def __contains__(self, code: str) -> bool:
        if not self.first <= code <= self.last:  # of codes of one form the order of texts is that of numbers
            return False
        low, high, found = _parts(self.first), _parts(self.last), _parts(code)
        if low is None or high is None or found is None:
            return False
        return low[0] == found[0] and low[2] == found[2] and low[1] <= found[1] <= high[1]
