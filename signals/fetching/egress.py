"""Which addresses are asked: hosts of the source alone, and no private ones by surprise.

Links in answers and redirects lead to hosts of the source's settings and card, or of the same
owners. Keys go to the hosts of the settings alone, and never along with a redirect to another.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx

from signals.source_errors import SourceUnavailableError

_ASKED = "asked_address"
#: Second-level names under which others than one owner register, such as gov.uk and com.br.
_SHARED = frozenset({"ac", "co", "com", "edu", "gov", "gob", "gouv", "go", "net", "or", "org"})
_COUNTRY_CODE = 2
#: Hosts under which anybody rents storage: each is an owner of its own.
_RENTED = (".windows.net", ".googleapis.com", ".cloudfront.net", ".appspot.com", ".github.io")
_AMAZON = ".amazonaws.com"
#: Headers that hold no key and go along with a redirect to another host.
_WITHOUT_KEY = frozenset(
    {
        "host", "user-agent", "accept", "accept-encoding", "connection", "range", "if-range",
        "content-type", "content-length",
    }
)  # fmt: skip


def asked_for(url: str) -> dict[str, str]:
    """Extensions of a request that say which address was asked for, secrets as `{NAME}`."""
    return {_ASKED: url}


def reject_other_hosts(request: httpx.Request) -> None:
    """Reject a redirect to another owner's host, to another port, or from https to http.

    One to another host of the same owner goes on without the headers of the first request that may
    hold a key.

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
    if request.url.port is not None and request.url.port != address.port:
        raise SourceUnavailableError(
            f"{asked}: it redirects to port {request.url.port}, which is not asked; check the "
            "publisher's page and set the source's url."
        )
    if host != other:
        for name in [name for name in request.headers if name.lower() not in _WITHOUT_KEY]:
            del request.headers[name]


def reject_keys_elsewhere(url: str, declared: frozenset[str] | None) -> None:
    """Reject a request with a key to a host that is no owner's of the source's settings.

    Args:
        url: the address that a key is to be sent to.
        declared: hosts of the source's settings; None where nothing is checked.

    Raises:
        SourceUnavailableError: the key would go elsewhere, such as to a link in an answer.
    """
    host = (urlsplit(url).hostname or "").lower()
    if declared is None or owner(host) in {owner(one) for one in declared}:
        return
    raise SourceUnavailableError(
        f"{host}: an address of another owner than the source's url gets no key; check the "
        "publisher's page and set the source's url."
    )


def reject_other_owners(url: str, declared: frozenset[str] | None, linked: frozenset[str]) -> None:
    """Reject an address that is neither of the source's settings nor of its card, such as a link.

    Args:
        url: the address; of `s3://`, the bucket is the host.
        declared: hosts of the source's settings; None where nothing is checked.
        linked: hosts of its card, at which its publisher keeps what answers link to.

    Raises:
        SourceUnavailableError: it is another owner's.
    """
    host = (urlsplit(url).hostname or "").lower()
    if declared is None:
        return
    names = {host, f"{host}.s3{_AMAZON}"} if url.startswith("s3://") else {host}
    if {owner(one) for one in names} & {owner(one) for one in declared | linked}:
        return
    raise SourceUnavailableError(
        f"{url}: {host} is no host of the source, so the link is not followed; if it is meant, set "
        "the source's url, or name a local copy as its mirror."
    )


def reject_private(url: str, declared: frozenset[str] | None, *, looks_up: bool = True) -> None:
    """Reject an address in a private network that no setting declares, such as a link in an answer.

    Args:
        url: the address.
        declared: hosts of the source's settings; None where nothing is checked.
        looks_up: whether a name is also looked up, to see where it leads.

    Raises:
        SourceUnavailableError: it is a loopback, link-local or private address of another host.
    """
    host = (urlsplit(url).hostname or "").lower()
    if declared is None or host in declared:
        return
    if not is_private(host) and not (looks_up and leads_inside(host)):
        return
    raise SourceUnavailableError(
        f"{url}: it lies in a private network and is not asked; if it is meant, name it as the "
        "source's url."
    )


@lru_cache(maxsize=1000)
def leads_inside(host: str) -> bool:
    """Whether a name stands for an address in a private network.

    Behind a proxy names are not looked up here; what has no address fails as a request does.
    """
    if getproxies().get("https") or getproxies().get("http") or owner(host) == host:
        return False
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        return False
    return any(is_private(str(entry[4][0]).partition("%")[0]) for entry in found)


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
    """The part of a host name that one owner registers; an IP address and rented storage whole.

    A bucket of Amazon's is one owner in each of its regions.
    """
    if host.endswith(_RENTED):
        return host
    if host.endswith(_AMAZON) and ".s3" in host:
        return f"{host.partition('.s3')[0]}{_AMAZON}"
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit():
        return host
    is_shared = len(labels[-1]) == _COUNTRY_CODE and labels[-2:-1] and labels[-2] in _SHARED
    return ".".join(labels[-3:] if is_shared else labels[-2:])
