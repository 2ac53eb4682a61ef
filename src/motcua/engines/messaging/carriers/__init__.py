"""How messages reach telephones: each carrier of ``messaging.toml`` speaks its own protocol."""

from motcua.engines.messaging.carriers.interface import Carrier, Misconfigured, NotTaken, Text
from motcua.engines.messaging.carriers.registry import carriers

__all__ = ["Carrier", "Misconfigured", "NotTaken", "Text", "carriers"]
