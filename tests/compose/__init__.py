"""The production stack, run for real: docker-compose.yml on an engine, loaded, scaled, killed, saved and restored."""
