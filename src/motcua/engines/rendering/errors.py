"""Why a document could not be made."""


class RenderingError(Exception):
    """The template or its data cannot be set; the message is for the person who keeps the template."""


class UnsupportedCharacter(RenderingError):
    """The data hold a character that the document's font does not have; it would be lost in print."""

    def __init__(self, characters: str) -> None:
        super().__init__(f"no font of the house has {characters!r}")
        self.characters = characters


class FontsMissing(RenderingError):
    """The font files are not there: typst would take others without a word, so nothing is set at all."""


class UnsafeTemplate(RenderingError):
    """A template that reaches outside its own files, or a file that is not what it should be."""
