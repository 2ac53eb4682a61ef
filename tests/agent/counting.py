"""The agent with tokens that count wrong PINs and block at the third, as real ones do and SoftHSM does not.

Run as ``python -m tests.agent.counting serve …``. Everything but the count is SoftHSM's.
"""

from typing import Any, ClassVar

import pkcs11
from pkcs11 import TokenFlag
from pkcs11.exceptions import PinIncorrect, PinLocked

from motcua_token_agent.cli import main

MOST = 3


class Counting:
    """A library, slot or token of SoftHSM; a token also counts."""

    failed: ClassVar[int] = 0

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def get_slots(self, token_present: bool = False) -> list[Any]:
        return [Counting(slot) for slot in self._real.get_slots(token_present=token_present)]

    def get_token(self) -> Any:
        return Counting(self._real.get_token())

    @property
    def slot(self) -> Any:
        return Counting(self._real.slot)

    @property
    def flags(self) -> TokenFlag:
        flags = self._real.flags & ~TokenFlag.USER_PIN_COUNT_LOW
        by_count = {1: TokenFlag.USER_PIN_COUNT_LOW, 2: TokenFlag.USER_PIN_FINAL_TRY, 3: TokenFlag.USER_PIN_LOCKED}
        return TokenFlag(flags | by_count.get(Counting.failed, TokenFlag(0)))

    def open(self, user_pin: Any = None, **options: Any) -> Any:
        if user_pin is not None and Counting.failed >= MOST:
            raise PinLocked
        try:
            return self._real.open(user_pin=user_pin, **options)
        except PinIncorrect:
            Counting.failed += 1
            raise


if __name__ == "__main__":
    real = pkcs11.lib
    pkcs11.lib = lambda name: Counting(real(name))  # type: ignore[assignment,return-value]
    main()
