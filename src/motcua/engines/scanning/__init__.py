"""Scanning (số hóa giấy tờ): pictures and files of a paper become one straight PDF with a text layer, and are read.

``straighten`` (pure, on pictures) → ``making`` (pages, joined and recognised; in a process of its own, ``isolated``) →
``running`` (asks that process) → ``actions`` (what stands in the database) → ``takers`` (the room that asked gets it).
``papers`` and ``reading`` know the kinds of papers and find their facts in a text.
"""
