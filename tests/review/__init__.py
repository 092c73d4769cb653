"""What a second pair of eyes tried: inputs that once made the program say something false."""
