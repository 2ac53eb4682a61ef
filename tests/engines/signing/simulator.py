"""A remote signing service that waits for its signer; a test says what the signer does."""

from typing import ClassVar

from motcua.engines.signing.providers import software
from motcua.engines.signing.providers.interface import (
    Means,
    Outcome,
    ProvidedCertificate,
    Provider,
    Request,
    Unavailable,
    Waiting,
)
from motcua.engines.signing.providers.registry import register, registry

CODE = "simulator"


@register(CODE, standing=True)
class Simulator(Provider):
    """Keys are those of the software provider; ``answers`` maps a reference to what poll gives, default waiting."""

    title = "Simulated service"
    answers: ClassVar[dict[str, Outcome]] = {}
    cancelled: ClassVar[list[str]] = []
    silent: ClassVar[bool] = False

    def certificates(self, means: Means) -> list[ProvidedCertificate]:
        self._answer()
        return registry[software.CODE].certificates(means)

    def start(self, request: Request) -> Outcome:
        self._answer()
        self.answers["signed"] = registry[software.CODE].start(request)
        return Waiting("request-1")

    def poll(self, request: Request, reference: str) -> Outcome:
        self._answer()
        return self.answers.get(reference, Waiting(reference))

    def cancel(self, request: Request, reference: str) -> None:
        self._answer()
        self.cancelled.append(reference)

    def _answer(self) -> None:
        if self.silent:
            raise Unavailable("the simulated service is silent")
