"""The embedded server's folders."""

from pathlib import Path

import pytest

from motcua.site.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError


def test_no_link_that_somebody_laid_is_taken_over(tmp_path: Path) -> None:
    server, target = EmbeddedPostgres(tmp_path / "home"), tmp_path / "target"
    target.mkdir(mode=0o755)
    before = target.stat()
    server.base.parent.mkdir(parents=True, exist_ok=True)
    server.base.symlink_to(target)
    try:
        with pytest.raises(EmbeddedPostgresError, match="belongs to another user"), server.running():
            pass
    finally:
        server.base.unlink()
    after = target.stat()
    assert (after.st_mode, after.st_uid) == (before.st_mode, before.st_uid)
