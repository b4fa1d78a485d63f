"""Writes edi_samples/: synthetic claims and remittances for the demo, the tests and the reader of the README.

Everything is invented and follows from this script and the samples_*.py beside it: no clock, no chance.
`--check` writes nothing and fails when the folder differs from what would be written. `--month FILE` writes a clinic
month instead, `--nights FOLDER` thirty nights of remittances: see clinic_month.py and nights_month.py.
"""

import sys
from pathlib import Path

import samples_again as again
import samples_day as day
import samples_faults as faults
import samples_resubmitted as resubmitted
from samples_answers import PAYMENTS, out_of_balance, remittance
from samples_claims import Claim, batch, header
from samples_everything import everything
from samples_odd import PIPES, odd_files
from samples_readme import readme
from samples_remits import PAID_ON
from samples_second import SIDES
from samples_x12 import CREATED, USUAL, Envelope, interchange, render, simple_file, transaction

FOLDER = Path(__file__).resolve().parent.parent / "edi_samples"


def outgoing(control: int, created: str = CREATED) -> Envelope:
    """From the clinic to its clearinghouse."""
    return Envelope("TESTCLINIC", "TESTCLEARING", control, created)


def incoming(control: int, created: str = PAID_ON) -> Envelope:
    """Back to the clinic, with the payment's date."""
    return Envelope("TESTCLEARING", "TESTCLINIC", control, created)


def claim_file(envelope: Envelope, name: str, *claims: Claim) -> bytes:
    """One 837P of the clinic."""
    body = header(envelope, name) + batch([(day.CLINIC, claims)])
    return simple_file(envelope, [transaction("837", body)])


def clean_files() -> dict[str, bytes]:
    second = Envelope("TESTSECOND", "TESTCLEARING", 201)
    body = header(second, "SECOND") + batch(SIDES)
    return {
        "clean/clinic_day.837": claim_file(outgoing(101), "CLINICDAY", *day.CLAIMS),
        "clean/second_practice.837": simple_file(second, [transaction("837", body)], PIPES),
    }


def faulty_files() -> dict[str, bytes]:
    whole = claim_file(outgoing(113), "CUTSHORT", *day.CLAIMS)
    counts = interchange(outgoing(112), [faults.wrong_counts(outgoing(112))])
    return {
        "faulty/clinic_day_faulty.837": simple_file(outgoing(111), faults.faulty_day(outgoing(111))),
        "faulty/truncated.837": whole[: whole.index(b"SV1*HC:11105") + 9],
        "faulty/wrong_count.837": render([*counts[:-1], counts[-1].replace("IEA*1*", "IEA*2*")]),
    }


def remit_files() -> dict[str, bytes]:
    return {
        "remits/clinic_day.835": simple_file(incoming(301), remittance(PAYMENTS)),
        "remits/out_of_balance.835": simple_file(incoming(302), out_of_balance()),
        "resubmitted/denied.835": simple_file(incoming(303, resubmitted.DENIED_ON), remittance(resubmitted.DENIALS)),
    }


def resubmitted_files() -> dict[str, bytes]:
    again, once_more = outgoing(122, "20260316"), outgoing(124, "20260316")
    return {
        "resubmitted/excision_original.837": claim_file(outgoing(121, "20260212"), "EXCISION-1", resubmitted.EXCISION),
        "resubmitted/excision_corrected.837": claim_file(again, "EXCISION-2", resubmitted.EXCISION_CORRECTED),
        "resubmitted/biologic_original.837": claim_file(outgoing(123, "20260213"), "BIOLOGIC-1", resubmitted.BIOLOGIC),
        "resubmitted/biologic_corrected.837": claim_file(once_more, "BIOLOGIC-2", resubmitted.BIOLOGIC_CORRECTED),
    }


def again_files() -> dict[str, bytes]:
    """Batches of resubmissions: original, corrected, and the denials between."""
    files = {}
    for place, (name, theme) in enumerate(again.THEMES.items()):
        made, number = theme(), 141 + 3 * place
        body = header(outgoing(number, again.SENT), f"{name.upper()}-1") + batch([(day.CLINIC, made.originals)])
        files[f"{name}_old.837"] = simple_file(outgoing(number, again.SENT), [transaction("837", body)])
        body = header(outgoing(number + 1, again.AGAIN), f"{name.upper()}-2") + batch([(day.CLINIC, made.corrected)])
        files[f"{name}_new.837"] = simple_file(
            outgoing(number + 1, again.AGAIN), [transaction("837", body)], PIPES if name == "foreign" else USUAL
        )
        remit = remittance(tuple(made.payments()))
        files[f"{name}_denied.835"] = simple_file(incoming(number + 2, again.DENIED_ON), remit)
    return {f"resubmitted/set/{name}": data for name, data in files.items()}


def odd_ones() -> dict[str, bytes]:
    files = odd_files([outgoing(number) for number in (131, 132, 133, 134, 135, 137)])
    office = Envelope("TESTOFFICE", "TESTCLEARING", 138)
    files["everything.837"] = simple_file(office, [transaction("837", everything())])
    return {f"odd/{name}": data for name, data in files.items()}


def every_file() -> dict[str, bytes]:
    """Path inside edi_samples/ and bytes, README.md last."""
    files = clean_files() | faulty_files() | remit_files() | resubmitted_files() | again_files() | odd_ones()
    return files | {".gitattributes": b"*.837 -text\n*.835 -text\n", "README.md": readme(files).encode()}


def differences(files: dict[str, bytes]) -> list[str]:
    """What is missing, differs, or is an X12 file that nobody makes. Golden results beside the samples do not count."""
    found = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.83[57]")}
    there = {name: FOLDER / name for name in files if (FOLDER / name).is_file()}
    wrong = [name for name, data in files.items() if name not in there or there[name].read_bytes() != data]
    return sorted(wrong + [name for name in found if name not in files])


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--nights"]:
        import nights_month  # late, like the month

        return nights_month.main(arguments[1:])
    if arguments[:1] == ["--month"]:
        import clinic_month  # late: the samples need no part of curette

        return clinic_month.main(arguments[1:])
    if arguments not in ([], ["--check"]):
        print(
            "usage: make_samples.py [--check | --nights FOLDER [--claims N] | --month FILE [--claims N] ...]",
            file=sys.stderr,
        )
        return 2
    files = every_file()
    if arguments:
        wrong = differences(files)
        for name in wrong:
            print(f"edi_samples/{name} differs: run scripts/make_samples.py", file=sys.stderr)
        return 1 if wrong else 0
    for name, data in files.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
