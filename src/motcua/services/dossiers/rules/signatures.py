"""Which signature a step gives a result, and what the result must be for it (Decree 30/2020/NĐ-CP, articles 18, 32).

In this order: initials (ký nháy) of who answers for the text, where the process has them; the signature of the
competent person; number, date and seal. Initials leave a result what it was.
"""

from typing import Final

# By ``motcua:sign`` of the step: the act, and the state of the results that wait for it.
ACTS: Final = {"initials": "initial", "leader": "sign", "seal": "seal"}
WAITING: Final = {"initials": "prepared", "leader": "prepared", "seal": "signed"}
