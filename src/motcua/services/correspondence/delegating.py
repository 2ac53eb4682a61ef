"""Documents as a matter that a limited delegation (uỷ quyền có phạm vi) may name; unnamed it gives none of them."""

from django.utils.translation import gettext_lazy as _

from motcua.people.officers.wholes import Whole

DOCUMENTS = Whole("documents", _("Documents"), _("Documents in and documents out"), order=30)
MATTERS = DOCUMENTS.matters
desk_of = DOCUMENTS.desk_of
