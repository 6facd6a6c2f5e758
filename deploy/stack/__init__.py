"""The whole system on one machine: what `make up` starts, watches and ends."""
