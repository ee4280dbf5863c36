"""Why a score and a rank are what they are: contributions, sentences, changes, data gaps."""
