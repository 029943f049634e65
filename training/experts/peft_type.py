"""The name under which peft knows the mixture of experts.

peft registers only members of its enumeration `PeftType`, so importing this module adds one; doing it again changes
nothing. Holds for peft 0.18.1 to 0.21.2 on Python 3.11 and later.
"""

from __future__ import annotations

from typing import Any

from peft.utils import peft_types

NAME = "PEDCORPUS_EXPERTS"
"""What stands as `peft_type` in adapter_config.json, so that a reader without this package sees whom to ask."""
PREFIX = f"{NAME.lower()}_"
"""Start of every parameter name; transformers expects exactly the lower-case type name and an underscore."""
PeftType: Any = peft_types.PeftType


def add_peft_type(name: str = NAME) -> Any:
    """Return the member `name` of PeftType, added where it is missing."""
    if name in PeftType.__members__:
        return PeftType[name]
    member = str.__new__(PeftType, name)
    member._name_, member._value_ = name, name
    member._sort_order_ = len(PeftType.__members__)
    type.__setattr__(PeftType, name, member)
    PeftType._member_names_.append(name)
    PeftType._member_map_[name] = member
    PeftType._value2member_map_[name] = member
    if hasattr(PeftType, "_hashable_values_"):  # Python 3.12 and later look values up here
        PeftType._hashable_values_.append(name)
    return member


EXPERTS = add_peft_type()
