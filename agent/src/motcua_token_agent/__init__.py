"""The small program beside the browser that asks a USB token for signatures."""

__version__ = "0.1.0"
