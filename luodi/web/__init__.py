"""The site: one folder an app, with its models, queries, actions, pages and endpoints. Only this knows Django."""
