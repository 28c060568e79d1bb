"""Model containers that are not ours, as their makers document them, each over a real small model.

`python -m chartbrief.local_cloud.contracts --dialect NAME --model DIR PORT`. A dialect's request and response are the
two JSON Schemas of its folder in `schemas/`. They refuse unknown fields, which some makers' servers would overlook: a
field that is not documented may mean anything tomorrow.
"""
