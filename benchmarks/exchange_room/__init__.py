"""A room that only exchanges documents, so that the measurement is of the exchange and not of what a room does."""
