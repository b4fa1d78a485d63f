"""TA1: whether an interchange was taken, where its sender asks (ISA14 is 1) or it was not."""

from collections.abc import Iterable
from datetime import date

from attrs import define

from curette.codes.acknowledgements import acknowledgements
from curette.findings import Finding, Severity
from curette.release.files import Outgoing
from curette.release.numbers import Numbers
from curette.release.reply import Form, isa_elements, number
from curette.x12.transaction import Interchange

_CUT, _RIGHT, _OTHER = "023", "000", "024"


@define(eq=False)
class InterchangeAnswers:
    """A file of TA1, each in an interchange of its own."""

    out: Outgoing
    numbers: Numbers
    day: date

    def answer(self, interchange: Interchange, findings: Iterable[Finding]) -> None:
        """One interchange with what was found around its groups."""
        values, told = isa_elements(interchange), list(findings)
        errors = [finding for finding in told if finding.severity is Severity.ERROR]
        refused = bool(errors) or not interchange.tail  # without IEA it was cut off
        if values[14] != "1" and not refused:
            return
        note = next(filter(None, (acknowledgements().note("interchange", f) for f in errors or told)), "")
        note = note or ((_OTHER if errors else _CUT) if refused else _RIGHT)
        code = "R" if refused else "A" if note == _RIGHT else "E"
        form, control = Form.of(interchange.delimiters), self.numbers.interchange(number(values[13]))
        self.out.write(form.isa(values, control, self.day))
        self.out.write(form.segment("TA1", values[13], values[9], values[10], code, note))
        self.out.write(form.segment("IEA", "0", control))
