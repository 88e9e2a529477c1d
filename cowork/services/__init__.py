"""Use cases, one function each: load, ask the policy, let the domain decide, save in one transaction."""
