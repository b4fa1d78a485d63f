"""What each situational rule tells of: edits of the clean claim, each with that fault and no other."""

from tests.checks.situations import (
    ACCIDENT,
    BILLING,
    BORN,
    CHILD,
    CLM,
    DEPENDENT,
    FACILITY,
    HI,
    HOSPITAL,
    INPATIENT,
    LATER,
    NO_18,
    OTHER,
    PAID,
    PAYER,
    PERSON,
    RENDERING,
    SUBSCRIBER,
    Cases,
    after,
    clm,
    code,
    line,
    other,
)

HITS: Cases = {
    "SBR-SELF": {"18 with a patient level": [(PAYER, CHILD)]},
    "SBR-PATIENT": {"neither": [NO_18], "nothing but SBR01": [(SUBSCRIBER, "SBR*P")]},
    "SBR-DETAILS": {
        "no birth date": [(BORN, None)],
        "no address": [("N3*2 TEST ROAD", None)],
        "no city": [("N4*TESTVILLE*IL*62701", None)],
    },
    "SBR-MEMBER": {
        "no number": [(PERSON, "NM1*IL*1*SAMPLE*SAM")],
        "of a dependent": [*DEPENDENT, (PERSON, "NM1*IL*1*SAMPLE*SAM")],
    },
    "SBR-GROUP": {"number and name": [(SUBSCRIBER, "SBR*P*18*TESTGROUP*TEST NAME*****CI")]},
    "SBR-MSP": {
        "Medicare second": [(SUBSCRIBER, "SBR*S*18*******MB"), PAID],
        "Medicare third": [
            (SUBSCRIBER, "SBR*T*18*******MB"),
            after(RENDERING, *other("P", "AMT*D*250", day="20260310"), *other("S", "AMT*A8*250", payer="99003")),
        ],
    },
    "SBR-MSP-UNUSED": {
        "Medicare first": [(SUBSCRIBER, "SBR*P*18***12****MB")],
        "not Medicare": [(SUBSCRIBER, "SBR*S*18***12****CI"), PAID],
    },
    "SBR-MEDICARE": {"a dependent": [(SUBSCRIBER, "SBR*P********MB"), (PAYER, CHILD)]},
    "PAT-SEX": {
        "pregnancy": [after(SUBSCRIBER, "PAT*********Y"), (BORN, "DMG*D8*19700101*M")],
        "menstruation": [after(CLM, "DTP*484*D8*20260201"), (BORN, "DMG*D8*19700101*M")],
    },
    "PAT-CASUALTY": {
        "motor": [(SUBSCRIBER, "SBR*P*18*******AM"), ACCIDENT, after(ACCIDENT[1] or "", "DTP*439*D8*20260301")],
        "work": [(SUBSCRIBER, "SBR*P*18*******WC"), clm("**EM")],
    },
    "ACC-STATE": {
        "nowhere": [clm("**AA"), after("CLM*A1*250***11:B:1*Y*A*Y*Y**AA", "DTP*439*D8*20260301")],
        "second cause": [clm("**OA:AA"), after("CLM*A1*250***11:B:1*Y*A*Y*Y**OA:AA", "DTP*439*D8*20260301")],
    },
    "ACC-DATE": {"motor": [ACCIDENT], "other": [clm("**OA")], "as second cause": [clm("**EM:OA")]},
    "ACC-CAUSE": {"a date alone": [after(CLM, "DTP*439*D8*20260301")]},
    "ACC-PAYER": {
        "work": [(SUBSCRIBER, "SBR*P*18*******WC"), after(BORN, "REF*Y4*TEST1")],
        "motor": [(SUBSCRIBER, "SBR*P*18*******AM"), after(BORN, "REF*Y4*TEST1"), clm("**EM")],
    },
    "DATE-AFTER": {
        "onset": [after(CLM, "DTP*431*D8*20260306")],
        "last seen": [after(CLM, "DTP*304*D8*20260310")],
        "of a line": [line("DTP*455*D8*20260305")],
        "prescription": [line("DTP*471*D8*20260305")],
    },
    "DATE-STAY": {
        "before": [INPATIENT, FACILITY, after(INPATIENT[1] or "", "DTP*435*D8*20260305", "DTP*096*D8*20260309")],
        "after": [INPATIENT, FACILITY, after(INPATIENT[1] or "", "DTP*435*D8*20260301", "DTP*096*D8*20260303")],
    },
    "DATE-STAY-ORDER": {"reversed": [after(CLM, "DTP*435*D8*20260305", "DTP*096*D8*20260304")]},
    "DATE-ADMISSION": {
        "inpatient": [INPATIENT, FACILITY],
        "one line": [(OTHER, "SV1*HC:17000*120*UN*1*21**1")],
    },
    "DATE-DISCHARGE": {"alone": [after(CLM, "DTP*096*D8*20260306")]},
    "DATE-WORK": {"reversed": [after(CLM, "DTP*297*D8*20260303", "DTP*296*D8*20260301")]},
    "DATE-BIRTH": {
        "next day": [(BORN, "DMG*D8*20260305*F")],
        "dependent": [NO_18, (PAYER, CHILD.replace("20150101", "20260306"))],
        "next year": [(BORN, "DMG*D8*20270101*F")],
    },
    "DATE-DEATH": {
        "day before": [after(SUBSCRIBER, "PAT*****D8*20260303")],
        "of a dependent": [NO_18, (PAYER, CHILD.replace("PAT*19", "PAT*19****D8*20260303"))],
    },
    "DATE-FILE": {
        "admission": [after(CLM, "DTP*435*D8*20260313")],
        "other payer": [LATER, after(RENDERING, *other("P", "AMT*D*250", day="20260313"))],
    },
    "REF-F8": {"replacement": [clm(frequency="7")], "void": [clm(frequency="8")]},
    "REF-F8-ORIGINAL": {"original": [after(CLM, "REF*F8*ICN1")]},
    "REF-REPEATED": {
        "approval": [after(CLM, "REF*G1*TEST1"), line("REF*G1*TEST1")],
        "laboratory": [after(CLM, "REF*X4*14D9999999"), line("REF*X4*14D9999999")],
    },
    "REF-CLIA-REFERRED": {"F4 alone": [line("REF*F4*14D9999999")]},
    "REF-MAMMOGRAPHY": {"screening": [code("77067")], "diagnostic": [code("77066")]},
    "HI-TWICE": {"the same": [(HI, "HI*ABK:L570*ABF:L570")], "later": [(HI, "HI*ABK:L570*ABF:D485*ABF:D485")]},
    "HI-MIXED": {"both": [(HI, "HI*ABK:L570*BF:7020")]},
    "HI-POINTER": {
        "too far": [(OTHER, "SV1*HC:17000*120*UN*1***3")],
        "zero": [(OTHER, "SV1*HC:17000*120*UN*1***0")],
        "one of four": [(OTHER, "SV1*HC:17000*120*UN*1***1:2:12")],
    },
    "HI-POINTER-TWICE": {"twice": [(OTHER, "SV1*HC:17000*120*UN*1***1:2:1")]},
    "HI-ANESTHESIA": {"no anesthesia": [after(HI, "HI*BP:59400")]},
    "SV1-MINUTES": {"surgery": [code("17000", "MJ")], "visit": [code("99213", "MJ")]},
    "SV1-ANESTHESIA": {"units": [code("00400")], "the last": [code("01999")]},
    "SV1-NOC": {"surgery": [code("17999")], "supply": [code("A9999")]},
    "DRUG-LINK": {"alone": [line("LIN**N4*00024591401", "CTP****2*UN", "REF*VY*TEST1")]},
    "PS1-PROVIDER": {"nobody": [line("PS1*1000000038*75.5")]},
    "PS1-ID": {"another": [line("PS1*1000000038*75.5", "NM1*QB*2******XX*1000000046")]},
    "REND-SAME": {
        "a person": [(BILLING, "NM1*85*1*TESTER*TESS****XX*1000000012")],
    },
    "REND-MISSING": {"nobody": [(RENDERING, None)], "one line": [(RENDERING, None), line("NM1*82*1*A****XX*1000000012")]},
    "FAC-MISSING": {
        "outpatient": [clm(place="22")],
        "emergency": [clm(place="23")],
        "a physician alone": [clm(place="24"), (BILLING, "NM1*85*1*TESTER*TESS****XX*1000000012"), (RENDERING, None)],
    },
    "FAC-SAME": {
        "address": [after(RENDERING, "NM1*77*2*ANNEX", "N3*1 test road", "N4*TESTVILLE*IL*62701")],
        "NPI": [after(RENDERING, "NM1*77*2*ANNEX*****XX*1234567893", *HOSPITAL[1:])],
        "at the line": [line("NM1*77*2*ANNEX", "N3*1 TEST ROAD", "N4*TESTVILLE*IL*62701")],
    },
    "FAC-AMBULANCE": {"with one": [clm(place="41"), FACILITY]},
    "AMB-ADDRESS": {
        "neither": [clm(place="41"), code("A0429")],
        "no end": [clm(place="41"), code("A0425"), after(RENDERING, "NM1*PW*2", *HOSPITAL[1:])],
    },
    "BILL-BOX": {
        "usual": [("N3*1 TEST ROAD", "N3*PO BOX 12")],
        "points": [("N3*1 TEST ROAD", "N3*P. O. Box 12")],
        "second line": [("N3*1 TEST ROAD", "N3*1 TEST ROAD*LOCK BOX 3")],
    },
    "BILL-PAYTO": {"same": [after("REF*EI*000000001", "NM1*87*2", "N3*1 TEST ROAD", "N4*TESTVILLE*IL*627010001")]},
    "BILL-NUMBER": {"none": [(BILLING, "NM1*85*2*SAMPLE SKIN CLINIC")]},
    "REFER-ORDER": {
        "claim": [after(HI, "NM1*P3*1*EXAMPLE*CASEY****XX*1000000053")],
        "line": [line("NM1*P3*1*EXAMPLE*CASEY****XX*1000000053")],
    },
    "COB-SEQUENCE": {
        "as the destination": [after(RENDERING, *other("P"))],
        "each other": [LATER, after(RENDERING, *other("P", "AMT*D*250", day="20260310"), *other("S", payer="99003"))],
        "both second": [LATER, after(RENDERING, *other("S", "AMT*D*250", day="20260310"))],
        "both third": [
            (SUBSCRIBER, "SBR*T*18*******CI"),
            after(RENDERING, *other("P", "AMT*D*250", day="20260310"), *other("T", payer="99003")),
        ],
    },
    "COB-MISSING": {"none": [LATER], "only a later one": [LATER, after(RENDERING, *other("T"))]},
    "COB-GAP": {"third without second": [(SUBSCRIBER, "SBR*T*18*******CI"), PAID]},
    "COB-SVD": {
        "unknown": [LATER, PAID, line("SVD*99009*130*HC:99213:25**1", "DTP*573*D8*20260310")],
        "no coverage": [line("SVD*99009*130*HC:99213:25**1", "DTP*573*D8*20260310")],
    },
    "COB-PAYER-TWICE": {
        "one number": [
            (SUBSCRIBER, "SBR*T*18*******CI"),
            after(RENDERING, *other("P", "AMT*D*130"), *other("S", "AMT*D*0")),
            line("SVD*99002*130*HC:99213:25**1", "DTP*573*D8*20260310"),
        ],
    },
    "COB-PAID": {
        "adjusted": [LATER, after(RENDERING, *other("P", "CAS*CO*45*250", day="20260310"))],
        "by line": [
            LATER,
            after(RENDERING, *other("P")),
            line("SVD*99002*130*HC:99213:25**1", "DTP*573*D8*20260310"),
        ],
    },
    "COB-DATE": {"none": [LATER, after(RENDERING, *other("P", "AMT*D*250"))]},
    "COB-DATE-TWICE": {
        "both": [LATER, PAID, line("SVD*99002*130*HC:99213:25**1", "DTP*573*D8*20260310")],
    },
    "COB-DATE-EARLY": {
        "claim": [LATER, after(RENDERING, *other("P", "AMT*D*250", day="20260303"))],
        "line": [
            LATER,
            after(RENDERING, *other("P", "AMT*D*130")),
            line("SVD*99002*130*HC:99213:25**1", "DTP*573*D8*20260303"),
        ],
    },
    "COB-SILENT": {"nothing": [LATER, after(RENDERING, *other("P"))]},
    "PWK-NUMBER": {"by fax": [after(CLM, "PWK*OZ*FX")], "of a line": [line("PWK*OZ*EL")]},
    "PWK-UNUSED": {"on request": [after(CLM, "PWK*OZ*AA***AC*TEST1")]},
    "CR1-ALONE": {"office": [after(CLM, "CR1*LB*140**A*DH*12")], "line": [line("CR1*LB*140**A*DH*12")]},
    "CRC-AMBULANCE": {"claim": [after(CLM, "CRC*07*Y*01")], "line": [line("CRC*07*Y*01")]},
    "CRC-EPSDT": {
        "no, but one": [after(CLM, "CRC*ZZ*N*S2")],
        "yes, but not used": [after(CLM, "CRC*ZZ*Y*NU")],
    },
    "CR3-REVISION": {
        "renewed": [line("CR3*R*MO*12", "DTP*463*D8*20260101")],
        "revised": [line("CR3*S*MO*12", "DTP*463*D8*20260101")],
    },
    "CR3-THERAPY": {"first": [line("CR3*I*MO*12")]},
    "AMT-PAID": {"a cent more": [after(CLM, "AMT*F5*250.01")]},
}  # fmt: skip
