"""Fills a token of SoftHSM: a program of its own (``softhsm``) that loads nothing but what it needs."""

import base64
import json
import sys


def fill() -> None:
    """Write the objects of the task on standard input into its token."""
    import pkcs11  # not in the process that only names this module
    from pkcs11 import Attribute
    from pkcs11.util.ec import decode_ec_private_key
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate, decode_x509_public_key

    task = json.load(sys.stdin)
    token = pkcs11.lib(task["module"]).get_token(token_label=task["label"])
    with token.open(rw=True, user_pin=task["pin"]) as session:
        for each in task["objects"]:
            key, certificate = (base64.b64decode(each[name]) for name in ("key", "certificate"))
            names = {Attribute.LABEL: each["label"], Attribute.ID: bytes.fromhex(each["id"]), Attribute.TOKEN: True}
            private = decode_rsa_private_key(key) if each["label"] == "rsa" else decode_ec_private_key(key)
            hidden = {
                Attribute.PRIVATE: True,
                Attribute.SENSITIVE: True,
                Attribute.EXTRACTABLE: False,
                Attribute.SIGN: True,
            }
            session.create_object({**private, **names, **hidden})
            session.create_object({**decode_x509_public_key(certificate), **names, Attribute.PRIVATE: False})
            session.create_object({**decode_x509_certificate(certificate), **names, Attribute.PRIVATE: False})


if __name__ == "__main__":
    fill()
