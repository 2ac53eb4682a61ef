"""A signer of another agency asked through the exchange (máy chủ ký của cơ quan khác, qua trục liên thông).

One house sends ``sign.request``, the other lays it on its signer's desk and sends ``sign.answer`` when it is settled.
What goes over are signed attributes, the texts to show, and the documents for the signer's eyes, each in a message of
its own after the request.
"""

REQUEST, ANSWER = "sign.request", "sign.answer"
