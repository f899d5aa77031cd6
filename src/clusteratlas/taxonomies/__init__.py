"""Names of things: countries, NUTS, NACE, cluster categories, programmes, initiatives, roles: data, one loader.

The lowest room: it reads only the files beside it. Everything is loaded at first use and kept.

>>> from clusteratlas import taxonomies
>>> taxonomies.current_code("GR30"), taxonomies.country_code("EL")
('EL30', 'GR')
"""

from __future__ import annotations

from clusteratlas.taxonomies.aggregates import members
from clusteratlas.taxonomies.categories import (
    Category,
    CategorySet,
    categories,
    category,
    category_set,
    category_sets,
)
from clusteratlas.taxonomies.crosswalks import Link, crosswalk, crosswalk_frame, uncovered
from clusteratlas.taxonomies.display_names import display_name
from clusteratlas.taxonomies.industries import (
    CLASSIFICATIONS,
    Industry,
    industries,
    industry,
    industry_children,
    industry_parents,
    normalise_industry,
    parts_of,
    section_of,
)
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
from clusteratlas.taxonomies.named import country_named, region_named, region_written
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
    region_name,
    regions,
)
from clusteratlas.taxonomies.own_sets import OwnSet, parse_category_set
from clusteratlas.taxonomies.place_words import PlaceName, place_names, plain_name
from clusteratlas.taxonomies.places import (
    COUNTRY_LETTERS,
    Country,
    countries,
    country,
    country_code,
    country_name,
    nuts_country,
)
from clusteratlas.taxonomies.postal import postal_region
from clusteratlas.taxonomies.resolution import MAIN_SHARE, Resolution, current_code, resolve_region
from clusteratlas.taxonomies.table_industries import TableIndustry, final_use_name, table_industry
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
    "CLASSIFICATIONS",
    "COUNTRY_LETTERS",
    "CURRENT_NUTS",
    "MAIN_SHARE",
    "VERSIONS",
    "Category",
    "CategorySet",
    "Change",
    "Country",
    "FundingScheme",
    "Industry",
    "Initiative",
    "LegalBasis",
    "Link",
    "OwnSet",
    "Pillar",
    "PlaceName",
    "Programme",
    "Region",
    "Resolution",
    "TableIndustry",
    "Term",
    "Totals",
    "activity_types",
    "ancestors",
    "canonical_role",
    "canonical_status",
    "categories",
    "category",
    "category_set",
    "category_sets",
    "countries",
    "country",
    "country_code",
    "country_name",
    "country_named",
    "crosswalk",
    "crosswalk_frame",
    "current_code",
    "display_name",
    "final_use_name",
    "funding_scheme",
    "funding_schemes",
    "industries",
    "industry",
    "industry_children",
    "industry_parents",
    "initiative",
    "initiative_for",
    "initiative_named",
    "initiative_rules",
    "initiatives",
    "legal_bases",
    "level_of",
    "members",
    "normalise_code",
    "normalise_industry",
    "nuts_country",
    "parse_category_set",
    "parts_of",
    "pillar",
    "pillars",
    "place_names",
    "plain_name",
    "postal_region",
    "programme",
    "programmes",
    "region",
    "region_changes",
    "region_name",
    "region_named",
    "region_written",
    "regions",
    "resolve_region",
    "result_types",
    "roles",
    "section_of",
    "statuses",
    "table_industry",
    "uncovered",
]
