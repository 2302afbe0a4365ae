"""Reply mails: a projection of the event log to commenters who asked for them and confirmed their address."""
