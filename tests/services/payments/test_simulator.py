"""``motcua simulate-payments`` in a process of its own."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import httpx

from motcua.services.payments.gateways.interface import Request
from motcua.services.payments.gateways.vnpay import Vnpay
from tests.services.payments.factories import AT


def test_it_prints_a_section_that_the_house_can_use(tmp_path: Path) -> None:
    program = "from motcua.site.cli import main; main()"
    command = [sys.executable, "-c", program, "simulate-payments", "vnpay", "--misbehave", "twice"]
    environment = os.environ | {"MOTCUA_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            printed = ""
            while "secret_file" not in printed:
                line = process.stdout.readline()
                assert line, printed
                printed += line
            section = tomllib.loads(printed)["vnpay"]
            assert Path(section["secret_file"]).stat().st_mode & 0o777 == 0o600
            asked = Request(
                reference="MC1L1", amount=20_000, text="Nop phi", back="http://127.0.0.1/", ip="127.0.0.1", at=AT,
                expires_at=AT,
            )  # fmt: skip
            page = httpx.get(Vnpay(section).address(asked), trust_env=False)
            assert page.status_code == 200
            assert "20.000 VND" in page.text
            assert "value='twice' selected" in page.text
            assert "Chưa có giao dịch" not in httpx.get(section["url"].rsplit("/", 2)[0] + "/operator").text
        finally:
            process.terminate()
    assert process.returncode == 0
