"""Who may sign in to the demonstration, for the terminal."""

from motcua.people.accounts.models import Account
from motcua.site.demo import files
from motcua.site.demo.building import is_built
from motcua.site.demo.people import PASSWORD

HEAD = ("Tên đăng nhập", "Họ và tên", "Thử")


def sign_in_table() -> str:
    """Usernames with what is worth trying; empty where this is no demonstration."""
    if not files.are_here() or not is_built():
        return ""
    tries: dict[str, str] = files.settings()["try"]
    names = dict(Account.objects.filter(username__in=tries).values_list("username", "display_name"))
    rows = [HEAD, *((username, names.get(username, ""), what) for username, what in tries.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}" for row in rows]
    return "\n".join([*lines, f"Mật khẩu của mọi tài khoản: {PASSWORD}"])
