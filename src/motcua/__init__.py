"""motcua: one door to government (một cửa)."""

__version__ = "0.1.0"
