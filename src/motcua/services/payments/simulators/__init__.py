"""Payment gateways as they are seen over HTTP, for tests and demonstrations. No money moves."""
