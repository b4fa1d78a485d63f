"""The clinic month, surgery and the laboratory: excisions, repairs, Mohs, hidradenitis, curettage, pathology."""

from random import Random

from month_model import BODY, CHEEK, EVERYWHERE, EYELID, LEG, TRUNK, Draft, Place, Service, chance, one, visit

SIZES = "0123346"


def layered(r: Random, where: Place, diagnosis: str) -> list[Service]:
    """Intermediate or complex repair of the place, the complex one at times with its add-on."""
    if chance(r, 60):
        tier = one(r, "1 2 3" if where.intermediate == "1205" else "1 2 4")
        return [Service(where.intermediate + tier, diagnosis)]
    base = 0 if where.complex == "1310" else {"1312": 0, "1313": 1, "1315": 1}[where.complex]
    short, long, further = (f"{where.complex}{base + step}" for step in range(3))
    kind = r.randrange(4)
    lines = [Service(short if kind == 0 else long, diagnosis)]
    return [*lines, Service(further, diagnosis, r.choice((1, 2)))] if kind == 3 else lines


def benign_excision(r: Random, filing: str) -> list[Draft]:
    where = r.choice(EVERYWHERE)
    diagnosis = one(r, where.benign + " L72.0 D48.5")
    size = one(r, "1 2 2 3 4 6")
    pointed = diagnosis if diagnosis == "D48.5" else f"{diagnosis} {one(r, 'R58 R52 L08.9')}"
    lines = [Service(f"114{where.excision}{size}", pointed)]
    if chance(r, 60):
        lines += layered(r, where, pointed)
    if chance(r, 20):
        lines.insert(0, visit(r, "L82.1", "25"))
    return [Draft(tuple(lines), by="surgeon")]


def small_excision(r: Random, filing: str) -> list[Draft]:
    """Up to half a centimetre: its closure is included."""
    where = r.choice(EVERYWHERE)
    return [Draft((Service(f"114{where.excision}0", one(r, where.benign) + " R58"),), by="surgeon")]


def cancer_excision(r: Random, filing: str) -> list[Draft]:
    where = r.choice(EVERYWHERE)
    diagnosis = one(r, where.cancers)
    lines = [Service(f"116{where.excision}{r.choice(SIZES)}", diagnosis)]
    if chance(r, 75):
        lines += layered(r, where, diagnosis)
    if chance(r, 15):
        lines.insert(0, visit(r, "L57.0", "25"))
    if chance(r, 15):
        lines.append(Service("11102:59", "D49.2"))
    hospital = chance(r, 5)
    return [Draft(tuple(lines), by="surgeon", place="22" if hospital else "11")]


def two_excisions(r: Random, filing: str) -> list[Draft]:
    """No pair stands between excisions; the same code again is marked."""
    lines = [Service("11642", one(r, CHEEK.cancers)), Service("12051", "C44.319")]
    lines[1] = Service("12051", lines[0].diagnoses)
    if chance(r, 30):
        lines.append(Service("11642:59", "C44.311"))
    elif filing == "CI" and chance(r, 50):
        lines.append(Service("11402:51", "D22.5 R58"))
    else:
        lines.append(Service("11602", one(r, TRUNK.cancers)))
        lines.append(Service("13101", lines[-1].diagnoses))
    return [Draft(tuple(lines), by="surgeon")]


def wider_excision(r: Random, filing: str) -> list[Draft]:
    """Planned, inside the follow-up days of the first: 58."""
    diagnosis = one(r, "C43.59 D03.59")
    return [
        Draft((Service("11602", diagnosis), Service("12031", diagnosis)), by="surgeon"),
        Draft((Service("11604:58", diagnosis), Service("13101:58", diagnosis)), by="surgeon", later=8),
    ]


def eyelid_excision(r: Random, filing: str) -> list[Draft]:
    """The lid is said with E1 to E4, and agrees with the diagnosis."""
    if chance(r, 50):
        return [Draft((Service("11640:E3", "C44.1121"),), by="surgeon")]
    if chance(r, 50):
        return [Draft((Service("11440:E3:E4", "D23.111 D23.112 R52", 2),), by="surgeon")]
    return [Draft((Service("11641:E1", "C44.1191"), Service("13151:E1", "C44.1191")), by="surgeon")]


def rare_cancer(r: Random, filing: str) -> list[Draft]:
    """Coded outside the families of skin cancer, and yet malignant."""
    diagnosis = one(r, "C49.6 C46.0 C79.2 C4A.59 C84.08")
    return [Draft((Service(f"1160{one(r, '2 3 6')}", diagnosis), Service("12032", diagnosis)), by="surgeon")]


def port_wine(r: Random, filing: str) -> list[Draft]:
    return [Draft((Service(one(r, "17106 17107"), "Q82.5"),))]


def genital_excision(r: Random, filing: str) -> list[Draft]:
    """The middle group holds the genitals."""
    return [Draft((Service("11421", "D29.4 R58"), Service("12041", "D29.4")), by="surgeon", sex="M")]


def mohs_and_graft(r: Random, filing: str) -> list[Draft]:
    lines = [Service("17311", "C44.311"), Service("17312", "C44.311"), Service("15260", "C44.311")]
    return [Draft(tuple(lines), by="surgeon", clia=True)]


