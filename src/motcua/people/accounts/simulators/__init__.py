"""Identity providers as they are seen over HTTP, for tests and demonstrations."""
