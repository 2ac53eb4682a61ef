"""Work files as a matter that a limited delegation (uỷ quyền có phạm vi) may name; unnamed it gives none of them."""

from django.utils.translation import gettext_lazy as _

from motcua.people.officers.wholes import Whole

WORK_FILES = Whole("work_files", _("Work files"), _("Work files, their handing over and appraisal"), order=45)
desk_of = WORK_FILES.desk_of
