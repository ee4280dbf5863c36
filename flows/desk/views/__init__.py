"""From records on disk to what the templates show; no input or output."""
