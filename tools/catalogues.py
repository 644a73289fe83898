"""The translations: `compile` makes the .mo files, `check` says what is missing or wrong in them.

English is the language of the source, so only other languages have catalogues: one .po file per concept
in `toc/translations/<language>/LC_MESSAGES`. Each sentence is translated in exactly one of them.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("toc", "templates")
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2), "_l": None, "_n": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)")


class Key(NamedTuple):
    """What a translation is found by."""

    context: str | None
    text: str


class Sentence(NamedTuple):
    """A sentence of the source with one place where it stands."""

    forms: tuple[str, ...]
    """The sentence, or its singular and plural."""
    place: str
    is_template: bool
    """Templates fill in placeholders always, so that a bare percent sign breaks the page."""


class AnyValue:
    """Stands for every placeholder, to see whether a sentence can be filled in."""

    def __getitem__(self, name: str) -> int:
        """Return a number: it passes as text, whole number and fraction."""
        return 1


def sentences() -> dict[Key, Sentence]:
    """Return every sentence that is marked for translation in the package and the templates."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    about = {"pattern", "method"}
    options = {
        mapping["pattern"]: {name: value for name, value in mapping.items() if name not in about}
        for mapping in mappings
    }

    def is_source(folder: str) -> bool:
        parts = Path(folder).relative_to(ROOT).parts
        return not parts or (parts[0] in SOURCES and parts[1:2] != ("static",))

    found: dict[Key, Sentence] = {}
    for file, line, message, _, context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, directory_filter=is_source
    ):
        forms = (message,) if isinstance(message, str) else tuple(message)
        key = Key(context, forms[0])
        if key not in found or len(forms) > len(found[key].forms):
            found[key] = Sentence(forms, f"{file}:{line}", file.endswith((".html", ".txt")))
    return found


def read(po: Path) -> Catalog:
    """Return a catalogue; a file that cannot be read raises PoFileError or ValueError."""
    with po.open("rb") as file:
        return read_po(file, locale=po.parent.parent.name, domain=po.stem, abort_invalid=True)


def translations(language: Path) -> Iterator[tuple[Path, Catalog]]:
    """Yield each catalogue of a language with its file."""
    for po in sorted((language / "LC_MESSAGES").glob("*.po")):
        yield po, read(po)


def languages() -> list[Path]:
    """Return the folders of the languages."""
    return sorted(folder for folder in (ROOT / "toc" / "translations").iterdir() if folder.is_dir())


def placeholders(texts: Iterable[str]) -> set[str]:
    """Return the names that are filled in."""
    return {name for text in texts for name in PLACEHOLDER.findall(text)}


def faults(message: Message, sentence: Sentence, catalogue: Catalog) -> Iterator[str]:
    """Yield what is wrong with one translation of a sentence."""
    forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    if message.fuzzy:
        yield "is marked fuzzy"
    if not forms or not all(forms):
        yield "has no translation"
        return
    if isinstance(message.id, str) != (len(sentence.forms) == 1):
        yield "has a plural on one side only"
        return
    if len(sentence.forms) > 1 and len(forms) != catalogue.num_plurals:
        yield f"needs {catalogue.num_plurals} forms"
    wanted = placeholders(sentence.forms)
    # A singular may say "one" where the plural counts; the general form fills in everything.
    if placeholders(forms) - wanted or placeholders(forms[-1:]) != wanted:
        yield f"fills in {sorted(placeholders(forms))} where the source has {sorted(wanted)}"
    if sentence.is_template or wanted:
        for text in (*sentence.forms, *forms):
            try:
                text % AnyValue()
            except (TypeError, ValueError) as error:
                yield f"cannot be filled in ({error}; write a percent sign as %%): {text!r}"


def check_language(language: Path, source: dict[Key, Sentence]) -> Iterator[str]:
    """Yield a sentence for everything that is wrong in the catalogues of one language."""
    seen: dict[Key, Path] = {}
    for po, catalogue in translations(language):
        name = po.relative_to(ROOT)
        if catalogue.obsolete:
            yield f"{name}: has obsolete sentences (#~): remove them"
        for message in catalogue:
            if not message.id:
                continue
            key = Key(message.context, message.id if isinstance(message.id, str) else message.id[0])
            if key in seen:
                yield f"{name}:{message.lineno}: is translated in {seen[key].name} too: {key.text!r}"
            seen[key] = po
            if key not in source:
                yield f"{name}:{message.lineno}: no longer stands in the source: {key.text!r}"
                continue
            for fault in faults(message, source[key], catalogue):
                yield f"{name}:{message.lineno}: {fault}: {key.text!r}"
    for key, sentence in source.items():
        if key not in seen:
            yield f"{sentence.place}: is not translated to {language.name}: {key.text!r}"


def check() -> list[str]:
    """Return everything that is wrong, in sentences."""
    source = sentences()
    wrong: list[str] = []
    for language in languages():
        try:
            wrong += check_language(language, source)
        except (PoFileError, ValueError) as error:
            wrong.append(f"{language.name}: a catalogue cannot be read: {error}")
    return wrong


def compile_all() -> None:
    """Write a .mo file beside each .po file, and remove those whose source is gone."""
    for language in languages():
        for stale in (language / "LC_MESSAGES").glob("*.mo"):
            if not stale.with_suffix(".po").exists():
                stale.unlink()
        for po, catalogue in translations(language):
            with po.with_suffix(".mo").open("wb") as file:
                write_mo(file, catalogue)


def main(arguments: list[str]) -> int:
    """Run one of the two commands."""
    match arguments:
        case ["compile"]:
            compile_all()
            return 0
        case ["check"]:
            wrong = check()
            print("\n".join(wrong), end="\n" if wrong else "")
            return 1 if wrong else 0
        case _:
            print("Usage: catalogues.py compile | check", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
