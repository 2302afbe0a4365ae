"""The event log and the boards on a Redis Cluster: three masters, a replica of each, on loopback."""
