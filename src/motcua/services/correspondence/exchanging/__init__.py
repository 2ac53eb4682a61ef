"""Documents to and from partners: which messages follow from which events, how they are built and taken in."""
