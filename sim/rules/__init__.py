"""Rules that more than one stage uses: costs, the register, delivery, adoption."""
