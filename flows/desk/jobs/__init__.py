"""What the desk lets other processes do, so that it stays small and survives them."""
