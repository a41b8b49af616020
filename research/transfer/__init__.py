"""Whether training on one attack defends against another."""
