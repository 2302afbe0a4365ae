"""Beat: the process that sends a tick to every consumer each second."""
