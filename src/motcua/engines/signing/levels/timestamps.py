"""Time stamps of an authority (dấu thời gian, RFC 3161)."""

import httpx
from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from motcua.engines.signing.levels.fetching import Unreachable, ask

HASH = "sha256"


class HttpTimeStamper(TimeStamper):
    """Asks one authority after the other until one answers.

    It works without a loop of its own: who stamps many documents in a job waits for each.
    """

    def __init__(self, client: httpx.Client, urls: list[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.client = client
        self.urls = urls

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send one request. Raises :class:`Unreachable` when no authority gives what can be read."""
        problems = []
        for url in self.urls:
            try:
                return tsp.TimeStampResp.load(self._ask(url, req.dump()), strict=True)
            except (Unreachable, ValueError) as error:
                problems.append(str(error))
        raise Unreachable("; ".join(problems) or "no time-stamp authority is configured (MOTCUA_TSA_URL)")

    def _ask(self, url: str, request: bytes) -> bytes:
        return ask(self.client, url, content=request, media_type="application/timestamp-query")

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A token over a digest. Raises :class:`Unreachable` for a refusal or a token over anything else."""
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
            stamped = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
        except (TimestampRequestError, ValueError, TypeError, AttributeError) as error:
            raise Unreachable(f"the time-stamp authority refused: {error}") from error
        if stamped != (md_algorithm, message_digest):
            raise Unreachable("the time-stamp authority stamped something else")
        return token

    async def certificates(self) -> list[bytes]:
        """The certificates (DER) that come with a token, the authority's own first. Asks once."""
        token = await self.async_dummy_response(HASH)
        sent = [each.chosen.dump() for each in token["content"]["certificates"]]
        own = {each.dump() for each in self._certs.values()}
        return sorted(sent, key=lambda der: der not in own)

    @property
    def reserved(self) -> int:
        """Hexadecimal digits to keep free for a token of this authority, once one is known."""
        return 2 * len(self._dummy_response_cache[HASH].dump()) + 2048

    def forget(self) -> None:
        """Ask anew whose stamps these are."""
        self._dummy_response_cache.clear()
        self._certs.clear()
