"""The rules, a file each. Every file ends in `RULE = Rule(...)`; `hengjian.screening.catalogue` finds them."""
