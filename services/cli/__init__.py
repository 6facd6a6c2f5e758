"""The command line `cairn`: talks REST to the gateway, for people in tables and for programs in JSON."""
