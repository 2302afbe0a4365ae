"""Accounts of the desk: who signs in with a password, as what, for which channels."""
