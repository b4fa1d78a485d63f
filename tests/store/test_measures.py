"""What the counts of lines do not tell: each figure on a store small enough to reckon by hand."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import bench_trends
from curette.codes.metrics import measures as known
from curette.denials.figures import Rate
from curette.denials.trends import Cut, Overturned, Taken
from curette.pipeline.trends import trend
from curette.pipeline.trends import worklist as todo
from curette.store import cuts, facts, measures, worklist
from curette.store.duckdb import Store, opened
from curette.store.episodes import stale
from tests import builder as b
from tests.store.night import AT, Practice

FIRST, LAST, AS_OF = date.min, date.max, date(2026, 3, 20)


def answer(
    claim: str, *lines: str, status: str = "1", charge: int, paid: int, number: str = "PAYER1"
) -> tuple[str, ...]:
    """Loop 2100 of a claim of January."""
    return (f"CLP*{claim}*{status}*{charge}*{paid}**12*{number}*11*1", "NM1*QC*1*SAMPLE*SAM****MI*TEST0001", *lines)


def line(code: str, charge: int, paid: int, *cas: str) -> tuple[str, ...]:
    return (f"SVC*HC:{code}*{charge}*{paid}**1", "DTM*472*20260104", *cas)


def payment(trace: str, day: str, paid: int, *body: str, plb: str = "") -> bytes:
    head = (f"BPR*I*{paid}*C*CHK************{day}", f"TRN*1*{trace}*1990099001", f"DTM*405*{day}", *b.PAYMENT[3:])
    return b.remit_file(*head, *body, *([plb] if plb else []))


def numbered(data: bytes, control: int) -> bytes:
    return data.replace(b"000000001", b"%09d" % control)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Three claims: one paid, one denied and paid after a replacement, one denied with its money kept."""
    practice = Practice(tmp_path_factory.mktemp("practice"))
    practice.put("sent.837", b.claim_file(*b.ABOVE, *b.claim("A1"), *b.claim("A2"), *b.claim("A3")))
    paid = (*answer("A1", *line("99213:25", 100, 80, "CAS*CO*45*20"), charge=100, paid=80),)
    denied = (*answer("A2", *line("11102", 100, 0, "CAS*CO*50*100"), charge=100, paid=0, number="PAYER2"),)
    also = (*answer("A3", *line("17311", 100, 0, "CAS*PR*96*100"), charge=100, paid=0, number="PAYER3"),)
    practice.put("first.835", numbered(payment("T1", "20260212", 80, *paid, *denied, *also), 2))
    again = (
        b.claim_file(*b.ABOVE, *b.claim("A2")).replace(b":B:1*", b":B:7*").replace(b"*20260105*0930", b"*20260213*0930")
    )
    practice.put("again.837", numbered(again, 3))
    now = answer("A2", *line("11102", 100, 90, "CAS*CO*45*10"), charge=100, paid=90, number="PAYER2")
    practice.put(
        "second.835", numbered(payment("T2", "20260310", 65, *now, plb="PLB*1234567893*20261231*WO:PAYER1*25"), 4)
    )
    done = practice.night("--as-of", "2026-03-20")
    assert done.code == 0, done.err
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, None, None, None)
        yield kept


def test_a_claim_counts_once_with_what_became_of_it(store: Store) -> None:
    every = cuts.every(store)
    assert (every.claims, every.claims_denied, every.claims_denied_whole) == (3, 2, 2)
    assert (every.lines, every.denied, every.denied_charge) == (3, 2, 20000)
    assert (every.open, every.open_charge) == (1, 10000)
    assert (every.answered_again, every.overturned, every.overturned_charge) == (1, 1, 10000)
    assert (every.patient, every.patient_charge) == (1, 10000)


def test_every_cut_has_the_lines(store: Store) -> None:
    found = {by: {c.value: (c.lines, c.denied) for c in cuts.cut(store, by)} for by in cuts.CUTS}
    assert found["month"] == {"2026-02": (3, 2)}
    assert found["service"] == {"2026-01": (3, 2)}
    assert found["cpt"] == {"11102": (1, 1), "17311": (1, 1), "99213": (1, 0)}
    assert found["family"] == {"biopsy": (1, 1), "em_est": (1, 0), "mohs": (1, 1)}
    assert found["carc"] == {"CO-50": (1, 1), "PR-96": (1, 1)}
    assert found["modifier"] == {"25": (1, 0)}


