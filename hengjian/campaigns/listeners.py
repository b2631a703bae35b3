"""What campaigns do when lower apps have committed something."""
