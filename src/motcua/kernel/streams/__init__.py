"""Pages that change while they are looked at (server-sent events).

A room registers a *topic*: who may follow one of its objects, and how the object is drawn. Where an object changes,
the room's action says so (:func:`topics.tell`), in its transaction. A small process of its own (``motcua streams``)
hears it from PostgreSQL, draws the object once, and sends the whole drawing to everybody who follows it. So a follower
who was away for a while is right again with the first message: there is nothing to catch up with.
"""
