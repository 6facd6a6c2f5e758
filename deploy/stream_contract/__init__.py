"""What outsiders may rely on of the event stream, made of the protos and the golden events."""
