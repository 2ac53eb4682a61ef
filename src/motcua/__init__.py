"""motcua: one door to government (một cửa)."""

__version__ = "0.2.0.dev0"
