"""Processes that read files from anywhere: bounded in memory and time, and quiet.

A file can be made to cost its reader anything. Who reads such files does so in a process of its own that has called
:func:`bound` and :func:`allow`: it dies by itself, and nothing else with it.
"""

import logging
import math
import resource
import signal


def bound(memory: int) -> None:
    """Refuse this process more than ``memory`` bytes, core dumps and files, and keep it quiet."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # What a hostile file makes a library say belongs in no log.
    logging.disable(logging.CRITICAL)


def allow(seconds: int) -> None:
    """Let this process die after so many seconds from now, of CPU or by the clock."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    ends = math.ceil(used.ru_utime + used.ru_stime) + seconds
    # The hard limit stays: beyond it the kernel would kill without saying why.
    resource.setrlimit(resource.RLIMIT_CPU, (ends, resource.RLIM_INFINITY))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)


def rest() -> None:
    """Until the next file the clock does not run."""
    signal.alarm(0)