def test_zero_remits_are_of_the_last_28_days(store: Store) -> None:
    assert measures.zero_remits(store, AS_OF) == Rate(0, 1, 1)  # T1 was 36 days ago
    assert measures.zero_remits(store, date(2026, 3, 11)) == Rate(2, 4, 4)
    assert measures.zero_remits(store, date(2026, 3, 12)) == Rate(0, 1, 1)


ALONE = answer("B1", *line("99213", 100, 0, "CAS*CO*50*100"), charge=100, paid=0)
PENDING = answer("B2", *line("99213", 100, 0, "CAS*OA*133*100"), charge=100, paid=0)
WRITTEN = answer("B3", *line("99213", 100, 0, "CAS*CO*50*100"), charge=100, paid=0, status="01")


@pytest.mark.parametrize(
    ("payments", "zero"),
    [
        ([(*ALONE,), (*ALONE,)], 1),  # answered again as before: a duplicate
        ([(*ALONE, *ALONE)], 2),  # two parts of a split claim
        ([(*PENDING,)], 0),  # not adjudicated yet
        ([(*WRITTEN,)], 1),  # primary, with a zero before it
    ],
    ids=["again", "split", "pending", "01"],
)
def test_a_zero_remit_counts_once_and_when_it_is_final(
    practice: Practice, payments: list[tuple[str, ...]], zero: int
) -> None:
    for number, claims in enumerate(payments, 1):
        practice.put(f"{number}.835", numbered(payment(f"T{number}", f"2026031{number}", 0, *claims), number))
    assert practice.night().code == 0
    with opened(practice.store) as kept:
        assert measures.zero_remits(kept, AS_OF) == Rate(zero, zero, zero)


def test_a_claim_of_several_days_is_one_claim(practice: Practice) -> None:
    later = "SVC*HC:11102*100*80**1", "DTM*472*20260106", "CAS*CO*45*20"
    both = answer("A1", *line("99213", 100, 80, "CAS*CO*45*20"), *later, charge=200, paid=160)
    told(practice, payment("T1", "20260212", 160, *both))
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, None, None, None)
        assert measures.days(kept, FIRST, LAST)["days_service_to_pay"] == (390, 39, 1)


def test_days(store: Store) -> None:
    found = measures.days(store, FIRST, LAST)
    sent = store.value("SELECT min(sent) FROM billed_claims")
    service = store.value("SELECT min(service_from) FROM billed_claims")
    assert found["charge_lag"] == (10 * (sent - service).days, (sent - service).days, 3)
    to_pay = (date(2026, 2, 12) - sent).days
    assert found["days_to_pay"] == (10 * to_pay, to_pay, 3)
    since = (date(2026, 2, 12) - date(2026, 1, 4)).days
    assert found["days_service_to_pay"] == (10 * since, since, 3)


def test_resubmissions(store: Store) -> None:
    assert measures.resubmissions(store, FIRST, LAST) == {
        "resubmission": Rate(1, 4, 4), "resubmission_paid": Rate(1, 1, 1), "time_to_work": Rate(1, 1, 1),
    }  # fmt: skip


def test_what_was_kept_back(store: Store) -> None:
    assert measures.taken(store, FIRST, LAST) == [Taken("1990099001", "2026-03", 2500, linked=2500)]
    assert measures.taken(store, FIRST, date(2026, 3, 9)) == []


@pytest.mark.parametrize(("name", "linked"), [("A1", 2500), ("PAYER1", 2500), ("A9", 0), ("", 0)])
def test_what_was_kept_back_of_a_claim(practice: Practice, name: str, linked: int) -> None:
    paid = answer("A1", *line("99213", 100, 80, "CAS*CO*45*20"), charge=100, paid=80)
    plb = f"PLB*1234567893*20261231*WO:{name}*25*L6:A1*-5*72:OTHER*10"
    night(practice, payment("T1", "20260212", 50, *paid, plb=plb))
    with opened(practice.store) as kept:
        assert measures.taken(kept, FIRST, LAST) == [Taken("1990099001", "2026-02", 3500, linked)]


def test_receivables_are_what_nobody_answered_and_what_is_denied(store: Store) -> None:
    owed = measures.receivable(store, AS_OF)
    assert (owed.unanswered, owed.unsettled, owed.denied, owed.claims) == (0, 0, 10000, 4)
    assert owed.charged == store.value("SELECT sum(charge) FROM billed_claims WHERE frequency = '1'")


