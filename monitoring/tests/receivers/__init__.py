"""Real servers on loopback that take messages, and misbehave when told to."""
