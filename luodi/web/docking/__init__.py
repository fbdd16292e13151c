"""Market and capital: demands, needs and parks meet companies; names stay hidden until both sides agree."""
