"""Mesa agents: views onto declared columns, and the decisions of those who deliberate."""
