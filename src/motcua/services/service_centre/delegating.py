"""The queue as a matter that a limited delegation (uỷ quyền có phạm vi) may name; unnamed it gives nothing there."""

from django.utils.translation import gettext_lazy as _

from motcua.people.officers.wholes import Whole

QUEUE = Whole("queue", _("Service centre"), _("Its queue: giving and calling numbers, supervision"), order=50)
desk_of = QUEUE.desk_of
