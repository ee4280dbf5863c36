"""The lists of the desk as they are kept on disk."""
