"""Languages in which questions can be asked besides those of the pages, each by its own name."""

from collections.abc import Mapping
from types import MappingProxyType

PAGES: Mapping[str, str] = MappingProxyType({"nl": "Nederlands", "en": "English"})
"""In which every page and every question is there."""

FURTHER: Mapping[str, str] = MappingProxyType(
    {
        "am": "አማርኛ",
        "ar": "العربية",
        "bg": "Български",
        "ckb": "کوردیی ناوەندی",
        "de": "Deutsch",
        "el": "Ελληνικά",
        "es": "Español",
        "fa": "فارسی",
        "fr": "Français",
        "fy": "Frysk",
        "hi": "हिन्दी",
        "hu": "Magyar",
        "id": "Bahasa Indonesia",
        "it": "Italiano",
        "kmr": "Kurmancî",
        "pap": "Papiamentu",
        "pl": "Polski",
        "ps": "پښتو",
        "pt": "Português",
        "ro": "Română",
        "ru": "Русский",
        "so": "Soomaali",
        "sq": "Shqip",
        "sr": "Српски",
        "srn": "Sranantongo",
        "th": "ไทย",
        "ti": "ትግርኛ",
        "tr": "Türkçe",
        "uk": "Українська",
        "ur": "اردو",
        "vi": "Tiếng Việt",
        "zgh": "ⵜⴰⵎⴰⵣⵉⵖⵜ",
        "zh": "中文",
    }
)
"""By their code (ISO 639); the names are those of the languages themselves."""

_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "ps", "ur"})


def is_known(language: str) -> bool:
    """Tell whether questions can be written in a language."""
    return language in PAGES or language in FURTHER


def name(language: str) -> str:
    """Return what a language calls itself; its code when it is not known here."""
    return PAGES.get(language) or FURTHER.get(language, language)


def direction(language: str) -> str:
    """Return in which direction it is written, as HTML says it: "ltr" or "rtl"."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def best(texts: Mapping[str, str], *wanted: str) -> tuple[str, str]:
    """Return the first language that somebody wants in which a text is there, and the text.

    Args:
        texts: by language.
        wanted: the languages, the most wanted first. After those come the languages of the pages.

    Returns:
        (language, text); ("", "") when it is there in none.
    """
    for language in (*wanted, *PAGES):
        if texts.get(language):
            return language, texts[language]
    return "", ""
