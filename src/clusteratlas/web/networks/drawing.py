"""The network of some projects as a drawing."""

from __future__ import annotations

from clusteratlas.atlas.partnerships import ProjectNetwork
from clusteratlas.atlas.profiles.values import Edge, Network, Node
from clusteratlas.web.profiles import drawings

WHOLE = "in all projects"


def drawing(found: ProjectNetwork, said: str) -> tuple[ProjectNetwork, drawings.Figure | None]:
    """A network with its drawing; ``said`` is the choice of projects in words."""
    own = found.filters.get("organisation")
    nodes = [
        Node(m.organisation_id, m.short_name or m.name, m.country_code, m.projects, m.organisation_id == own)
        for m in found.members
    ]
    edges = sorted(
        (Edge(*tie) for tie in found.ties), key=lambda edge: (-edge.projects, edge.one, edge.other)
    )
    shown = Network(tuple(nodes), tuple(edges), found.organisations - len(nodes))
    figure = drawings.network_figure(
        shown, f"Who works with whom {said}", "Circles are organisations, sized by their projects here."
    )
    return found, figure
