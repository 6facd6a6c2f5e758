"""The consumer: from Kafka to an effect in this service's own database, exactly once.

    consumer = Consumer(settings, name="progress", logs=("goals", "checkins"), effect=effect)
    await consumer.start()

The effect is called with a connection inside a transaction and a batch of events of ONE log and ONE partition, positions
ascending, no repeats. The position goes forward in that same transaction, so the effect is there once or not at all.
What the effect raises decides what happens: a lost connection, a deadlock and their like are tried again for ever, while the
partition waits; anything else is the event's fault: the event is found, put aside as a dead letter with the reason, and the
partition goes on. Later events of the same aggregate are put aside behind it, so that each aggregate keeps its order.
An effect may be called again with the same events after a failure: it keeps nothing outside of its transaction.

Nothing is exported from here: who asks for the tables alone (chassis.kafka.consumer.schema) must not have to load Kafka's client.
"""
