"""What each situational rule does not tell of: edits of the clean claim that leave it clean."""

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
    OTHER,
    PAID,
    PAYER,
    PERSON,
    RENDERING,
    SPAN,
    SUBSCRIBER,
    VISIT,
    Cases,
    after,
    clm,
    code,
    line,
    other,
)

COVERED = ("SVD*99002*130*HC:99213:25**1", "DTP*573*D8*20260310")
NEAR: Cases = {
    "clean": {"as it is": []},
    "SBR-SELF": {
        "another code, which the guide tells of": [(PAYER, CHILD), ("SBR*P*18*******CI", "SBR*P*19*******CI")],
        "a dependent": DEPENDENT,
        "after a claim of his own": [
            after(SPAN, "HL*3*2*23*0", "PAT*19", "NM1*QC*1*SAMPLE*SUE", "N3*2 TEST ROAD", "N4*TESTVILLE*IL*62701",
                  "DMG*D8*20150101*F", "CLM*A2*120***11:B:1*Y*A*Y*Y", "HI*ABK:L570", RENDERING, "LX*1",
                  "SV1*HC:17000*120*UN*1***1", "DTP*472*D8*20260305"),
        ],
    },
    "SBR-DETAILS": {
        "a dependent's subscriber needs none": [*DEPENDENT, (BORN, None)],
        "another order": [(BORN, None), ("N3*2 TEST ROAD", f"{BORN}\nN3*2 TEST ROAD")],
        "with a number more": [after(BORN, "REF*SY*000000201")],
    },
    "SBR-MEMBER": {
        "an employer": [(SUBSCRIBER, "SBR*P********CI"), (PAYER, CHILD), (PERSON, "NM1*IL*2*SAMPLE WORKS")],
        "motor insurance": [
            (SUBSCRIBER, "SBR*P*18*******AM"), (PERSON, "NM1*IL*1*SAMPLE*SAM"), after(BORN, "REF*Y4*TEST1"),
            ACCIDENT, after(ACCIDENT[1] or "", "DTP*439*D8*20260301"),
        ],
    },
    "SBR-GROUP": {
        "number": [(SUBSCRIBER, "SBR*P*18*TESTGROUP******CI")], "name": [(SUBSCRIBER, "SBR*P*18**NAME*****CI")],
    },
    "SBR-MSP": {
        "with its type": [(SUBSCRIBER, "SBR*S*18***12****MB"), PAID],
        "Medicare first": [(SUBSCRIBER, "SBR*P*18*******MB")],
        "another second": [LATER, PAID],
        "a bad code is the guide's": [(SUBSCRIBER, "SBR*S*18***XX****MB"), PAID],
    },
    "SBR-MEDICARE": {"Medicaid": [(SUBSCRIBER, "SBR*P********MC"), (PAYER, CHILD)]},
    "PAT-SEX": {
        "a woman": [after(SUBSCRIBER, "PAT*********Y"), after(CLM, "DTP*484*D8*20260201")],
        "sex unknown": [after(CLM, "DTP*484*D8*20260201"), (BORN, "DMG*D8*19700101*U")],
        "not pregnant": [after(SUBSCRIBER, "PAT*******01*60"), (BORN, "DMG*D8*19700101*M")],
    },
    "PAT-CASUALTY": {
        "on the patient's level": [
            (SUBSCRIBER, "SBR*P********WC"), (PAYER, f"{CHILD}\nREF*Y4*TEST1"), clm("**EM"),
        ],
        "commercial": [clm("**EM")],
    },
    "ACC-STATE": {
        "in a state": [ACCIDENT, after(ACCIDENT[1] or "", "DTP*439*D8*20260301")],
        "abroad": [clm("**AA::::FR"), after("CLM*A1*250***11:B:1*Y*A*Y*Y**AA::::FR", "DTP*439*D8*20260301")],
        "no motor": [clm("**OA"), after("CLM*A1*250***11:B:1*Y*A*Y*Y**OA", "DTP*439*D8*20260301")],
    },
    "ACC-DATE": {"work without accident": [clm("**EM")], "special program": [clm("***02")]},
    "ACC-PAYER": {"work": [(SUBSCRIBER, "SBR*P*18*******WC"), after(BORN, "REF*Y4*TEST1"), clm("**EM")]},
    "DATE-AFTER": {
        "on the day": [after(CLM, "DTP*431*D8*20260304")],
        "inside the span": [after(CLM, "DTP*304*D8*20260305")],
        "of a line, on the day": [line("DTP*304*D8*20260304")],
        "a shipment may follow": [line("DTP*011*D8*20260309")],
        "disability may follow": [after(CLM, "DTP*314*RD8*20260310-20260328")],
    },
    "DATE-STAY": {
        "first day": [INPATIENT, FACILITY, after(INPATIENT[1] or "", "DTP*435*D8*20260304", "DTP*096*D8*20260305")],
        "still there": [INPATIENT, FACILITY, after(INPATIENT[1] or "", "DTP*435*DT*202603040930")],
        "an office line before": [after(CLM, "DTP*435*D8*20260306", "DTP*096*D8*20260309")],
    },
    "DATE-STAY-ORDER": {"one day": [after(CLM, "DTP*435*D8*20260305", "DTP*096*D8*20260305")]},
    "DATE-ADMISSION": {"outpatient": [clm(place="22"), FACILITY]},
    "DATE-WORK": {"in order": [after(CLM, "DTP*297*D8*20260301", "DTP*296*D8*20260303")]},
    "DATE-BIRTH": {"born that day": [(BORN, "DMG*D8*20260304*F")], "the year's begin": [(BORN, "DMG*D8*20260101*F")]},
    "DATE-DEATH": {"on the last day": [after(SUBSCRIBER, "PAT*****D8*20260304")]},
    "DATE-FILE": {
        "the file's day": [after(CLM, "DTP*435*D8*20260312")],
        "back to work later": [after(CLM, "DTP*296*D8*20260401")],
    },
    "REF-F8": {
        "named": [clm(frequency="7"), after("CLM*A1*250***11:B:7*Y*A*Y*Y", "REF*F8*ICN1")],
        "another frequency": [clm(frequency="6")],
        "another reference": [after(CLM, "REF*EA*F8")],
    },
    "REF-REPEATED": {
        "another number": [after(CLM, "REF*G1*TEST1"), line("REF*G1*TEST2")],
        "for another payer": [after(CLM, "REF*G1*TEST1"), line("REF*G1*TEST1**2U:99002")],
        "only at the line": [line("REF*G1*TEST1")],
    },
    "REF-CLIA-REFERRED": {
        "both at the line": [line("REF*X4*14D9999998", "REF*F4*14D9999999")],
        "X4 at the claim": [after(CLM, "REF*X4*14D9999998"), line("REF*F4*14D9999999")],
    },
    "REF-MAMMOGRAPHY": {
        "at the line": [code("77067"), after(SPAN, "REF*EW*TEST1")],
        "at the claim": [code("77067"), after(CLM, "REF*EW*TEST1")],
        "an ultrasound": [code("76642")],
    },
    "HI-TWICE": {"one digit apart": [(HI, "HI*ABK:L570*ABF:L571")]},
    "HI-MIXED": {"ICD-9 alone": [(HI, "HI*BK:7020*BF:7021")], "with conditions": [after(HI, "HI*BG:AA")]},
    "HI-POINTER": {
        "the last": [(OTHER, "SV1*HC:17000*120*UN*1***2")], "none at all is the guide's": [(HI, None)],
    },
    "HI-ANESTHESIA": {"with anesthesia": [after(HI, "HI*BP:59400"), code("01967", "MJ")]},
    "SV1-MINUTES": {"anesthesia": [code("00400", "MJ")], "no CPT": [code("D9223", "MJ")]},
    "SV1-ANESTHESIA": {"daily": [code("01996")], "by burnt area": [code("01953")], "below": [code("00099")]},
    "SV1-NOC": {
        "described": [code("17999:::::LASER TREATMENT")],
        "in a note": [code("17999"), after(SPAN, "NTE*ADD*INVENTED")],
        "in the claim's note": [code("17999"), after(CLM, "NTE*ADD*INVENTED")],
        "an unlisted drug is another family's": [code("J3490")],
    },
    "DRUG-LINK": {
        "two": [
            line("LIN**N4*00024591401", "CTP****2*UN", "REF*VY*TEST1"),
            after(SPAN, "LIN**N4*00024591402", "CTP****2*UN", "REF*VY*TEST1"),
        ],
        "a prescription": [line("LIN**N4*00024591401", "CTP****2*UN", "REF*XZ*TEST1")],
        "a drug on a visit": [line("LIN**N4*00024591401", "CTP****2*UN")],
    },
    "PS1-PROVIDER": {
        "the seller's NPI": [line("PS1*1000000046*75.5", "NM1*QB*2******XX*1000000046")],
        "the seller's number": [line("PS1*TEST1*75.5", "NM1*QB*2******XX*1000000046", "REF*G2*TEST1")],
        "lenses": [code("V2100"), after(SPAN, "PS1*TEST1*75.5")],
        "a seller whose price does not matter": [line("NM1*QB*2******XX*1000000046")],
    },
    "REND-SAME": {
        "one number, a person and his firm": [(RENDERING, "NM1*82*1*TESTER*TESS****XX*1234567893")],
        "another person": [(BILLING, "NM1*85*1*OTHER*ANN****XX*1234567893")],
    },
    "REND-MISSING": {
        "a physician alone": [(BILLING, "NM1*85*1*TESTER*TESS****XX*1000000012"), (RENDERING, None)],
        "on every line": [
            (RENDERING, None), line("NM1*82*1*A****XX*1000000012"), after(SPAN, "NM1*82*1*A****XX*1000000012"),
        ],
        "tests and drugs": [(RENDERING, None), (VISIT, "SV1*HC:88305*130*UN*1***1"), code("J3301")],
        "a surgery centre": [(RENDERING, None), ("HL*1**20*1", "HL*1**20*1\nPRV*BI*PXC*261QA1903X")],
        "an encounter": [
            (RENDERING, None), ("BHT*0019*00*BATCH1*20260312*0930*CH", "BHT*0019*00*BATCH1*20260312*0930*RP"),
        ],
        "the claim's is named at the lines too": [line(RENDERING), after(SPAN, RENDERING)],
    },
    "FAC-MISSING": {
        "named": [clm(place="22"), FACILITY],
        "at every line": [clm(place="22"), line(*HOSPITAL), after(SPAN, *HOSPITAL)],
        "at the line it is asked of": [(OTHER, "SV1*HC:17000*120*UN*1*22**1"), after(SPAN, *HOSPITAL)],
        "of a line, at the claim": [(OTHER, "SV1*HC:17000*120*UN*1*22**1"), FACILITY],
        "no line was there": [
            clm(place="22"), (VISIT, "SV1*HC:99213:25*130*UN*1*11**1:2"), (OTHER, "SV1*HC:17000*120*UN*1*11**1"),
        ],
        "at home": [clm(place="12")],
        "its own bill": [clm(place="24"), (RENDERING, None), ("HL*1**20*1", "HL*1**20*1\nPRV*BI*PXC*261QA1903X")],
    },
    "FAC-SAME": {
        "another number in the street": [after(RENDERING, "NM1*77*2*ANNEX", "N3*11 TEST ROAD", "N4*TESTVILLE*IL*62701")],
        "another city": [after(RENDERING, "NM1*77*2*ANNEX", "N3*1 TEST ROAD", "N4*OTHERTON*IL*62702")],
    },
    "FAC-AMBULANCE": {
        "a journey": [
            clm(place="41"), code("A0429"),
            after(RENDERING, "NM1*PW*2", *HOSPITAL[1:], "NM1*45*2*SAMPLE HOSPITAL", *HOSPITAL[1:]),
        ],
        "no journey": [clm(place="41"), code("A0998")],
    },
    "BILL-BOX": {
        "a street": [("N3*1 TEST ROAD", "N3*12 PO BOXWOOD LANE")],
        "at the pay-to address": [after("REF*EI*000000001", "NM1*87*2", "N3*PO BOX 1", "N4*TESTVILLE*IL*627010001")],
    },
    "BILL-NUMBER": {
        "the payer's": [(BILLING, "NM1*85*2*SAMPLE SKIN CLINIC"), after(PAYER, "REF*G2*TEST1")],
        "a licence": [(BILLING, "NM1*85*2*SAMPLE SKIN CLINIC"), after("REF*EI*000000001", "REF*0B*TEST1")],
    },
    "REFER-ORDER": {"both": [after(HI, "NM1*DN*1*A****XX*1000000053", "NM1*P3*1*B****XX*1000000061")]},
    "COB-SEQUENCE": {
        "unknown places": [after(RENDERING, *other("U"), *other("U", payer="99003"))],
        "a later payer": [after(RENDERING, *other("S"))],
    },
    "COB-MISSING": {"place unknown": [LATER, after(RENDERING, *other("U"))]},
    "COB-GAP": {
        "all there": [
            (SUBSCRIBER, "SBR*T*18*******CI"),
            after(RENDERING, *other("P", "AMT*D*250", day="20260310"),
                  *other("S", "AMT*D*0", payer="99003", day="20260311")),
        ],
    },
    "COB-SVD": {"known": [LATER, after(RENDERING, *other("P", "AMT*D*130")), line(*COVERED)]},
    "COB-PAYER-TWICE": {
        "not by line": [
            (SUBSCRIBER, "SBR*T*18*******CI"),
            after(RENDERING, *other("P", "AMT*D*130", day="20260310"), *other("S", "AMT*D*0", day="20260310")),
        ],
    },
    "COB-DATE": {
        "a later payer's zero": [after(RENDERING, *other("S", "AMT*D*0"))],
        "by line": [LATER, after(RENDERING, *other("P", "AMT*D*130", "CAS*CO*45*120")), line(*COVERED)],
    },
    "COB-SILENT": {
        "billed past": [LATER, after(RENDERING, *other("P", "AMT*A8*250"))],
        "it comes later": [after(RENDERING, *other("S"))],
    },
    "PWK-NUMBER": {
        "numbered": [after(CLM, "PWK*OZ*FX***AC*TEST1")],
        "on request": [after(CLM, "PWK*OZ*AA")],
        "a certificate of need": [line("PWK*CT*AD")],
        "half a number is the guide's": [after(CLM, "PWK*OZ*FX***AC")],
    },
    "CR1-ALONE": {
        "by code": [after(CLM, "CR1*LB*140**A*DH*12"), code("A0429")],
        "by place": [clm(place="42"), after("CLM*A1*250***42:B:1*Y*A*Y*Y", "CR1*LB*140**A*DH*12", "CRC*07*Y*01")],
    },
    "CRC-EPSDT": {
        "no": [after(CLM, "CRC*ZZ*N*NU")], "yes": [after(CLM, "CRC*ZZ*Y*AV*S2")], "glasses": [after(CLM, "CRC*E1*Y*L1")],
    },
    "CR3-REVISION": {
        "dated": [line("CR3*R*MO*12", "DTP*463*D8*20260101", "DTP*607*D8*20260301")],
        "first": [line("CR3*I*MO*12", "DTP*463*D8*20260101")],
    },
    "AMT-PAID": {"all of it": [after(CLM, "AMT*F5*250")], "something else": [line("AMT*T*900")]},
    "SBR-PATIENT": {"a bad relationship is the guide's": [(SUBSCRIBER, "SBR*P*01*******CI"), (BORN, None)]},
    "SBR-MSP-UNUSED": {"a bad code is the guide's": [(SUBSCRIBER, "SBR*P*18***CI****CI")]},
    "ACC-CAUSE": {"at work": [clm("**EM"), after("CLM*A1*250***11:B:1*Y*A*Y*Y**EM", "DTP*439*D8*20260301")]},
    "DATE-DISCHARGE": {"with admission": [after(CLM, "DTP*435*D8*20260301", "DTP*096*D8*20260306")]},
    "REF-F8-ORIGINAL": {
        "replacement": [clm(frequency="7"), after("CLM*A1*250***11:B:7*Y*A*Y*Y", "REF*F8*ICN1")],
        "the other payer's": [after(RENDERING, *other("S"), "REF*F8*ICN1")],
    },
    "HI-POINTER-TWICE": {"four apart": [
        (HI, "HI*ABK:L570*ABF:D485*ABF:L820*ABF:D225"), (OTHER, "SV1*HC:17000*120*UN*1***4:3:2:1"),
    ]},
    "PS1-ID": {"the seller's": [line("PS1*1000000046*75.5", "NM1*QB*2******XX*1000000046")]},
    "AMB-ADDRESS": {"at the line": [
        clm(place="41"), code("A0429"),
        after(SPAN, "NM1*PW*2", *HOSPITAL[1:], "NM1*45*2*SAMPLE HOSPITAL", *HOSPITAL[1:]),
    ]},
    "BILL-PAYTO": {"a box": [after("REF*EI*000000001", "NM1*87*2", "N3*PO BOX 1", "N4*TESTVILLE*IL*627010001")]},
    "COB-PAID": {
        "zero": [LATER, after(RENDERING, *other("P", "CAS*CO*45*250", "AMT*D*0", day="20260310"))],
        "nothing said of a later one": [after(RENDERING, *other("S"))],
    },
    "COB-DATE-TWICE": {
        "two payers, one each": [
            (SUBSCRIBER, "SBR*T*18*******CI"),
            after(RENDERING, *other("P", "AMT*D*130"), *other("S", "AMT*D*0", payer="99003", day="20260311")),
            line(*COVERED),
        ],
        "at the claim, and what the line lacks is the guide's": [LATER, PAID, line(COVERED[0])],
    },
    "COB-DATE-EARLY": {"on the day": [LATER, after(RENDERING, *other("P", "AMT*D*250", day="20260304"))]},
    "PWK-UNUSED": {"sent": [after(CLM, "PWK*OZ*EL***AC*TEST1")], "on request": [after(CLM, "PWK*OZ*AA")]},
    "CRC-AMBULANCE": {"with its CR1": [
        clm(place="41"), after("CLM*A1*250***41:B:1*Y*A*Y*Y", "CR1*LB*140**A*DH*12"), line("CRC*07*Y*01"),
    ]},
    "CR3-THERAPY": {"dated": [line("CR3*I*MO*12", "DTP*463*D8*20260101")]},
}  # fmt: skip
