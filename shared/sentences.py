"""Sentences: how a command ends where a service would answer with a problem."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from shared.errors import RedianError


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """End the command with an error's sentence; around a block, or as a decorator around a whole command."""
    try:
        yield
    except RedianError as error:
        raise click.ClickException(error.detail) from error
