"""Decisions about documents, without database, clock or request."""
