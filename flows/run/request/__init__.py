"""What a run is asked to do: the request, the list, the files that the user adds, the weights."""
