"""Processes that read files from anywhere: bounded in memory and time, and quiet.

A file can be made to cost its reader anything. Who reads such files does so in a process of its own that has called
:func:`bound` and :func:`allow`: it dies by itself, and nothing else with it.
"""

import logging
import math
import resource
import signal


def bound(memory: int, *, files: int = 0) -> None:
    """Refuse this process, and those that it starts, more than ``memory`` bytes, core dumps, and files of more than
    ``files`` bytes; and keep it quiet.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (files, files))
    # What a hostile file makes a library say belongs in no log.
    logging.disable(logging.CRITICAL)


def allow(seconds: int, *, by_the_clock: bool = True) -> None:
    """Let this process die after so many seconds from now, of CPU or (unless who asks it looks at it) by the clock."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    ends = math.ceil(used.ru_utime + used.ru_stime) + seconds
    # The hard limit stays: beyond it the kernel would kill without saying why.
    resource.setrlimit(resource.RLIMIT_CPU, (ends, resource.RLIM_INFINITY))
    if by_the_clock:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)


def rest() -> None:
    """Until the next file the clock does not run."""
    signal.alarm(0)
