"""The alert state machine: what every slot makes of every alert, without a database."""
