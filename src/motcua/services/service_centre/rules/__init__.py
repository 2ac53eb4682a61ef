"""Pure decisions of a service centre."""
