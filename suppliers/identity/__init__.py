"""Who a supplier is: names to registers and lists, with a reason for every link."""
