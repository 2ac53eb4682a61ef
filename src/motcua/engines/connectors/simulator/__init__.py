"""A line system on this machine, for tests and demonstrations."""
