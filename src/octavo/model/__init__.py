"""The vocabulary of Octavo: frozen values without behaviour, shared by every other room."""
