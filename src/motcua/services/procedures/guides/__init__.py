"""Guides ("which procedure do I need"): questions with typed answers, and a decision over them.

A guide is a small package: ``guide.yaml`` with the questions and the outcomes, and a ZEN decision that maps answers to
outcomes. It is checked whole, over every way through its questions, before it is stored.
"""
