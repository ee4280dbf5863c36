"""The workbook of a run, and its decision sheet read back."""
