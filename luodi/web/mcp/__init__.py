"""The server for assistants: the questions of the commands as tools of the Model Context Protocol, rules and law as
resources. Over standard input it needs no site; over HTTP it knows the site's keys and limits."""