def flap_after_excision(r: Random, filing: str) -> list[Draft]:
    """The flap includes the excision; the visit that decided it carries 57."""
    where = r.choice(EVERYWHERE)
    diagnosis = one(r, where.cancers)
    lines = [Service(where.flap + one(r, "0 1"), diagnosis)]
    if chance(r, 40):
        lines.insert(0, visit(r, diagnosis, "57"))
    return [Draft(tuple(lines), by="surgeon")]


def mohs(r: Random, filing: str) -> list[Draft]:
    where = r.choice((*EVERYWHERE, EYELID))
    diagnosis = one(r, where.cancers)
    lines = [Service(where.mohs, diagnosis)]
    if chance(r, 65):
        further = "17312" if where.mohs == "17311" else "17314"
        lines.append(Service(further, diagnosis, r.choice((1, 1, 1, 2, 2, 3))))
    if chance(r, 8):
        lines.append(Service("17315", diagnosis, r.choice((1, 2))))
    closing = r.randrange(10)
    if closing < 6:
        lines += layered(r, where, diagnosis)
    elif closing < 8:
        lines.append(Service(where.flap + one(r, "0 1"), diagnosis))
    if chance(r, 10):
        lines.append(Service("11102:59", "D49.2"))
    return [Draft(tuple(lines), by="surgeon", clia=True)]


def mohs_twice(r: Random, filing: str) -> list[Draft]:
    """Two tumours: of two families there is no pair, of one family the second is marked."""
    if chance(r, 50):
        lines = (Service("17311", "C44.311"), Service("17313", one(r, LEG.cancers)), Service("17312", "C44.311"))
    else:
        lines = (Service("17311", "C44.311"), Service("17311:59", "C44.219"), Service("13152", "C44.311"))
    return [Draft(lines, by="surgeon", clia=True)]


def mohs_and_outside_laboratory(r: Random, filing: str) -> list[Draft]:
    """A biopsy of another lesion on the day, read elsewhere: the reading is of another provider."""
    return [
        Draft((Service("17311", "C44.321"), Service("11102:XS", "D49.2")), by="surgeon", clia=True),
        Draft((Service("88305", "D49.2"),), by="laboratory", place="81", clia=True),
    ]


def curettage(r: Random, filing: str) -> list[Draft]:
    where = r.choice(EVERYWHERE)
    group = {"0": "6", "2": "7", "4": "8"}[where.excision]
    cancers = " ".join(code for code in where.cancers.split() if code.startswith(("C44", "D04")))
    lines = [Service(f"172{group}{one(r, '0 1 2 3')}", one(r, cancers))]
    if chance(r, 30):
        lines.insert(0, visit(r, "L57.0", "25"))
    if where in BODY and chance(r, 20):
        lines.append(Service("88305", lines[-1].diagnoses))
        return [Draft(tuple(lines), clia=True)]
    return [Draft(tuple(lines))]


def hidradenitis(r: Random, filing: str) -> list[Draft]:
    lines = [Service(one(r, "11450:LT 11450:RT 11450:50 11451:RT 11462:LT 11463:RT 11470"), "L73.2")]
    if chance(r, 30):
        lines.insert(0, visit(r, "L73.2", "57"))
    return [Draft(tuple(lines), by="surgeon")]


def pathology(r: Random, filing: str) -> list[Draft]:
    """Whole in the clinic's laboratory, or the slides of one and the reading of another."""
    diagnosis = one(r, "D22.5 D22.39 C44.519 C44.311 L30.9 L82.1 D04.39 L57.0")
    units = r.choice((1, 1, 1, 1, 2, 2, 3, 4, 7, 12))
    kind = r.randrange(10)
    if kind < 5:
        lines = [Service("88305", diagnosis, units)]
        if chance(r, 25):
            lines.append(Service("88304", one(r, "L72.0 L72.11 L91.8"), r.choice((1, 2))))
        return [Draft(tuple(lines), by="pathologist", clia=True)]
    if kind < 7:
        return [Draft((Service("88305:26", diagnosis, units),), by="pathologist", place=one(r, "11 22"))]
    if kind < 8:
        return [Draft((Service("88305:TC", diagnosis, units),), by="laboratory", place="81", clia=True)]
    if kind < 9:
        lines = [Service("88305", "L30.9"), Service("88312", "L30.9", r.choice((1, 2)))]
        return [Draft(tuple(lines), by="pathologist", clia=True)]
    lines = [Service("88305", "C43.59"), Service("88342", "C43.59"), Service("88341", "C43.59", r.choice((1, 2)))]
    return [Draft(tuple(lines), by="laboratory", place="81", clia=True)]


def wide_reading(r: Random, filing: str) -> list[Draft]:
    return [Draft((Service("88307:26", "C77.3"),), by="pathologist", place="22")]


SCENES = {
    benign_excision: 45, small_excision: 8, cancer_excision: 40, two_excisions: 10, wider_excision: 4,
    eyelid_excision: 4, rare_cancer: 3, port_wine: 2, genital_excision: 2, mohs_and_graft: 3, flap_after_excision: 6,
    mohs: 50, mohs_twice: 6, mohs_and_outside_laboratory: 4, curettage: 20, hidradenitis: 6, pathology: 70,
    wide_reading: 2,
}  # fmt: skip
