"""Replay: a web server's access log, sent as clicks through the public batch endpoint.

A line goes source -> access_log (parse) -> selection (is it a reader's click?) -> replayer (batches) -> target (HTTP);
position keeps how far it came, tally counts what became of it.
"""

from comments_service.replay.command import replay_command

__all__ = ["replay_command"]
