"""The OpenAPI 3.1 document of an API, written from its operations: what is declared there is checked, answered and documented."""

from gateway.http.openapi.document import document, document_bytes

__all__ = ["document", "document_bytes"]
