"""Every object of the books as an entry that can be found, linked and shown. No Django in it."""
