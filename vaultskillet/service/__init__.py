"""The daemon as a service that the system starts at log-in: a systemd unit, a launchd agent."""
