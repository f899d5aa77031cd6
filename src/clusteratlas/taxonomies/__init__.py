"""Names of things: countries, NUTS, programmes, initiatives, roles, statuses, schemes: data, one loader.

The lowest room: it reads only the files beside it. Everything is loaded at first use and kept.

>>> from clusteratlas import taxonomies
>>> taxonomies.current_code("GR30"), taxonomies.country_code("EL")
('EL30', 'GR')
"""

from __future__ import annotations

from clusteratlas.taxonomies.initiatives import (
    Initiative,
    Pillar,
    Programme,
    Totals,
    initiative,
    initiative_for,
    initiative_named,
    initiative_rules,
    initiatives,
    pillar,
    pillars,
    programme,
    programmes,
)
from clusteratlas.taxonomies.nuts import (
    CURRENT_NUTS,
    VERSIONS,
    Change,
    Region,
    ancestors,
    level_of,
    normalise_code,
    region,
    region_changes,
    regions,
)
from clusteratlas.taxonomies.places import (
    Country,
    countries,
    country,
    country_code,
    country_name,
    nuts_country,
)
from clusteratlas.taxonomies.resolution import Resolution, current_code, resolve_region
from clusteratlas.taxonomies.terms import (
    FundingScheme,
    LegalBasis,
    Term,
    activity_types,
    canonical_role,
    canonical_status,
    funding_scheme,
    funding_schemes,
    legal_bases,
    result_types,
    roles,
    statuses,
)

__all__ = [
    "CURRENT_NUTS",
    "VERSIONS",
    "Change",
    "Country",
    "FundingScheme",
    "Initiative",
    "LegalBasis",
    "Pillar",
    "Programme",
    "Region",
    "Resolution",
    "Term",
    "Totals",
    "activity_types",
    "ancestors",
    "canonical_role",
    "canonical_status",
    "countries",
    "country",
    "country_code",
    "country_name",
    "current_code",
    "funding_scheme",
    "funding_schemes",
    "initiative",
    "initiative_for",
    "initiative_named",
    "initiative_rules",
    "initiatives",
    "legal_bases",
    "level_of",
    "normalise_code",
    "nuts_country",
    "pillar",
    "pillars",
    "programme",
    "programmes",
    "region",
    "region_changes",
    "regions",
    "resolve_region",
    "result_types",
    "roles",
    "statuses",
]
