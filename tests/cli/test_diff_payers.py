"""Whose denials are asked for: those of the payer that the new claim goes to; files and store say the same."""

import json
from pathlib import Path

import pytest

from tests import builder as b
from tests.cli.run import Done, run
from tests.cli.test_diff_reversals import answer, remit
from tests.store.night import Practice, numbered

PRIMARY, SECONDARY, OTHER = "SBR*P*", "SBR*S*", "SBR*U*"
PLAN = "PI*99001"  # of the claims, in tests.builder
DENIED = remit(2, answer("1", "0", "97"), payer="99001")
UNNAMED = remit(2, answer("1", "0", "97"), payer="PLAN1")  # by a number that is not the claim's
NEXT_PAID = remit(9, answer("2", "60", "45", "NEXT"), payer="99002")
NEXT_DENIED = remit(9, answer("2", "0", "50", "NEXT"), payer="99002")
NOT_OURS = answer("4", "0", "31", "NEXT")
DUPLICATE = remit(9, answer("1", "0", "18", "DUP"), payer="99001")
Case = tuple[tuple[bytes, ...], str, str, str, list[str]]
# what was answered, SBR01 and payer of the new claim, its REF*F8, and the denials that are asked for
NIGHTS: dict[str, Case] = {
    "the next payer paid": ((DENIED, NEXT_PAID), PRIMARY, PLAN, "", ["97"]),
    "the next payer paid; the payer goes by another number": ((UNNAMED, NEXT_PAID), PRIMARY, PLAN, "", ["97"]),
    "the next payer denied": ((DENIED, NEXT_DENIED), PRIMARY, PLAN, "", ["97"]),
    "to the next payer": ((DENIED, NEXT_DENIED), SECONDARY, "PI*99002", "", ["50"]),
    "to the next payer, by place alone": ((UNNAMED, NEXT_DENIED), SECONDARY, "PI*88888", "", ["50"]),
    "the first payer answered last": (
        (NEXT_DENIED, remit(12, answer("1", "0", "97"), payer="99001")), SECONDARY, "PI*99002", "", ["50"]
    ),
    "the next payer does not know the patient": (
        (DENIED, remit(9, NOT_OURS, payer="99002")), PRIMARY, PLAN, "", ["97"]
    ),
    "one payer twice": (
        (DENIED, remit(9, answer("2", "0", "50", "NEXT"), payer="99001")), PRIMARY, PLAN, "", ["97"]
    ),
    "one payer twice, to the second": (
        (DENIED, remit(9, answer("2", "0", "50", "NEXT"), payer="99001")), SECONDARY, PLAN, "", ["50"]
    ),
    "the same payer, now as the second": ((DENIED,), SECONDARY, PLAN, "", ["97"]),
    "another payer in the first one's place": ((DENIED,), PRIMARY, "PI*99005", "", ["97"]),
    "an unknown place": ((UNNAMED, NEXT_DENIED), OTHER, "PI*88888", "", ["50"]),
    "by the number that is named": ((DENIED, NEXT_DENIED), PRIMARY, PLAN, "NEXT", ["50"]),
    "the payer denied anew": (
        (DENIED, remit(9, answer("1", "0", "50", "NEW"), payer="99001"), NEXT_PAID), PRIMARY, PLAN, "", ["50"]
    ),
    "denied anew, the first number named": (
        (DENIED, remit(9, answer("1", "0", "50", "NEW"), payer="99001")), PRIMARY, PLAN, "PAYER1", ["50"]
    ),
    "another payer's number for the same lines": ((DENIED, NEXT_DENIED), PRIMARY, PLAN, "PAYER1", ["97"]),
    "pending since": (
        (DENIED, remit(9, answer("1", "0", "133"), payer="99001")), PRIMARY, PLAN, "", ["97"]
    ),
    "the appeal was not heard": (
        (DENIED, remit(9, answer("1", "0", "193"), payer="99001")), PRIMARY, PLAN, "", ["97"]
    ),
    "the appeal was not heard, by number": (
        (DENIED, remit(9, answer("1", "0", "193"), payer="99001")), PRIMARY, PLAN, "PAYER1", ["97"]
    ),
    "told again as a duplicate of a crossover": (
        (DENIED, remit(9, (*answer("1", "0", "18"), "LQ*HE*N522"), payer="99001")), PRIMARY, PLAN, "", ["97"]
    ),
    "told again as a duplicate": ((DENIED, DUPLICATE), PRIMARY, PLAN, "", ["97"]),
    "told again as a duplicate, by the number of that": ((DENIED, DUPLICATE), PRIMARY, PLAN, "DUP", ["97"]),
    "told again as a duplicate, by the first number": ((DENIED, DUPLICATE), PRIMARY, PLAN, "PAYER1", ["97"]),
    "a duplicate of what nobody saw answered": ((DUPLICATE,), PRIMARY, PLAN, "", ["18"]),
    "a duplicate, and then denied anew": (
        (DENIED, DUPLICATE, remit(12, answer("1", "0", "50", "NEW"), payer="99001")), PRIMARY, PLAN, "", ["50"]
    ),
    "a duplicate of what was paid": (
        (remit(2, answer("1", "60", "45"), payer="99001"), DUPLICATE), PRIMARY, PLAN, "", []
    ),
    "forwarded since": (
        (DENIED, remit(9, answer("23", "0", "97"), payer="99001")), PRIMARY, PLAN, "", ["97"]
    ),
    "paid since": (
        (DENIED, remit(9, answer("1", "60", "45"), payer="99001")), PRIMARY, PLAN, "", []
    ),
}  # fmt: skip


