"""The check of the translations finds each fault that it is there for."""

from pathlib import Path

import pytest

from tools import catalogues
from tools.catalogues import Key, Sentence

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


def sentence(*forms: str, template: bool = True) -> Sentence:
    return Sentence(forms=forms, place="templates/a.html:1", is_template=template)


SOURCE = {
    Key(None, "Save"): sentence("Save"),
    Key(None, "By %(name)s"): sentence("By %(name)s"),
    Key(None, "One goal"): sentence("One goal", "%(num)d goals"),
}
GOOD = (
    'msgid "Save"\nmsgstr "Bewaren"\n\n'
    'msgid "By %(name)s"\nmsgstr "Door %(name)s"\n\n'
    'msgid "One goal"\nmsgid_plural "%(num)d goals"\nmsgstr[0] "Een doel"\nmsgstr[1] "%(num)d doelen"\n'
)


def wrong(folder: Path, **files: str) -> list[str]:
    """What the check says about Dutch catalogues with these entries."""
    messages = folder / "nl" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    for name, entries in files.items():
        (messages / f"{name}.po").write_text(HEADER + entries)
    return list(catalogues.check_language(folder / "nl", SOURCE))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    return tmp_path


def test_complete_catalogues_pass(folder: Path) -> None:
    save, rest = GOOD.split("\n\n", maxsplit=1)
    assert wrong(folder, pages=save, goals=rest) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('msgstr "Bewaren"', 'msgstr ""', "has no translation"),
        ('msgid "Save"', '#, fuzzy\nmsgid "Save"', "is marked fuzzy"),
        ('msgid "Save"\nmsgstr "Bewaren"', "", "is not translated to nl"),
        ('msgid "Save"', 'msgid "Stop"\nmsgstr "Stoppen"\n\nmsgid "Save"', "no longer stands in the source"),
        ('msgid "Save"', '#~ msgid "Stop"\n#~ msgstr "Stoppen"\n\nmsgid "Save"', "has obsolete sentences"),
        ("Door %(name)s", "Door %(naam)s", "fills in ['naam'] where the source has ['name']"),
        ("Door %(name)s", "Door iemand", "fills in [] where the source has ['name']"),
        ("Bewaren", "100 % bewaren", "cannot be filled in"),
        ('msgstr[1] "%(num)d doelen"', 'msgstr[1] ""', "has no translation"),
        ('msgstr[1] "%(num)d doelen"\n', "", "has no translation"),
    ],
)
def test_each_fault_is_found(folder: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    (fault,) = wrong(folder, pages=GOOD.replace(old, new))
    assert said in fault


def test_a_sentence_is_translated_in_one_place(folder: Path) -> None:
    (fault,) = wrong(folder, pages=GOOD, goals='msgid "Save"\nmsgstr "Opslaan"\n')
    assert "is translated in goals.po too" in fault


def test_sentences_are_found_in_templates_and_in_the_package(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogues, "ROOT", folder)
    (folder / "pyproject.toml").write_text((Path(__file__).parents[2] / "pyproject.toml").read_text())
    for path, text in {
        "templates/_macros/a.html": '{{ _("In a macro") }}',
        "toc/web/texts/goals.py": 'TEXTS = {"a": _l("In a text"), "b": ngettext("One", "More", 2)}',
        "node_modules/a/toc/a.py": '_("Not ours")',
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    found = {key.text: sentence.forms for key, sentence in catalogues.sentences().items()}
    assert found == {"In a macro": ("In a macro",), "In a text": ("In a text",), "One": ("One", "More")}
