"""The clinic month, what happens in the rooms: visits, biopsies, destruction, shaves, tags, injections into lesions."""

from random import Random

from month_model import BODY, EVERYWHERE, HEAD, MIDDLE, Draft, Service, chance, one, visit

RASHES = "L40.0 L20.89 L30.9 L21.9 L71.8 L70.0 L50.1 L80 L63.8 L43.8 L23.7 B35.4 L73.2 L57.8 L82.1"
SYMPTOMS = "R58 R52 L08.9"


def plain_visit(r: Random, filing: str) -> list[Draft]:
    visited = visit(r, " ".join(r.sample(RASHES.split(), r.choice((1, 1, 2)))))
    if filing == "MB" and visited.code in ("99213", "99214") and chance(r, 30):
        return [Draft((visited, Service("G2211", visited.diagnoses)))]
    return [Draft((visited,))]


def screening(r: Random, filing: str) -> list[Draft]:
    return [Draft((visit(r, one(r, "Z12.83 D22.5 L82.1 Z85.828")),))]


def child_visit(r: Random, filing: str) -> list[Draft]:
    return [Draft((visit(r, one(r, "L20.89 L70.0 B08.1 L20.83")),), child=True)]


def nurse_visit(r: Random, filing: str) -> list[Draft]:
    """Alone: with an injection or light therapy on the day 99211 is never paid."""
    return [Draft((Service("99211", one(r, "Z48.02 L40.0 Z48.00")),), by="nurse")]


def telehealth(r: Random, filing: str) -> list[Draft]:
    code = one(r, "99212 99213 99214")
    return [Draft((Service(f"{code}:95", one(r, "L70.0 L20.89 L40.0 L71.8")),), place=one(r, "10 02"))]


def biopsies(r: Random, filing: str) -> list[Draft]:
    """The deepest technique first, each further lesion as an add-on of its own technique."""
    first, *others = r.choice(
        (
            ("11102",), ("11102",), ("11102",), ("11104",), ("11106",), ("11102", "11103:3"), ("11104", "11105"),
            ("11102", "11103"), ("11104", "11103:2"), ("11104", "11105:2", "11103"), ("11106", "11107"),
            ("11106", "11105"), ("11106", "11107", "11105", "11103"), ("11102", "11103:5"),
        )
    )  # fmt: skip
    diagnosis = one(r, "D49.2 D49.2 D49.2 L12.0 L81.4 L43.8")
    lines = [Service(first, diagnosis)]
    for other in others:
        code, _, units = other.partition(":")
        lines.append(Service(code, diagnosis, int(units or 1)))
    if chance(r, 60):
        lines.insert(0, visit(r, one(r, "L57.0 D49.2 L40.0 L82.1"), "25"))
    if chance(r, 20):
        count = sum(line.units for line in lines if line.procedure.startswith("111"))
        return [Draft((*lines, Service("88305", diagnosis, count)), clia=True)]
    return [Draft(tuple(lines))]


def split_biopsies(r: Random, filing: str) -> list[Draft]:
    """The add-on on a claim of its own, as when a form was full."""
    lead, rest = r.choice((("11102", "11103"), ("11104", "11105"), ("11106", "11107")))
    return [
        Draft((visit(r, "L57.0", "25"), Service(lead, "D49.2"))),
        Draft((Service(rest, "D49.2", r.choice((1, 2))),)),
    ]


def keratoses(r: Random, filing: str) -> list[Draft]:
    count = r.choice((1, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 15, 22))
    diagnosis = one(r, "L57.0 L57.0 L57.0 L56.5")
    lines = [Service("17004", diagnosis)] if count > 14 else [Service("17000", diagnosis)]
    if 1 < count < 15:
        lines.append(Service("17003", diagnosis, count - 1))
    if chance(r, 65):
        lines.insert(0, visit(r, one(r, "L57.0 L82.1 Z85.828 D22.5"), "25"))
    return [Draft(tuple(lines))]


def split_keratoses(r: Random, filing: str) -> list[Draft]:
    count = r.randrange(2, 14)
    return [Draft((Service("17000", "L57.0"),)), Draft((Service("17003", "L57.0", count),))]


def warts(r: Random, filing: str) -> list[Draft]:
    lines = [Service(one(r, "17110 17110 17110 17111"), one(r, "B07.8 B08.1 L82.0 B07.0"))]
    if chance(r, 50):
        lines.insert(0, visit(r, one(r, "L20.89 L70.0 B07.8"), "25"))
    return [Draft(tuple(lines), child=chance(r, 40))]


def keratoses_and_warts(r: Random, filing: str) -> list[Draft]:
    """Different lesions: 59 or XS on the code of column two, which is 17110 only beside 17004."""
    apart = one(r, "59 XS")
    if chance(r, 25):
        lines = [Service("17004", "L57.0"), Service(f"17110:{apart}", one(r, "L82.0 B07.8"))]
    else:
        lines = [Service("17110", one(r, "L82.0 B07.8")), Service(f"17000:{apart}", "L57.0")]
        lines.append(Service(f"17003:{apart}", "L57.0", r.randrange(1, 14)))
    if chance(r, 50):
        lines.insert(0, visit(r, "L82.1", "25"))
    return [Draft(tuple(lines))]


def keratoses_and_biopsy(r: Random, filing: str) -> list[Draft]:
    apart = one(r, "59 XS")
    lines = [Service("11102", "D49.2"), Service(f"17000:{apart}", "L57.0")]
    if chance(r, 60):
        lines.append(Service("17003", "L57.0", r.randrange(1, 14)))
    if chance(r, 50):
        lines.append(Service("11103", "D49.2"))
    return [Draft((visit(r, "L57.0", "25"), *lines))]


