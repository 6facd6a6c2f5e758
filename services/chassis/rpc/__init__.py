"""gRPC, the one way that services are asked: servers, clients, and what a refusal looks like on the wire."""
