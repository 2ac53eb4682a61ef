"""The demonstration province Mẫu Sơn: invented people and offices, and dossiers that went through the real actions.

The data stand in ``demo/`` at the root of the repository, so a demonstration is built from a checkout only.
"""

from motcua.site.demo.building import build_once, is_built
from motcua.site.demo.signins import sign_in_table

__all__ = ["build_once", "is_built", "sign_in_table"]
