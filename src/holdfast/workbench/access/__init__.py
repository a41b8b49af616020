"""Who may do what: accounts, sessions, and the guards before every call."""
