"""From the utility meter to the IT input: losses as curves against load."""
