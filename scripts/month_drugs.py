"""The clinic month, drugs and light: biologics, injections, infusions, photodynamic and phototherapy, excimer laser."""

from random import Random

from month_model import Draft, Service, chance, one, visit


def ndc(number: str, quantity: str, unit: str) -> tuple[str, str]:
    """Loop 2410."""
    return f"LIN**N4*{number}", f"CTP****{quantity}*{unit}"


# Code, diagnoses, units, package, injections. Medicare B gets only what a patient does not inject at home.
GIVEN = (
    ("J3245:JZ", "L40.0", 100, ndc("47335017795", "1", "ML"), 1),
    ("J2357:JZ", "L50.1", 60, ndc("50242004062", "2", "UN"), 2),
)
AT_HOME = (
    ("J3357:JZ", "L40.0", 90, ndc("57894006103", "1", "ML"), 1),
    ("J3357:JZ", "L40.59", 45, ndc("57894006003", ".5", "ML"), 1),
    ("J1628:JZ", "L40.0", 100, ndc("57894064001", "1", "ML"), 1),
    ("J0139:JZ", "L73.2", 80, ndc("00074012402", "2", "UN"), 2),
    ("J0139:JZ", "L40.0", 40, ndc("00074433902", "1", "UN"), 1),
    ("J0717:JZ", "L40.0", 400, ndc("50474070062", "1", "UN"), 2),
    ("J3590:::::DUPILUMAB 300 MG", "L20.89", 1, ndc("00024591401", "1", "UN"), 1),
    ("J3590:JZ::::DUPILUMAB 600 MG", "L28.1", 1, ndc("00024591401", "2", "UN"), 2),
    ("J3590:::::IXEKIZUMAB 80 MG", "L40.0", 1, ndc("00002144511", "1", "UN"), 1),
    ("J3590:::::SECUKINUMAB 300 MG", "L73.2", 1, ndc("00078063941", "2", "UN"), 2),
    ("J3590:::::RISANKIZUMAB 150 MG", "L40.0", 1, ndc("00074210001", "1", "UN"), 1),
    ("J3590:::::TRALOKINUMAB 600 MG", "L20.89", 1, ndc("50222034604", "4", "UN"), 4),
)


def biologic(r: Random, filing: str) -> list[Draft]:
    code, diagnosis, units, package, shots = r.choice(GIVEN if filing == "MB" else (*GIVEN, *AT_HOME))
    lines = [Service(code, diagnosis, units, package), Service("96372", diagnosis, shots)]
    if chance(r, 40):
        lines.insert(0, visit(r, diagnosis, "25"))
    return [Draft(tuple(lines), approved=filing != "MB")]


def from_the_pharmacy(r: Random, filing: str) -> list[Draft]:
    """The drug was billed by a pharmacy, and a note says so."""
    note = "NTE*ADD*DRUG SUPPLIED BY SPECIALTY PHARMACY"
    return [Draft((Service("96372", "L20.89", 1, (note,)),))]


def steroid(r: Random, filing: str) -> list[Draft]:
    drug = Service("J3301", "L23.7", r.choice((4, 6)), ndc("00003029328", "1", "ML"))
    return [Draft((visit(r, "L23.7", "25"), drug, Service("96372", "L23.7")))]


def infusion(r: Random, filing: str) -> list[Draft]:
    """Infliximab in vials of 100 mg: nothing left over, or the rest on a line with JW."""
    if chance(r, 50):
        drug = [Service("J1745:JZ", "L40.0", 40, ndc("57894003001", "4", "UN"))]
    else:
        drug = [
            Service("J1745", "L40.0", 38, ndc("57894003001", "4", "UN")),
            Service("J1745:JW", "L40.0", 2, ndc("57894003001", ".2", "UN")),
        ]
    return [Draft((*drug, Service("96413", "L40.0"), Service("96415", "L40.0")), approved=filing != "MB")]


def pustular(r: Random, filing: str) -> list[Draft]:
    drug = Service("J1747:JZ", "L40.1", 900, ndc("00597003510", "2", "UN"))
    return [Draft((drug, Service("96365", "L40.1")), approved=filing != "MB")]


def photodynamic(r: Random, filing: str) -> list[Draft]:
    code = one(r, "96567 96573 96573 96574")
    if chance(r, 50):
        drug = Service("J7308:JZ", "L57.0", r.choice((1, 1, 2)), ndc("67308010101", "1", "UN"))
    else:
        drug = Service("J7345:JZ", "L57.0", 200, ndc("70621010101", "2", "GR"))
    lines = [Service(code, "L57.0"), drug]
    if code == "96573" and chance(r, 30):
        lines.append(Service("17000", "L57.0"))
    return [Draft(tuple(lines))]


def light(r: Random, filing: str) -> list[Draft]:
    """Two or three times a week, a line a day."""
    code, diagnosis = one(r, "96910 96910 96900 96912"), one(r, "L40.0 L20.89 L80 L43.8")
    days = range(0, r.choice((1, 3, 5, 8)), 2)
    lines = [Service(code, diagnosis, later=day) for day in days]
    if chance(r, 25):
        lines.insert(0, visit(r, diagnosis, "25"))
    return [Draft(tuple(lines))]


def excimer(r: Random, filing: str) -> list[Draft]:
    lines = [Service(one(r, "96920 96921 96922"), one(r, "L40.0 L40.3"))]
    if chance(r, 25):
        lines.insert(0, visit(r, "L40.0", "25"))
    return [Draft(tuple(lines))]


def sweating(r: Random, filing: str) -> list[Draft]:
    lines = [Service("64650", "L74.510")]
    units = 100
    if chance(r, 20):
        lines.append(Service("64653", "L74.511"))
        units = 200
    lines.append(Service("J0585:JZ", "L74.510", units, ndc("00023114501", str(units // 100), "UN")))
    if chance(r, 30):
        lines.insert(0, visit(r, "L74.510", "25"))
    return [Draft(tuple(lines), approved=filing != "MB")]


SCENES = {
    biologic: 45, from_the_pharmacy: 4, steroid: 10, infusion: 6, pustular: 1, photodynamic: 20, light: 30,
    excimer: 10, sweating: 6,
}  # fmt: skip
