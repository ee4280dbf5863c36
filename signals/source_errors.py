"""What can go wrong between a publisher and a source, each one sentence."""


class SourceUnavailableError(Exception):
    """A source could not be reached or sent no data; its signals become `not_covered`."""


class NotPublishedError(Exception):
    """The publisher answers that there is no such file (404 or 410): an answer, not an outage."""
