"""Pages of the service centre."""
