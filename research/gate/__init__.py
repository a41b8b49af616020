"""How often the gate decides rightly: guards that were made worse, and guards that were only retrained."""
