"""The inbox of the soak: a few nights of one practice, small, with all that makes a store go wrong.

Payments with reversal and correction (the reversal also before what it reverses), money kept beside the claims, a
payment that was sent twice under two names and in another form, one that contradicts another, files that are bad.
Everything is invented.
"""

from samples_x12 import Delimiters, Envelope, Segments, money, npi, simple_file, transaction

CLINIC, DOCTOR = npi(61), npi(62)
FOREIGN = Delimiters("|", ">", "^", "'", "")
PAYERS = {"99061": "EXAMPLE SOAK PLAN", "99062": "TESTCASE SOAK HMO"}
Line = tuple[str, int, int, str]  # procedure, charge, paid, group and reason of the rest


def files() -> dict[str, bytes]:
    """Every file of the inbox by its name, in the order in which a run reads them."""
    found = {"00_billed.837": _billed(1, 1, 12), "01_billed.837": _billed(2, 13, 24)}
    for night in range(1, 9):
        claims = [_paid(number) for number in range(3 * night - 2, 3 * night + 1)]
        found[f"{night + 10}_night.835"] = _remitted(night, claims)
    reversal = _answer("SOAK002", "22", [("99213", -12000, -8000, "CO*45*-40")])
    correction = _answer("SOAK002", "1", [("99213", 12000, 9000, "CO*45*30")])
    found["20_correction.835"] = _remitted(20, [reversal, correction])
    found["09_reversal_first.835"] = _remitted(21, [_answer("SOAK004", "22", [("11102", -21000, 0, "CO*50*-210")])])
    found["21_kept_back.835"] = _remitted(22, [_paid(30)], f"PLB*{CLINIC}*20261231*WO:SOAK002*15*L6*-1.25", 1375)
    found["22_again.835"] = _remitted(1, [_paid(number) for number in (1, 2, 3)], control=900, form=FOREIGN)
    found["23_other_money.835"] = _remitted(2, [_paid(4), _paid(5)])
    found["24_cut.835"] = _remitted(24, [_paid(31)])[:-200]
    found["25_not_x12.835"] = b"this is not X12\n"
    found["26_off_by_a_cent.835"] = _remitted(26, [_paid(32)], kept=1)
    found["27_unreadable_amount.835"] = _remitted(27, [_paid(33)]).replace(b"*120*", b"*12O*")
    return dict(sorted(found.items()))


def _remitted(
    number: int, answers: list[tuple[Segments, int]], plb: str = "", kept: int = 0, control: int = 0,
    form: Delimiters | None = None,
) -> bytes:  # fmt: skip
    """One payment; `plb` keeps `kept` cents of it."""
    payer, name = list(PAYERS.items())[number % 2]
    amount = sum(paid for _, paid in answers) - kept
    forward = [f"PLB*{CLINIC}*20261231*FB:SOAK*{money(amount)}"] if amount < 0 else []
    day = f"202604{number:02d}"
    body = [
        f"BPR*I*{money(max(amount, 0))}*C*CHK************{day}", f"TRN*1*SOAKCHECK{number:03d}*1{payer:0>9}",
        f"DTM*405*{day}", f"N1*PR*{name}*XV*{payer}", "N3*1 TEST TOWER", "N4*SPRINGFIELD*IL*62701",
        "PER*BL*EXAMPLE DESK*TE*3125550110", f"N1*PE*SAMPLE SKIN CLINIC*XX*{CLINIC}", "LX*1",
        *(segment for segments, _ in answers for segment in segments), *([plb] if plb else []), *forward,
    ]  # fmt: skip
    envelope = Envelope("SOAKPAYER", "SOAKCLINIC", control or number, day)
    return simple_file(envelope, [transaction("835", body)], form or Delimiters())


def _paid(number: int) -> tuple[Segments, int]:
    """The first answer to claim `number`: every third is denied."""
    if number % 3 == 0:
        return _answer(f"SOAK{number:03d}", "1", [("99213", 12000, 0, "CO*97*120"), ("11102", 21000, 21000, "")])
    if number % 7 == 0:
        return _answer(f"SOAK{number:03d}", "4", [("J3245", 1750000, 0, "CO*197*17500")])
    return _answer(f"SOAK{number:03d}", "1", [("99213", 12000, 8000, "CO*45*40")])


def _answer(claim: str, status: str, lines: list[Line]) -> tuple[Segments, int]:
    charge, paid = sum(line[1] for line in lines), sum(line[2] for line in lines)
    found = [
        f"CLP*{claim}*{status}*{money(charge)}*{money(paid)}**12*ICN{claim}*11*1",
        f"NM1*QC*1*TESTCASE*{claim}****MI*MEMBER{claim}",
    ]
    for at, (code, billed, got, reason) in enumerate(lines, 1):
        found += [f"SVC*HC:{code}*{money(billed)}*{money(got)}**1", "DTM*472*20260302"]
        found += [f"CAS*{reason}"] if reason else []
        found += [f"REF*6R*{claim}-{at}", *(["LQ*HE*N115"] if "CO*50" in reason else [])]
    return found, paid


def _billed(number: int, first: int, last: int) -> bytes:
    """The claims `first` to `last` as they were sent."""
    day = "20260303"
    body = [
        f"BHT*0019*00*SOAK{number}*{day}*0930*CH", "NM1*41*2*SAMPLE BILLING*****46*SOAKCLINIC",
        "PER*IC*EXAMPLE DESK*TE*3125550110", "NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*SOAKPAYER", "HL*1**20*1",
        f"NM1*85*2*SAMPLE SKIN CLINIC*****XX*{CLINIC}", "N3*1 TEST ROAD", "N4*TESTVILLE*IL*627010001",
        "REF*EI*000000061",
    ]  # fmt: skip
    for level, claim in enumerate(range(first, last + 1), 2):
        body += [
            f"HL*{level}*1*22*0", "SBR*P*18*******CI", f"NM1*IL*1*TESTCASE*SOAK{claim:03d}****MI*MEMBER{claim:03d}",
            "N3*2 TEST ROAD", "N4*TESTVILLE*IL*62701", f"DMG*D8*197001{claim:02d}*F",
            "NM1*PR*2*EXAMPLE SOAK PLAN*****PI*99061",
            f"CLM*SOAK{claim:03d}*330***11:B:1*Y*A*Y*Y", "HI*ABK:L570*ABF:D485",
            f"NM1*82*1*TESTCASE*MORGAN****XX*{DOCTOR}",
            "LX*1", "SV1*HC:99213:25*120*UN*1***1", "DTP*472*D8*20260302", f"REF*6R*SOAK{claim:03d}-1",
            "LX*2", "SV1*HC:11102*210*UN*1***2", "DTP*472*D8*20260302", f"REF*6R*SOAK{claim:03d}-2",
        ]  # fmt: skip
    envelope = Envelope("SOAKCLINIC", "SOAKPAYER", 500 + number, day)
    return simple_file(envelope, [transaction("837", body)])
