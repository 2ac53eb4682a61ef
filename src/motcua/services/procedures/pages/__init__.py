"""Pages of procedures: search and description for the public, administration for officers."""