def shaves(r: Random, filing: str) -> list[Draft]:
    where = r.choice(EVERYWHERE)
    first = 0 if where in BODY else 5 if where in MIDDLE else 10
    assert first < 10 or where in HEAD
    lines = [Service(f"113{first + r.randrange(4):02d}", one(r, where.benign.replace("L72.11", "")) + " R58")]
    if chance(r, 30):
        lines.append(Service("11102:59", "D49.2"))
    if chance(r, 40):
        lines.insert(0, visit(r, "L82.1", "25"))
    return [Draft(tuple(lines))]


def tags(r: Random, filing: str) -> list[Draft]:
    diagnoses = f"L91.8 {one(r, SYMPTOMS)}"
    lines = [Service("11200", diagnoses)]
    if chance(r, 30):
        lines.append(Service("11201", diagnoses))
    if chance(r, 30):
        lines.insert(0, visit(r, "L91.8", "25"))
    return [Draft(tuple(lines))]


def intralesional(r: Random, filing: str) -> list[Draft]:
    diagnosis = one(r, "L91.0 L63.8 L70.0 L73.2")
    steroid = Service("J3301", diagnosis, r.choice((1, 2, 4)), ("LIN**N4*00003049420", "CTP****1*ML"))
    lines = [Service(one(r, "11900 11900 11900 11901"), diagnosis), steroid]
    if chance(r, 40):
        lines.insert(0, visit(r, diagnosis, "25"))
    return [Draft(tuple(lines))]


def abscess(r: Random, filing: str) -> list[Draft]:
    lines = [Service(one(r, "10060 10060 10061"), one(r, "L02.212 L02.411 L72.0"))]
    if chance(r, 40):
        lines.insert(0, visit(r, "L08.9", "25"))
    return [Draft(tuple(lines))]


def other_sites(r: Random, filing: str) -> list[Draft]:
    """Where the general codes give way to those of a place."""
    what = r.randrange(4)
    if what == 0:
        return [Draft((Service("54056", "A63.0"),), sex="M")]
    if what == 1:
        return [Draft((Service("40490", one(r, "K13.0 D10.0")),))]
    if what == 2:
        return [Draft((Service("69100", "D49.2"),))]
    return [Draft((Service("17250", "L98.0"),))]


def wished(r: Random, filing: str) -> list[Draft]:
    """Cosmetic, and billed with GY because the patient wants the denial."""
    return [Draft((Service(one(r, "11300:GY 11310:GY"), one(r, "Z41.1 L81.4")),))]


def nails(r: Random, filing: str) -> list[Draft]:
    toe = one(r, "TA T5 T1")
    lines = [Service(*r.choice(((f"11730:{toe}", "L60.0"), (f"11750:{toe}", "L60.0"), ("11755:F1", "B35.1"))))]
    if chance(r, 40):
        lines.insert(0, visit(r, "B35.3", "25"))
    return [Draft(tuple(lines))]


def patches(r: Random, filing: str) -> list[Draft]:
    return [Draft((Service("95044", "L23.7", r.choice((36, 70, 80))),))]


def modifier_on_the_other_line(r: Random, filing: str) -> list[Draft]:
    """59 on the code of column one, which Medicare takes since 2019."""
    lines = (Service("17110:59", "L82.0"), Service("17000", "L57.0"), Service("17003", "L57.0", r.randrange(1, 14)))
    return [Draft(lines)]


def two_doctors(r: Random, filing: str) -> list[Draft]:
    """A visit to one, an operation by another of another specialty: nothing is to be set apart."""
    return [Draft((visit(r, "L40.0"),)), Draft((Service("17313", "C44.519"),), by="surgeon", clia=True)]


def followed_up(r: Random, filing: str) -> list[Draft]:
    """A biopsy, whose package is the day alone, and what follows; or a visit on the eleventh day after freezing."""
    first = Draft((Service("11104", "D49.2"),))
    kind = r.randrange(4)
    if kind == 0:
        return [first, Draft((visit(r, "L40.0"),), later=1)]
    if kind == 1:
        return [first, Draft((Service("11602", "C44.519"), Service("12032", "C44.519")), by="surgeon", later=1)]
    if kind == 2:
        return [first, Draft((Service("17311", "C44.41"),), by="surgeon", clia=True, later=7)]
    return [Draft((Service("17000", "L57.0"),)), Draft((Service("99213", "L57.0"),), later=11)]


def unrelated_visit(r: Random, filing: str) -> list[Draft]:
    """Inside the ten days of a destruction, for something else: 24."""
    return [Draft((Service("17110", "B07.8"),)), Draft((Service("99213:24", "L40.0"),), later=r.randrange(2, 10))]


SCENES = {
    plain_visit: 190, screening: 60, child_visit: 20, nurse_visit: 10, telehealth: 20, biopsies: 130,
    split_biopsies: 6, keratoses: 130, split_keratoses: 5, warts: 60, keratoses_and_warts: 30,
    keratoses_and_biopsy: 35, shaves: 30, tags: 12, intralesional: 25, abscess: 12, other_sites: 10, wished: 3,
    nails: 8, patches: 4, modifier_on_the_other_line: 6, two_doctors: 4, followed_up: 8, unrelated_visit: 4,
}  # fmt: skip
