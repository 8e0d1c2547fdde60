"""Other systems: what they hold becomes a case, and answers become what they show. Nothing below knows them."""
