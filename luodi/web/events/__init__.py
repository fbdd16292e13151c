"""Events that units arrange, who is invited to them, and what follows."""
