"""The site (Django): explore, profiles, data, api. Reads a release through `atlas`; keeps nothing of its own.

Public face: `application` in `web.wsgi`; `web.atlas` holds the opened release.

A page: a view takes ``request.atlas`` (the open release), raises `clusteratlas.errors` for mistakes (they become
404, 400 pages), and renders a template that extends ``base.html`` (blocks: title, description, head, scripts,
breadcrumbs, content; `main` replaces the whole width). What is costly and the same for everyone goes through
`web.atlas.remember(request, key, make)`. Filters of `templatetags.figures` are built in: number, euros,
exact_euros, day, country, percent. No inline style, no inline script: the policy forbids both.
"""
