"""`curette diff NEW --store FILE`: what is sent again is found in the store, with what was answered of it until then."""

import json
from pathlib import Path
from typing import Any

import pytest

from curette.store.duckdb import opened
from tests import builder as b
from tests.cli.run import Done, run, spawn
from tests.cli.test_diff_samples import FOLDER, THEMES
from tests.store.night import AT, Practice, numbered


def denial(*more: str) -> bytes:
    """Claim A1 of 100 denied whole; `more` stands before its line."""
    body = (*b.PAYMENT, *b.payment("A1", *more))
    words = (("*100*60*", "*100*0*"), ("BPR*I*60", "BPR*I*0"), ("CAS*CO*45*40", "CAS*CO*97*100"))
    for old, new in words:
        body = tuple(segment.replace(old, new) for segment in body)
    return b.remit_file(*body)


DENIAL = denial()


def batch(*body: str, day: str = "20260105") -> bytes:
    """An 837P made on a day."""
    return b.claim_file(*(s.replace("*20260105*", f"*{day}*") for s in b.ABOVE), *body)


def resent(name: str = "A1", reference: str = "REF*F8*PAYER1", charge: str = "120") -> tuple[str, ...]:
    """A replacement of a claim."""
    return tuple(s.replace("11:B:1", "11:B:7") for s in b.claim(name, charge, reference))


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """One that sent claim A1, had it denied, and is about to send it again."""
    made = Practice(tmp_path)
    made.put("sent.837", batch(*b.claim("A1")))
    made.put("denied.835", DENIAL)
    made.night()
    return made


def diff(practice: Practice, data: bytes, *more: object) -> Done:
    path = practice.folder / "new.837"
    path.write_bytes(data)
    return run("diff", path, "--store", practice.store, "--as-of", "2026-03-16", *more)


def rows(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.lines]


def of_new_claims(done: Done) -> list[str]:
    """All but the summary and old claims that nothing new stands for: of those a file has more."""
    told = [r for r in rows(done) if r["type"] != "summary" and not (r["type"] == "change" and not r["new_claim"])]
    return sorted(json.dumps(r, sort_keys=True) for r in told)


@pytest.mark.parametrize("theme", THEMES)
def test_the_store_tells_what_the_files_tell(tmp_path: Path, theme: str) -> None:
    made = Practice(tmp_path)
    for name in ("old.837", "denied.835"):
        made.put(name, (FOLDER / f"{theme}_{name}").read_bytes())
    assert made.night().code == 0
    old, new, remits = (FOLDER / f"{theme}_{name}" for name in ("old.837", "new.837", "denied.835"))
    common = "--format", "jsonl", "--as-of", "2026-03-16"
    by_files = run("diff", old, new, "--remits", remits, *common)
    by_store = run("diff", new, "--store", made.store, *common)
    assert (by_store.code, by_store.err) == (by_files.code, "")
    assert of_new_claims(by_store) == of_new_claims(by_files) != []


def test_a_corrected_claim_and_its_denial(practice: Practice) -> None:
    done = diff(practice, batch(*resent(), day="20260316"))
    assert done.code == 1
    assert "claim A1  100.00 -> 120.00 (+20.00)  matched by payer claim number" in done.lines
    assert done.lines[-2] == "1 denial: 0 answered, 0 partly, 1 not answered"


def test_what_the_store_does_not_know_is_new(practice: Practice) -> None:
    done = diff(practice, batch(*(s.replace("20260104", "20260220") for s in b.claim("B7"))))
    assert (done.code, done.lines[-2]) == (1, "0 claims matched, 0 changed; 1 added, 0 removed")


def test_a_batch_is_not_its_own_past(practice: Practice) -> None:
    """Whether the nightly run has read it by now or not, and whatever was answered of it since."""
    data = numbered(batch(*resent(), day="20260316"), 2)
    before = diff(practice, data).out
    practice.put("again.837", data)
    practice.put("paid.835", numbered(DENIAL.replace(b"CHECK1", b"CHECK2").replace(b"20260302", b"20260401"), 2))
    assert practice.night().code == 0
    assert diff(practice, data).out == before


def test_the_latest_before_it_is_compared(practice: Practice) -> None:
    practice.put("second.837", numbered(batch(*resent(charge="110"), day="20260310"), 2))
    practice.put("third.837", numbered(batch(*resent(charge="130"), day="20260320"), 3))
    practice.night()
    new = batch(*resent(reference="REF*F8*OTHER", charge="120"), day="20260316")
    assert "claim A1  110.00 -> 120.00 (+10.00)  matched by claim number" in diff(practice, new).lines


