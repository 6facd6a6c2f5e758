"""The shared kernel: what Cairn's services agree on beside the protos, and the chassis does not know."""
