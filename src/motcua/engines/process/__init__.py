"""Processes (quy trình): BPMN 2.0 files checked, compiled to an immutable graph and stepped by pure functions."""