def of_march(segments: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(s.replace("20260104", "20260304").replace("PAYER1", "PAYER3") for s in segments)


def test_visits_under_the_number_of_a_patient(practice: Practice) -> None:
    """The visit of January was denied, that of March paid; some offices number patients, not claims."""
    done = diff(practice, batch(*of_march(b.claim("A1")), day="20260305"), "--format", "jsonl")
    assert [r["field"] for r in rows(done) if r["type"] == "change"] == ["claim"]  # nothing that was sent before
    practice.put("march.837", numbered(batch(*of_march(b.claim("A1")), day="20260305"), 2))
    paid = b.remit_file(
        "BPR*I*60*C*CHK************20260315", "TRN*1*CHECK2*1990099001", *b.PAYMENT[2:], *of_march(b.payment("A1"))
    )
    practice.put("march.835", numbered(paid, 3))
    practice.night()
    for segments, denied in ((resent(), 1), (of_march(resent()), 0)):
        *told, summary = rows(diff(practice, batch(*segments, day="20260316"), "--format", "jsonl"))
        assert sum(summary["denials"].values()) == denied
        assert {r["field"] for r in told if r["type"] == "change"} >= {"frequency", "original reference", "charge"}
        assert not any(r["field"] == "service date" for r in told if r["type"] == "change")


def test_a_claim_to_the_next_payer_is_another(practice: Practice) -> None:
    """It has the same control number as what the first payer got."""
    second = batch(*b.claim("A1", "105"), day="20260310").replace(b"SBR*P*", b"SBR*S*")
    practice.put("secondary.837", numbered(second, 2))
    practice.night()
    primary = diff(practice, batch(*b.claim("A1", "120"), day="20260316"))
    assert "claim A1  100.00 -> 120.00 (+20.00)  matched by claim number" in primary.lines
    again = batch(*b.claim("A1", "120"), day="20260316").replace(b"SBR*P*", b"SBR*S*")
    assert "claim A1  105.00 -> 120.00 (+15.00)  matched by claim number" in diff(practice, again).lines


def test_the_patient_leads_to_what_has_another_number(practice: Practice) -> None:
    done = diff(practice, batch(*b.claim("Z9", "120"), day="20260316"))
    assert "matched by patient, days and provider, likely" in done.out.replace("\n ", "")
    stranger = batch(*b.claim("Z9", "120"), day="20260316").replace(b"19700101", b"19700102")
    assert diff(practice, stranger).lines[-2] == "0 claims matched, 0 changed; 1 added, 0 removed"


def test_other_claims_of_the_patient_say_nothing(practice: Practice) -> None:
    practice.put("other.837", numbered(batch(*b.claim("A5", "77"), day="20260106"), 2))
    assert practice.night().code == 0
    done = diff(practice, batch(*resent(), day="20260316"))
    assert "1 claim matched, 1 changed; 0 added, 0 removed" in done.lines
    assert "A5" not in done.out


def test_patients_only_when_asked_for(practice: Practice) -> None:
    new = batch(*resent(), day="20260316").replace(b"*SAMPLE*SAM*", b"*EXAMPLE*SAM*")
    for form in ("text", "jsonl"):
        assert "SAMPLE" not in diff(practice, new, "--format", form).out
        assert "SAMPLE" in diff(practice, new, "--format", form, "--show-phi").out


def test_a_claim_of_an_older_store_cannot_be_compared(practice: Practice) -> None:
    with opened(practice.store, AT) as store:
        store.run("DELETE FROM originals")
    done = diff(practice, batch(*resent(), day="20260316"), "--format", "jsonl")
    assert done.code == 1
    assert [(r["type"], r["claim"]) for r in rows(done)[:1]] == [("not_compared", "A1")]
    assert "1 claim came before the store kept what was sent" in done.err


def test_a_store_that_is_held_or_is_none(practice: Practice) -> None:
    path = practice.folder / "new.837"
    path.write_bytes(batch(*resent()))
    with opened(practice.store, AT):
        done = spawn("diff", path, "--store", practice.store)
    assert (done.code, done.out) == (75, "")
    (practice.folder / "none.duckdb").write_bytes(b"none" * 2000)
    done = run("diff", path, "--store", practice.folder / "none.duckdb")
    assert (done.code, done.out) == (3, "")
