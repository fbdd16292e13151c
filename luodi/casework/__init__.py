"""What a case may do, without a database: stages and gates, steps and tracks, clocks, what is left to do.

State tables are small files each: an enum, its acts, `after(state, act)`. Everything is a function of data and a day.
"""
