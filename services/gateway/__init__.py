"""The edge: REST over the services, sign-in, problems, and the document that says all of it."""
