"""From a publisher's address or a mirror to bytes in the raw store."""
