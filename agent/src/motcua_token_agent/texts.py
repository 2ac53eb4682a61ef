"""What the agent says to the person at the desk, in Vietnamese and in English."""

from motcua_token_agent.questions import PinQuestion, Tries, TrustQuestion

TEXTS = {
    "title": ("Ký bằng USB token", "Sign with the USB token"),
    "asks": (
        "{name} ({origin}) đề nghị ông/bà ký {count} văn bản:",
        "{name} ({origin}) asks you to sign {count} documents:",
    ),
    "asks_one": ("{name} ({origin}) đề nghị ông/bà ký văn bản:", "{name} ({origin}) asks you to sign this document:"),
    "with": ("Chứng thư: {subject}\nUSB token: {token}", "Certificate: {subject}\nUSB token: {token}"),
    "pin": ("Mã PIN của USB token", "PIN of the USB token"),
    "pad": ("Nhập mã PIN trên bàn phím của thiết bị.", "Enter the PIN on the device itself."),
    "sign": ("Ký", "Sign"),
    "refuse": ("Không ký", "Do not sign"),
    "wrong": ("Mã PIN không đúng.", "The PIN is wrong."),
    "low": (
        "Thiết bị chỉ còn cho nhập sai một số ít lần nữa trước khi khóa.",
        "The token takes only a few more wrong PINs before it locks.",
    ),
    "final": (
        "Đây là lần nhập cuối: nếu sai, thiết bị sẽ bị khóa và phải nhờ đơn vị cấp chứng thư mở lại.",
        "This is the last try: after another wrong PIN the token locks, and its issuer has to unlock it.",
    ),
    "trust_title": ("Cho phép trang web dùng USB token?", "May this site use the USB token?"),
    "trust": (
        """Trang {origin} ({name}) lần đầu đề nghị dùng USB token trên máy này.

Mã nhận diện khóa của trang:
{key}

Chỉ cho phép nếu đây là địa chỉ cơ quan vẫn dùng và mã nhận diện đúng như cơ quan thông báo.""",
        """The site {origin} ({name}) asks for the USB token on this machine for the first time.

Fingerprint of the site's key:
{key}

Allow it only if this is the address that your agency uses and the fingerprint is the one it gave you.""",
    ),
    "allow": ("Cho phép", "Allow"),
    "deny": ("Không cho phép", "Do not allow"),
}


def text(sentence: str, language: str, /, **facts: object) -> str:
    """A sentence in a language; any that is not English is Vietnamese."""
    return TEXTS[sentence][1 if language == "en" else 0].format(**facts)


def heading(asked: PinQuestion, language: str) -> str:
    """Who asks for how many signatures."""
    name = "asks_one" if len(asked.titles) == 1 else "asks"
    return text(name, language, name=asked.name, origin=asked.origin, count=len(asked.titles))


def warning(asked: PinQuestion, language: str) -> str:
    """That the PIN was wrong and how many tries are left, as far as the token says; empty when all is well."""
    said = [text("wrong", language)] if asked.wrong else []
    if asked.tries in {Tries.FEW, Tries.LAST}:
        said.append(text(str(asked.tries), language))
    return " ".join(said)


def trust_text(asked: TrustQuestion, language: str) -> str:
    """Whether a site may use the token."""
    return text("trust", language, origin=asked.origin, name=asked.name, key=asked.key)
