"""What a run produces: outputs, their publication, languages, exports, messages, metrics."""
