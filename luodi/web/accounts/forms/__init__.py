"""The forms of accounts. What a field is called on the page stands in the words: `accounts.field_NAME`."""
