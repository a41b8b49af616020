"""What is measured of a guard on labelled text."""
