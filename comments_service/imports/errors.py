"""The errors of an import."""

import click


class ImportStopped(click.ClickException):
    """An import ends, and nothing of the file is stored. The message is a sentence that says what is wrong."""


class RefusedError(ValueError):
    """One row cannot be imported; the message is the reason, without the row's content."""
