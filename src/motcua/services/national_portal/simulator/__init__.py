"""The national portal as it is seen over HTTP, for tests and demonstrations: it checks every field, and can fail."""
