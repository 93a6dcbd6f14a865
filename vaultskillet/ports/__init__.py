"""What the trip of a note needs from the outside, as Protocols.

Adapters (`vault`, `store`, `engines`) implement these; `pipeline`, `worker` and `intake`
know nothing else. Each port has one contract suite in `tests/contracts`, which the real
adapter and the fake both pass.
"""
