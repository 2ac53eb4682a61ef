"""Search over documents: their words with the tokens of who may find them; one index answers both.

``entries`` writes what the index holds, ``contents`` reads the files into it, ``finding`` asks.
"""

from motcua.services.correspondence.searching.contents import give_up_unread, read_contents, unread
from motcua.services.correspondence.searching.entries import DIRECTIONS, index_all, index_incoming, index_outgoing
from motcua.services.correspondence.searching.finding import CAP, Found, Hit, Place, search

__all__ = [
    "CAP",
    "DIRECTIONS",
    "Found",
    "Hit",
    "Place",
    "give_up_unread",
    "index_all",
    "index_incoming",
    "index_outgoing",
    "read_contents",
    "search",
    "unread",
]
