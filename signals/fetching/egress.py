"""Which addresses are asked: no private ones by surprise, and redirects to the same owner only."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

import httpx

from signals.source_errors import SourceUnavailableError

_ASKED = "asked_address"
#: Second-level names under which others than one owner register, such as gov.uk and com.br.
_SHARED = frozenset({"ac", "co", "com", "edu", "gov", "gob", "gouv", "go", "net", "or", "org"})
_COUNTRY_CODE = 2


def asked_for(url: str) -> dict[str, str]:
    """Extensions of a request that say which address was asked for, secrets as `{NAME}`."""
    return {_ASKED: url}


def reject_other_hosts(request: httpx.Request) -> None:
    """Reject a redirect to another owner's host, or from https to http; keys may travel with it.

    Raises:
        SourceUnavailableError: the redirect leads there.
    """
    asked = str(request.extensions.get(_ASKED, ""))
    if not asked:
        return
    address = urlsplit(asked)
    host = (address.hostname or "").lower()
    other = request.url.host.lower()
    if owner(host) != owner(other):
        raise SourceUnavailableError(
            f"{asked}: it has moved to another host, {other}, which is not asked; check the "
            "publisher's page and set the source's url."
        )
    if address.scheme == "https" and request.url.scheme != "https":
        raise SourceUnavailableError(
            f"{asked}: it redirects to an address without encryption, which is not asked; check "
            "the publisher's page and set the source's url."
        )


def reject_private(url: str, declared: frozenset[str] | None) -> None:
    """Reject an address in a private network that no setting declares, such as a link in an answer.

    Args:
        url: the address.
        declared: hosts of the source's settings; None where nothing is checked.

    Raises:
        SourceUnavailableError: it is a loopback, link-local or private address of another host.
    """
    host = (urlsplit(url).hostname or "").lower()
    if declared is None or host in declared or not is_private(host):
        return
    raise SourceUnavailableError(
        f"{url}: it lies in a private network and is not asked; if it is meant, name it as the "
        "source's url."
    )


def is_private(host: str) -> bool:
    """Whether a host is an address (or `localhost`) that is not on the public internet."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def hosts_of(texts: Iterable[object]) -> frozenset[str]:
    """Hosts of the addresses among values of settings."""
    found = (urlsplit(text).hostname for text in texts if isinstance(text, str) and "://" in text)
    return frozenset(host.lower() for host in found if host)


def owner(host: str) -> str:
    """The part of a host name that one owner registers; an IP address whole."""
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit():
        return host
    is_shared = len(labels[-1]) == _COUNTRY_CODE and labels[-2:-1] and labels[-2] in _SHARED
    return ".".join(labels[-3:] if is_shared else labels[-2:])
