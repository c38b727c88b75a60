"""What the system costs, measured: programs, not timed tests. ``make bench`` runs all of them into docs/benchmarks.md.

A benchmark is a module of this package that is named in ``PARTS`` and has one function::

    def figures() -> list[Figure]:      # benchmarks.measure.Figure(name, value, unit, limit=None, at_least=False)

Its name must stay the same from run to run: by it a figure is compared with the last one. The unit says how:
``x`` is a ratio of two things measured in turns and is compared with every earlier one; what is counted (``calls``,
``items``, ``transactions``, ``kB``) must not become more at all; all else (``ms``, ``jobs/s``) is compared on the same
machine only. What ends in ``/s`` or has ``at_least`` is better when it is higher. ``noise`` is the part by which a
figure may differ by chance, where the default of its unit is not right. Whatever goes wrong is raised.

``python -m benchmarks NAME`` runs one, ``--json`` prints what was measured; each part has a process of its own.
"""

PARTS = (
    "cold", "warm", "lookup", "assignment", "outcome", "evaluation", "checks", "retrieval", "console", "replay", "history",
    "simulation", "laptop",
)
