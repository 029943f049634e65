"""How instruction sets are written: records, chat markup, options; what is no usable answer."""
