"""Uploads on their way in: what is larger than any file may be is not even written to disk."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Writes uploads to temporary files, and gives a request up that brings twice ``settings.MAX_UPLOAD_BYTES``.

    A form is read before anybody is asked who they are: without this bound a stranger could fill the disk. Up to it,
    a file that is too large is refused in words beside what else was typed (``files.received``).
    """

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Raises ``RequestDataTooBig``, which Django answers with 400."""
        self.received += len(raw_data)
        if self.received > 2 * settings.MAX_UPLOAD_BYTES:
            self.upload_interrupted()
            raise RequestDataTooBig("the files of this request are larger than any file may be")
        return super().receive_data_chunk(raw_data, start)
