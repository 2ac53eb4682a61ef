"""Payment gateways (cổng thanh toán): a kind is one module here and one line in ``AppConfig.ready``."""
