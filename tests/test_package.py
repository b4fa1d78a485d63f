"""What a program calls: `curette.read_claims`, `curette.read_remits` and `curette.check`."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import curette
from curette.errors import InputError
from tests import builder as b
from tests.running import BAD_CHARGE, BAD_COUNT, PLAIN, Put, make_parts_small, many, put_in


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes a file of the test's folder."""
    return put_in(tmp_path)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    make_parts_small(monkeypatch)


def test_read_claims(put: Put) -> None:
    found = list(curette.read_claims(put("a.837", b.GOOD_CLAIMS)))
    assert [(c.control_number, c.charge) for c in found] == [("A1", 10000), ("A2", 25000)]
    assert isinstance(found[0], curette.Claim)
    assert isinstance(found[0].lines[0], curette.ServiceLine)


def test_read_claims_leaves_out_what_is_damaged_unless_asked(put: Put, caplog: pytest.LogCaptureFixture) -> None:
    path = put("a.837", BAD_COUNT)
    with caplog.at_level(logging.WARNING, "curette"):
        assert not list(curette.read_claims(path))
    assert [r.name for r in caplog.records] == ["curette"]
    assert "SYN-COUNT" in caplog.text
    assert len(list(curette.read_claims(path, damaged=True))) == 2


def test_read_claims_logs_what_it_leaves_out_without_patient_data(put: Put, caplog: pytest.LogCaptureFixture) -> None:
    path = put("a.837", b.GOOD_CLAIMS.replace(b"DMG*D8*19700101", b"DMG*D8*19701301"))
    with caplog.at_level(logging.WARNING, "curette"):
        assert not list(curette.read_claims(path))
    assert "SYN-DATE" in caplog.text
    assert not [
        word for word in ("19701301", "SAMPLE", "SAM", "TEST0001") if word in caplog.text.replace("SAMPLE SKIN", "")
    ]


def test_read_claims_skips_remittances(put: Put) -> None:
    assert not list(curette.read_claims(put("a.835", b.GOOD_REMIT)))
    assert not list(curette.read_remits(put("a.837", b.GOOD_CLAIMS)))


@pytest.mark.parametrize("read", [curette.read_claims, curette.read_remits])
def test_a_file_that_cannot_be_used_raises(read: Callable[[Path], Iterator[object]], put: Put, tmp_path: Path) -> None:
    for path, reason in ((put("a", b"%PDF"), "is a PDF"), (tmp_path / "absent", "No such file or directory")):
        with pytest.raises(curette.InputError) as caught:
            list(read(path))
        assert (caught.value.file, caught.value.reason) == (str(path), reason)
        assert str(caught.value) == f"{path}: {reason}"


def test_read_remits(put: Put) -> None:
    [remit] = curette.read_remits(put("a.835", b.GOOD_REMIT))
    assert (remit.paid, remit.trace, remit.payer_name) == (6000, "CHECK1", "EXAMPLE PLAN")
    for _ in range(2):
        assert [(c.control_number, c.paid) for c in remit.claims] == [("A1", 6000), ("A2", 6000)]


def test_a_remittance_is_used_as_a_whole_or_not_at_all(put: Put) -> None:
    [remit] = curette.read_remits(put("a.835", b.GOOD_REMIT.replace(b"CLP*A2*1*100*", b"CLP*A2*1*1OO*")))
    with pytest.raises(curette.InputError, match="payment 0001 cannot be used: segment 18, CLP03 is no amount"):
        list(remit.claims)


def test_damaged_remittances_only_when_asked(put: Put) -> None:
    path = put("a.835", b.GOOD_REMIT.replace(b"SE*21*", b"SE*22*"))
    assert not list(curette.read_remits(path))
    [remit] = curette.read_remits(path, damaged=True)
    assert len(list(remit.claims)) == 2


@pytest.mark.usefixtures("small_parts")
def test_a_long_remittance_streams_while_its_file_is_open(put: Put) -> None:
    path = put("a.835", many(30))
    for remit in curette.read_remits(path):
        assert len(list(remit.claims)) == 30
    with pytest.raises(InputError, match="is closed"):
        list(remit.claims)


def test_check_of_the_package(put: Put) -> None:
    results = list(curette.check(str(put("a.837", BAD_CHARGE)), PLAIN))
    assert [f.rule.id for r in results for f in r.findings] == ["BAL-A"]
