"""Pages travel compressed: a slow line carries a fifth of them."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages for whoever takes gzip.

    Django adds bytes of random length, so that the size of an answer tells nothing of what is in it (BREACH). Files
    and streams go as they are: most files are compressed already, and a browser may ask for a part of one.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress ``text/html`` that is known as a whole."""
        kind = response.headers.get("Content-Type", "")
        if not isinstance(response, HttpResponse) or not kind.startswith("text/html"):
            return response
        return super().process_response(request, response)
