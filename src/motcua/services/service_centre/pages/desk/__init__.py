"""The officers' pages of the service centre."""
