"""风险筛查 Screening: rules over the tables of the exchange contract, what they find, and what people make of it."""
