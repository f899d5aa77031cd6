"""How strong a region is in a category: stars and classes of cluster by a profile, and how firm they stand.

Public face, through `clusteratlas.observatory`: `stars`, `sensitivity`, `star_profile`, `star_profiles`, `StarProfile`.
"""
