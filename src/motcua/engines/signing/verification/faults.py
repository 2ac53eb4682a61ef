"""What hostile or damaged files make the libraries raise."""

import binascii
import zlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from lxml import etree
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import CMSExtractionError, CMSStructuralError
from pyhanko.sign.validation.errors import SignatureValidationError
from signxml.exceptions import SignXMLException

from motcua.engines.signing.verification.verdicts import Problem

# A library that reads a file made to break it raises whatever it stumbles over.
UNREADABLE = (
    PdfError,
    CMSExtractionError,
    CMSStructuralError,
    SignatureValidationError,
    SignXMLException,
    InvalidSignature,
    UnsupportedAlgorithm,
    etree.LxmlError,
    binascii.Error,
    zlib.error,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
    AssertionError,
    OSError,
)


class Unverifiable(Exception):
    """Nothing can be said of the file; ``problem`` tells why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem
