"""Tasks as a matter that a limited delegation (uỷ quyền có phạm vi) may name; unnamed it gives none of them.

The document that a task comes from is a document: who is to read it as well has documents named, too.
"""

from django.utils.translation import gettext_lazy as _

from motcua.people.officers.wholes import Whole

TASKS = Whole("tasks", _("Tasks"), _("Tasks that are ordered, done and accepted"), order=40)
desk_of = TASKS.desk_of
