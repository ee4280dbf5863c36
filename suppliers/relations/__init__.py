"""What a supplier is tied to beyond its own name: listed areas, and relations to companies."""
