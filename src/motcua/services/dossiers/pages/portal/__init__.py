"""What citizens and businesses see and do: apply, follow, complete, withdraw, receive."""
