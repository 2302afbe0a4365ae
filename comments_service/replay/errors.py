"""The one error of a replay."""

import click


class ReplayStopped(click.ClickException):
    """A replay ends before its file does. The message is a sentence that says what to do; the position is kept."""
