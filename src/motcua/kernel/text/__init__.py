"""Text (văn bản): folding for search, order of names, dates and money as people read them."""

from motcua.kernel.text.dates import local_date, local_datetime, local_time
from motcua.kernel.text.folding import fold, name_sort_key, words
from motcua.kernel.text.money import dong

__all__ = ["dong", "fold", "local_date", "local_datetime", "local_time", "name_sort_key", "words"]
