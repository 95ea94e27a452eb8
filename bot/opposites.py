"""Words that say the opposite of one another: over and under, before and after."""
