"""Those who hold keys, one module a kind; ``interface`` says what each can be asked, ``registry`` which there are."""
