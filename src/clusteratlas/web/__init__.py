"""The site (Django): explore, profiles, data, api. Reads a release through `atlas`; keeps nothing of its own.

Public face: `application` in `web.wsgi`; `web.atlas` holds the opened release.

A page: a view takes ``request.atlas`` (the open release), raises `clusteratlas.errors` for mistakes (they
become 404 and 400 pages), and renders a template that extends ``base.html`` (blocks: title, description,
head, scripts, breadcrumbs, content; `main` replaces the whole width). What is costly and the same for all
goes through `web.atlas.remember(request, key, make)`. Filters of `templatetags.figures` are built in: number,
euros, exact_euros, day, month, years, country, programme, named, percent. Lists: `web.paging.page_links` and
``includes/pages.html``. Maps and timelines: `charts.maps`, `charts.timeline`, `web.maps`. The look is in
``static/clusteratlas/site.css``. No inline style, no inline script: the policy forbids both.
"""
