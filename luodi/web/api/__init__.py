"""The API for programs: questions, books and law over HTTP, with keys, limits and a document that describes it."""
