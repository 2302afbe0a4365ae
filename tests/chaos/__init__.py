"""Faults under load: a running system, an oracle outside it that knows what was acknowledged, and what is broken.

`make chaos` runs every fault in its long form and writes the report; the tests here are the short form.
"""