def test_incidence_is_of_the_lines_at_risk(store: Store) -> None:
    found = {i.cause: i.rate for i in measures.incidence(store, known().risks.values())}
    assert (found["mohs"].whole, found["biopsy_code"].whole, found["pathology_bundling"].whole) == (1, 1, 0)
    assert found["modifier_25"].whole == 0  # the visit stands beside no procedure on its claim


def test_modifier_25_beside_procedures(store: Store) -> None:
    # all three claims were sent as visits; none has a procedure, so there is no day to look at
    assert measures.visits(store, AS_OF) == []


def test_every_metric_has_a_figure_or_says_why_not(store: Store) -> None:
    report = trend(store, AS_OF)
    assert [f.metric for f in report.figures] == list(known().metrics)
    assert {f.metric for f in report.figures if f.missing} == {"clean_claim", "underpayment"}  # see test_checks
    assert all(f.value is not None for f in report.figures if not f.missing)


def test_nothing_is_stale_after_a_night(store: Store) -> None:
    assert stale(store) == 0


def test_an_empty_store_says_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    with opened(tmp_path / "s.duckdb", AT) as kept:
        report = trend(kept, AS_OF)
    assert report.every.lines == 0
    assert {f.metric for f in report.figures if f.missing} >= {"charge_lag", "days_ar", "mod25_share"}


def told(practice: Practice, *payments: bytes) -> Cut:
    """All lines of a store of these payments."""
    for number, data in enumerate(payments, 1):
        practice.put(f"{number}.835", numbered(data, number))
    assert practice.night().code == 0
    with opened(practice.store) as kept:
        return trend(kept, AS_OF).every


VISIT = line("99213", 100, 60, "CAS*CO*45*40")
REFUSED = line("11100", 140, 0, "CAS*CO*181*140")


def test_a_denial_counts_where_the_corrected_claim_has_another_code(practice: Practice) -> None:
    first = answer("A1", *REFUSED, *VISIT, charge=240, paid=60)
    other = answer("A1", *line("11102", 150, 90, "CAS*CO*45*60"), *VISIT, charge=250, paid=150, number="PAYER2")
    corrected = (other[0].removesuffix("1") + "7", *other[1:])
    every = told(practice, payment("T1", "20260120", 60, *first), payment("T2", "20260210", 150, *corrected))
    assert (every.claims, every.claims_denied, every.lines, every.denied) == (1, 1, 2, 1)
    assert (every.open, every.answered_again, every.overturned) == (0, 1, 0)


def test_what_is_open_is_told_line_by_line(practice: Practice) -> None:
    both = answer("A1", *VISIT, *line("11102", 100, 0, "CAS*CO*50*100"), charge=200, paid=60)
    every = told(practice, payment("T1", "20260120", 60, *both))
    assert (every.lines, every.denied, every.open, every.open_charge) == (2, 1, 1, 10000)


def test_a_claim_of_which_nothing_stands_counts(practice: Practice) -> None:
    other = answer("A1", *line("11102", 150, 90, "CAS*CO*45*60"), charge=150, paid=90, number="PAYER2")
    corrected = (other[0].removesuffix("1") + "7", *other[1:])
    first = answer("A1", *REFUSED, charge=140, paid=0)
    every = told(practice, payment("T1", "20260120", 0, *first), payment("T2", "20260210", 90, *corrected))
    assert (every.claims, every.claims_denied, every.lines, every.denied) == (1, 1, 1, 1)
    assert (every.open, every.open_charge, every.answered_again, every.overturned) == (0, 0, 1, 0)


def test_a_denial_that_was_taken_back_counts_in_its_month(practice: Practice) -> None:
    back = answer("A1", *line("11100", -140, 0, "CAS*CO*181*-140"), status="22", charge=-140, paid=0)
    first = answer("A1", *REFUSED, charge=140, paid=0)
    every = told(practice, payment("T1", "20260120", 0, *first), payment("T2", "20260210", 0, *back))
    assert (every.claims_denied, every.lines, every.denied, every.open, every.answered_again) == (1, 1, 1, 0, 0)


def test_an_appeal_that_is_upheld_counts_beside_the_one_that_is_not(practice: Practice) -> None:
    first = [
        s for n in (1, 2, 3)
        for s in answer(f"A{n}", *line("J1628", 900, 0, "CAS*CO*197*900"), charge=900, paid=0, number=f"P{n}")
    ]  # fmt: skip
    allowed = answer("A1", *line("J1628", 900, 600, "CAS*CO*45*300"), charge=900, paid=600, number="P1")
    upheld = answer("A2", *line("J1628", 900, 0, "CAS*CO*193*900"), charge=900, paid=0, number="P2")
    every = told(practice, payment("T1", "20260110", 0, *first), payment("T2", "20260214", 600, *allowed, *upheld))
    assert (every.denied, every.answered_again, every.overturned, every.open) == (3, 2, 1, 2)


