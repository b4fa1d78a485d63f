"""Payer profiles for tests: rows to a profile, profiles to a file, a file to a folder."""

from pathlib import Path

from curette.codes.payers import Profiles, profiles

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<payers>\n'


def profile(id: str, *rows: str, **more: str) -> str:
    """A profile, its rows one a line; `more` are its attributes ("like")."""
    attributes = "".join(f' {name}="{value}"' for name, value in more.items())
    inner = "".join(f"{row[:-2]} source='practice'/>\n" for row in rows)
    return f'<profile id="{id}" name="Ours"{attributes} source="practice">\n{inner}</profile>\n'


def put(folder: Path, *found: str, name: str = "own.xml") -> Path:
    """The folder with a file of these profiles; line 3 is the first profile, line 4 its first row."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"{HEAD}{''.join(found)}</payers>\n", "utf-8")
    return folder


def read(folder: Path, *found: str) -> Profiles:
    """What is read with these laid over the built-in ones."""
    return profiles(put(folder, *found))
