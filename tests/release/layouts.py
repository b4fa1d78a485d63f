"""Batches of any hierarchy: providers, subscribers with claims of their own and of dependents, some of them bad."""

from collections.abc import Iterator

from attrs import frozen
from hypothesis import strategies as st

from tests import builder as b


@frozen
class Patient:
    """A dependent, or the subscriber as patient: for each claim whether it is good."""

    claims: tuple[bool, ...]


@frozen
class Subscriber:
    """A subscriber with claims of its own and dependents."""

    own: tuple[bool, ...] = ()
    dependents: tuple[Patient, ...] = ()


@frozen
class Provider:
    """A billing provider; `more` adds its specialty, pay-to address and pay-to plan."""

    subscribers: tuple[Subscriber, ...]
    more: bool = False


@frozen
class Layout:
    """Transactions, each a sequence of providers."""

    transactions: tuple[tuple[Provider, ...], ...]

    def segments(self) -> tuple[str, ...]:
        """The whole file."""
        sets = [
            b.transaction(*b.SUBMISSION, *_body(providers, number), control=f"{number:04d}")
            for number, providers in enumerate(self.transactions, 1)
        ]
        return b.interchange(b.group(*sets))

    def claims(self) -> list[tuple[str, bool]]:
        """CLM01 and whether the claim is good, in order."""
        return [
            (name, good)
            for number, providers in enumerate(self.transactions, 1)
            for name, good in _claims(providers, number)
        ]


def _claims(providers: tuple[Provider, ...], number: int) -> Iterator[tuple[str, bool]]:
    for p, provider in enumerate(providers):
        for s, subscriber in enumerate(provider.subscribers):
            for d, patient in enumerate((Patient(subscriber.own), *subscriber.dependents)):
                for c, good in enumerate(patient.claims):
                    yield f"T{number}P{p}S{s}D{d}C{c}", good


def _body(providers: tuple[Provider, ...], number: int) -> Iterator[str]:
    names, hl = _claims(providers, number), 0
    for p, provider in enumerate(providers):
        hl += 1
        billing = hl
        yield f"HL*{hl}**20*1"
        if provider.more:
            yield "PRV*BI*PXC*207N00000X"
        yield f"NM1*85*2*CLINIC {p}*****XX*1234567893"
        yield from b.BILLING[2:]
        if provider.more:
            yield from ("NM1*87*2", "N3*9 PAY ROAD", "N4*TESTVILLE*IL*627010001")
            yield from ("NM1*PE*2*PAY PLAN*****PI*PLAN1", "N3*8 PLAN ROAD", "N4*TESTVILLE*IL*627010001", "REF*2U*P1")
        for s, subscriber in enumerate(provider.subscribers):
            hl += 1
            parent = hl
            own = bool(subscriber.own) or not subscriber.dependents
            yield f"HL*{hl}*{billing}*22*{int(bool(subscriber.dependents))}"
            yield f"SBR*P*{'18' if own else ''}*******CI"
            yield f"NM1*IL*1*SAMPLE*SAM{s}****MI*TEST{p}{s}00"
            yield from b.SUBSCRIBER[3:]
            yield from _some(subscriber.own, names)
            for patient in subscriber.dependents:
                hl += 1
                yield from (f"HL*{hl}*{parent}*23*0", "PAT*19", "NM1*QC*1*SAMPLE*KIM")
                yield from ("N3*2 TEST ROAD", "N4*TESTVILLE*IL*62701", "DMG*D8*20150101*F")
                yield from _some(patient.claims, names)


def _some(claims: tuple[bool, ...], names: Iterator[tuple[str, bool]]) -> Iterator[str]:
    for _ in claims:
        name, good = next(names)
        first, *others = b.claim(name)
        yield first if good else first.replace("*100*", "*101*")
        yield from others


_claim_lists = st.lists(st.booleans(), max_size=3).map(tuple)
_subscribers = st.builds(Subscriber, _claim_lists, st.lists(st.builds(Patient, _claim_lists), max_size=2).map(tuple))
_providers = st.builds(Provider, st.lists(_subscribers, min_size=1, max_size=3).map(tuple), st.booleans())
layouts = st.builds(
    Layout,
    st.lists(st.lists(_providers, min_size=1, max_size=3).map(tuple), min_size=1, max_size=2).map(tuple),
)
