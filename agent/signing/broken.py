"""What reading damaged bytes raises in the libraries that read PDF, CMS and ASN.1: they promise nothing narrower."""

import logging
import zlib

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator.errors import PathError, ValidationError

# They also tell their logs, tracebacks and all, what is said here in one line: nothing of that is for the terminal.
for name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(name).propagate = False
    logging.getLogger(name).addHandler(logging.NullHandler())

BROKEN: tuple[type[Exception], ...] = (
    PdfError,
    SignatureValidationError,
    PathError,
    ValidationError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    zlib.error,
)
