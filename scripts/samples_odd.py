"""Legal oddities: the same few claims and payments in envelopes that a careless reader trips over."""

from dataclasses import replace

import samples_day as day
from samples_answers import BLUE, COMMERCIAL
from samples_claims import Claim, batch, header
from samples_remits import PAID_ON, Payment, payment_segments
from samples_x12 import Delimiters, Envelope, Segments, group, interchange, render, simple_file, transaction

PIPES = Delimiters("|", ">", "^", "\n", "")
SEMICOLONS = Delimiters("+", "<", "!", "'", "\n")
CONTROL_CHARACTERS = Delimiters("\x1d", "\x1f", "\x1e", "\x1c", "")
CRLF = Delimiters(line_end="\r\n")
ONE_LINE = Delimiters(line_end="")

TO_CLINIC = Envelope("TESTCLEARING", "TESTCLINIC", 401, PAID_ON)


def claims_transaction(envelope: Envelope, name: str, *claims: Claim, number: int = 1) -> Segments:
    """One 837P of the clinic's claims, renumbered after the file they are in."""
    renumbered = tuple(replace(claim, number=f"{name}-{at}") for at, claim in enumerate(claims, 1))
    body = header(envelope, name) + batch([(day.CLINIC, renumbered)])
    return transaction("837", body, number)


def remit_transaction(name: str, payment: Payment) -> Segments:
    """One 835 under another trace number."""
    return transaction("835", payment_segments(replace(payment, trace=name)))


def two_interchanges(first: Envelope, second: Envelope) -> bytes:
    """Two interchanges in one file, each with its own delimiters."""
    one = simple_file(first, [claims_transaction(first, "PAIR-A", day.VISIT_AND_BIOPSY)])
    return one + simple_file(second, [claims_transaction(second, "PAIR-B", day.CHILD_WARTS)], SEMICOLONS)


def ta1_and_two_groups(envelope: Envelope) -> bytes:
    """An acknowledgement of an earlier interchange, then two groups."""
    first = group(envelope, [claims_transaction(envelope, "GROUPS-A", day.KERATOSES)])
    second = group(envelope, [claims_transaction(envelope, "GROUPS-B", day.PUNCH_BIOPSIES)], offset=1)
    return render(interchange(envelope, [first, second], ta1="TA1*000000300*260311*0930*A*000"))


def odd_files(envelopes: list[Envelope]) -> dict[str, bytes]:
    """Every file of odd/ but everything.837; `envelopes` differ in their control numbers."""
    crlf, newline, first, second, groups, both = envelopes
    no_claims = Payment(day.HMO, "ZERO-PLB-0001", (), "WO:ICN-HM-0931 60, FB:ICN-HM-0944 -60")
    return {
        "crlf.837": simple_file(crlf, [claims_transaction(crlf, "CRLF", day.MANY_KERATOSES)], CRLF),
        "newline_terminator.837": simple_file(
            newline, [claims_transaction(newline, "NEWLINE", day.TRUNK_CANCER)], PIPES
        ),
        "two_interchanges_two_delimiters.837": two_interchanges(first, second),
        "ta1_and_two_groups.837": ta1_and_two_groups(groups),
        "two_transactions.837": simple_file(
            both,
            [
                claims_transaction(both, "BOTH-A", day.INFECTED_CYST),
                claims_transaction(both, "BOTH-B", day.MOHS, day.PATHOLOGY, number=2),
            ],
        ),
        "one_line.835": simple_file(TO_CLINIC, [remit_transaction("EFT-LINE-0001", BLUE)], ONE_LINE),
        "control_char_delimiters.835": simple_file(
            replace(TO_CLINIC, control=402), [remit_transaction("EFT-CTRL-0001", COMMERCIAL)], CONTROL_CHARACTERS
        ),
        "plb_only.835": simple_file(replace(TO_CLINIC, control=403), [transaction("835", payment_segments(no_claims))]),
    }
