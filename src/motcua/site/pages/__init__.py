"""Pages of the house itself: the two home pages, language, errors."""
