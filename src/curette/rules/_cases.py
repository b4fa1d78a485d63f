"""The cases of rules, which stand in the .toml beside the file that declares them.

    [[DERM-D01]]
    kind = "hit"                        # hit; near: a near miss; other: another day or payer
    name = "17003 alone"
    claim = \"\"\"
    HI*ABK:L570
    SV1*HC:17003*100*UN*2***1
    \"\"\"
    expected = ["DERM-D01:1:error"]     # all that SNIP type 6 says: rule, line (0: the claim), severity

A case may have more: `sister`, another claim of the patient in the same file; `payer` (SBR09, usually MB), `day` of
service and `created` (20260310), `place` (11), `frequency` (1); `notes`, `auths` as the files of these have them;
`profile`, rows of a payer's; `as_of` (2026-03-10); `history`, claims sent before: [{day = "20260301", claim = "..."}].
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from attrs import frozen

from curette.errors import RuleError
from curette.rules._fragments import DAY, file_of, fragment

_HEAD = re.compile(r"""^\[\[ *["']?([^]"' ]+)["']? *\]\]""", re.MULTILINE)
_EXPECTED = r"[A-Z0-9-]+:[0-9]+:(?:error|warning|advice)"
LEAST = {"hit": 2, "near": 3, "other": 1}  # cases of each kind that a rule should have
_EARLIER = {"claim", "day", "place", "frequency", "number"}


@frozen
class Case:
    """One case of a rule. `data` is its file, `history` one of claims sent before, or None."""

    rule: str
    kind: str  # hit, near, other
    name: str
    claim: str
    expected: tuple[str, ...]
    data: bytes
    file: str
    row: int  # where in the .toml it stands, 1-based
    payer: str = "MB"
    notes: Any = None
    auths: Any = None
    profile: str | None = None
    as_of: date | None = None
    history: bytes | None = None

    def __str__(self) -> str:
        return f"{self.rule} {self.kind}: {self.name}"


def own() -> dict[str, list[Case]]:
    """The cases of curette's own rules, by rule."""
    found: dict[str, list[Case]] = {}
    for file in sorted(files("curette.rules").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            found |= read(file)
    return found


def read(file: Traversable | Path) -> dict[str, list[Case]]:
    """The cases of a file, by rule; RuleError names the line of what is wrong."""
    try:
        text = file.read_bytes().decode("utf-8")
    except OSError as error:
        raise RuleError(str(file), 0, error.strerror or "cannot be read") from None
    except UnicodeDecodeError:
        raise RuleError(str(file), 0, "not UTF-8 text") from None
    try:
        rules = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        raise RuleError(str(file), int(place[1]) if place else text.count("\n") + 1, str(error)) from None
    heads: dict[str, list[int]] = {}
    for head in _HEAD.finditer(text):
        heads.setdefault(head[1], []).append(text.count("\n", 0, head.start()) + 1)
    return {rule: list(_of_rule(file, rule, rows, heads.get(rule, []))) for rule, rows in rules.items()}


def _of_rule(file: Traversable | Path, rule: str, rows: Any, heads: list[int]) -> Iterator[Case]:
    if not isinstance(rows, list) or len(heads) != len(rows):
        raise RuleError(str(file), heads[0] if heads else 0, f"{rule}: every case is written under [[{rule}]]")
    for line, row in zip(heads, rows, strict=True):
        try:
            yield _case(rule, row, str(file), line)
        except ValueError as error:
            raise RuleError(str(file), line, f"{rule}: {error}") from None


def _case(rule: str, row: Mapping[str, Any], file: str, line: int) -> Case:
    if unknown := row.keys() - FIELDS.keys():
        raise ValueError(f"a case has no {', '.join(sorted(unknown))}; it may have {', '.join(FIELDS)}")
    if missing := [name for name in ("kind", "name", "claim", "expected") if name not in row]:
        raise ValueError(f"the case lacks {', '.join(missing)}")
    for name, value in row.items():
        fits, wanted = FIELDS[name]
        if not fits(value):
            raise ValueError(f"{name} is not {wanted}")
    told = any(each.startswith(f"{rule}:") for each in row["expected"])
    if row["kind"] != "other" and told is not (row["kind"] == "hit"):
        raise ValueError(f"of a {row['kind']} expected is {'with' if not told else 'without'} {rule}")
    day, payer, as_of = row.get("day", DAY), row.get("payer", "MB"), row.get("as_of")
    texts = [row["claim"], *([row["sister"]] if "sister" in row else [])]
    place, frequency = row.get("place", "11"), row.get("frequency", "1")
    claims = [fragment(text, f"A{n}", day, place, frequency) for n, text in enumerate(texts, 1)]
    data = file_of(claims, payer, row.get("created") or _next(day))
    return Case(
        rule, row["kind"], row["name"], row["claim"], tuple(row["expected"]), data, file, line, payer,
        row.get("notes"), row.get("auths"), row.get("profile"), date.fromisoformat(as_of) if as_of else None,
        _earlier(row["history"], payer) if "history" in row else None,
    )  # fmt: skip


def _earlier(rows: list[dict[str, str]], payer: str) -> bytes:
    claims = []
    for n, row in enumerate(rows, 1):
        day, number = row["day"], row.get("number", f"Z{n}")
        claims.append(fragment(row["claim"], number, day, row.get("place", "11"), row.get("frequency", "1")))
    return file_of(claims, payer, _next(max((row["day"] for row in rows), default=DAY)))


def _next(day: str) -> str:
    return f"{date.fromisoformat(day) + timedelta(1):%Y%m%d}"


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _form(pattern: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _day(value: object) -> bool:
    return _form("[0-9]{8}")(value) and _is_date(str(value))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_earlier(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(row, dict) and {"claim", "day"} <= row.keys() <= _EARLIER
        and all(FIELDS[name][0](given) if name in FIELDS else _text(given) for name, given in row.items())
        for row in value
    )  # fmt: skip


_SHORT = (_form("[A-Z0-9]{1,2}"), "a code of one or two characters")
_DATE = (_day, "a date like 20260310")
FIELDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "kind": (lambda value: isinstance(value, str) and value in LEAST, "hit, near or other"),
    "name": (_text, "a text"),
    "claim": (_text, "a text"),
    "expected": (
        lambda value: isinstance(value, list) and all(map(_form(_EXPECTED), value)),
        'a list such as ["DERM-D01:1:error"]: rule, line, severity',
    ),
    "sister": (_text, "a text"),
    "payer": _SHORT,
    "day": _DATE,
    "created": _DATE,
    "place": _SHORT,
    "frequency": _SHORT,
    "notes": (lambda value: isinstance(value, dict | list), "a table or a list of such"),
    "auths": (lambda value: isinstance(value, list), "a list of tables"),
    "profile": (lambda value: isinstance(value, str), "a text"),
    "as_of": (
        lambda value: _form("[0-9]{4}-[0-9]{2}-[0-9]{2}")(value) and _is_date(str(value)),
        'a date like "2026-03-10"',
    ),
    "history": (_is_earlier, 'a list such as [{day = "20260301", claim = "..."}], with place, frequency, number'),
}


def lacking(cases: Sequence[Case]) -> str:
    """Of which kinds a rule has too few cases, in words; empty where it has enough."""
    counts = Counter(case.kind for case in cases)
    return ", ".join(f"{counts[kind]} of {least} {kind}" for kind, least in LEAST.items() if counts[kind] < least)
