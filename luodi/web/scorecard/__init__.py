"""The plan board: indicators that count verified things, contributions that another person checks, frozen editions."""
