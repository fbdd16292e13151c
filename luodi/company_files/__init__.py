"""Files of companies: read row by row, each column by what it says, each row compared with the companies there are."""