def again(place: str, payer: str, number: str) -> bytes:
    """Claim A1 sent again on the first of April, for more."""
    above = tuple(
        s.replace("*20260105*", "*20260401*").replace(PRIMARY, place).replace(PLAN, payer) for s in b.ABOVE
    )  # fmt: skip
    return b.claim_file(*above, *b.claim("A1", "120", *([f"REF*F8*{number}"] if number else [])))


def told(folder: Path, remits: tuple[bytes, ...], data: bytes) -> tuple[Done, Done]:
    """What is told of claim A1 sent again, by files and by a store."""
    made = Practice(folder)
    old, new = made.put("sent.837", b.claim_file(*b.ABOVE, *b.claim("A1"))), folder / "again.837"
    new.write_bytes(data)
    paths = [made.put(f"{number}.835", numbered(each, number)) for number, each in enumerate(remits, 2)]
    common = "--format", "jsonl", "--as-of", "2026-04-01"
    files = run("diff", old, new, *[part for path in paths for part in ("--remits", path)], *common)
    made.night()
    return files, run("diff", new, "--store", made.store, *common)


@pytest.mark.parametrize("name", NIGHTS)
def test_whose_denials(name: str, tmp_path: Path) -> None:
    remits, place, payer, number, denied = NIGHTS[name]
    for done in told(tmp_path, remits, again(place, payer, number)):
        rows = [json.loads(line) for line in done.lines]
        assert [row["carc"] for row in rows if row["type"] in ("answered", "unanswered")] == denied


FIRST = remit(2, answer("1", "60", "45", "ICN1"), payer="99001")
BACK = remit(9, answer("22", "-60", "45", "ICN1", "-100"), payer="99001")
SECOND = remit(5, answer("2", "0", "50", "NEXT"), payer="99002")
HOW: dict[str, tuple[tuple[bytes, ...], str, str, str, str, list[str]]] = {
    "new after an answer": ((FIRST,), "1", PRIMARY, PLAN, "", ["AS-NEW"]),
    "new after it was taken back": ((FIRST, BACK), "1", PRIMARY, PLAN, "", []),
    "new after it was taken back, while the next payer's stands": ((FIRST, BACK, SECOND), "1", PRIMARY, PLAN, "", []),
    "the payer's number": ((FIRST, SECOND), "7", PRIMARY, PLAN, "ICN1", []),
    "the next payer's number": ((FIRST, SECOND), "7", PRIMARY, PLAN, "NEXT", ["F8-OTHER"]),
    "its number, of an answer in another place": (
        (FIRST, remit(5, answer("2", "0", "50", "NEXT"), payer="99001")), "7", PRIMARY, PLAN, "NEXT", []
    ),
    "a number of a payer that goes by another id": ((FIRST, SECOND), "7", PRIMARY, "PI*77777", "NEXT", []),
}  # fmt: skip


