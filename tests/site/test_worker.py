"""``motcua worker``: which jobs it may be told to do."""

import pytest
from click.testing import CliRunner

from motcua.site.commands.worker import worker


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--queues", "documents,nothing"], "No jobs wait in nothing"),
        (["--without", "nothing"], "No jobs wait in nothing"),
        (["--queues", "documents", "--without", "scanning"], "not both"),
    ],
)
def test_a_queue_that_nobody_fills_is_no_silent_mistake(options: list[str], said: str) -> None:
    result = CliRunner().invoke(worker, options)
    assert result.exit_code == 2
    assert said in result.output
