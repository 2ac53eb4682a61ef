"""Sizes as people read them."""


def size_text(size: int) -> str:
    """``12 kB``, ``1,2 MB``: a size in bytes."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} kB"
    return f"{size / (1024 * 1024):.1f} MB".replace(".", ",")