@pytest.mark.parametrize("name", HOW)
def test_how_it_is_sent(name: str, tmp_path: Path) -> None:
    remits, frequency, place, payer, number, rules = HOW[name]
    data = again(place, payer, number).replace(b"11:B:1", f"11:B:{frequency}".encode())
    asked = {"AS-NEW", "F8-OTHER"}
    for done in told(tmp_path, remits, data):
        rows = [json.loads(line) for line in done.lines]
        found = [row["rule"].removeprefix("DIFF-") for row in rows if row["type"] == "finding"]
        assert [each for each in found if each in asked] == rules


LEVELS = {
    "P": b.SUBSCRIBER,
    "S": tuple(
        s.replace("SBR*P*", "SBR*S*").replace(PLAN, "PI*99002").replace("EXAMPLE", "NEXT") for s in b.SUBSCRIBER
    ),
}
NUMBERS = {"P": "ICN1", "S": "NEXT"}


def both(day: str, frequency: str, charges: dict[str, str]) -> bytes:
    """Claim A1 to one payer or both, each with its own charge, in one batch of a day."""
    body = [s.replace("*20260105*", f"*{day}*") for s in (*b.SUBMISSION, *b.BILLING)]
    for number, (place, charge) in enumerate(charges.items(), 2):
        level, *rest = LEVELS[place]
        more = [f"REF*F8*{NUMBERS[place]}"] if frequency == "7" else []
        made = b.claim("A1", charge, *more)
        body += [
            level.replace("HL*2*", f"HL*{number}*"),
            *rest,
            *(s.replace("11:B:1", f"11:B:{frequency}") for s in made),
        ]
    return b.claim_file(*body)


@pytest.mark.parametrize("order", ["PS", "SP"])
@pytest.mark.parametrize("sent", ["P", "S", "PS", "SP"])
def test_a_number_that_claims_to_two_payers_share(sent: str, order: str, tmp_path: Path) -> None:
    """Each replacement is held against the claim to its own payer, and what that payer denied."""
    before, after = {"P": "100", "S": "110"}, {"P": "120", "S": "130"}
    made = Practice(tmp_path)
    old = made.put("sent.837", both("20260105", "1", {place: before[place] for place in order}))
    new = tmp_path / "again.837"
    new.write_bytes(both("20260401", "7", {place: after[place] for place in sent}))
    remits = [
        made.put("1.835", numbered(remit(2, answer("1", "0", "97", "ICN1"), payer="99001"), 2)),
        made.put("2.835", numbered(remit(9, answer("2", "0", "50", "NEXT", "110"), payer="99002"), 3)),
    ]
    common = "--format", "jsonl", "--as-of", "2026-04-01"
    files = run("diff", old, new, *[part for path in remits for part in ("--remits", path)], *common)
    made.night()
    charges = [(f"{before[place]}.00", f"{after[place]}.00") for place in sent]
    denials = [{"P": "97", "S": "50"}[place] for place in sent]
    for done in (files, run("diff", new, "--store", made.store, *common)):
        rows = [json.loads(line) for line in done.lines]
        changed = [r for r in rows if r["type"] == "change" and r["field"] == "charge" and r["line"] is None]
        assert [(row["old"], row["new"]) for row in changed] == charges
        told = [r for r in rows if r["type"] in ("answered", "unanswered") and r["line"]]
        assert [row["carc"] for row in told] == denials
        assert not [
            r for r in rows if r["type"] == "finding" and r["rule"] in ("DIFF-PAYER", "DIFF-TWICE", "DIFF-F8-OTHER")
        ]
