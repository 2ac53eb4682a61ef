"""What programs need that judge files without the house: translated texts, certificates from files, answers."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


def configure_texts() -> None:
    """Only what translated texts need: neither a database nor the house's secrets. Nothing where Django is set up."""
    import django
    from django.conf import settings

    if not settings.configured:
        locale = Path(__file__).parents[2] / "locale"  # of the whole house
        settings.configure(USE_I18N=True, LANGUAGE_CODE="en", LOCALE_PATHS=[str(locale)])
        django.setup()


def certificates_in_files(given: Path) -> Iterator[bytes]:
    """Every certificate of a file or of the files of a folder, as DER. Raises ``click.ClickException``."""
    paths = sorted(path for path in given.iterdir() if path.is_file()) if given.is_dir() else [given]
    for path in paths:
        content = path.read_bytes()
        try:
            if b"-----BEGIN CERTIFICATE-----" in content:
                found = x509.load_pem_x509_certificates(content)
            else:
                found = [x509.load_der_x509_certificate(content)]
        except ValueError as error:
            raise click.ClickException(f"{path} is no certificate in PEM or DER.") from error
        yield from (each.public_bytes(Encoding.DER) for each in found)


def echo_json(told: Mapping[str, Any]) -> None:
    """Print a line of JSON, with escapes where the terminal's charset, or a file's name, asks for them."""
    line = json.dumps(told, ensure_ascii=False)
    try:
        line.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        line = json.dumps(told)
    click.echo(line)