def test_an_answer_taken_back_that_the_store_never_had_counts_for_nothing(practice: Practice) -> None:
    back = answer("A1", *line("11100", -140, 0, "CAS*CO*181*-140"), status="22", charge=-140, paid=0)
    assert told(practice, payment("T2", "20260210", 0, *back)).lines == 0


SENT = b.claim_file(*b.ABOVE, *b.claim("A1"))
DENIED = answer("A1", *line("99213", 100, 0, "CAS*CO*50*100"), charge=100, paid=0)


def sent(day: str, *changes: tuple[str, str]) -> bytes:
    """The claim A1, sent on a day, with changes to its segments."""
    data = SENT.decode().replace("*20260105*0930", f"*{day}*0930")
    for old, new in changes:
        assert old in data
        data = data.replace(old, new)
    return data.encode()


def night(practice: Practice, *files: bytes) -> None:
    for number, data in enumerate(files, 1):
        practice.put(f"{number}.{'835' if b'BPR*' in data else '837'}", numbered(data, number))
    assert practice.night().code == 0


@pytest.mark.parametrize(("sequence", "again"), [("S", False), ("P", True)])
def test_a_claim_to_the_next_payer_is_not_sent_again(practice: Practice, sequence: str, again: bool) -> None:
    night(practice, SENT, payment("T1", "20260212", 0, *DENIED), sent("20260214", ("SBR*P", f"SBR*{sequence}")))
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, None, None, None)
        assert measures.resubmissions(kept, FIRST, LAST) == {
            "resubmission": Rate(again, 2, 2), "resubmission_paid": Rate(0, 0, 0), "time_to_work": Rate(again, again, again),
        }  # fmt: skip
        [open_] = worklist.open_lines(kept, AS_OF)
        assert open_.sent_again == (date(2026, 2, 14) if again else None)


PAID = answer("A1", *line("99213", 100, 80, "CAS*CO*45*20"), charge=100, paid=80)
TAKEN_BACK = answer("A1", *line("99213", -100, 0, "CAS*CO*50*-100"), status="22", charge=-100, paid=0)


@pytest.mark.parametrize(
    ("how", "answers", "more"),
    [
        ("payer", (*TAKEN_BACK, *PAID), []),
        ("appeal", (*TAKEN_BACK, "LQ*HE*N690", *PAID), []),
        ("appeal", (*PAID[:2], "MOA***MA91", *PAID[2:]), []),
        ("corrected claim", tuple(s.replace("*11*1", "*11*7") for s in PAID), []),
        ("corrected claim", PAID, [sent("20260214", (":B:1*", ":B:7*"))]),
        ("", (*answer("A1", *line("99213", 100, 0, "CAS*CO*50*100"), charge=100, paid=0),), []),
    ],
)
def test_what_overturned_a_denial_is_told(
    practice: Practice, how: str, answers: tuple[str, ...], more: list[bytes]
) -> None:
    paid = 80 if "SVC*HC:99213*100*80**1" in answers else 0
    night(practice, SENT, payment("T1", "20260212", 0, *DENIED), payment("T2", "20260310", paid, *answers), *more)
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, None, None, None)
        assert measures.overturned(kept, FIRST, LAST) == ([Overturned(how, 1, 10000)] if how else [])
        assert cuts.every(kept).overturned == bool(how)
        assert measures.overturned(kept, date(2026, 2, 13), LAST) == []


def owed(practice: Practice, *files: bytes) -> tuple[int, int, int]:
    """Dollars unanswered, pending or taken back, and charged."""
    night(practice, *files)
    with opened(practice.store) as kept:
        found = measures.receivable(kept, AS_OF)
        return found.unanswered // 100, found.unsettled // 100, found.charged // 100


WAITING = answer("A1", *line("99213", 100, 0, "CAS*OA*133*100"), charge=100, paid=0)
BACK = answer("A1", *line("99213", -100, 0, "CAS*CO*50*-100"), status="22", charge=-100, paid=0)


def test_a_pending_claim_is_open(practice: Practice) -> None:
    assert owed(practice, SENT, payment("T1", "20260212", 0, *WAITING)) == (0, 100, 100)


