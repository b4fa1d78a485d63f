"""Pages of HTML that stand alone: one file, no network, every value escaped, and a policy that lets nothing else run.

A page is a template of `templates/` that extends base.html. Its styles and script are files beside it; they are put
into the page, and its content security policy names their hashes: a style or handler in a value would do nothing.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from curette.reports.plain import grouped, printable


def page(template: str, *, styles: tuple[str, ...] = (), scripts: tuple[str, ...] = (), **values: Any) -> Iterator[str]:
    """The page in pieces. `styles` go after base.css; `values` are what the template names."""
    style = "".join(_file(name) for name in ("base.css", *styles))
    script = "".join(_file(name) for name in scripts)
    runs = _hash(script) if script else "'none'"
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {runs}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    made = _environment().get_template(template)
    yield from made.generate(policy=policy, style=style, script=script, **values)


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> Environment:
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.loader = FunctionLoader(_file)
    made.filters |= {"money": grouped, "safe_text": printable}
    return made


def _file(name: str) -> str:
    return (files("curette.reports") / "templates" / name).read_text("utf-8")
