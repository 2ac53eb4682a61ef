"""Which providers this installation has: kinds are code, the configured ones are sections of ``signing.toml``."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.conf import settings

from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.providers.interface import Provider

ProviderType = TypeVar("ProviderType", bound=type[Provider])


class Registry:
    """Kinds by their name, and the installation's providers by their code.

    A section ``[provincial-hsm]`` with ``kind = "sign-server"`` is the provider ``provincial-hsm``. A kind that needs
    no configuration (``standing``) is a provider under its own name without any section.
    """

    def __init__(self) -> None:
        self._kinds: dict[str, type[Provider]] = {}
        self._standing: set[str] = set()
        self._made: dict[str, tuple[dict[str, Any], Provider]] = {}

    def register(self, kind: str, *, standing: bool = False) -> Callable[[ProviderType], ProviderType]:
        """``@register("sim")`` on a class makes a kind known. Raises ``ValueError`` for a name that is taken."""

        def keep(provider: ProviderType) -> ProviderType:
            if kind in self._kinds:
                raise ValueError(f"signing provider {kind!r} is registered twice")
            self._kinds[kind] = provider
            if standing:
                self._standing.add(kind)
            return provider

        return keep

    def __getitem__(self, code: str) -> Provider:
        """The provider of a code. Raises ``KeyError`` for one that is not configured (any more), and
        :class:`Misconfigured` with the name of a section that cannot be used.
        """
        options = self._options(code)
        kept = self._made.get(code)
        if kept is None or kept[0] != options:
            try:
                kept = self._made[code] = (options, self._kinds[self.kind_of(code)](options))
            except Misconfigured as error:
                raise Misconfigured(f"[{code}] {error}") from error
        return kept[1]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._standing, *settings.SIGNING_PROVIDERS}))

    def __contains__(self, code: object) -> bool:
        return code in self._standing or code in settings.SIGNING_PROVIDERS

    def get(self, code: str) -> Provider | None:
        """The provider of a code, none when it is not configured (any more)."""
        try:
            return self[code]
        except KeyError:
            return None

    def kind_of(self, code: str) -> str:
        """The kind behind a code. Raises ``KeyError`` as above."""
        return str(self._options(code).get("kind", code))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind that the program knows."""
        return tuple(sorted(self._kinds))

    def title_of(self, kind: str) -> str:
        """How people call a kind; its own name when the program does not know it any more."""
        provider = self._kinds.get(kind)
        return str(provider.title) if provider else kind

    def is_public(self, code: str) -> bool:
        """Whether citizens and companies may register it: its section says ``public = true`` and its key asks."""
        provider = self[code]
        return self._options(code).get("public") is True and provider.for_public and not provider.proof_first

    def signs_for_public(self, code: str) -> bool:
        """Whether citizens and companies still sign with what they have registered of it: the operator may have
        closed it to them since. Demonstration keys, which nobody registers, stay as they were issued.
        """
        provider = self.get(code)
        return provider is not None and (provider.demonstration or self.is_public(code))

    @property
    def public(self) -> dict[str, Provider]:
        """The providers that citizens and companies may register, by their code."""
        return {code: self[code] for code in self if self.is_public(code)}

    def check(self) -> None:
        """Make every configured provider once. Raises :class:`Misconfigured` for a section that cannot be used."""
        for code in self:
            self[code]
            said = self._options(code).get("public", False)
            if said is not False and not self.is_public(code):
                raise Misconfigured(f"[{code}] public = {said!r}: citizens cannot sign in this way")

    def _options(self, code: str) -> dict[str, Any]:
        if code in settings.SIGNING_PROVIDERS:
            return dict(settings.SIGNING_PROVIDERS[code])
        if code in self._standing:
            return {}
        raise KeyError(code)


registry = Registry()
register = registry.register
