"""The quarter, a file a stage, in order: copper, agencies, labour, procurement, ties, knowledge, finance, demography."""
