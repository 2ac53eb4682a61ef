"""A remote signing service that waits for its signer; a test says what the signer does."""

from typing import ClassVar

from motcua.engines.signing import software
from motcua.engines.signing.providers import (
    Holder,
    Item,
    Outcome,
    ProvidedCertificate,
    Provider,
    Waiting,
    register,
    registry,
)

CODE = "simulator"


@register(CODE)
class Simulator(Provider):
    """Keys are those of the software provider; ``answers`` maps a reference to what poll gives, default waiting."""

    answers: ClassVar[dict[str, Outcome]] = {}
    cancelled: ClassVar[list[str]] = []

    def certificates(self, holder: Holder) -> list[ProvidedCertificate]:
        return registry[software.CODE].certificates(holder)

    def start(self, key_reference: str, items: tuple[Item, ...]) -> Outcome:
        self.answers["signed"] = registry[software.CODE].start(key_reference, items)
        return Waiting("request-1")

    def poll(self, reference: str) -> Outcome:
        return self.answers.get(reference, Waiting(reference))

    def cancel(self, reference: str) -> None:
        self.cancelled.append(reference)