def test_a_claim_whose_answer_was_taken_back_is_open_until_it_is_voided(practice: Practice) -> None:
    first, back = payment("T1", "20260212", 0, *DENIED), payment("T2", "20260220", 0, *BACK)
    assert owed(practice, SENT, first, back) == (0, 100, 100)
    practice.put("4.837", numbered(sent("20260221", (":B:1*", ":B:8*")), 4))
    assert owed(practice) == (0, 0, 100)


def test_a_claim_sent_twice_is_charged_once(practice: Practice) -> None:
    again, next_payer = sent("20260206"), sent("20260207", ("SBR*P", "SBR*S"))
    assert owed(practice, SENT, again, next_payer) == (100, 0, 100)
    practice.put("4.837", numbered(sent("20260208", ("CLM*A1", "CLM*A2")), 4))
    assert owed(practice) == (200, 0, 200)


def test_what_was_billed_to_be_denied_is_not_to_be_prevented(practice: Practice) -> None:
    asked = line("11200:GY", 100, 0, "CAS*PR*204*100")
    night(practice, payment("T1", "20260212", 0, *answer("A1", *asked, charge=100, paid=0)))
    with opened(practice.store) as kept:
        report = trend(kept, AS_OF)
        [cause] = [cut.value for cut in cuts.cut(kept, "cause")]
    found = {one.category: one for one in report.prevented}
    assert cause in found
    assert [one for one in report.prevented if one.denied] == []
    assert [figure.value for figure in report.figures if figure.metric == "expected_denials"] == [1]


def test_what_was_denied_unasked_is_to_be_prevented(practice: Practice) -> None:
    unasked = line("11200", 100, 0, "CAS*PR*204*100")
    night(practice, payment("T1", "20260212", 0, *answer("A1", *unasked, charge=100, paid=0)))
    with opened(practice.store) as kept:
        found = [(one.denied, one.denied_charge) for one in trend(kept, AS_OF).prevented if one.denied]
    assert found == [(1, 10000)]


def charged(*lines: tuple[int, int, str]) -> bytes:
    """A payment of claims of one line: dollars charged and paid, and the reason for the rest."""
    claims = [
        answer(f"A{n}", *line("17311", charge, paid, f"CAS*{why}*{charge - paid}"), charge=charge, paid=paid, number=f"P{n}")
        for n, (charge, paid, why) in enumerate(lines)
    ]  # fmt: skip
    return payment("T1", "20260220", sum(paid for _, paid, _ in lines), *(s for claim in claims for s in claim))


@pytest.mark.parametrize(
    ("usual", "denied", "expected"),
    [
        ([(1500, 1000)], 1500, 100000),  # two thirds
        ([(1500, 1000)], 2, 133),
        ([(100, 50), (100, 70)], 100, 6000),  # the median of two lies between them
        ([(100, 50), (100, 70), (100, 90)], 100, 7000),
        ([(300, 100), (300, 197)], 1, 50),  # 0.495: half a cent is rounded up though a third has no end
    ],
)
def test_what_a_denied_line_is_expected_to_bring(
    practice: Practice, usual: list[tuple[int, int]], denied: int, expected: int
) -> None:
    every = told(practice, charged(*((charge, paid, "CO*45") for charge, paid in usual), (denied, 0, "CO*50")))
    assert every.denied_expected == expected
    assert every.charge == (sum(charge for charge, _ in usual) + denied) * 100


def test_what_a_line_that_is_denied_in_part_is_expected_to_bring(practice: Practice) -> None:
    part = answer("B1", *line("17311", 20, 5, "CAS*CO*50*10", "CAS*CO*45*5"), charge=20, paid=5, number="B")
    usual = answer("A1", *line("17311", 1500, 1000, "CAS*CO*45*500"), charge=1500, paid=1000, number="A")
    every = told(practice, payment("T1", "20260220", 1005, *usual, *part))
    assert (every.denied, every.denied_charge) == (1, 1000)
    assert (every.expected, every.denied_expected) == (101333, 667)


def test_what_is_expected_is_of_a_year_whatever_period_is_asked_for(practice: Practice) -> None:
    denied = answer("B1", *line("17311", 600, 0, "CAS*CO*50*600"), charge=600, paid=0, number="B")
    night(practice, charged((1500, 1000, "CO*45")), payment("T2", "20260302", 0, *denied))
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, date(2026, 3, 1), None, None)
        every = cuts.every(kept)
    assert (every.lines, every.expected, every.denied_expected) == (1, 40000, 40000)


