"""How a question gets to a system: over HTTP, or as a file in a folder."""
