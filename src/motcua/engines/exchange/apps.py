from django.apps import AppConfig

SENDERS = 3  # a partner that answers slowly keeps one of them for as long as its time-out
PULLERS = 3  # so does an axis
OFTEN = 0.5  # seconds between looks for agencies whose turn to fetch has come


class ExchangeConfig(AppConfig):
    name = "motcua.engines.exchange"
    label = "exchange"
    verbose_name = "Exchange"

    def ready(self) -> None:
        """Have the worker send, fetch and take in."""
        from motcua.engines.exchange import pulling, sending, taking
        from motcua.engines.exchange.pages import menus
        from motcua.engines.exchange.signers import messages, provider  # noqa: F401 - the provider registers itself
        from motcua.kernel.jobs.worker import register_loop

        for number in range(1, SENDERS + 1):
            register_loop(f"exchange.send.{number}", sending.send_some)
        for number in range(1, PULLERS + 1):
            register_loop(f"exchange.pull.{number}", pulling.pull_some, pause=OFTEN)
        register_loop("exchange.take", taking.take_some)
        register_loop("exchange.answers", messages.answer_settled)
        messages.register_kinds()
        menus.register()
