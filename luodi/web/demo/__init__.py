"""A fictional bureau with people, companies, kept answers and enquiries, so that every role can be tried at once."""
