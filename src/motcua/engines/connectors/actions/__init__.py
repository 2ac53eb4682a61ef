"""What can happen to systems, calls and consents."""

from motcua.engines.connectors.actions.calls import Question, ask, ask_again, leave_out
from motcua.engines.connectors.actions.consents import give, withdraw
from motcua.engines.connectors.actions.systems import save, switch

__all__ = ["Question", "ask", "ask_again", "give", "leave_out", "save", "switch", "withdraw"]
