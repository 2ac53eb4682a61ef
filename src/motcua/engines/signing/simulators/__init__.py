"""Signing services as they are seen over HTTP, for tests and demonstrations: each its own process with its own keys.

A number that ends in one of the codes of :class:`base.Misbehaviour` makes the service misbehave that way, as the test
numbers of real operators do. They sign nothing in earnest: their authority says so in its name.
"""
