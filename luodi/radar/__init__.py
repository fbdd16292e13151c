"""What technologies and leads are worth looking at: figures that say what they do not know."""
