"""Tries a case of a rule: its file through the pre-flight, as a user would check it."""

import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from curette.checks.results import Checked
from curette.errors import ConfigError
from curette.findings import Severity
from curette.pipeline.preflight import CheckOptions, check
from curette.rules._cases import Case

_CODING = 6


def try_case(case: Case, rules: Path | None = None) -> list[str]:
    """What is otherwise than the case says, one line each; empty where all is as expected.

    `rules` is the folder of a practice's own rules, all of which are asked beside curette's.
    """
    with TemporaryDirectory(prefix="curette-") as name:
        try:
            results = list(check(*_files(case, Path(name), rules)))
        except ConfigError as error:
            return [str(error).replace(f"{name}/", "")]
    return _otherwise(case, results)


def _files(case: Case, folder: Path, rules: Path | None) -> tuple[list[Path], CheckOptions]:
    """The case as a user has it: a claim file, and what lies beside it."""

    def put(name: str, data: bytes | str | None) -> Path | None:
        if data is None:
            return None
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
        return folder / name

    payers = None
    if case.profile is not None:
        (payers := folder / "payers").mkdir()
        put("payers/ours.xml", _profile(case.profile, case.payer))
    notes = [{"claim": "A1", **case.notes}] if isinstance(case.notes, dict) else case.notes
    past = put("earlier.837", case.history)
    options = CheckOptions(
        conformance="off", snip=frozenset({0, 1, _CODING}), as_of=case.as_of, rules=rules, payers=payers,
        notes=put("notes.json", _json(notes)), auths=put("auths.json", _json(case.auths)),
        history=(past,) if past is not None else (),
    )  # fmt: skip
    path = put("a.837", case.data)
    assert path is not None
    return [path], options


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _profile(said: str, filing: str) -> str:
    return (
        f'<payers><profile id="ours" name="Ours" source="practice"><match filing="{filing}" source="practice"/>{said}'
        "</profile></payers>"
    )


def _otherwise(case: Case, results: Iterable[Checked]) -> list[str]:
    found: dict[str, list[str]] = {}
    for result in results:
        if result.earlier is not None and result.earlier[2]:
            return ["the earlier claims cannot be read"]
        if result.fault is not None:
            return [f"fault: {result.fault.rule} {result.fault.reason}"]
        for f in result.findings:
            if f.rule.snip != _CODING and f.severity is Severity.ERROR:
                return [
                    f"the claim cannot be read: {f.message} ({f.rule.id}, {f.place.segment}{f.place.element or ''})"
                ]
            if f.rule.snip == _CODING:
                found.setdefault(f"{f.rule.id}:{f.line or 0}:{f.severity}", []).append(f.message)
    told = sorted(id for id, messages in found.items() for _ in messages)
    expected = sorted(case.expected)
    if told == expected:
        return []
    missing, more = list(expected), []
    for id in told:
        if id in missing:
            missing.remove(id)
        else:
            more.append(f"not expected: {id}  {found[id].pop()}")
    return [*(f"expected: {id}" for id in missing), *more]
