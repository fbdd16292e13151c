"""One search for law, data and services: how texts become words, and what stands first.

    words       texts and questions as words: both scripts of Chinese, English by its stem, numbers of instruments
    postings    which texts hold a word, in memory or, by the same protocol, in a database
    ranking     the order in which texts answer a question
    spelling    the word that was meant
    marks       where a shown text speaks of the question

Nothing here knows what a text is about, and nothing needs a framework: the library of the law indexes some thousand
texts in memory, and the same functions order a hundred thousand in SQLite or PostgreSQL. See docs/methods/search.md.
"""
