"""A clinic month is right in every claim, and each error seeded into it is told once, at its line, and nothing else."""

from collections import Counter
from pathlib import Path

import pytest

import clinic_month
import month_faults
import month_slips
from curette import pipeline
from curette.rules._engine import catalogue
from month_faults import Score, Told
from samples_day import CLINIC

CLAIMS = 300


@pytest.fixture(scope="module")
def month() -> clinic_month.Month:
    return clinic_month.month(CLAIMS)


def test_the_same_seed_gives_the_same_month(month: clinic_month.Month) -> None:
    again = clinic_month.month(CLAIMS)
    assert clinic_month.rendered(again.claims) == clinic_month.rendered(month.claims)
    assert clinic_month.month(CLAIMS, seed=5).claims != month.claims


def test_a_month_has_as_many_claims_as_were_asked_for(month: clinic_month.Month) -> None:
    assert len(month.claims) == CLAIMS
    assert len({claim.number for _, claim in month.claims}) == CLAIMS
    assert clinic_month.rendered(month.claims).count(b"\nCLM*") == CLAIMS


def test_a_long_month_has_every_scene_payer_and_kind_of_claim() -> None:
    made = clinic_month.month(3000)
    claims = [claim for _, claim in made.claims]
    assert set(made.scenes) == {scene.__name__ for scene in clinic_month.SCENES}
    assert {claim.payer.filing for claim in claims} == set(clinic_month.PAYERS)
    assert {claim.relation for claim in claims} == {"18", "01", "19"}
    assert {claim.level for claim in claims} == {"P", "S"}
    assert {claim.frequency for claim in claims} == {"1", "7"}
    assert {billing.provider.npi for billing, _ in made.claims} == {
        CLINIC.provider.npi,
        clinic_month.LABORATORY.provider.npi,
    }
    assert max(Counter(claim.subscriber.member for claim in claims).values()) > 1
    assert all("20260302" <= claim.day <= "20260331" for claim in claims)


@pytest.mark.slow
def test_nothing_is_said_of_a_right_month(month: clinic_month.Month, tmp_path: Path) -> None:
    file = tmp_path / "month.837"
    file.write_bytes(clinic_month.rendered(month.claims))
    results = list(pipeline.check([file], pipeline.CheckOptions(as_of=month_faults.TODAY)))
    assert [f"{f.claim} {f.line} {f.rule.id} {f.message}" for r in results for f in (*r.findings, *r.hidden)] == []
    assert sum(result.claims for result in results) == CLAIMS
    assert not any(result.fault for result in results)


@pytest.mark.slow
def test_every_seeded_error_is_told_once_at_its_line_and_nothing_else(
    month: clinic_month.Month, tmp_path: Path
) -> None:
    errors = month_faults.seeds(rule.rule.id for rule in catalogue())
    claims, truth = month_faults.seeded(month.claims, errors)
    file = tmp_path / "month.837"
    file.write_bytes(clinic_month.rendered(claims))
    scored, advice = month_faults.scores(month_faults.findings(file), truth)
    wrong = {rule: row for rule, row in scored.items() if row.beside or row.right != row.seeded}
    assert wrong == {}
    assert set(errors) <= set(scored)
    assert advice == {}


@pytest.mark.slow
def test_slips_in_right_claims_are_told_once_at_their_line_and_nothing_else(tmp_path: Path) -> None:
    """Written from the requirements: here the rules meet claims that their authors did not make."""
    made = clinic_month.month(600, seed=6)
    claims, truth = month_faults.slipped(made.claims, [rule.rule.id for rule in catalogue()])
    file = tmp_path / "month.837"
    file.write_bytes(clinic_month.rendered(claims))
    scored, advice = month_faults.scores(month_faults.findings(file), truth)
    assert {rule: row for rule, row in scored.items() if row.beside or row.right != row.seeded} == {}
    assert advice == {}
    assert len(scored) > 30


def test_every_slip_can_happen() -> None:
    claims = [claim for _, claim in clinic_month.month(6000).claims]
    assert [s.rule for s in month_slips.SLIPS if not any(s.change(claim) for claim in claims)] == []
    assert len({s.rule for s in month_slips.SLIPS}) == len(month_slips.SLIPS)


def test_a_rule_that_is_not_declared_is_not_seeded() -> None:
    assert list(month_faults.seeds(["DERM-B01", "DERM-Q99"])) == ["DERM-B01"]


def test_an_error_takes_the_place_of_a_claim_whose_patient_has_no_other(month: clinic_month.Month) -> None:
    errors = month_faults.seeds(["DERM-B01"])
    claims, truth = month_faults.seeded(month.claims, errors)
    assert [row.rule for row in truth] == ["DERM-B01"] * len(truth)
    assert len(errors["DERM-B01"]) >= 3
    replaced = [(old, new) for (_, old), (_, new) in zip(month.claims, claims, strict=True) if old is not new]
    assert [new.number for _, new in replaced] == list(dict.fromkeys(row.claim for row in truth))
    assert len(replaced) == len(errors["DERM-B01"])
    members = Counter(claim.subscriber.member for _, claim in claims)
    assert all(members[new.subscriber.member] == 1 and new.written for _, new in replaced)


def test_scores_count_what_is_missed_doubled_elsewhere_and_of_another_weight() -> None:
    truth = [Told("A", 1, "DERM-B01", "error"), Told("B", 2, "DERM-B01", "error"), Told("C", 1, "DERM-B01", "error")]
    found = [
        truth[0], truth[0], Told("B", 1, "DERM-B01", "error"), Told("C", 1, "DERM-B01", "warning"),
        Told("D", 1, "DERM-X09", "advice"), Told("A", 1, "DERM-X09", "advice"),
    ]  # fmt: skip
    scored, advice = month_faults.scores(found, truth)
    assert scored == {"DERM-B01": Score(3, 1, 3), "DERM-X09": Score(0, 0, 1)}
    assert (scored["DERM-B01"].precision, scored["DERM-B01"].recall) == ("0.25", "0.33")
    assert advice == {"DERM-X09": 1}
    assert list(month_faults.table(scored))[1].split() == ["DERM-B01", "3", "1", "3", "0.25", "0.33"]


def test_the_truth_survives_its_file(tmp_path: Path) -> None:
    truth = [Told("A", 0, "DERM-A06", "error"), Told("B", 2, "DERM-B01", "advice")]
    month_faults.write_truth(tmp_path / "truth.csv", truth)
    assert month_faults.read_truth(tmp_path / "truth.csv") == truth


def test_the_command_writes_and_scores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, faults = tmp_path / "month.837", tmp_path / "truth.csv"
    assert clinic_month.main([str(file), "--claims", "20"]) == 0
    assert "plain_visit" in capsys.readouterr().out
    assert clinic_month.main([str(file), "--claims", "20", "--faults", str(faults)]) == 0
    assert month_faults.read_truth(faults) == []  # no whole hundred
    capsys.readouterr()
    assert clinic_month.main([str(file), "--faults", str(faults), "--score"]) == 0
    assert capsys.readouterr().out.splitlines() == ["rule         seeded  right  beside  precision  recall"]
