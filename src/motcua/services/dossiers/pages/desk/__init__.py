"""What officers do with dossiers."""