def test_days_since_service_are_of_first_answers(practice: Practice) -> None:
    # the procedure was pending in February, and is answered in March: the claim was answered first in February
    first = line("99213", 100, 80, "CAS*CO*45*20"), line("17000", 100, 0, "CAS*OA*133*100")
    later = answer("A1", *line("17000", 100, 90, "CAS*CO*45*10"), charge=100, paid=90)
    both = answer("A1", *first[0], *first[1], charge=200, paid=80)
    night(practice, payment("T1", "20260212", 80, *both), payment("T2", "20260310", 90, *later))
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, None, None, None)
        found = [
            measures.days(kept, *period)["days_service_to_pay"]
            for period in ((FIRST, LAST), (FIRST, date(2026, 2, 28)), (date(2026, 3, 1), LAST))
        ]
    assert found == [(390, 39, 1), (390, 39, 1), (None, None, 0)]


def test_a_claim_answered_whole_has_the_code_of_its_only_line(practice: Practice) -> None:
    refused = answer("A1", "CAS*PR*27*100", "DTM*232*20260104", charge=100, paid=0)
    refused = refused[0], refused[2], refused[1], refused[3]
    night(practice, SENT, payment("T1", "20260212", 0, *refused))
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, None, None, None)
        found = {by: [(c.value, c.denied) for c in cuts.cut(kept, by)] for by in ("cpt", "modifier", "icd")}
        assert found == {"cpt": [("99213", 1)], "modifier": [("25", 1)], "icd": [("L570", 1)]}
        assert [(t.procedure, t.modifiers, t.line) for t in todo(kept, AS_OF)] == [("99213", ("25",), None)]


BIOPSY = [s.replace("HC:99213:25", "HC:11102") for s in b.claim("A2")]


@pytest.mark.parametrize(
    ("change", "visits"),
    [(("", ""), 1), (("19700101", "19700102"), 0), (("D8*20260104", "D8*20260103"), 0)],
    ids=["same", "another patient", "another day"],
)
def test_a_visit_on_another_claim_of_the_day_is_one(practice: Practice, change: tuple[str, str], visits: int) -> None:
    procedure = b.claim_file(*b.ABOVE, *BIOPSY).decode()
    assert change[0] in procedure
    night(practice, SENT, procedure.replace(*change).encode())
    with opened(practice.store) as kept:
        assert [one.rate for one in measures.visits(kept, AS_OF)] == [Rate(visits, 1, 1)]


def test_two_patients_of_one_batch_are_two(practice: Practice) -> None:
    other = [s.replace("TEST0001", "TEST0002") for s in b.subscriber(3)]
    night(practice, b.claim_file(*b.ABOVE, *b.claim("A1"), *other, *BIOPSY))
    with opened(practice.store, AT) as kept:
        assert [one.rate for one in measures.visits(kept, AS_OF)] == [Rate(0, 1, 1)]
        kept.run("DELETE FROM originals")  # as in a store that is older than they are
        assert [one.rate for one in measures.visits(kept, AS_OF)] == [Rate(0, 1, 1)]


def test_a_batch_tells_its_patients_by_itself(practice: Practice) -> None:
    night(practice, b.claim_file(*b.ABOVE, *b.claim("A1"), *BIOPSY))
    with opened(practice.store, AT) as kept:
        kept.run("DELETE FROM originals")
        assert [one.rate for one in measures.visits(kept, AS_OF)] == [Rate(1, 1, 1)]


def test_a_claim_that_a_payer_split_over_two_months_is_one(practice: Practice) -> None:
    told = ("MOA***MA15",)
    one = answer("A1", *told, *line("99213", 100, 80, "CAS*CO*45*20"), charge=100, paid=80)
    other = answer("A1", *told, *line("11102", 100, 80, "CAS*CO*45*20"), charge=100, paid=80)
    practice.put("1.835", numbered(payment("T1", "20260212", 80, *one), 1))
    practice.put("2.835", numbered(payment("T2", "20260310", 80, *other), 2))
    assert practice.night().code == 0
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, None, None, None)
        assert (cuts.every(kept).claims, cuts.every(kept).lines) == (1, 2)
        assert measures.processable(kept) == [("2026-02", Rate(1, 1, 1))]


def test_every_query_is_timed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The benchmark fills tables as they are now, and asks every query."""
    assert bench_trends.main([str(tmp_path / "made.duckdb"), "--lines", "3000"]) == 0
    told = capsys.readouterr().out
    assert [name for name in ("gather", "by carc", "worklist", "underpaid") if name not in told] == []
