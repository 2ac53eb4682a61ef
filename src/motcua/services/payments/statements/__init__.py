"""Bank statements (sao kê): what came in, read from the forms in which banks hand them out."""

from motcua.services.payments.statements.lines import Read, StatementLine, with_keys
from motcua.services.payments.statements.reading import read_statement

__all__ = ["Read", "StatementLine", "read_statement", "with_keys"]
