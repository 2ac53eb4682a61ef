"""Procedure packages: a folder or zip with ``procedure.yaml``, form, process, decisions and result templates.

Reading and checking need no database. What is checked here may be imported; a package with a mistake never is.
"""

from motcua.services.procedures.packages.checks import check, load
from motcua.services.procedures.packages.files import read_zip
from motcua.services.procedures.packages.package import CheckedPackage
from motcua.services.procedures.packages.problems import PackageError, Problem

__all__ = ["CheckedPackage", "PackageError", "Problem", "check", "load", "read_zip"]
