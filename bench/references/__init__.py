"""What Redian is measured beside: constant answers, and the same work done the usual way."""
