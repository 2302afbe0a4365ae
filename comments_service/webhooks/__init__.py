"""Webhooks: a projection of the event log to addresses that portals name, signed and repeated until they answer."""
