"""One search over the records of the site: companies, cases, leads, people, documents, market, and the library."""
