"""An axis in the provincial shape, for tests and demonstrations."""
