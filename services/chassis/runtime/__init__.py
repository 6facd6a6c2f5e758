"""What every process has: configuration, a clock, logs and metrics, a way to start and stop."""
