"""Every transaction is called what it is; only the claims and remittances of 5010 are read."""

import pytest

from curette.x12 import kinds
from tests.builder import ABOVE, PAYMENT, claim, claim_file, payment, read, remit_file

KINDS = [
    ("837", "005010X222A1", "837P"), ("837", "005010X222", "837P"), ("837", "005010X222A2", "837P"), ("837", "005010X223A2", "837I"),
    ("837", "005010X224A2", "837D"), ("835", "005010X221A1", "835"), ("835", "005010X221", "835"), ("837", "004010X098A1", "837 4010"),
    ("835", "004010X091A1", "835 4010"), ("837", "008020X323", "837 8020"), ("999", "005010X231A1", "999"), ("997", "005010", "997"),
    ("277", "005010X214", "277CA"), ("277", "005010X212", "277 claim status"), ("270", "005010X279A1", "270 eligibility inquiry"),
    ("271", "005010X279A1", "271 eligibility response"), ("276", "005010X212", "276 claim status"), ("834", "005010X220A1", "834"),
    ("820", "005010X218", "820"), ("278", "005010X217", "278 authorisation"), ("275", "005010X210", "275 attachment"),
    ("824", "005010X186A1", "824"), ("837", "005010X298", "837P post-adjudicated data"), ("270", "", "270 eligibility inquiry"),
    ("837", "", "837"), ("", "", "unknown"), ("123", "005010X999", "unknown"), ("SAMPLE", "004010", "unknown 4010"),
    ("837", "005010x222a1", "837"), ("835", "005010X222A1", "835"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "version", "kind"), KINDS)
def test_kind(code: str, version: str, kind: str) -> None:
    assert kinds.kind(code, version) == kind


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("004010X098A1", "4010"),
        ("003070", "3070"),
        ("005010X222A1", None),
        ("008020X323", None),
        ("", None),
        ("00４010", None),
        ("4010", None),
    ],
)
def test_releases_before_5010_are_old(version: str, release: str | None) -> None:
    assert kinds.is_old(version) == release


@pytest.mark.parametrize(
    ("code", "version", "known"),
    [
        ("837", "005010X222A1", True), ("837", "005010X222A2", True), ("837", "005010X223A3", True), ("999", "005010X231A1", True),
        ("997", "005010", True), ("837", "005010", False), ("835", "005010", False), ("835", "005010A1", False),
        ("837", "005010X222A9", False), ("835", "005010X221A2", False), ("837", "005010X999", False), ("837", "", False),
        ("837", "005010X222A1 ", False),
    ],
)  # fmt: skip
def test_known_guides(code: str, version: str, known: bool) -> None:
    assert kinds.known_guide(code, version) is known


def test_groups_hold_their_sets() -> None:
    assert kinds.sets_of_group("HC") == ("837",)
    assert kinds.sets_of_group("HP") == ("835",)
    assert kinds.sets_of_group("ZZ") == ()


@pytest.mark.parametrize(
    ("version", "readable"),
    [
        ("005010X222A1", True),
        ("005010X222", True),
        ("005010X222A2", True),
        ("005010X223A2", False),
        ("005010X224A2", False),
    ],
)
def test_which_claims_are_read(version: str, readable: bool) -> None:
    [found] = read(claim_file(*ABOVE, *claim()).replace(b"005010X222A1", version.encode())).transactions
    assert found.readable is readable
    assert not found.refused


@pytest.mark.parametrize(("version", "readable"), [("005010X221A1", True), ("005010X221", True)])
def test_which_remittances_are_read(version: str, readable: bool) -> None:
    [found] = read(remit_file(*PAYMENT, *payment()).replace(b"005010X221A1", version.encode())).transactions
    assert (found.readable, found.refused, found.version) == (readable, False, version)
