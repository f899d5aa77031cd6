"""Inter-country input-output tables of the OECD, by ISIC Rev. 4 industries."""
