-- These roles may adopt, claim and touch, and need no right on any table for it.
:{routines}
