"""What runs an attack: the session, the meter, the examiner, and what a search may ask of them."""
