"""CEL, the Common Expression Language: one evaluator, and two readings of what a name and a number are.

`build` turns a syntax tree into a chain of Python functions: logic, conditions, macros and calls, with errors and
unknowns that a decided part absorbs. A `Reading` says the rest:

- `standard` is CEL as the standard has it: 64-bit integers, doubles, timestamps, containers (start at `program`);
- `luodi.rules.compute` is what the books read: exact numbers, the facts of one company, a day.
"""
