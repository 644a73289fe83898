"""The one way in which the domain says no."""


class DomainError(Exception):
    """A rule was broken; the web makes the sentence.

    Attributes:
        key: which rule, for example ``link.cycle``; the web has one sentence per key and language.
        params: the values that the sentence names.
    """

    def __init__(self, key: str, **params: object) -> None:
        """Remember the rule and its values."""
        super().__init__(key)
        self.key = key
        self.params = params
