"""Measurements of the house against limits measured in the same run: ``python -m benchmarks [names…]``.

Every figure says what it is: CPU milliseconds where the machine may be shared, seconds and bytes elsewhere. Nothing
here talks to anything but this machine, and everything is stored below ``var/bench``.
"""
