"""Announcements as sound, made by espeak-ng (Debian: ``espeak-ng``) and kept: a number is spoken often, made once."""

import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused

PROGRAM = "espeak-ng"
VOICE, WORDS_A_MINUTE = "vi", "135"
SECONDS = 20


class NoVoice(Refused):
    """The program is not there; the message says how to get it."""

    status = 503
    default_code = "no_voice"


def is_there() -> bool:
    """Whether announcements can be spoken on this machine."""
    return shutil.which(PROGRAM) is not None


def spoken(text: str) -> Path:
    """The sound file of a sentence (WAV), from the folder of those made before, else made now.

    Raises :class:`NoVoice` where espeak-ng is absent, ``CalledProcessError`` when it fails.
    """
    path: Path = settings.SPEECH_ROOT / f"{sha256(f'{VOICE} {WORDS_A_MINUTE} {text}'.encode()).hexdigest()[:32]}.wav"
    if path.exists():
        return path
    program = shutil.which(PROGRAM)
    if program is None:
        raise NoVoice(_("Announcements need the program espeak-ng: sudo apt-get install espeak-ng"))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder) / "made.wav"
        command = [program, "-v", VOICE, "-s", WORDS_A_MINUTE, "-w", str(made), "--", text]
        subprocess.run(command, check=True, timeout=SECONDS, capture_output=True)  # noqa: S603 - text is one argument
        os.replace(made, path)  # nobody ever hears half a file
    return path
