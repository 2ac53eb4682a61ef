"""PKCS #11 libraries: those that are configured, else those that vendors are known to install under these names."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

# File names that tokens of Vietnamese authorities and of their makers come with. One that is not here is named in
# config.toml (``modules = ["…"]``).
WINDOWS = (
    "gclib.dll", "gca01csp11.dll", "bit4xpki.dll", "bit4ipki.dll",  # Ban Cơ yếu Chính phủ
    "vnptca_p11_v8.dll", "vnptca_p11_v6.dll", "vnpt-ca_v34.dll",  # VNPT-CA
    "viettel-ca_v6.dll", "viettel-ca_v5.dll", "viettel-ca_v4.dll", "viettel-ca.dll",  # Viettel-CA
    "BkavCA.dll", "BkavCAv2S.dll", "fptca_v3.dll", "fpt-ca.dll", "CA2_v34.dll", "nca_v6.dll", "smartsign.dll",
    "eTPKCS11.dll", "eps2003csp11.dll", "wdpkcs.dll", "opensc-pkcs11.dll",  # SafeNet, Feitian, Watchdata, OpenSC
)  # fmt: skip
LINUX = (
    "libgclib.so", "libbit4xpki.so", "libbit4ipki.so", "libvnptca_p11_v8.so", "libviettel-ca_v5.so",
    "libeTPkcs11.so", "libeToken.so", "libcastle.so", "libcastle.so.1.0.0", "libwdpkcs.so", "opensc-pkcs11.so",
)  # fmt: skip
LINUX_FOLDERS = (
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/pkcs11",
    "/opt/lib",
)


def installed(configured: tuple[str, ...]) -> list[str]:
    """The libraries to ask, each once and only those that are there."""
    candidates = [Path(name) for name in configured] or list(_known())
    return list(dict.fromkeys(str(path) for path in candidates if path.is_file()))


def _known() -> Iterator[Path]:
    if sys.platform == "win32":
        root = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"))
        folders = [root / "System32"]
        yield from (folder / name for folder in folders for name in WINDOWS)
    else:
        yield from (Path(folder) / name for folder in LINUX_FOLDERS for name in LINUX)
