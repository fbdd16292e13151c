"""What people do with enquiries, saved answers and reports."""
